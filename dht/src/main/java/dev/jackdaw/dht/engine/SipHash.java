package dev.jackdaw.dht.engine;

import dev.jackdaw.dht.NodeId;
import java.util.random.RandomGenerator;

/// SipHash-2-4 (Aumasson, Bernstein 2012) of a host, and of what belongs to it: unpredictable to whoever lacks
/// the key.
final class SipHash {
    private final long key0;
    private final long key1;
    private long v0;
    private long v1;
    private long v2;
    private long v3;

    /// @param random unguessable
    SipHash(RandomGenerator random) {
        this(random.nextLong(), random.nextLong());
    }

    SipHash(long key0, long key1) {
        this.key0 = key0;
        this.key1 = key1;
    }

    /// Of 16 bytes.
    long hash(long high, long low) {
        start();
        word(high);
        word(low);
        return finish(16);
    }

    /// Of 48 bytes: a host, a point and a number.
    long hash(long high, long low, NodeId point, long number) {
        start();
        word(high);
        word(low);
        word(point.high());
        word(point.middle());
        word(point.low());
        word(number);
        return finish(48);
    }

    /// Of these bytes as little-endian words.
    long hash(byte[] bytes) {
        start();
        int at = 0;
        for (; at + 8 <= bytes.length; at += 8) {
            word(littleEndian(bytes, at, 8));
        }
        word(littleEndian(bytes, at, bytes.length - at) | (long) bytes.length << 56);
        return close();
    }

    private static long littleEndian(byte[] bytes, int at, int count) {
        long word = 0;
        for (int i = 0; i < count; i++) {
            word |= (bytes[at + i] & 0xffL) << 8 * i;
        }
        return word;
    }

    private void start() {
        v0 = key0 ^ 0x736f6d6570736575L;
        v1 = key1 ^ 0x646f72616e646f6dL;
        v2 = key0 ^ 0x6c7967656e657261L;
        v3 = key1 ^ 0x7465646279746573L;
    }

    private void word(long word) {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }

    private long finish(int length) {
        word((long) length << 56);
        return close();
    }

    private long close() {
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
