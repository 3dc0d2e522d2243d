package dev.jackdaw.peer.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;

/// The buffer of one connection's next read: small until the handshake is done, since anyone can cause that much, then
/// large, since it halves the cost of receiving. A connection holds one only while it is being read, so all connections
/// of a loop take turns with one large buffer, which costs neither taking nor giving back.
final class ReceiveBuffers extends DefaultMaxMessagesRecvByteBufAllocator {
    /// A handshake is 68 bytes, an encrypted one up to 628.
    private static final int HANDSHAKE_BYTES = 1024;
    private static final int MESSAGES_BYTES = 256 * 1024;
    /// Reads before other channels of the loop have their turn. Requests leave after them too: with more reads, a
    /// quick peer would have answered all that it was asked before it hears of the next.
    private static final int MAX_READS = 2;

    private static final FastThreadLocal<ByteBuf> OF_LOOP = new FastThreadLocal<>() {
        @Override
        protected ByteBuf initialValue() {
            return Unpooled.directBuffer(MESSAGES_BYTES, MESSAGES_BYTES);
        }

        @Override
        protected void onRemoval(ByteBuf buffer) {
            buffer.release();
        }
    };

    private boolean large;

    ReceiveBuffers() {
        super(MAX_READS);
    }

    /// From now on messages are read; called on the channel's loop.
    void handshakeDone() {
        large = true;
    }

    @Override
    public MaxMessageHandle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public int guess() {
                return large ? MESSAGES_BYTES : HANDSHAKE_BYTES;
            }

            @Override
            public ByteBuf allocate(ByteBufAllocator allocator) {
                if (large) {
                    ByteBuf ofLoop = OF_LOOP.get();
                    if (ofLoop.refCnt() == 1) { // else somebody keeps what was read before
                        return ofLoop.retain().clear();
                    }
                }
                return super.allocate(allocator);
            }
        };
    }
}
