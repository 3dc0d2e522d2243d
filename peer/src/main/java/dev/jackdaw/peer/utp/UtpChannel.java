package dev.jackdaw.peer.utp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A uTP connection as a Netty channel, registered on any event loop.
///
/// Reading stops with `autoRead` off, and then the peer's window closes; writing stops at what the connection wants to
/// have waiting, and then the channel becomes unwritable as any other.
public final class UtpChannel extends AbstractChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false);
    /// Chunks handed on before other channels of the loop have their turn.
    private static final int MAX_READS = 16;

    private final UtpSocket socket;
    private final ChannelConfig config = new DefaultChannelConfig(this);
    private volatile @Nullable UtpLink link;
    private volatile boolean open = true;
    private volatile boolean active;

    private final AtomicBoolean readScheduled = new AtomicBoolean();
    private final AtomicBoolean writeScheduled = new AtomicBoolean();
    private final Runnable readTask = this::readInbound;
    private final Runnable writeTask = this::writeOutbound;

    private boolean readPending;
    private @Nullable InetSocketAddress remote;
    private @Nullable ChannelPromise connecting;
    private @Nullable Future<?> connectTimeout;

    /// One to connect.
    UtpChannel(UtpSocket socket) {
        super(null);
        this.socket = socket;
    }

    /// An accepted one.
    UtpChannel(UtpSocket socket, UtpLink link) {
        super(null);
        this.socket = socket;
        this.link = link;
        this.remote = link.address();
        this.active = true;
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return active;
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected SocketAddress localAddress0() {
        return socket.port().localAddress();
    }

    @Override
    protected @Nullable SocketAddress remoteAddress0() {
        return remote;
    }

    @Override
    protected void doBind(SocketAddress localAddress) {
        throw new UnsupportedOperationException("all uTP connections share the session's port");
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected void doRegister(ChannelPromise promise) {
        promise.setSuccess();
        // what came, or became possible, while it was between two loops
        eventLoop().execute(() -> {
            wakeReader();
            wakeWriter();
        });
    }

    @Override
    protected void doClose() {
        open = false;
        active = false;
        if (connectTimeout != null) {
            connectTimeout.cancel(false);
            connectTimeout = null;
        }
        ChannelPromise pending = connecting;
        connecting = null;
        if (pending != null) {
            pending.tryFailure(new ClosedChannelException());
        }
        UtpLink over = link;
        if (over != null) {
            over.channelClosed();
        }
    }

    // ---- reading

    @Override
    protected void doBeginRead() {
        readPending = true;
        UtpLink from = link;
        if (from != null && (from.hasInbound() || from.isEnded() || from.failure() != null)) {
            wakeReader();
        }
    }

    /// There may be something to read, or the connection is over. From any thread.
    void wakeReader() {
        schedule(readScheduled, readTask);
    }

    /// There may be room to write. From any thread.
    void wakeWriter() {
        schedule(writeScheduled, writeTask);
    }

    private void schedule(AtomicBoolean scheduled, Runnable task) {
        if (isRegistered() && scheduled.compareAndSet(false, true)) {
            try {
                eventLoop().execute(task);
            } catch (RejectedExecutionException e) {
                // the loop has ended, and the channel with it
            }
        }
    }

    /// Says whether this is the channel's loop; if it has moved, the task follows it.
    private boolean isHere(AtomicBoolean scheduled, Runnable task) {
        scheduled.set(false);
        if (eventLoop().inEventLoop() && isRegistered()) {
            return true;
        }
        schedule(scheduled, task);
        return false;
    }

    private void readInbound() {
        UtpLink from = link;
        if (!isHere(readScheduled, readTask) || from == null || !open) {
            return;
        }
        boolean ended = from.isEnded();
        String failure = from.failure();
        int reads = 0;
        int bytes = 0;
        while (reads < MAX_READS && open && (readPending || reads > 0 && config.isAutoRead())) {
            ByteBuf chunk = from.poll();
            if (chunk == null) {
                break;
            }
            readPending = false;
            reads++;
            bytes += chunk.readableBytes();
            pipeline().fireChannelRead(chunk);
        }
        if (reads > 0) {
            from.consumed(bytes);
            pipeline().fireChannelReadComplete();
        }
        if (!open) {
            return;
        }
        if (from.hasInbound()) {
            if (readPending) {
                wakeReader();
            }
        } else if (failure != null) {
            fail(failure);
        } else if (ended) {
            unsafe().close(voidPromise());
        }
    }

    private void fail(String reason) {
        ChannelPromise pending = connecting;
        connecting = null;
        if (pending != null) {
            pending.tryFailure(new ConnectException(reason + ": " + remote));
        } else {
            pipeline().fireExceptionCaught(new IOException(reason));
        }
        unsafe().close(voidPromise());
    }

    // ---- writing

    private void writeOutbound() {
        if (isHere(writeScheduled, writeTask) && active) {
            unsafe().flush();
        }
    }

    @Override
    protected Object filterOutboundMessage(Object message) {
        if (message instanceof ByteBuf) {
            return message;
        }
        throw new UnsupportedOperationException(
                "a uTP channel takes buffers, not " + message.getClass().getName());
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer out) throws Exception {
        UtpLink to = link;
        if (to == null) {
            return;
        }
        boolean any = false;
        while (!out.isEmpty()) {
            int room = to.room();
            if (room == 0) {
                break;
            }
            PacketTrain train = pack(out, room, to.packetBytes());
            if (train.buffer().isReadable()) {
                to.write(train);
                any = true;
            } else {
                train.buffer().release();
            }
        }
        if (any) {
            to.wake();
        }
    }

    /// Takes what fits into so many packets, and leaves space for their headers.
    private PacketTrain pack(ChannelOutboundBuffer out, int room, int packetBytes) throws Exception {
        int payloadBytes = packetBytes - UtpPacket.HEADER_LENGTH;
        int maxPayload = Math.min(room, PacketTrain.maxPackets(packetBytes)) * payloadBytes;
        int[] flushed = new int[1];
        out.forEachFlushedMessage(message -> {
            flushed[0] = Math.min(maxPayload, flushed[0] + ((ByteBuf) message).readableBytes());
            return flushed[0] < maxPayload;
        });
        int left = flushed[0];
        ByteBuf packets = alloc().directBuffer(PacketTrain.encodedLength(left, packetBytes));
        int packetLeft = 0;
        while (out.current() instanceof ByteBuf message && (left > 0 || !message.isReadable())) {
            int ofMessage = Math.min(left, message.readableBytes());
            int from = message.readerIndex();
            int end = from + ofMessage;
            while (from < end) {
                if (packetLeft == 0) {
                    packets.writerIndex(packets.writerIndex() + UtpPacket.HEADER_LENGTH);
                    packetLeft = payloadBytes;
                }
                int length = Math.min(packetLeft, end - from);
                packets.writeBytes(message, from, length);
                from += length;
                packetLeft -= length;
            }
            left -= ofMessage;
            if (message.readableBytes() == ofMessage) {
                out.remove();
            } else {
                message.readerIndex(end);
                out.progress(ofMessage);
            }
        }
        return new PacketTrain(packets, packetBytes);
    }

    // ---- connecting; told on the socket's loop

    void dialled(UtpLink to) {
        link = to;
        if (!open) {
            to.channelClosed();
        }
    }

    void connected() {
        onLoop(this::becomeActive);
    }

    void refused(String reason) {
        onLoop(() -> fail(reason));
    }

    private void onLoop(Runnable task) {
        if (isRegistered()) {
            try {
                eventLoop().execute(task);
            } catch (RejectedExecutionException e) {
                // the loop has ended, and the channel with it
            }
        }
    }

    private void becomeActive() {
        ChannelPromise pending = connecting;
        if (pending == null || !open) {
            return; // an accepted one, or given up meanwhile
        }
        connecting = null;
        if (connectTimeout != null) {
            connectTimeout.cancel(false);
            connectTimeout = null;
        }
        active = true;
        pending.trySuccess();
        pipeline().fireChannelActive();
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new UtpUnsafe();
    }

    private final class UtpUnsafe extends AbstractUnsafe {
        @Override
        public void connect(SocketAddress to, SocketAddress local, ChannelPromise promise) {
            if (!promise.setUncancellable() || !ensureOpen(promise)) {
                return;
            }
            if (active) {
                promise.tryFailure(new AlreadyConnectedException());
                return;
            }
            if (connecting != null) {
                promise.tryFailure(new ConnectionPendingException());
                return;
            }
            InetSocketAddress address = (InetSocketAddress) to;
            connecting = promise;
            remote = address;
            int millis = config.getConnectTimeoutMillis();
            if (millis > 0) {
                connectTimeout = eventLoop()
                        .schedule(
                                () -> {
                                    if (connecting == promise) {
                                        fail("no answer over uTP in " + millis + " ms");
                                    }
                                },
                                millis,
                                TimeUnit.MILLISECONDS);
            }
            socket.connect(UtpChannel.this, address);
        }
    }
}
