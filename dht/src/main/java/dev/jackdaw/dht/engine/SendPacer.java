package dev.jackdaw.dht.engine;

/// Spreads the queries that a node sends: [#PER_SECOND] of them, [#BURST] at once. What does not fit waits in
/// the lookups that want it; nothing is queued here.
final class SendPacer {
    private static final int PER_SECOND = 250;
    private static final int BURST = 25;
    private static final long INTERVAL_NANOS = 1_000_000_000L / PER_SECOND;

    /// When the bucket would be full again, if nothing were sent.
    private long fullNanos = Long.MIN_VALUE;

    boolean isOpen(long nowNanos) {
        return nowNanos >= nextNanos();
    }

    /// From when on the next query may be sent.
    long nextNanos() {
        return fullNanos == Long.MIN_VALUE ? Long.MIN_VALUE : fullNanos - (BURST - 1) * INTERVAL_NANOS;
    }

    void sent(long nowNanos) {
        fullNanos = Math.max(fullNanos, nowNanos) + INTERVAL_NANOS;
    }
}
