package dev.jackdaw.simulation;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// A seed that says how to replay a run.
public record Seed(long value) {
    /// A generator of its own for `purpose`, so that one consumer's draws do not shift another's.
    public RandomGenerator random(String purpose) {
        return new SplittableRandom(value * 0x9E3779B97F4A7C15L + purpose.hashCode());
    }

    @Override
    public String toString() {
        return "seed " + value;
    }
}
