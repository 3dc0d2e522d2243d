package dev.jackdaw.dht;

import dev.jackdaw.protocol.InfoHash;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/// A point of the 160-bit space of the DHT: a node's id, or what is looked up there, such as an info-hash (BEP
/// 5).
///
/// The distance of two points is their XOR as an unsigned number.
public record NodeId(long high, long middle, int low) implements Comparable<NodeId> {
    /// In bytes.
    public static final int LENGTH = 20;
    /// In bits.
    public static final int BITS = 160;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    /// @param bytes exactly 20 bytes, big-endian
    public static NodeId of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("id of " + bytes.length + " bytes, expected " + LENGTH);
        }
        return of(bytes, 0);
    }

    /// Reads the 20 bytes from offset `at`.
    public static NodeId of(byte[] bytes, int at) {
        return new NodeId((long) LONGS.get(bytes, at), (long) LONGS.get(bytes, at + 8), (int) INTS.get(bytes, at + 16));
    }

    /// Where the torrent's peers are looked up.
    public static NodeId of(InfoHash infoHash) {
        return new NodeId(infoHash.high(), infoHash.middle(), infoHash.low());
    }

    /// @param hex exactly 40 hexadecimal digits, either case
    public static NodeId ofHex(String hex) {
        return of(HexFormat.of().parseHex(hex));
    }

    public static NodeId random(RandomGenerator random) {
        return new NodeId(random.nextLong(), random.nextLong(), random.nextInt());
    }

    /// A random point that shares exactly the first `bits` bits with this one.
    ///
    /// @param bits 0 … 159
    public NodeId neighbour(int bits, RandomGenerator random) {
        byte[] bytes = random(random).toBytes();
        byte[] own = toBytes();
        int whole = bits / 8;
        System.arraycopy(own, 0, bytes, 0, whole);
        int keep = 0xff00 >> (bits % 8) & 0xff;
        int differing = 0x80 >> (bits % 8);
        int rest = bytes[whole] & ~keep & ~differing;
        bytes[whole] = (byte) ((own[whole] & keep) | (~own[whole] & differing) | (rest & 0xff));
        return of(bytes);
    }

    /// The `index`-th 32 bits, 0 … 4, the most significant first.
    public int word(int index) {
        return switch (index) {
            case 0 -> (int) (high >>> 32);
            case 1 -> (int) high;
            case 2 -> (int) (middle >>> 32);
            case 3 -> (int) middle;
            case 4 -> low;
            default -> throw new IndexOutOfBoundsException(index);
        };
    }

    /// How many leading bits the two have in common: 0 … 160.
    public int sharedPrefix(NodeId other) {
        long difference = high ^ other.high;
        if (difference != 0) {
            return Long.numberOfLeadingZeros(difference);
        }
        difference = middle ^ other.middle;
        if (difference != 0) {
            return 64 + Long.numberOfLeadingZeros(difference);
        }
        return 128 + Integer.numberOfLeadingZeros(low ^ other.low);
    }

    /// Compares how far `a` and `b` are from this point; negative if `a` is closer.
    public int compareDistance(NodeId a, NodeId b) {
        int byHigh = Long.compareUnsigned(high ^ a.high, high ^ b.high);
        if (byHigh != 0) {
            return byHigh;
        }
        int byMiddle = Long.compareUnsigned(middle ^ a.middle, middle ^ b.middle);
        return byMiddle != 0 ? byMiddle : Integer.compareUnsigned(low ^ a.low, low ^ b.low);
    }

    /// A new array of 20 bytes.
    public byte[] toBytes() {
        byte[] bytes = new byte[LENGTH];
        put(bytes, 0);
        return bytes;
    }

    /// Writes the 20 bytes to offset `at`.
    public void put(byte[] bytes, int at) {
        LONGS.set(bytes, at, high);
        LONGS.set(bytes, at + 8, middle);
        INTS.set(bytes, at + 16, low);
    }

    /// The same bits as the identity of a torrent.
    public InfoHash toInfoHash() {
        return new InfoHash(high, middle, low);
    }

    /// 40 lower-case hexadecimal digits.
    public String hex() {
        return toInfoHash().hex();
    }

    /// Unsigned big-endian order.
    @Override
    public int compareTo(NodeId other) {
        return toInfoHash().compareTo(other.toInfoHash());
    }

    @Override
    public String toString() {
        return hex();
    }
}
