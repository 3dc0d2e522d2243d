package dev.jackdaw.peer.net;

import dev.jackdaw.peer.net.mse.MseHandshake;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Optional;

/// Looks at the first bytes of a peer that dialled us: a plain handshake goes on, anything else is taken for an
/// encrypted one, and an [EncryptionHandshake] takes over once its key is complete. Holds back 96 bytes at most.
final class IncomingEncryption extends ChannelInboundHandlerAdapter {
    private final StreamEncryption encryption;
    private ByteBuf first = Unpooled.EMPTY_BUFFER;

    IncomingEncryption(StreamEncryption encryption) {
        this.encryption = encryption;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws ProtocolException {
        first = joined(context, first, (ByteBuf) message);
        Optional<Boolean> plain = MseHandshake.isPlain(first);
        if (plain.isEmpty()) {
            return;
        }
        if (plain.get()) {
            if (!encryption.allowsPlain()) {
                throw new ProtocolException(Violation.UNEXPECTED, "plain handshake, encryption is required");
            }
            handOn(context);
        } else if (first.readableBytes() >= MseHandshake.KEY_LENGTH) {
            if (!encryption.mayExchangeKeys()) {
                throw new ProtocolException(
                        Violation.LIMIT_EXCEEDED,
                        "more than " + StreamEncryption.MAX_KEY_EXCHANGES_PER_SECOND + " key exchanges in a second");
            }
            context.pipeline().addAfter(context.name(), null, new EncryptionHandshake(encryption.responder()));
            handOn(context);
        }
    }

    private static ByteBuf joined(ChannelHandlerContext context, ByteBuf first, ByteBuf next) {
        if (!first.isReadable()) {
            first.release();
            return next;
        }
        ByteBuf both = context.alloc().buffer(first.readableBytes() + next.readableBytes());
        both.writeBytes(first).writeBytes(next);
        first.release();
        next.release();
        return both;
    }

    private void handOn(ChannelHandlerContext context) {
        ByteBuf bytes = first;
        first = Unpooled.EMPTY_BUFFER;
        context.pipeline().remove(this);
        context.fireChannelRead(bytes);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        first.release();
        first = Unpooled.EMPTY_BUFFER;
    }
}
