package dev.jackdaw.peer.net;

import dev.jackdaw.peer.engine.PeerKey;
import dev.jackdaw.peer.utp.UtpChannel;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.wire.PeerMessage;
import dev.jackdaw.protocol.wire.PeerMessageEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/// One open connection of a torrent, as its driver sees it. Owned by the torrent's loop.
///
/// Messages are gathered in one buffer and leave together at the next [#flush()].
final class PeerConnection {
    /// Messages gathered, or waiting in the channel because the peer does not read: at this many bytes beyond the
    /// channel's own water mark it is disconnected.
    static final int MAX_PENDING_BYTES = 1 << 20;

    private static final int FIRST_CAPACITY = 512;

    private final PeerKey key;
    private final PeerAddress address;
    private final boolean incoming;
    private final Channel channel;
    private final boolean encrypted;
    private @Nullable BlockSender blocks;
    private @Nullable ByteBuf gathered;
    private boolean closed;

    private long lastPending;
    private long lastProgress;
    private long stuckSinceNanos;

    PeerConnection(PeerKey key, ShakenHands peer, boolean incoming, long nowNanos) {
        this.key = key;
        this.address = peer.address();
        this.incoming = incoming;
        this.stuckSinceNanos = nowNanos;
        this.channel = peer.channel();
        this.encrypted = channel.pipeline().get(EncryptedStream.class) != null;
    }

    PeerKey key() {
        return key;
    }

    PeerAddress address() {
        return address;
    }

    Channel channel() {
        return channel;
    }

    boolean overUtp() {
        return channel instanceof UtpChannel;
    }

    boolean encrypted() {
        return encrypted;
    }

    /// Where this connection's blocks are sent from; empty before the first ones.
    @Nullable
    BlockSender blocks() {
        return blocks;
    }

    void blocks(BlockSender sender) {
        blocks = sender;
    }

    boolean isClosed() {
        return closed;
    }

    /// Gathers a message; it leaves at the next [#flush()]. Says whether it is the first one since the last.
    boolean send(PeerMessage message) {
        if (closed) {
            return false;
        }
        boolean first = gathered == null;
        if (gathered == null) {
            gathered =
                    channel.alloc().directBuffer(Math.max(FIRST_CAPACITY, PeerMessageEncoder.encodedLength(message)));
        }
        PeerMessageEncoder.encode(message, gathered);
        return first;
    }

    /// Sends what was gathered.
    void flush() {
        if (gathered != null) {
            ByteBuf out = gathered;
            gathered = null;
            channel.writeAndFlush(out, channel.voidPromise());
        }
    }

    /// Bytes gathered or in the channel, not yet taken by the system.
    long pendingBytes() {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        return (outbound == null ? 0 : outbound.totalPendingWriteBytes())
                + (gathered == null ? 0 : gathered.readableBytes());
    }

    /// Since when the system has taken nothing of what is pending; `nowNanos` if it has, or nothing is.
    long stuckSinceNanos(long nowNanos) {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        long pending = outbound == null ? 0 : outbound.totalPendingWriteBytes();
        long progress = outbound == null ? 0 : outbound.currentProgress();
        if (pending == 0 || progress != lastProgress || pending < lastPending) {
            stuckSinceNanos = nowNanos;
        }
        lastPending = pending;
        lastProgress = progress;
        return stuckSinceNanos;
    }

    /// Closes the channel and drops what is pending.
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
        if (blocks != null) {
            blocks.close();
        }
        channel.close();
    }

    @Override
    public String toString() {
        return (incoming ? "from " : "to ") + address;
    }
}
