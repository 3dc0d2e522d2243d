package dev.jackdaw.protocol.wire;

import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import java.nio.ByteBuffer;

/// The payload of an `lt_donthave` message: the sender no longer has a piece (BEP 54).
public record DontHave(int piece) {
    /// Reads a payload.
    public static DontHave read(byte[] payload) throws ProtocolException {
        if (payload.length != Integer.BYTES) {
            throw new ProtocolException(
                    Violation.BAD_VALUE, "don't-have of " + payload.length + " bytes, expected " + Integer.BYTES);
        }
        return new DontHave(ByteBuffer.wrap(payload).getInt());
    }

    /// The payload, 4 bytes.
    public byte[] write() {
        return ByteBuffer.allocate(Integer.BYTES).putInt(piece).array();
    }
}
