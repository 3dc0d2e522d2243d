package dev.jackdaw.peer.net;

import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.wire.Handshake;
import dev.jackdaw.protocol.wire.HandshakeDecoder;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One attempt to connect to a peer: waiting for its turn, connecting, shaking hands, over. Owned by its torrent's
/// loop.
final class Dial {
    /// What became of an attempt; called once, on the torrent's loop.
    interface Outcome {
        /// Takes the connection over.
        void connected(ShakenHands peer);

        void failed(String reason);
    }

    /// For a handshake in each way that is tried, encrypted or plain.
    private static final long HANDSHAKE_TIMEOUT_SECONDS = 10;

    private final PeerConnector connector;
    private final PeerAddress address;
    private final Handshake ours;
    private final EventLoop loop;
    private final boolean utpOnly;
    private final Outcome outcome;
    private @Nullable Channel channel;
    private boolean over;
    /// Whether the connector still counts it as half-open, or will.
    private boolean counted = true;

    Dial(
            PeerConnector connector,
            PeerAddress address,
            Handshake ours,
            EventLoop loop,
            boolean utpOnly,
            Outcome outcome) {
        this.connector = connector;
        this.address = address;
        this.ours = ours;
        this.loop = loop;
        this.utpOnly = utpOnly;
        this.outcome = outcome;
    }

    PeerAddress address() {
        return address;
    }

    Handshake ours() {
        return ours;
    }

    EventLoop loop() {
        return loop;
    }

    boolean utpOnly() {
        return utpOnly;
    }

    /// Gives up; the outcome is not told. On the torrent's loop.
    void cancel() {
        if (over) {
            return;
        }
        over = true;
        if (!connector.withdraw(this) && channel != null) {
            channel.close();
        }
    }

    /// Dials in one way after the other until the first connects, and once more in that way with the other kind of
    /// handshake, if it is for that that the peer does not answer: encrypted or plain; `limit` and the connector's
    /// count have a place taken for it.
    void begin(List<Bootstrap> ways, ConnectionLimit limit) {
        if (!loop.inEventLoop()) {
            loop.execute(() -> begin(ways, limit));
            return;
        }
        if (over) {
            connector.ended();
            limit.release();
            return;
        }
        connect(ways.iterator(), limit, connector.encryption().dialsEncrypted());
    }

    private void connect(Iterator<Bootstrap> ways, ConnectionLimit limit, boolean encrypted) {
        ReceiveBuffers buffers = new ReceiveBuffers();
        Bootstrap way = ways.next();
        ChannelFuture connecting = way.option(ChannelOption.RECVBUF_ALLOCATOR, buffers)
                .handler(new OutgoingHandshake(buffers, encrypted))
                .remoteAddress(address.toSocketAddress())
                .connect();
        Channel connected = connecting.channel();
        channel = connected;
        connecting.addListener(done -> {
            if (done.isSuccess()) {
                connected.closeFuture().addListener(closed -> closed(way, limit, encrypted));
            } else if (ways.hasNext() && !over) {
                connect(ways, limit, encrypted);
            } else {
                limit.release();
                fail(connectFailure(done.cause()));
            }
        });
    }

    /// A channel that was connected is closed: its place goes to the attempt with the other handshake, if there is to
    /// be one.
    private void closed(Bootstrap way, ConnectionLimit limit, boolean encrypted) {
        if (mayTryOther(encrypted)) {
            connect(List.of(way).iterator(), limit, !encrypted);
        } else {
            limit.release();
        }
    }

    /// Whether a handshake like that was the first of two.
    private boolean mayTryOther(boolean encrypted) {
        StreamEncryption encryption = connector.encryption();
        return !over && encrypted == encryption.dialsEncrypted() && encryption.allowsPlain();
    }

    private static String connectFailure(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    private void fail(String reason) {
        boolean told = over;
        end();
        if (channel != null) {
            channel.close();
        }
        if (!told) {
            loop.execute(() -> outcome.failed(reason));
        }
    }

    private void end() {
        over = true;
        if (counted) {
            counted = false;
            connector.ended();
        }
    }

    /// Sends our handshake, unless it travels with an encrypted one, and waits for the peer's for so long.
    private final class OutgoingHandshake extends ChannelInboundHandlerAdapter {
        private final ReceiveBuffers buffers;
        private final boolean encrypted;
        private final HandshakeDecoder decoder = new HandshakeDecoder();

        OutgoingHandshake(ReceiveBuffers buffers, boolean encrypted) {
            this.buffers = buffers;
            this.encrypted = encrypted;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            if (encrypted) {
                EncryptionHandshake before =
                        new EncryptionHandshake(connector.encryption().initiator(ours));
                context.pipeline().addBefore(context.name(), null, before);
            }
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (!encrypted) {
                ByteBuf handshake = context.alloc().buffer(Handshake.LENGTH);
                ours.encode(handshake);
                context.writeAndFlush(handshake);
            }
            loop.schedule(
                    () -> {
                        if (!over) {
                            failed(context, "no handshake in " + HANDSHAKE_TIMEOUT_SECONDS + " s");
                        }
                    },
                    HANDSHAKE_TIMEOUT_SECONDS,
                    TimeUnit.SECONDS);
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf in = (ByteBuf) message;
            try {
                decoder.decode(in);
                if (decoder.infoHash().isPresent() && !decoder.infoHash().get().equals(ours.infoHash())) {
                    failed(
                            context,
                            "handshake for torrent " + decoder.infoHash().get().abbreviated());
                } else if (decoder.handshake().isPresent() && !over) {
                    finish(context, decoder.handshake().get(), in);
                }
            } catch (ProtocolException e) {
                failed(context, String.valueOf(e.getMessage()));
            } finally {
                in.release();
            }
        }

        private void finish(ChannelHandlerContext context, Handshake theirs, ByteBuf in) {
            context.channel().config().setAutoRead(false);
            context.pipeline().remove(this);
            end();
            outcome.connected(new ShakenHands(
                    context.channel(), address, theirs, buffers, in.readRetainedSlice(in.readableBytes())));
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            failed(context, "closed before its handshake", mayTryOther(encrypted));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            failed(context, connectFailure(cause), mayTryOther(encrypted));
        }

        /// Who is silent or answers a plain handshake with something else would not do better with an encrypted one.
        private void failed(ChannelHandlerContext context, String reason) {
            failed(context, reason, encrypted && mayTryOther(true));
        }

        private void failed(ChannelHandlerContext context, String reason, boolean oneMore) {
            boolean superseded = context.channel() != channel;
            if (superseded || oneMore) {
                context.close();
            } else {
                fail(reason);
            }
        }
    }
}
