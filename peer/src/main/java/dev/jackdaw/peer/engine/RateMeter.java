package dev.jackdaw.peer.engine;

/// A transfer rate over the last five seconds, measured in slots of half a second. Allocates nothing after
/// construction.
final class RateMeter {
    private static final long SLOT_NANOS = 500_000_000L;
    private static final int SLOTS = 10;
    /// A rate is never taken over less than this, so that the first bytes do not look like a flood.
    private static final long MIN_SPAN_NANOS = 1_000_000_000L;

    private final long[] slots = new long[SLOTS];
    private long newest = Long.MIN_VALUE;
    private long sum;
    private long total;
    private long sinceNanos;

    /// Counts bytes that were transferred now.
    void add(long bytes, long nowNanos) {
        advance(nowNanos);
        if (sum == 0) {
            sinceNanos = nowNanos;
        }
        slots[(int) Math.floorMod(newest, (long) SLOTS)] += bytes;
        sum += bytes;
        total += bytes;
    }

    /// The mean rate over the window, or over the time since transfer began if that is shorter.
    long bytesPerSecond(long nowNanos) {
        advance(nowNanos);
        if (sum == 0) {
            return 0;
        }
        long window = (SLOTS - 1) * SLOT_NANOS + Math.max(0, nowNanos - newest * SLOT_NANOS);
        long span = Math.max(MIN_SPAN_NANOS, Math.min(window, nowNanos - sinceNanos));
        return (long) (sum * 1e9 / span);
    }

    /// All bytes ever counted.
    long total() {
        return total;
    }

    private void advance(long nowNanos) {
        long slot = Math.floorDiv(nowNanos, SLOT_NANOS);
        if (slot <= newest) {
            return;
        }
        if (sum != 0) {
            for (long expired = Math.max(newest + 1, slot - SLOTS + 1); expired <= slot; expired++) {
                int index = (int) Math.floorMod(expired, (long) SLOTS);
                sum -= slots[index];
                slots[index] = 0;
            }
        }
        newest = slot;
    }
}
