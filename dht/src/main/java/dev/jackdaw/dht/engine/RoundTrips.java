package dev.jackdaw.dht.engine;

/// How long answers take, of all nodes together, and so for how long one is waited for.
///
/// Smoothed mean and deviation, as TCP has them (RFC 6298). An exchange has two deadlines: after the *soft* one
/// its place is given to another candidate, while the answer is still welcome; after the *hard* one the node
/// has failed. Answers between the two count, so that a short soft deadline corrects itself.
final class RoundTrips {
    private static final long MILLI = 1_000_000L;
    private static final long FIRST_SOFT = 1_000 * MILLI;
    private static final long LEAST_SOFT = 50 * MILLI;
    private static final long MOST_SOFT = 2_500 * MILLI;
    private static final long LEAST_HARD = 2_000 * MILLI;
    private static final long MOST_HARD = 8_000 * MILLI;
    private static final int DEVIATIONS = 3;

    private long mean;
    private long deviation;

    void observe(long nanos) {
        if (mean == 0) {
            mean = Math.max(1, nanos);
            deviation = nanos / 2;
        } else {
            deviation += (Math.abs(nanos - mean) - deviation) / 8;
            mean += (nanos - mean) / 16;
        }
    }

    long softNanos() {
        return mean == 0 ? FIRST_SOFT : Math.clamp(mean + DEVIATIONS * deviation, LEAST_SOFT, MOST_SOFT);
    }

    long hardNanos() {
        return Math.clamp(4 * softNanos(), LEAST_HARD, MOST_HARD);
    }
}
