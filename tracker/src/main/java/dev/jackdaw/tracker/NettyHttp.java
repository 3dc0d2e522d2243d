package dev.jackdaw.tracker;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// HTTP over Netty: with TLS, and on systems that [HttpLoop] does not know. Its threads start with its first
/// listener.
final class NettyHttp implements AutoCloseable {
    private final TrackerConfig config;
    private final Counters counters;
    private final List<Channel> listeners = new ArrayList<>();
    private @Nullable EventLoopGroup loops;
    private volatile @Nullable ServerCertificate certificate;

    NettyHttp(TrackerConfig config, Counters counters) {
        this.config = config;
        this.counters = counters;
    }

    /// @param newFrontend makes one for each thread
    /// @return the port
    int listen(InetSocketAddress address, boolean tls, Supplier<HttpFrontend> newFrontend) throws IOException {
        if (tls && certificate == null) {
            certificate = new ServerCertificate(config.tls().orElseThrow());
        }
        @Nullable ServerCertificate shown = tls ? certificate : null;
        if (loops == null) {
            loops = new MultiThreadIoEventLoopGroup(config.threads(), NioIoHandler.newFactory());
        }
        FastThreadLocal<HttpFrontend> frontend = new FastThreadLocal<>() {
            @Override
            protected HttpFrontend initialValue() {
                return newFrontend.get();
            }
        };
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(2048))
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        Announcement client = new Announcement();
                        client.source(channel.remoteAddress().getAddress());
                        if (config.beginsWithHeader(client)) {
                            channel.pipeline().addLast(new ProxyHeaderHandler());
                        }
                        if (shown != null) {
                            channel.pipeline().addLast(shown.newHandler(channel.alloc(), config.requestTimeout()));
                        }
                        channel.pipeline()
                                .addLast(new HttpConnectionHandler(
                                        frontend.get(), counters, config.maxConnections(), config.requestTimeout()));
                    }
                });
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw TrackerServer.cannotListen(tls ? "HTTPS" : "HTTP", address, bound.cause());
        }
        listeners.add(bound.channel());
        return ((InetSocketAddress) bound.channel().localAddress()).getPort();
    }

    /// Reads the certificate again if its files have changed.
    void reload() {
        ServerCertificate shown = certificate;
        if (shown != null) {
            shown.reload();
        }
    }

    @Override
    public void close() {
        listeners.forEach(channel -> channel.close().awaitUninterruptibly());
        if (loops != null) {
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }
}
