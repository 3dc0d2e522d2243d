package dev.jackdaw.protocol;

import java.util.random.RandomGenerator;

/// SipHash-2-4 (Aumasson, Bernstein 2012): a hash of 64 bits under a key of 128, unpredictable to whoever lacks the
/// key. So it serves as a short proof (tokens, connection ids) and against collisions that strangers choose.
///
/// Immutable, and so to be shared by threads. Words stand for their eight bytes in little-endian order.
public final class SipHash {
    private final long key0;
    private final long key1;

    /// @param random unguessable
    public SipHash(RandomGenerator random) {
        this(random.nextLong(), random.nextLong());
    }

    /// @param key0 the key's first eight bytes, little-endian
    /// @param key1 the others
    public SipHash(long key0, long key1) {
        this.key0 = key0;
        this.key1 = key1;
    }

    /// Of 16 bytes.
    public long hash(long a, long b) {
        State state = new State(key0, key1);
        state.word(a);
        state.word(b);
        return state.finish(16);
    }

    /// Of 24 bytes.
    public long hash(long a, long b, long c) {
        State state = new State(key0, key1);
        state.word(a);
        state.word(b);
        state.word(c);
        return state.finish(24);
    }

    /// Of 48 bytes.
    public long hash(long a, long b, long c, long d, long e, long f) {
        State state = new State(key0, key1);
        state.word(a);
        state.word(b);
        state.word(c);
        state.word(d);
        state.word(e);
        state.word(f);
        return state.finish(48);
    }

    public long hash(byte[] bytes) {
        State state = new State(key0, key1);
        int at = 0;
        for (; at + 8 <= bytes.length; at += 8) {
            state.word(littleEndian(bytes, at, 8));
        }
        state.word(littleEndian(bytes, at, bytes.length - at) | (long) bytes.length << 56);
        return state.close();
    }

    private static long littleEndian(byte[] bytes, int at, int count) {
        long word = 0;
        for (int i = 0; i < count; i++) {
            word |= (bytes[at + i] & 0xffL) << 8 * i;
        }
        return word;
    }

    /// Of one computation; it never leaves its method, so it costs no allocation.
    private static final class State {
        private long v0;
        private long v1;
        private long v2;
        private long v3;

        State(long key0, long key1) {
            v0 = key0 ^ 0x736f6d6570736575L;
            v1 = key1 ^ 0x646f72616e646f6dL;
            v2 = key0 ^ 0x6c7967656e657261L;
            v3 = key1 ^ 0x7465646279746573L;
        }

        void word(long word) {
            v3 ^= word;
            round();
            round();
            v0 ^= word;
        }

        /// @param length in bytes, a multiple of eight: the last word is of nothing else
        long finish(int length) {
            word((long) length << 56);
            return close();
        }

        long close() {
            v2 ^= 0xff;
            round();
            round();
            round();
            round();
            return v0 ^ v1 ^ v2 ^ v3;
        }

        private void round() {
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
    }
}
