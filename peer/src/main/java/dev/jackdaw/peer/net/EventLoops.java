package dev.jackdaw.peer.net;

import dev.jackdaw.protocol.InfoHash;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The threads of a session on which sockets and torrents live, with the kind of sockets and the buffers that go with
/// them: epoll where the system has it, else NIO.
///
/// A torrent is pinned to one loop by its info-hash, and all its channels are registered there, so that a message
/// reaches its engine without crossing a thread.
final class EventLoops implements AutoCloseable {
    /// A peer's channel stops being writable here: enough to keep a fast link busy while the next blocks are read from
    /// disk, and what a peer that stops reading can make us hold.
    static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(256 * 1024, 512 * 1024);

    private static final Logger LOGGER = System.getLogger(EventLoops.class.getName());

    private static final int PAGE_SIZE = 8 * 1024;
    /// Chunks of 2 MiB: a large read buffer is an eighth of one, and an idle session holds one chunk a loop.
    private static final int MAX_ORDER = 8;
    /// Buffers a loop keeps of each small size.
    private static final int SMALL_CACHE = 64;
    /// Buffers a loop keeps of each size up to 32 KiB.
    private static final int NORMAL_CACHE = 8;

    /// An address that does not answer holds a place among the half-open connections for so long.
    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

    /// The largest TCP segment that is taken of those who dial us while others like them break the rules. The
    /// system gives whoever sends room for 20 of the largest at once, and over loopback these have 64 KiB: a peer
    /// that floods us has written 2.6 MB before it is heard, and 0.17 MB like this. On other ways segments are
    /// shorter anyway. Not for all and always: it costs loopback a twelfth of its speed.
    static final int NARROW_SEGMENT = 7_500;
    /// For so long after the last one broke the rules.
    private static final long NARROW_SECONDS = 600;

    private static final int IPPROTO_TCP = 6;
    private static final ChannelOption<Integer> TCP_MAXSEG = new IntegerUnixChannelOption("TCP_MAXSEG", IPPROTO_TCP, 2);

    private static final long SHUTDOWN_MILLIS = 2_000;

    private final MultiThreadIoEventLoopGroup group;
    private final List<EventLoop> loops = new ArrayList<>();
    private final PooledByteBufAllocator allocator;
    private final Supplier<SocketChannel> sockets;
    private final Supplier<ServerChannel> serverSockets;
    private final Supplier<DatagramChannel> datagramSockets;

    /// Ends the time of short segments; touched on the first loop only.
    private @Nullable Future<?> widening;

    private EventLoops(
            int threads,
            IoHandlerFactory io,
            Supplier<SocketChannel> sockets,
            Supplier<ServerChannel> serverSockets,
            Supplier<DatagramChannel> datagramSockets) {
        this.sockets = sockets;
        this.serverSockets = serverSockets;
        this.datagramSockets = datagramSockets;
        group = new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("jackdaw-net", true), io);
        group.forEach(executor -> loops.add((EventLoop) executor));
        allocator =
                new PooledByteBufAllocator(true, 0, threads, PAGE_SIZE, MAX_ORDER, SMALL_CACHE, NORMAL_CACHE, false);
    }

    static EventLoops open(int threads) {
        return Epoll.isAvailable()
                ? new EventLoops(
                        threads,
                        EpollIoHandler.newFactory(),
                        EpollSocketChannel::new,
                        EpollServerSocketChannel::new,
                        EpollDatagramChannel::new)
                : new EventLoops(
                        threads,
                        NioIoHandler.newFactory(),
                        NioSocketChannel::new,
                        NioServerSocketChannel::new,
                        NioDatagramChannel::new);
    }

    /// The loop to which the torrent is pinned.
    EventLoop loopOf(InfoHash infoHash) {
        return loops.get(Math.floorMod(Long.hashCode(infoHash.high()), loops.size()));
    }

    /// The loop on which connections are accepted and timers of the session run.
    EventLoop first() {
        return loops.getFirst();
    }

    PooledByteBufAllocator allocator() {
        return allocator;
    }

    /// For connections of a torrent on `loop`; they do not read before they are told to.
    Bootstrap dialling(EventLoop loop) {
        return dialling(loop, sockets).option(ChannelOption.TCP_NODELAY, true);
    }

    /// The same over channels of another kind.
    Bootstrap dialling(EventLoop loop, Supplier<? extends Channel> channels) {
        return new Bootstrap()
                .group(loop)
                .channelFactory(channels::get)
                .option(ChannelOption.ALLOCATOR, allocator)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
    }

    /// For a UDP port on the first loop.
    Bootstrap datagrams() {
        return new Bootstrap().group(first()).channelFactory(datagramSockets::get);
    }

    /// For a listening socket on the first loop, where its connections are registered too.
    ServerBootstrap listening() {
        return new ServerBootstrap()
                .group(first(), first())
                .channelFactory(serverSockets::get)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOCATOR, allocator)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
    }

    /// Lets only short segments in through a listening socket, for a while: a connection has it from the socket
    /// that let it in. From any thread; without epoll it does nothing.
    void narrow(Channel listening) {
        if (listening instanceof EpollServerSocketChannel) {
            first().execute(() -> {
                if (widening != null) {
                    widening.cancel(false);
                } else {
                    setSegments(listening, NARROW_SEGMENT);
                }
                widening = first().schedule(() -> widen(listening), NARROW_SECONDS, TimeUnit.SECONDS);
            });
        }
    }

    private void widen(Channel listening) {
        widening = null;
        setSegments(listening, 0); // as the system likes it
    }

    private static void setSegments(Channel listening, int bytes) {
        try {
            listening.config().setOption(TCP_MAXSEG, bytes);
        } catch (ChannelException e) {
            LOGGER.log(Level.DEBUG, "segments stay as they are", e);
        }
    }

    /// Closes what is left open and ends the threads.
    @Override
    public void close() {
        group.shutdownGracefully(0, SHUTDOWN_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly(2 * SHUTDOWN_MILLIS);
    }
}
