package dev.jackdaw.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Code with all that the build changes in the distribution's classes, for [CacheableClassesTest].
public final class Samples {
    record Everything(
            boolean a, byte b, char c, short d, int e, long f, float g, double h, @Nullable String i, int[] j) {}

    record Empty() {}

    record Generic<T extends CharSequence>(T text, List<T> list) {
        @Override
        public T text() {
            throw new UnsupportedOperationException("its methods read the field");
        }
    }

    enum Color {
        RED,
        GREEN
    }

    interface Shape {
        static String describe(@Nullable Object any) {
            return switch (any) {
                case null -> "null";
                case Integer number when number > 3 -> "large";
                case Integer _ -> "small";
                case CharSequence text when text.isEmpty() -> "empty";
                case String _ -> "text";
                case Everything(var a, _, _, _, var e, _, _, _, _, _) when a -> "everything " + e;
                default -> "other";
            };
        }
    }

    /// Nothing of the kind that is changed: the labels are not all classes.
    static final class Mixed {
        private Mixed() {}

        static String describe(Object any) {
            return switch (any) {
                case Color.RED -> "red";
                case Color _ -> "color";
                default -> "none";
            };
        }

        static String describe(Color color) {
            return switch (color) {
                case RED -> "red";
                case Color other when other.ordinal() > 5 -> "more";
                case Color _ -> "color";
            };
        }
    }

    private static final int[] ARRAY = {1};

    private Samples() {}

    private static Everything everything(float g, double h, @Nullable String i, int[] j) {
        return new Everything(true, (byte) -2, 'c', (short) -4, 5, -1L << 33, g, h, i, j);
    }

    /// What their methods answer.
    public static List<String> answers() {
        List<@Nullable Object> values = new ArrayList<>(List.of(
                everything(Float.NaN, -0.0, "x", ARRAY),
                everything(Float.NaN, -0.0, "x", ARRAY),
                everything(Float.NaN, 0.0, "x", ARRAY),
                everything(1, -0.0, "x", ARRAY),
                everything(Float.NaN, -0.0, null, ARRAY),
                everything(Float.NaN, -0.0, "x", ARRAY.clone()),
                new Everything(false, (byte) 0, 'd', (short) 0, 0, 0, 0, 0, null, ARRAY),
                new Everything(true, (byte) 0, 'd', (short) 0, 0, 0, 0, 0, null, ARRAY),
                new Everything(true, (byte) 0, 'd', (short) 0, 0, 1, 0, 0, null, ARRAY),
                new Empty(),
                new Empty(),
                new Generic<>("a", List.of("b")),
                new Generic<>("a", List.of("b")),
                new Generic<>("a", List.of("c")),
                Color.RED,
                Color.GREEN,
                3,
                4,
                "",
                "text",
                new StringBuilder(),
                new StringBuilder("text")));
        values.add(null);
        List<String> answers = new ArrayList<>();
        for (Object value : values) {
            answers.add(Shape.describe(value));
            if (value != null) {
                answers.add(Mixed.describe(value));
            }
            if (value instanceof Color color) {
                answers.add(Mixed.describe(color));
            }
            if (value instanceof Record) {
                // an array's own is another in each run
                int hash = value.hashCode() - (value instanceof Everything every ? every.j().hashCode() : 0);
                answers.add("hash " + hash);
                for (Object other : values) {
                    answers.add("equal " + value.equals(other));
                }
            }
        }
        return answers;
    }
}
