package dev.jackdaw.peer.utp;

/// Arithmetic of 16-bit packet numbers, which wrap around.
final class SequenceNumber {
    private static final int MASK = 0xFFFF;

    private SequenceNumber() {}

    static int plus(int sequence, int count) {
        return sequence + count & MASK;
    }

    /// How far `to` is ahead of `from`, negative if it is behind; right as long as they are less than 32768 apart.
    static int distance(int from, int to) {
        return (short) (to - from);
    }
}
