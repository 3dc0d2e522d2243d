package dev.jackdaw.peer.net;

import dev.jackdaw.peer.net.mse.MseSession;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

/// The first handler of an encrypted channel: decrypts what is read and encrypts what is written, both in place. So
/// nothing that is written may be shared or used again.
final class EncryptedStream extends ChannelDuplexHandler {
    private final MseSession session;

    EncryptedStream(MseSession session) {
        this.session = session;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        session.decrypt((ByteBuf) message);
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        session.encrypt((ByteBuf) message);
        context.write(message, promise);
    }
}
