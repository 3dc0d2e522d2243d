package dev.jackdaw.dht.engine;

/// How long answers take, of all nodes together, and so for how long one is waited for.
///
/// Smoothed mean and deviation, as TCP has them (RFC 6298). An exchange has two deadlines: after the *soft* one
/// its place is given to another candidate, while the answer is still welcome; after the *hard* one the node
/// has failed. Answers between the two count, so that a short soft deadline corrects itself.
///
/// The soft deadline is a bet on whether an answer still comes. Among nodes that answer, it is three deviations above
/// the mean: giving up early would only cost queries. Where a tenth of the queries or more come to nothing, it is one:
/// then every lookup meets nodes that are gone, and waiting for them is what takes most of its time.
final class RoundTrips {
    private static final long MILLI = 1_000_000L;
    private static final long FIRST_SOFT = 1_000 * MILLI;
    private static final long LEAST_SOFT = 50 * MILLI;
    private static final long MOST_SOFT = 2_500 * MILLI;
    private static final long LEAST_HARD = 2_000 * MILLI;
    private static final long MOST_HARD = 8_000 * MILLI;
    private static final double MOST_DEVIATIONS = 3;
    private static final double LEAST_DEVIATIONS = 1;
    /// Of the queries, which come to nothing: with that many, the deadline is the shortest.
    private static final double MANY_LOST = 0.1;

    private static final double WEIGHT_OF_NEWEST = 1.0 / 16;

    private long mean;
    private long deviation;
    /// Smoothed share of queries that came to nothing.
    private double lost;

    void observe(long nanos) {
        lost -= lost * WEIGHT_OF_NEWEST;
        if (mean == 0) {
            mean = Math.max(1, nanos);
            deviation = nanos / 2;
        } else {
            deviation += (Math.abs(nanos - mean) - deviation) / 8;
            mean += (nanos - mean) / 16;
        }
    }

    /// A query has come to nothing.
    void lost() {
        lost += (1 - lost) * WEIGHT_OF_NEWEST;
    }

    long softNanos() {
        if (mean == 0) {
            return FIRST_SOFT;
        }
        double deviations = MOST_DEVIATIONS - (MOST_DEVIATIONS - LEAST_DEVIATIONS) * Math.min(1, lost / MANY_LOST);
        return Math.clamp(mean + (long) (deviations * deviation), LEAST_SOFT, MOST_SOFT);
    }

    /// Of the same bet, without the share of those lost: a node that fails is held in less regard.
    long hardNanos() {
        long generous = mean == 0 ? FIRST_SOFT : mean + (long) (MOST_DEVIATIONS * deviation);
        return Math.clamp(4 * generous, LEAST_HARD, MOST_HARD);
    }
}
