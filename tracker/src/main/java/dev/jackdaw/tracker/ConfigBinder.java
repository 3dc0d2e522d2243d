package dev.jackdaw.tracker;

import dev.jackdaw.protocol.Spelling;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes a record of a TOML table: each component is the key of its name in kebab-case, read as its type says.
///
/// | type | in the file |
/// |---|---|
/// | `boolean`, `int`, `double`, `String` | themselves |
/// | `Duration` | `"250ms"`, `"30s"`, `"15m"`, `"2h"`, `"7d"`, or a number of seconds |
/// | `Path` | a string, relative to the file's directory |
/// | `InetSocketAddress` | `"192.0.2.1:6969"`, `"[2001:db8::1]:6969"`, or a port for every address |
/// | [AddressRange] | `"192.0.2.0/24"` or one address |
/// | an enum | its constant's name in lower case |
/// | `List` | an array |
/// | `Optional` | left out, or the value |
/// | a record | a table |
///
/// A component that the table does not have keeps its default. Ranges are the business of the records' own
/// constructors, whose messages begin with the key.
final class ConfigBinder {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})\\s*(ms|s|m|h|d)");

    private final Path directory;
    private final UnaryOperator<String> place;
    private final List<String> problems;

    /// @param directory where relative paths start
    /// @param place     says where a key stands
    /// @param problems  gets a line for each thing that is wrong
    ConfigBinder(Path directory, UnaryOperator<String> place, List<String> problems) {
        this.directory = directory;
        this.place = place;
        this.problems = problems;
    }

    /// The key of a component: `maxStoredPeers` is `max-stored-peers`.
    static String key(RecordComponent component) {
        return component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /// Makes the record; empty if something is wrong, which is then among the problems.
    ///
    /// @param prefix what stands before the keys in full: `""`, or `accounts.`
    /// @param known  more keys that somebody else reads, to be suggested for those that nobody does
    <R extends Record> Optional<R> bind(
            Class<R> type, R defaults, ObjectNode table, String prefix, List<String> known) {
        int before = problems.size();
        RecordComponent[] components = type.getRecordComponents();
        List<String> keys = new ArrayList<>(known);
        @Nullable Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            String key = key(components[i]);
            keys.add(key);
            JsonNode node = table.get(key);
            if (node == null) {
                Object value = component(components[i], defaults);
                values[i] = value instanceof Path path ? directory.resolve(path) : value;
            } else {
                values[i] = value(components[i].getGenericType(), node, prefix + key);
            }
        }
        for (String key : table.propertyNames()) {
            if (!keys.contains(key)) {
                problems.add(
                        place.apply(prefix + key) + ": unknown key \"" + prefix + key + "\"" + suggestion(key, keys));
            }
        }
        return problems.size() > before ? Optional.empty() : make(type, components, values, prefix);
    }

    private <R extends Record> Optional<R> make(
            Class<R> type, RecordComponent[] components, @Nullable Object[] values, String prefix) {
        try {
            Constructor<R> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            return Optional.of(constructor.newInstance(values));
        } catch (InvocationTargetException e) {
            if (!(e.getCause() instanceof IllegalArgumentException wrong)) {
                throw new IllegalStateException(type + " cannot be made", e);
            }
            String message = String.valueOf(wrong.getMessage());
            String key = prefix + message.replaceFirst("(?s) .*", "");
            problems.add(place.apply(key) + ": " + prefix + message);
            return Optional.empty();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " has no canonical constructor that can be called", e);
        }
    }

    private static @Nullable Object component(RecordComponent component, Record of) {
        try {
            return component.getAccessor().invoke(of);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(component + " cannot be read", e);
        }
    }

    /// The value, or null with a problem noted.
    private @Nullable Object value(Type type, JsonNode node, String key) {
        try {
            return parse(type, node, key);
        } catch (IllegalArgumentException e) {
            problems.add(place.apply(key) + ": " + key + " = " + node + ", expected " + e.getMessage());
            return null;
        }
    }

    /// @throws IllegalArgumentException saying what is expected
    private @Nullable Object parse(Type type, JsonNode node, String key) {
        if (type instanceof ParameterizedType of) {
            Type argument = of.getActualTypeArguments()[0];
            if (of.getRawType() == Optional.class) {
                return Optional.ofNullable(parse(argument, node, key));
            }
            if (!node.isArray()) {
                throw new IllegalArgumentException("an array, as in [" + example(argument) + "]");
            }
            List<Object> items = new ArrayList<>();
            for (JsonNode item : node) {
                Object value = parse(argument, item, key);
                if (value != null) {
                    items.add(value);
                }
            }
            return items;
        }
        Class<?> wanted = (Class<?>) type;
        if (wanted == boolean.class) {
            return require(node.isBoolean(), "true or false", node.asBoolean(false));
        }
        if (wanted == int.class) {
            return require(node.isInt(), "a whole number", node.asInt(0));
        }
        if (wanted == double.class) {
            return require(node.isNumber(), "a number", node.asDouble(0));
        }
        if (wanted == Duration.class) {
            return duration(node);
        }
        if (wanted == InetSocketAddress.class) {
            return node.isInt() ? address(node.asInt() + "") : address(text(node, example(wanted)));
        }
        if (wanted.isRecord() && wanted != AddressRange.class) {
            return table(wanted, node, key);
        }
        String text = text(node, example(wanted));
        if (wanted == String.class) {
            return text;
        }
        if (wanted == Path.class) {
            return directory.resolve(text);
        }
        if (wanted == AddressRange.class) {
            try {
                return AddressRange.parse(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(example(wanted), e);
            }
        }
        if (wanted.isEnum()) {
            for (Object constant : wanted.getEnumConstants()) {
                if (constant.toString().toLowerCase(Locale.ROOT).equals(text)) {
                    return constant;
                }
            }
            throw new IllegalArgumentException(example(wanted));
        }
        throw new IllegalStateException("components of " + wanted + " cannot be read");
    }

    /// A record within: all of its components must be there.
    private @Nullable Object table(Class<?> wanted, JsonNode node, String key) {
        RecordComponent[] components = wanted.getRecordComponents();
        List<String> keys = Arrays.stream(components).map(ConfigBinder::key).toList();
        if (!(node instanceof ObjectNode table) || !keys.stream().allMatch(table::has) || table.size() != keys.size()) {
            throw new IllegalArgumentException("a table with " + String.join(", ", keys));
        }
        @Nullable Object[] values = new Object[components.length];
        boolean whole = true;
        for (int i = 0; i < components.length; i++) {
            String inner = keys.get(i);
            JsonNode value = table.get(inner);
            values[i] = value == null ? null : value(components[i].getGenericType(), value, key + "." + inner);
            whole &= values[i] != null;
        }
        return whole
                ? make(wanted.asSubclass(Record.class), components, values, key + ".")
                        .orElse(null)
                : null;
    }

    private static <T> T require(boolean holds, String expected, T value) {
        if (!holds) {
            throw new IllegalArgumentException(expected);
        }
        return value;
    }

    private static String text(JsonNode node, String expected) {
        return require(node.isString(), expected, node.asString(""));
    }

    /// How a value of the type looks.
    private static String example(Type type) {
        if (type == InetSocketAddress.class) {
            return "\"192.0.2.1:6969\", \"[2001:db8::1]:6969\" or a port";
        }
        if (type == AddressRange.class) {
            return "\"192.0.2.0/24\" or one address";
        }
        if (type instanceof Class<?> wanted && wanted.isEnum()) {
            return Arrays.stream(wanted.getEnumConstants())
                    .map(constant -> "\"" + constant.toString().toLowerCase(Locale.ROOT) + "\"")
                    .reduce((a, b) -> a + " or " + b)
                    .orElse("");
        }
        return "a string in quotes";
    }

    /// A time such as `"30m"`, or a number of seconds.
    ///
    /// @throws IllegalArgumentException saying what is expected
    static Duration duration(JsonNode node) {
        if (node.isInt() && node.asInt() >= 0) {
            return Duration.ofSeconds(node.asInt());
        }
        Matcher matcher = DURATION.matcher(node.isString() ? node.asString() : "");
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a time such as \"250ms\", \"30s\", \"15m\", \"2h\" or \"7d\"");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    /// `192.0.2.1:6969`, `[2001:db8::1]:6969`, or a port alone for every address.
    ///
    /// @throws IllegalArgumentException saying what is expected
    static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        String digits = text.substring(colon + 1);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        boolean good = digits.matches("[0-9]{1,5}") && (bracketed || !host.contains(":"));
        int port = good ? Integer.parseInt(digits) : -1;
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException(example(InetSocketAddress.class));
        }
        if (host.isEmpty()) {
            return new InetSocketAddress(port);
        }
        try {
            return new InetSocketAddress(
                    InetAddress.ofLiteral(bracketed ? host.substring(1, host.length() - 1) : host), port);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(example(InetSocketAddress.class), e);
        }
    }

    /// What may have been meant, if something is spelt nearly the same.
    private static String suggestion(String seen, List<String> known) {
        return Spelling.nearest(seen, known)
                .map(key -> "; did you mean \"" + key + "\"?")
                .orElse("");
    }
}
