package dev.jackdaw.tracker;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.ByteBuffer;
import java.util.List;

/// Reads a [ProxyHeader] in a Netty pipeline, before TLS; then it tells the client's address as a user event, and is
/// gone. A header that does not come in time is the business of [HttpConnectionHandler].
final class ProxyHeaderHandler extends ByteToMessageDecoder {
    private final ProxyHeader header = new ProxyHeader();

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        ByteBuffer bytes = in.nioBuffer();
        switch (header.read(bytes)) {
            case INCOMPLETE -> {}
            case MALFORMED -> {
                in.skipBytes(in.readableBytes());
                var _ = context.close();
            }
            case COMPLETE -> {
                in.skipBytes(bytes.position());
                header.client().ifPresent(context::fireUserEventTriggered);
                context.pipeline().remove(this); // hands on what follows
            }
        }
    }
}
