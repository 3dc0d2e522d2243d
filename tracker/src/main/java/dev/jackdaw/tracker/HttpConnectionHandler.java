package dev.jackdaw.tracker;

import dev.jackdaw.tracker.Counters.Protocol;
import dev.jackdaw.tracker.Counters.Refusal;
import dev.jackdaw.tracker.HttpFrontend.After;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One HTTP connection in a Netty pipeline: over TLS, and on systems that [HttpLoop] does not know.
///
/// A client has a fixed time to send a request, however many bytes it sends meanwhile; the same time passes
/// between two requests. While it does not read its answers, nothing more is read from it.
final class HttpConnectionHandler extends ChannelInboundHandlerAdapter {
    private final HttpFrontend frontend;
    private final Counters counters;
    private final int maxConnections;
    private final long timeoutNanos;
    private final ByteBuffer out = ByteBuffer.allocate(HttpFrontend.MAX_RESPONSE);
    private final Announcement client = new Announcement();
    /// What is left of requests that are not complete.
    private @Nullable ByteBuf pending;
    private long reads;
    private boolean closing;
    private @Nullable Future<?> alarm;

    HttpConnectionHandler(HttpFrontend frontend, Counters counters, int maxConnections, Duration timeout) {
        this.frontend = frontend;
        this.counters = counters;
        this.maxConnections = maxConnections;
        this.timeoutNanos = timeout.toNanos();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (counters.httpConnections.incrementAndGet() > maxConnections) {
            counters.refused(Protocol.HTTP, Refusal.LIMIT).increment();
            var _ = context.close();
            return;
        }
        client.source(((InetSocketAddress) context.channel().remoteAddress()).getAddress());
        arm(context, reads);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        counters.httpConnections.decrementAndGet();
        if (alarm != null) {
            alarm.cancel(false);
        }
        drop();
    }

    /// Takes a client's address from a [ProxyHeaderHandler].
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof InetAddress address) {
            client.source(address);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf bytes) || closing) {
            ReferenceCountUtil.release(message);
            return;
        }
        ByteBuf received = append(context, bytes);
        ByteBuffer in = received.nioBuffer();
        After after = After.SEND;
        while (after == After.SEND) {
            out.clear();
            after = frontend.serve(in, client.family, client.high, client.low, out);
            out.flip();
            if (out.hasRemaining()) {
                reads++;
                var _ = context.write(context.alloc().ioBuffer(out.remaining()).writeBytes(out));
            }
        }
        received.skipBytes(in.position());
        closing = after != After.READ;
        if (closing || !received.isReadable()) {
            drop();
        }
        if (closing) {
            ChannelFuture written = context.writeAndFlush(context.alloc().buffer(0));
            var _ = written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        context.channel().config().setAutoRead(context.channel().isWritable());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close();
    }

    /// The bytes to read from; owned by [#pending] until dropped.
    private ByteBuf append(ChannelHandlerContext context, ByteBuf bytes) {
        if (pending == null) {
            pending = bytes;
        } else {
            ByteBuf joined = context.alloc().buffer(pending.readableBytes() + bytes.readableBytes());
            joined.writeBytes(pending).writeBytes(bytes);
            bytes.release();
            pending.release();
            pending = joined;
        }
        return pending;
    }

    private void drop() {
        if (pending != null) {
            pending.release();
            pending = null;
        }
    }

    /// Closes the connection if it has completed no request when time is over.
    private void arm(ChannelHandlerContext context, long readsBefore) {
        alarm = context.executor()
                .schedule(
                        () -> {
                            if (reads == readsBefore) {
                                var _ = context.close();
                            } else {
                                arm(context, reads);
                            }
                        },
                        timeoutNanos,
                        TimeUnit.NANOSECONDS);
    }
}
