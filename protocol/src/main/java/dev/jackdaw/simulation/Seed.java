package dev.jackdaw.simulation;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// A seed that says how to replay a run.
public record Seed(long value) {
    /// A generator of its own for `purpose`, so that one consumer's draws do not shift another's.
    public RandomGenerator random(String purpose) {
        return new SplittableRandom(value * 0x9E3779B97F4A7C15L + purpose.hashCode());
    }

    /// The same for the `index`-th of many alike.
    public RandomGenerator random(String purpose, int index) {
        return new SplittableRandom((value * 0x9E3779B97F4A7C15L + purpose.hashCode()) * 0xBF58476D1CE4E5B9L + index);
    }

    /// A few fixed seeds, for tests that should not depend on one.
    public static Stream<Seed> some() {
        return LongStream.of(1, 2, 3).mapToObj(Seed::new);
    }

    /// For a failure's message: what to set to see it again.
    public String describe() {
        return "replay with seed " + value;
    }

    @Override
    public String toString() {
        return "seed " + value;
    }
}
