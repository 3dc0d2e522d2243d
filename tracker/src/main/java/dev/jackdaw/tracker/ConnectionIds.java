package dev.jackdaw.tracker;

/// Connection ids of UDP clients (BEP 15): a keyed hash (SipHash-2-4) of the client's address and the time, so that
/// nothing has to be remembered of a client that has only claimed an address.
///
/// Time is cut into windows of [#WINDOW_NANOS]; an id is good in its window and the next, which is never less than the
/// minute that clients may use it, nor more than the two that BEP 15 allows.
final class ConnectionIds {
    /// A minute, and a few seconds for the way.
    static final long WINDOW_NANOS = 64_000_000_000L;

    private final long key0;
    private final long key1;

    /// @param key0 unguessable
    /// @param key1 unguessable
    ConnectionIds(long key0, long key1) {
        this.key0 = key0;
        this.key1 = key1;
    }

    /// @param high the address's high 64 bits, 0 for IPv4
    /// @param low  its low 64 bits, or all 32
    long issue(long high, long low, long nowNanos) {
        return sip(high, low, Math.floorDiv(nowNanos, WINDOW_NANOS));
    }

    boolean verify(long id, long high, long low, long nowNanos) {
        long window = Math.floorDiv(nowNanos, WINDOW_NANOS);
        return id == sip(high, low, window) || id == sip(high, low, window - 1);
    }

    /// SipHash-2-4 of 24 bytes, as three words.
    private long sip(long a, long b, long c) {
        long v0 = key0 ^ 0x736f6d6570736575L;
        long v1 = key1 ^ 0x646f72616e646f6dL;
        long v2 = key0 ^ 0x6c7967656e657261L;
        long v3 = key1 ^ 0x7465646279746573L;
        for (int i = 0; i < 4; i++) {
            long word = switch (i) {
                case 0 -> a;
                case 1 -> b;
                case 2 -> c;
                default -> 24L << 56; // the length, as the last word of every SipHash
            };
            v3 ^= word;
            for (int round = 0; round < 2; round++) {
                v0 += v1;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v0 = Long.rotateLeft(v0, 32);
                v2 += v3;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 += v3;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 += v1;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v2 = Long.rotateLeft(v2, 32);
            }
            v0 ^= word;
        }
        v2 ^= 0xff;
        for (int round = 0; round < 4; round++) {
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }
}
