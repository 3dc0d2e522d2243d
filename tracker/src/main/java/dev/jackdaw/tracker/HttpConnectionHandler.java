package dev.jackdaw.tracker;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One HTTP connection: cuts what arrives into requests, answers each in turn, and closes what is slow, over-long or
/// over-many.
///
/// A client has a fixed time to send a request, however many bytes it sends meanwhile; the same time passes between two
/// requests. While it does not read its answers, nothing more is read from it.
final class HttpConnectionHandler extends ChannelInboundHandlerAdapter {
    private final HttpFrontend frontend;
    private final Counters counters;
    private final int maxConnections;
    private final long timeoutNanos;
    /// What is left of requests that are not complete.
    private @Nullable ByteBuf pending;
    private long requests;
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
            counters.refused(Counters.Protocol.HTTP, Counters.Refusal.LIMIT).increment();
            var _ = context.close();
            return;
        }
        arm(context, requests);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        counters.httpConnections.decrementAndGet();
        if (alarm != null) {
            alarm.cancel(false);
        }
        drop();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf bytes) || closing) {
            ReferenceCountUtil.release(message);
            return;
        }
        ByteBuf in = append(context, bytes);
        @Nullable ByteBuf out = null;
        while (!closing) {
            int end = HttpRequestLine.end(in, in.readerIndex());
            if (end < 0) {
                break;
            }
            HttpRequestLine request = HttpRequestLine.read(in, in.readerIndex(), end);
            in.readerIndex(end);
            requests++;
            out = out == null ? context.alloc().ioBuffer(512) : out;
            frontend.answer(request, ((InetSocketAddress) context.channel().remoteAddress()).getAddress(), out);
            closing = !request.keepAlive();
        }
        if (in.readableBytes() > HttpRequestLine.MAX_HEAD) {
            counters.refused(Counters.Protocol.HTTP, Counters.Refusal.LIMIT).increment();
            closing = true;
        }
        if (closing || !in.isReadable()) {
            drop();
        }
        if (out != null) {
            var written = context.write(out);
            if (closing) {
                var _ = written.addListener(ChannelFutureListener.CLOSE);
            }
        } else if (closing) {
            var _ = context.close();
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
    private void arm(ChannelHandlerContext context, long requestsBefore) {
        alarm = context.executor()
                .schedule(
                        () -> {
                            if (requests == requestsBefore) {
                                var _ = context.close();
                            } else {
                                arm(context, requests);
                            }
                        },
                        timeoutNanos,
                        TimeUnit.NANOSECONDS);
    }
}
