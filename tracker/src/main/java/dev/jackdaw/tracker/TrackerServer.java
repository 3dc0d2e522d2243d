package dev.jackdaw.tracker;

import dev.jackdaw.protocol.Ticker;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// A running tracker: its sockets, its event loops and its swarms.
public final class TrackerServer implements AutoCloseable {
    /// The whole store is swept in this time.
    private static final int SWEEP_MILLIS = 60_000;
    /// Longer datagrams are cut: the longest good request is a scrape of some 1,500 bytes.
    private static final int MAX_DATAGRAM = 2048;
    /// Datagrams taken from the system at a time.
    private static final int DATAGRAM_BATCH = 32;

    private static final int UDP_BUFFER = 4 << 20;

    private final TrackerConfig config;
    private final SwarmStore store;
    private final Counters counters = new Counters();
    private final EventLoopGroup loops;
    private final boolean epoll = Epoll.isAvailable();
    private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("jackdaw-tracker-sweep").daemon().factory());
    private final List<Channel> http = new ArrayList<>();
    private final List<Channel> udp = new ArrayList<>();
    private int nextExpiry;

    private TrackerServer(TrackerConfig config) {
        SecureRandom random = new SecureRandom();
        this.config = config;
        this.store = new MemorySwarmStore(
                config.maxStoredPeers(), config.maxStoredSwarms(), config.peerTimeout(), random.nextLong());
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        this.loops = new MultiThreadIoEventLoopGroup(config.threads(), io);
    }

    /// Opens all sockets and answers from then on.
    ///
    /// @throws IOException if one of the addresses cannot be listened on; then none is
    public static TrackerServer start(TrackerConfig config) throws IOException {
        TrackerServer server = new TrackerServer(config);
        try {
            server.open();
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void open() throws IOException {
        SecureRandom random = new SecureRandom();
        Ticker ticker = System::nanoTime;
        AnnouncePolicy policy = AnnouncePolicy.OPEN;
        AnnounceService service = new AnnounceService(store, policy, config);
        ConnectionIds connectionIds = new ConnectionIds(random.nextLong(), random.nextLong());
        HttpFrontend frontend = new HttpFrontend(service, ticker, counters);
        for (InetSocketAddress address : config.http()) {
            http.add(listenHttp(address, frontend));
        }
        for (InetSocketAddress address : config.udp()) {
            // one socket for each loop, among which the kernel shares out the clients
            int sockets = epoll ? config.threads() : 1;
            InetSocketAddress bound = address;
            for (int i = 0; i < sockets; i++) {
                Channel channel = listenUdp(bound, new UdpFrontend(service, connectionIds, ticker, counters));
                udp.add(channel);
                bound = (InetSocketAddress) channel.localAddress();
            }
        }
        long period = Math.max(1, SWEEP_MILLIS / SwarmStore.EXPIRY_STEPS);
        var _ = sweeper.scheduleAtFixedRate(
                () -> store.expire(nextExpiry++, ticker.nanos()), period, period, TimeUnit.MILLISECONDS);
    }

    private Channel listenHttp(InetSocketAddress address, HttpFrontend frontend) throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(2048))
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(new HttpConnectionHandler(
                                        frontend, counters, config.maxConnections(), config.requestTimeout()));
                    }
                });
        return bound(bootstrap.bind(address), "HTTP", address);
    }

    private Channel listenUdp(InetSocketAddress address, UdpFrontend frontend) throws IOException {
        Bootstrap bootstrap = new Bootstrap()
                .group(loops)
                .channel(epoll ? EpollDatagramChannel.class : NioDatagramChannel.class)
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .option(ChannelOption.SO_RCVBUF, UDP_BUFFER)
                .option(ChannelOption.SO_SNDBUF, UDP_BUFFER)
                .option(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(epoll ? DATAGRAM_BATCH * MAX_DATAGRAM : MAX_DATAGRAM))
                .handler(frontend);
        if (epoll) {
            bootstrap.option(EpollChannelOption.SO_REUSEPORT, true);
            bootstrap.option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, MAX_DATAGRAM);
        }
        return bound(bootstrap.bind(address), "UDP", address);
    }

    private static Channel bound(ChannelFuture future, String protocol, InetSocketAddress address) throws IOException {
        if (!future.awaitUninterruptibly().isSuccess()) {
            throw new IOException("cannot listen for " + protocol + " on " + address + ": "
                    + future.cause().getMessage());
        }
        return future.channel();
    }

    /// The port of the first HTTP address.
    public int httpPort() {
        return port(http);
    }

    /// The port of the first UDP address.
    public int udpPort() {
        return port(udp);
    }

    private static int port(List<Channel> channels) {
        return ((InetSocketAddress) channels.getFirst().localAddress()).getPort();
    }

    /// What the frontends have counted.
    Counters counters() {
        return counters;
    }

    SwarmStore store() {
        return store;
    }

    public TrackerSnapshot snapshot() {
        return new TrackerSnapshot(
                store.swarms(),
                store.peers(),
                counters.announces(Counters.Protocol.UDP),
                counters.announces(Counters.Protocol.HTTP),
                counters.refused(),
                counters.httpConnections.get());
    }

    /// Closes all sockets and ends all threads; swarms are forgotten.
    @Override
    public void close() {
        sweeper.shutdownNow();
        http.forEach(channel -> channel.close().awaitUninterruptibly());
        udp.forEach(channel -> channel.close().awaitUninterruptibly());
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
