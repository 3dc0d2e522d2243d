package dev.jackdaw.peer.net;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.wire.Handshake;
import dev.jackdaw.protocol.wire.HandshakeDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.Optional;

/// The handshake of a peer that dialled us. It is answered as soon as the torrent is known, since some peers only send
/// their id after that; a torrent that we do not have ends the connection.
final class IncomingHandshake extends ChannelInboundHandlerAdapter {
    private static final Logger LOGGER = System.getLogger(IncomingHandshake.class.getName());

    private final PeerAcceptor acceptor;
    private final Channel channel;
    private final ReceiveBuffers buffers;
    private final long sinceNanos;
    private final HandshakeDecoder decoder = new HandshakeDecoder();
    private Optional<IncomingPeers> torrent = Optional.empty();

    IncomingHandshake(PeerAcceptor acceptor, Channel channel, ReceiveBuffers buffers, long sinceNanos) {
        this.acceptor = acceptor;
        this.channel = channel;
        this.buffers = buffers;
        this.sinceNanos = sinceNanos;
    }

    Channel channel() {
        return channel;
    }

    long sinceNanos() {
        return sinceNanos;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            decoder.decode(in);
            if (torrent.isEmpty() && decoder.infoHash().isPresent()) {
                answer(context, decoder.infoHash().get());
            }
            if (torrent.isPresent() && decoder.handshake().isPresent()) {
                finish(context, decoder.handshake().get(), torrent.get(), in);
            }
        } catch (ProtocolException e) {
            close(e.getMessage());
        } finally {
            in.release();
        }
    }

    private void answer(ChannelHandlerContext context, InfoHash infoHash) {
        torrent = acceptor.torrent(infoHash);
        if (torrent.isEmpty()) {
            close("no torrent " + infoHash.abbreviated());
            return;
        }
        ByteBuf ours = context.alloc().buffer(Handshake.LENGTH);
        torrent.get().ourHandshake().encode(ours);
        context.writeAndFlush(ours);
    }

    private void finish(ChannelHandlerContext context, Handshake theirs, IncomingPeers to, ByteBuf in) {
        channel.config().setAutoRead(false);
        context.pipeline().remove(this);
        PeerAddress address = PeerAddress.of((InetSocketAddress) channel.remoteAddress());
        ByteBuf leftover = in.readRetainedSlice(in.readableBytes());
        acceptor.finished(this, new ShakenHands(channel, address, theirs, buffers, leftover), to);
    }

    private void close(String reason) {
        LOGGER.log(Level.DEBUG, "closing incoming {0}: {1}", channel.remoteAddress(), reason);
        channel.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        acceptor.forget(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        close(String.valueOf(cause.getMessage()));
    }
}
