package dev.jackdaw.peer.net.mse;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/// The bytes of a handshake's next part, gathered until they are as many as the part needs; never more.
final class Gathered {
    private byte[] bytes = new byte[MseCrypto.KEY_LENGTH];
    private int length;

    /// Takes from `in` what is missing; says whether `wanted` bytes are there.
    boolean fill(ByteBuf in, int wanted) {
        int count = Math.min(in.readableBytes(), wanted - length);
        if (count > 0) {
            if (bytes.length < length + count) {
                bytes = Arrays.copyOf(bytes, Math.min(wanted, Math.max(length + count, 2 * bytes.length)));
            }
            in.readBytes(bytes, length, count);
            length += count;
        }
        return length >= wanted;
    }

    /// Everything gathered, which is then forgotten.
    byte[] take() {
        byte[] taken = Arrays.copyOf(bytes, length);
        length = 0;
        return taken;
    }

    boolean is(byte[] pattern) {
        return Arrays.equals(bytes, 0, length, pattern, 0, pattern.length);
    }

    /// Forgets the oldest byte.
    void dropFirst() {
        length--;
        System.arraycopy(bytes, 1, bytes, 0, length);
    }
}
