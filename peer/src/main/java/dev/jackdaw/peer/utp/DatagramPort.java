package dev.jackdaw.peer.utp;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// The session's UDP port, shared by uTP and whatever else speaks over UDP: the first [Consumer] that wants a datagram
/// gets it.
///
/// Datagrams come and go in batches where the system can do that: received ones joined by the kernel (GRO), runs of
/// equally long ones as one system call (GSO). Used on its event loop only.
public final class DatagramPort implements AutoCloseable {
    /// Takes datagrams from the port, on its loop.
    public interface Consumer {
        /// Whether this is one of its own.
        boolean wants(ByteBuf datagram);

        /// Takes a datagram; the buffer is only valid during the call.
        void received(ByteBuf datagram, InetSocketAddress sender);

        /// All datagrams that had come are taken.
        void batchCompleted();

        /// The port may be written to again.
        void writable();
    }

    /// What the kernel joins at most.
    private static final int JOINED_BYTES = 64 * 1024;
    /// Where nothing is joined; longer ones are cut off, and then make no sense to anyone.
    private static final int SINGLE_BYTES = 2 * 1024;

    private static final int READS_PER_BATCH = 16;
    /// Asked of the system, which may give less: bursts of many peers wait here.
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;

    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(512 * 1024, 2 << 20);

    private final Channel channel;
    private final boolean epoll;
    private boolean segmenting;
    private boolean joining;
    private Consumer[] consumers = {};

    private DatagramPort(Channel channel) {
        this.channel = channel;
        this.epoll = channel instanceof EpollDatagramChannel;
        this.segmenting = epoll && EpollDatagramChannel.isSegmentedDatagramPacketSupported();
    }

    /// Binds the port.
    ///
    /// @param bootstrap with a loop and a kind of datagram channel
    /// @throws IOException if the port cannot be had
    public static DatagramPort open(Bootstrap bootstrap, ByteBufAllocator allocator, InetSocketAddress local)
            throws IOException {
        Handler handler = new Handler();
        ChannelFuture bound = bootstrap
                .option(ChannelOption.ALLOCATOR, allocator)
                .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER_BYTES)
                .option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER_BYTES)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .option(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(SINGLE_BYTES).maxMessagesPerRead(READS_PER_BATCH))
                .option(ChannelOption.AUTO_READ, false)
                .handler(handler)
                .bind(local)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot use UDP port " + local.getPort() + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        DatagramPort port = new DatagramPort(bound.channel());
        handler.port = port;
        if (port.epoll && port.channel.config().setOption(EpollChannelOption.UDP_GRO, true)) {
            port.joining = true;
            port.channel
                    .config()
                    .setRecvByteBufAllocator(
                            new FixedRecvByteBufAllocator(JOINED_BYTES).maxMessagesPerRead(READS_PER_BATCH));
        }
        return port;
    }

    /// Starts to receive.
    public void start(Consumer... all) {
        consumers = all.clone();
        channel.config().setAutoRead(true);
    }

    public InetSocketAddress localAddress() {
        return (InetSocketAddress) channel.localAddress();
    }

    public EventLoop loop() {
        return channel.eventLoop();
    }

    ByteBufAllocator allocator() {
        return channel.alloc();
    }

    /// Whether datagrams are received whole that are larger than networks carry.
    boolean takesLargeDatagrams() {
        return joining;
    }

    public boolean isWritable() {
        return channel.isWritable();
    }

    /// Sends datagrams of `segmentBytes` each, the last perhaps shorter, at the next [#flush()]. Takes the buffer over.
    public void send(ByteBuf datagrams, int segmentBytes, InetSocketAddress to) {
        if (datagrams.readableBytes() <= segmentBytes) {
            channel.write(new DatagramPacket(datagrams, to), channel.voidPromise());
        } else if (segmenting) {
            channel.write(new SegmentedDatagramPacket(datagrams, segmentBytes, to))
                    .addListener(done -> {
                        if (!done.isSuccess() && done.cause() instanceof IOException) {
                            // a route whose packets are smaller, or a device that cannot: what was lost is sent again
                            segmenting = false;
                        }
                    });
        } else {
            while (datagrams.isReadable()) {
                int length = Math.min(segmentBytes, datagrams.readableBytes());
                channel.write(new DatagramPacket(datagrams.readRetainedSlice(length), to), channel.voidPromise());
            }
            datagrams.release();
        }
    }

    public void flush() {
        channel.flush();
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
    }

    private static final class Handler extends SimpleChannelInboundHandler<DatagramPacket> {
        private @Nullable DatagramPort port;

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
            for (Consumer consumer : consumers()) {
                if (consumer.wants(packet.content())) {
                    consumer.received(packet.content(), packet.sender());
                    return;
                }
            }
        }

        private Consumer[] consumers() {
            return port == null ? new Consumer[0] : port.consumers;
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            for (Consumer consumer : consumers()) {
                consumer.batchCompleted();
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (context.channel().isWritable()) {
                for (Consumer consumer : consumers()) {
                    consumer.writable();
                }
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // an ICMP error of some peer that is gone: its connection times out
        }
    }
}
