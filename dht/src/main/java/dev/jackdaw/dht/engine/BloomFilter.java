package dev.jackdaw.dht.engine;

import dev.jackdaw.protocol.Sha1;

/// A set of hosts of which only the size can be told: 2048 bits, two for each host (BEP 33, "Bloom Filters").
public final class BloomFilter {
    /// In bytes.
    public static final int LENGTH = 256;

    private static final int BITS = LENGTH * 8;

    private final byte[] bits = new byte[LENGTH];

    /// Makes an empty one.
    public BloomFilter() {}

    /// @param host 4 or 16 bytes
    public void add(byte[] host) {
        byte[] hash = Sha1.hash(host);
        set((hash[0] & 0xff | (hash[1] & 0xff) << 8) % BITS);
        set((hash[2] & 0xff | (hash[3] & 0xff) << 8) % BITS);
    }

    private void set(int bit) {
        bits[bit / 8] |= (byte) (1 << bit % 8);
    }

    /// Takes in all of another one.
    ///
    /// @param other 256 bytes, or none
    public void addAll(byte[] other) {
        for (int i = 0; i < other.length; i++) {
            bits[i] |= other[i];
        }
    }

    /// How many hosts are in it, about; more than some 6,000 cannot be told apart.
    public double estimate() {
        int zeros = 0;
        for (byte octet : bits) {
            zeros += 8 - Integer.bitCount(octet & 0xff);
        }
        double c = Math.clamp(zeros, 1, BITS - 1);
        return zeros == BITS ? 0 : Math.log(c / BITS) / (2 * Math.log(1 - 1.0 / BITS));
    }

    /// A new array of 256 bytes.
    public byte[] toBytes() {
        return bits.clone();
    }
}
