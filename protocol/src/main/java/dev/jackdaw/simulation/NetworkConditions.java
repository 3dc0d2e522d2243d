package dev.jackdaw.simulation;

/// What the way between any two hosts is like. Each pair has its own latency between the bounds, the same in both
/// directions and for the whole run.
///
/// @param minLatencyNanos one way
/// @param maxLatencyNanos one way
/// @param loss            share of packets that do not arrive, 0 … 1: datagrams are gone, a stream's bytes come later
public record NetworkConditions(long minLatencyNanos, long maxLatencyNanos, double loss) {
    /// One millisecond, nothing lost.
    public static final NetworkConditions PERFECT = new NetworkConditions(1_000_000, 1_000_000, 0);

    public NetworkConditions {
        if (minLatencyNanos < 0 || maxLatencyNanos < minLatencyNanos) {
            throw new IllegalArgumentException("latency " + minLatencyNanos + " … " + maxLatencyNanos + " ns");
        }
        if (!(loss >= 0 && loss < 1)) {
            throw new IllegalArgumentException("loss " + loss + ", expected 0 or more and less than 1");
        }
    }
}
