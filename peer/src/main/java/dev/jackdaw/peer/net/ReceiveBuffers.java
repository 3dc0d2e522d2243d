package dev.jackdaw.peer.net;

import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/// How large the buffer of one connection's next read is: small until the handshake is done, since anyone can cause
/// that much, then large, since it halves the cost of receiving. A connection holds one only while it is being read.
final class ReceiveBuffers extends DefaultMaxMessagesRecvByteBufAllocator {
    /// A handshake is 68 bytes, an encrypted one up to 628.
    private static final int HANDSHAKE_BYTES = 1024;
    private static final int MESSAGES_BYTES = 256 * 1024;
    /// Reads before other channels of the loop have their turn.
    private static final int MAX_READS = 4;

    private int bytes = HANDSHAKE_BYTES;

    ReceiveBuffers() {
        super(MAX_READS);
    }

    /// From now on messages are read; called on the channel's loop.
    void handshakeDone() {
        bytes = MESSAGES_BYTES;
    }

    @Override
    public MaxMessageHandle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public int guess() {
                return bytes;
            }
        };
    }
}
