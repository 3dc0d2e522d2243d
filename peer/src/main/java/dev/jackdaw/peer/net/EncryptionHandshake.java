package dev.jackdaw.peer.net;

import dev.jackdaw.peer.net.mse.CryptoMethod;
import dev.jackdaw.peer.net.mse.MseHandshake;
import dev.jackdaw.peer.net.mse.MseSession;
import dev.jackdaw.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/// One channel's encryption handshake, either side. When it is finished, an [EncryptedStream] takes this handler's
/// place if the stream is to be encrypted, and what has come of the stream goes on in one read.
///
/// The handler behind hears of failures as exceptions, and has the deadline.
final class EncryptionHandshake extends ChannelInboundHandlerAdapter {
    private final MseHandshake handshake;

    EncryptionHandshake(MseHandshake handshake) {
        this.handshake = handshake;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        ByteBuf out = context.alloc().buffer();
        handshake.begin(out);
        context.writeAndFlush(out);
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws ProtocolException {
        ByteBuf in = (ByteBuf) message;
        ByteBuf out = context.alloc().buffer();
        try {
            handshake.receive(in, out);
            if (out.isReadable()) {
                context.writeAndFlush(out.retain());
            }
            if (handshake.session().isPresent()) {
                finish(context, handshake.session().get(), in);
            }
        } finally {
            in.release();
            out.release();
        }
    }

    private void finish(ChannelHandlerContext context, MseSession session, ByteBuf in) {
        if (session.method() == CryptoMethod.RC4) {
            context.pipeline().addBefore(context.name(), null, new EncryptedStream(session));
        }
        context.pipeline().remove(this);
        session.decrypt(in);
        byte[] payload = handshake.initialPayload();
        if (payload.length + in.readableBytes() > 0) {
            // in one buffer, since the handler behind may leave after its first
            ByteBuf begin = context.alloc().buffer(payload.length + in.readableBytes());
            context.fireChannelRead(begin.writeBytes(payload).writeBytes(in));
        }
    }
}
