package dev.jackdaw.peer.utp;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Where a connection on the socket's loop and its channel on another meet: bytes and notices pass in batches.
///
/// What waits in either direction is bounded by the connection's receive window and by its
/// [UtpConnection#wantedPackets()].
final class UtpLink implements UtpConnection.Sink {
    private static final int MIN_CHUNK = 2 * 1024;
    /// Received bytes are joined to so much before they are handed over.
    private static final int MAX_CHUNK = 128 * 1024;

    private final UtpSocket socket;
    private final InetSocketAddress address;

    // On the socket's loop.
    private @Nullable UtpConnection connection;
    private @Nullable UtpChannel channel;
    private @Nullable ByteBuf joined;
    private int chunkBytes = MIN_CHUNK;
    private boolean connectionOver;
    /// In the socket's list of those to be flushed.
    boolean touched;

    // From the socket's loop to the channel's.
    private final Queue<ByteBuf> inbound = new ConcurrentLinkedQueue<>();
    private volatile boolean ended;
    private volatile @Nullable String failure;
    private volatile int wantedPackets = 64;
    private volatile int packetBytes = PacketTrain.ORDINARY_BYTES;
    private final AtomicInteger unreleased = new AtomicInteger();

    // From the channel's loop to the socket's.
    private final Queue<PacketTrain> outbound = new ConcurrentLinkedQueue<>();
    private final AtomicInteger consumed = new AtomicInteger();
    private volatile boolean channelClosed;
    private volatile boolean writerWaits;
    final AtomicBoolean wakeQueued = new AtomicBoolean();

    UtpLink(UtpSocket socket, InetSocketAddress address) {
        this.socket = socket;
        this.address = address;
    }

    InetSocketAddress address() {
        return address;
    }

    // ---- on the socket's loop

    void connection(UtpConnection value) {
        connection = value;
    }

    UtpConnection connection() {
        if (connection == null) {
            throw new IllegalStateException("no connection to " + address + " yet");
        }
        return connection;
    }

    void channel(UtpChannel value) {
        channel = value;
    }

    @Override
    public void send(ByteBuf datagrams, int segmentBytes) {
        socket.port().send(datagrams, segmentBytes, address);
    }

    @Override
    public boolean isWritable() {
        return socket.port().isWritable();
    }

    @Override
    public void connected() {
        packetBytes = connection().packetBytes();
        wantedPackets = connection().wantedPackets();
        socket.connected(this);
        if (channel != null) {
            channel.connected();
        }
    }

    @Override
    public void received(ByteBuf payload) {
        while (payload.isReadable()) {
            if (joined == null) {
                joined = socket.port().allocator().directBuffer(Math.max(chunkBytes, payload.readableBytes()));
            }
            int length = Math.min(payload.readableBytes(), joined.writableBytes());
            joined.writeBytes(payload, length);
            if (!joined.isWritable()) {
                chunkBytes = Math.min(MAX_CHUNK, chunkBytes * 2);
                handOver();
            }
        }
    }

    private void handOver() {
        ByteBuf chunk = joined;
        if (chunk == null) {
            return;
        }
        joined = null;
        inbound.add(chunk);
        if (channelClosed) {
            discardInbound();
        } else if (channel != null) {
            channel.wakeReader();
        }
    }

    @Override
    public void released(int packets) {
        int left = unreleased.addAndGet(-packets);
        wantedPackets = connection().wantedPackets();
        if (writerWaits && left <= wantedPackets / 2 && channel != null) {
            writerWaits = false;
            channel.wakeWriter();
        }
    }

    @Override
    public void ended() {
        handOver();
        ended = true;
        if (channel != null) {
            channel.wakeReader();
        }
    }

    @Override
    public void closed(String reason) {
        connectionOver = true;
        handOver();
        failure = reason;
        socket.forget(this);
        if (channel != null) {
            channel.wakeReader();
        }
        discardOutbound();
    }

    /// The batch is over: hands on what has come, and sends what may be.
    void flush(long nowNanos) {
        if (joined != null) {
            if (joined.readableBytes() < chunkBytes / 4) {
                chunkBytes = Math.max(MIN_CHUNK, chunkBytes / 2);
            }
            handOver();
        }
        connection().flush(nowNanos);
    }

    /// Takes what the channel has left for the connection.
    void pump(long nowNanos) {
        if (connectionOver) {
            discardOutbound();
            return;
        }
        UtpConnection to = connection();
        int taken = consumed.getAndSet(0);
        if (taken > 0) {
            to.consumed(taken);
        }
        boolean closing = channelClosed;
        for (PacketTrain train = outbound.poll(); train != null; train = outbound.poll()) {
            to.write(train);
        }
        if (closing) {
            to.finish(nowNanos);
        }
        if (!connectionOver) {
            to.flush(nowNanos);
        }
    }

    private void discardOutbound() {
        for (PacketTrain train = outbound.poll(); train != null; train = outbound.poll()) {
            train.buffer().release();
        }
    }

    // ---- on the channel's loop

    @Nullable
    ByteBuf poll() {
        return inbound.poll();
    }

    boolean hasInbound() {
        return !inbound.isEmpty();
    }

    /// The peer has ended the stream; what is left inbound is all.
    boolean isEnded() {
        return ended;
    }

    /// Why the connection is over, if it is.
    @Nullable
    String failure() {
        return failure;
    }

    void consumed(int bytes) {
        consumed.addAndGet(bytes);
        socket.wake(this);
    }

    /// How large packets are to be.
    int packetBytes() {
        return packetBytes;
    }

    /// Packets that may be written now. When there are none, the channel is woken as soon as there are.
    int room() {
        int room = wantedPackets - unreleased.get();
        if (room <= 0) {
            writerWaits = true;
            room = wantedPackets - unreleased.get();
        }
        return Math.max(0, room);
    }

    /// Hands a train over; [#wake()] must follow.
    void write(PacketTrain train) {
        unreleased.addAndGet(train.packets());
        outbound.add(train);
    }

    void wake() {
        socket.wake(this);
    }

    void channelClosed() {
        channelClosed = true;
        discardInbound();
        socket.wake(this);
    }

    private void discardInbound() {
        for (ByteBuf chunk = inbound.poll(); chunk != null; chunk = inbound.poll()) {
            chunk.release();
        }
    }
}
