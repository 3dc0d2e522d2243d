package dev.jackdaw.protocol;

import java.util.HexFormat;

/// The 160-bit identity of a torrent: SHA-1 of the info dictionary's original bytes (BEP 3), or the first 20 bytes of
/// its SHA-256 for a v2 torrent (BEP 52, "info-hash"), as it stands on the wire, in trackers and in the DHT.
public record InfoHash(long high, long middle, int low) implements Comparable<InfoHash> {
    /// 20 bytes.
    public static final int LENGTH = 20;

    /// @param bytes exactly 20 bytes, big-endian
    public static InfoHash of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("info-hash of " + bytes.length + " bytes, expected " + LENGTH);
        }
        return new InfoHash(Bytes.getLong(bytes, 0), Bytes.getLong(bytes, 8), Bytes.getInt(bytes, 16));
    }

    /// @param hex exactly 40 hexadecimal digits, either case
    public static InfoHash ofHex(String hex) {
        return of(HexFormat.of().parseHex(hex));
    }

    /// A new array of 20 bytes.
    public byte[] toBytes() {
        byte[] bytes = new byte[LENGTH];
        Bytes.putLong(bytes, 0, high);
        Bytes.putLong(bytes, 8, middle);
        Bytes.putInt(bytes, 16, low);
        return bytes;
    }

    /// 40 lower-case hexadecimal digits.
    public String hex() {
        return HexFormat.of().toHexDigits(high)
                + HexFormat.of().toHexDigits(middle)
                + HexFormat.of().toHexDigits(low);
    }

    /// The first 8 digits, for logs.
    public String abbreviated() {
        return HexFormat.of().toHexDigits(high).substring(0, 8);
    }

    /// Unsigned big-endian order.
    @Override
    public int compareTo(InfoHash other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        if (byHigh != 0) {
            return byHigh;
        }
        int byMiddle = Long.compareUnsigned(middle, other.middle);
        return byMiddle != 0 ? byMiddle : Integer.compareUnsigned(low, other.low);
    }

    @Override
    public String toString() {
        return hex();
    }
}
