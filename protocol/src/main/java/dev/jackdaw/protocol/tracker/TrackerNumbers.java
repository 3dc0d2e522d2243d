package dev.jackdaw.protocol.tracker;

/// What numbers of announces and replies count as when they are outside their range. Clients are known to send such
/// ones, for example -1 or 2^64 − 1 as `left` while a magnet link's size is unknown.
final class TrackerNumbers {
    /// What is left when that is not known: a leecher in any case.
    static final long LEFT_UNKNOWN = Long.MAX_VALUE;

    private TrackerNumbers() {}

    static long left(long value) {
        return value < 0 ? LEFT_UNKNOWN : value;
    }

    static long transferred(long value) {
        return Math.max(0, value);
    }

    /// -1 leaves it to the tracker.
    static int numWant(long value) {
        return value < 0 ? -1 : (int) Math.min(value, Integer.MAX_VALUE);
    }

    /// A number of peers, -1 for unknown.
    static int count(long value) {
        return value < 0 ? -1 : (int) Math.min(value, Integer.MAX_VALUE);
    }
}
