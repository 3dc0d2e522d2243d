package dev.jackdaw.peer.net;

import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.Ticker;
import dev.jackdaw.protocol.wire.PeerMessage;
import dev.jackdaw.protocol.wire.PeerMessageDecoder;
import dev.jackdaw.protocol.wire.WireLimits;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.function.Consumer;

/// The last stop of a peer's bytes: cuts each read into messages and hands them to the torrent, all on its loop. Read
/// buffers end here.
final class PeerChannelHandler extends ChannelInboundHandlerAdapter implements Consumer<PeerMessage> {
    /// What a connection has to tell.
    interface Listener {
        void received(PeerConnection connection, PeerMessage message, long nowNanos);

        /// All that could be read now was delivered.
        void readCompleted(PeerConnection connection, long nowNanos);

        /// The channel is closed, or must be for this reason.
        void lost(PeerConnection connection, String reason);
    }

    private final PeerConnection connection;
    private final Listener listener;
    private final Ticker ticker;
    private final PeerMessageDecoder decoder;
    private long nowNanos;

    PeerChannelHandler(PeerConnection connection, Listener listener, WireLimits limits, Ticker ticker) {
        this.connection = connection;
        this.listener = listener;
        this.ticker = ticker;
        this.decoder = new PeerMessageDecoder(limits, connection.channel().alloc());
    }

    /// Takes what came with the peer's handshake: the only bytes that do not come through the pipeline, since all in
    /// front of this handler has seen them.
    void begin(ByteBuf leftover) {
        if (leftover.isReadable()) {
            read(leftover);
            listener.readCompleted(connection, ticker.nanos());
        } else {
            leftover.release();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        read((ByteBuf) message);
    }

    private void read(ByteBuf in) {
        nowNanos = ticker.nanos();
        try {
            decoder.decode(in, this);
        } catch (ProtocolException e) {
            listener.lost(connection, e.getMessage());
        } finally {
            in.release();
        }
    }

    @Override
    public void accept(PeerMessage message) {
        if (!connection.isClosed()) {
            listener.received(connection, message, nowNanos);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        listener.readCompleted(connection, ticker.nanos());
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        BlockSender blocks = connection.blocks();
        if (blocks != null) {
            blocks.readNext();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        listener.lost(connection, "closed by the peer");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        listener.lost(connection, String.valueOf(cause.getMessage()));
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        decoder.close();
    }
}
