package dev.jackdaw.dht;

import dev.jackdaw.dht.krpc.KrpcDecoder;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The UDP sockets of a node that has some of its own, one for each address family, and the loop they are on.
///
/// Datagrams are taken from the system and given to it many at a time, where it can do that.
final class DhtSocket implements DatagramSender, AutoCloseable {
    /// Longer datagrams are cut, and then refused.
    private static final int DATAGRAM_BYTES = KrpcDecoder.MAX_LENGTH;
    /// Datagrams taken with one system call.
    private static final int BATCH = 32;

    private static final int SOCKET_BUFFER_BYTES = 4 << 20;

    private final boolean epoll = Epoll.isAvailable();
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("jackdaw-dht", true),
            epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final List<Channel> channels = new ArrayList<>();

    /// Opens sockets that receive nothing yet.
    ///
    /// @throws IOException if one of the addresses cannot be had; then none is
    static DhtSocket open(List<InetSocketAddress> addresses) throws IOException {
        DhtSocket socket = new DhtSocket();
        try {
            for (InetSocketAddress address : addresses) {
                socket.channels.add(socket.bind(address));
            }
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /// A socket of the address's own family: one of both would be told to be on `::` where `0.0.0.0` was asked for.
    private Channel bind(InetSocketAddress address) throws IOException {
        SocketProtocolFamily family =
                address.getAddress() instanceof Inet4Address ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channelFactory(() -> channel(family))
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER_BYTES)
                .option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER_BYTES)
                .option(ChannelOption.AUTO_READ, false)
                .option(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(epoll ? BATCH * DATAGRAM_BYTES : DATAGRAM_BYTES))
                .handler(new ChannelInboundHandlerAdapter());
        if (epoll) {
            bootstrap.option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, DATAGRAM_BYTES);
        }
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot use UDP port " + address.getPort() + " of "
                            + address.getAddress().getHostAddress() + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        return bound.channel();
    }

    private DatagramChannel channel(SocketProtocolFamily family) {
        return epoll ? new EpollDatagramChannel(family) : new NioDatagramChannel(family);
    }

    /// Starts to receive.
    void start(Dht node) {
        for (Channel channel : channels) {
            channel.pipeline().addLast(new Receiver(node));
            channel.config().setAutoRead(true);
        }
    }

    EventLoop loop() {
        return loop;
    }

    List<InetSocketAddress> localAddresses() {
        return channels.stream()
                .map(channel -> (InetSocketAddress) channel.localAddress())
                .toList();
    }

    @Override
    public void send(ByteBuf datagram, InetSocketAddress to) {
        for (Channel channel : channels) {
            boolean v6 = ((InetSocketAddress) channel.localAddress()).getAddress() instanceof Inet6Address;
            if (v6 == to.getAddress() instanceof Inet6Address && channel.isWritable()) {
                channel.write(new DatagramPacket(datagram, to), channel.voidPromise());
                return;
            }
        }
        datagram.release();
    }

    @Override
    public void flush() {
        channels.forEach(Channel::flush);
    }

    @Override
    public void close() {
        channels.forEach(channel -> channel.close().awaitUninterruptibly());
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static final class Receiver extends ChannelInboundHandlerAdapter {
        private final Dht node;

        Receiver(Dht node) {
            this.node = node;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            try {
                if (message instanceof DatagramPacket packet) {
                    node.received(packet.content(), packet.sender());
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            node.batchCompleted();
        }

        /// Errors of a UDP socket are about single datagrams: nobody listens at some node's address any more.
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            System.getLogger(DhtSocket.class.getName()).log(System.Logger.Level.DEBUG, "UDP socket", cause);
        }
    }
}
