package dev.jackdaw.simulation;

/// A 64-bit digest of everything that happened, in order: two runs with equal digests went the same way. Not
/// cryptographic.
public final class EventDigest {
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private long state = 0x6A09E667F3BCC908L;
    private long count;

    /// The digest of nothing.
    public EventDigest() {}

    public void add(long value) {
        long mixed = (state ^ value) * MULTIPLIER;
        state = Long.rotateLeft(mixed ^ mixed >>> 32, 17) + value;
        count++;
    }

    /// What has been added so far.
    public long value() {
        long mixed = (state ^ count) * MULTIPLIER;
        mixed = (mixed ^ mixed >>> 29) * MULTIPLIER;
        return mixed ^ mixed >>> 32;
    }

    /// How much has been added.
    public long count() {
        return count;
    }

    /// 16 hexadecimal digits.
    @Override
    public String toString() {
        return String.format("%016x", value());
    }
}
