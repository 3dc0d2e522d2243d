package dev.jackdaw.peer.engine;

/// How much one torrent may transfer in one direction now: its own rate limit, and its share of the session's.
final class Allowance {
    private static final long UNLIMITED = Long.MAX_VALUE;

    private final TokenBucket own = new TokenBucket(0);
    private long share = UNLIMITED;
    private boolean awaited;

    /// @param bytesPerSecond 0 for none
    void limit(long bytesPerSecond, long nowNanos) {
        own.setRate(bytesPerSecond, nowNanos);
    }

    /// Adds to the share of the session's limit; `Long.MAX_VALUE` lifts it.
    void grant(long bytes) {
        if (bytes == UNLIMITED) {
            share = UNLIMITED;
        } else {
            share = share == UNLIMITED ? bytes : share + bytes;
        }
    }

    boolean isLimited() {
        return !own.isUnlimited() || share != UNLIMITED;
    }

    /// Bytes that may be transferred now; not above 0 when there is nothing left.
    long available(long nowNanos) {
        return Math.min(own.available(nowNanos), share);
    }

    void take(long bytes, long nowNanos) {
        own.take(bytes, nowNanos);
        if (share != UNLIMITED) {
            share -= bytes;
        }
    }

    /// Something is held back for want of it, until all is [tried again][#retried].
    void await() {
        awaited = true;
    }

    boolean isAwaited() {
        return awaited;
    }

    /// All that may wait is tried now.
    void retried() {
        awaited = false;
    }

    /// When to look again: `Long.MAX_VALUE` if only a grant will help.
    long nextAvailableNanos(long nowNanos) {
        return share > 0 ? own.nextAvailableNanos(nowNanos) : Long.MAX_VALUE;
    }
}
