package dev.jackdaw.peer.net;

import dev.jackdaw.peer.disk.LentBytes;
import dev.jackdaw.peer.disk.Sendfile;
import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.Ticker;
import dev.jackdaw.protocol.wire.PeerMessageEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.FileRegion;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Blocks on their way out of the system's memory into a socket, each behind its message's header, without being copied
/// on the way ([Sendfile]). To be written to the channel it was made for.
///
/// For a peer that was quick when they were lent. If it turns out to be slow, the system may drop the bytes from its
/// memory meanwhile; then the connection is closed, for its loop must not wait for a device.
final class LentBlocks extends AbstractReferenceCounted implements FileRegion {
    private static final FastThreadLocal<Sendfile> CALLS = new FastThreadLocal<>() {
        @Override
        protected Sendfile initialValue() {
            return new Sendfile();
        }
    };

    /// For so long what was in memory is taken to be there still.
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(125);

    private final UnixChannel channel;
    private final List<BlockRequest> blocks;
    private final List<LentBytes> parts;
    private final long count;
    private final Ticker ticker;
    private final long lentAt;

    /// Of the block being sent.
    private final ByteBuf header;

    private long transferred;
    private int block;
    private int sentOfBlock;
    private int part;
    private int sentOfPart;

    /// @param parts the batch's bytes, in order; given back when this is released
    LentBlocks(UnixChannel channel, BlockBatch batch, List<LentBytes> parts, Ticker ticker) {
        this.channel = channel;
        this.ticker = ticker;
        this.lentAt = ticker.nanos();
        this.blocks = batch.blocks();
        this.parts = parts;
        this.header = channel.alloc().directBuffer(PeerMessageEncoder.PIECE_HEADER_LENGTH);
        this.count = batch.encodedLength();
    }

    /// Sends what the socket takes now.
    ///
    /// @param target the same socket, in other words
    @Override
    public long transferTo(WritableByteChannel target, long position) throws IOException {
        Sendfile calls = CALLS.get();
        int socket = channel.fd().intValue();
        long before = transferred;
        while (block < blocks.size()) {
            int sent = sentOfBlock < PeerMessageEncoder.PIECE_HEADER_LENGTH
                    ? sendHeader(calls, socket)
                    : sendBytes(calls, socket);
            if (sent == 0) {
                break;
            }
            transferred += sent;
            sentOfBlock += sent;
            if (sentOfBlock
                    == PeerMessageEncoder.PIECE_HEADER_LENGTH
                            + blocks.get(block).length()) {
                sentOfBlock = 0;
                block++;
            }
        }
        return transferred - before;
    }

    private int sendHeader(Sendfile calls, int socket) throws IOException {
        if (sentOfBlock == 0) {
            PeerMessageEncoder.writePieceHeader(blocks.get(block), header.clear());
        }
        return calls.send(
                socket, header.memoryAddress() + sentOfBlock, PeerMessageEncoder.PIECE_HEADER_LENGTH - sentOfBlock);
    }

    private int sendBytes(Sendfile calls, int socket) throws IOException {
        LentBytes from = parts.get(part);
        int left = PeerMessageEncoder.PIECE_HEADER_LENGTH + blocks.get(block).length() - sentOfBlock;
        int most = Math.min(left, from.length() - sentOfPart);
        if (ticker.nanos() - lentAt > FRESH_NANOS && !from.isInMemory(sentOfPart, most)) {
            throw new IOException("what was to be sent is not in memory any more");
        }
        int sent = from.sendTo(socket, sentOfPart, most, calls);
        sentOfPart += sent;
        if (sentOfPart == from.length()) {
            sentOfPart = 0;
            part++;
        }
        return sent;
    }

    @Override
    protected void deallocate() {
        header.release();
        parts.forEach(LentBytes::close);
    }

    @Override
    public long count() {
        return count;
    }

    @Override
    public long transferred() {
        return transferred;
    }

    @Override
    @Deprecated
    public long transfered() {
        return transferred;
    }

    @Override
    public long position() {
        return 0;
    }

    @Override
    public LentBlocks retain() {
        super.retain();
        return this;
    }

    @Override
    public LentBlocks retain(int increment) {
        super.retain(increment);
        return this;
    }

    @Override
    public LentBlocks touch() {
        return this;
    }

    @Override
    public LentBlocks touch(Object hint) {
        return this;
    }
}
