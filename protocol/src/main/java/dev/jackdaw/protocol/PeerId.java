package dev.jackdaw.protocol;

import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/// The 160-bit name a client gives itself (BEP 3, "peer id"; BEP 20 for its conventional prefix).
public record PeerId(long high, long middle, int low) {
    /// 20 bytes.
    public static final int LENGTH = 20;

    /// @param bytes exactly 20 bytes
    public static PeerId of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("peer id of " + bytes.length + " bytes, expected " + LENGTH);
        }
        return new PeerId(Bytes.getLong(bytes, 0), Bytes.getLong(bytes, 8), Bytes.getInt(bytes, 16));
    }

    /// A fresh id with the given Azureus-style prefix (BEP 20) and random rest.
    ///
    /// @param prefix at most 20 ASCII characters, conventionally 8 such as `-JD0100-`
    public static PeerId random(String prefix, RandomGenerator random) {
        byte[] start = prefix.getBytes(StandardCharsets.US_ASCII);
        if (start.length > LENGTH) {
            throw new IllegalArgumentException("prefix of " + start.length + " bytes, at most " + LENGTH + " fit");
        }
        byte[] bytes = new byte[LENGTH];
        random.nextBytes(bytes);
        System.arraycopy(start, 0, bytes, 0, start.length);
        return of(bytes);
    }

    /// A new array of 20 bytes.
    public byte[] toBytes() {
        byte[] bytes = new byte[LENGTH];
        Bytes.putLong(bytes, 0, high);
        Bytes.putLong(bytes, 8, middle);
        Bytes.putInt(bytes, 16, low);
        return bytes;
    }

    /// The id as text for people: printable ASCII as it is, every other byte as `.`.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(LENGTH);
        for (byte b : toBytes()) {
            text.append(b > 0x20 && b < 0x7f ? (char) b : '.');
        }
        return text.toString();
    }
}
