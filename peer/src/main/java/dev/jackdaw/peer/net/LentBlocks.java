package dev.jackdaw.peer.net;

import dev.jackdaw.peer.disk.LentBytes;
import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.Ticker;
import dev.jackdaw.protocol.wire.PeerMessageEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.FileRegion;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.AbstractReferenceCounted;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Blocks on their way out of the system's memory into a socket, each behind its message's header, with one call: the
/// bytes are not copied before it. To be written to the channel it was made for.
///
/// For a peer that was quick when they were lent. If it turns out to be slow, the system may drop the bytes from its
/// memory meanwhile; then the connection is closed, for its loop must not wait for a device.
final class LentBlocks extends AbstractReferenceCounted implements FileRegion {
    /// For so long what was in memory is taken to be there still.
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(125);

    /// Bytes of a `struct iovec` of the 64-bit systems on which files are lent: address, length.
    private static final int VECTOR = 2 * Long.BYTES;

    private final UnixChannel channel;
    private final List<LentBytes> parts;
    private final long count;
    private final Ticker ticker;

    /// What is left to be sent, as `writev` takes it, which is not more than 1,024 of them ([BlockSender]); behind them
    /// the headers.
    private final ByteBuf vectors;

    private long freshUntil;
    private long transferred;

    /// @param parts the batch's bytes, in order; given back when this is released
    LentBlocks(UnixChannel channel, BlockBatch batch, List<LentBytes> parts, Ticker ticker) {
        this.channel = channel;
        this.ticker = ticker;
        this.freshUntil = ticker.nanos() + FRESH_NANOS;
        this.parts = parts;
        this.count = batch.encodedLength();
        int headersAt = (2 * batch.blocks().size() + parts.size()) * VECTOR;
        int headersLength = batch.blocks().size() * PeerMessageEncoder.PIECE_HEADER_LENGTH;
        this.vectors = channel.alloc().directBuffer(headersAt + headersLength);
        layOut(batch, vectors.slice(headersAt, headersLength).clear());
    }

    private void layOut(BlockBatch batch, ByteBuf headers) {
        int part = 0;
        int ofPart = 0;
        for (BlockRequest block : batch.blocks()) {
            addVector(headers.memoryAddress() + headers.writerIndex(), PeerMessageEncoder.PIECE_HEADER_LENGTH);
            PeerMessageEncoder.writePieceHeader(block, headers);
            int left = block.length();
            while (left > 0) {
                LentBytes from = parts.get(part);
                int length = Math.min(left, from.length() - ofPart);
                addVector(from.address() + ofPart, length);
                left -= length;
                ofPart += length;
                if (ofPart == from.length()) {
                    ofPart = 0;
                    part++;
                }
            }
        }
    }

    private void addVector(long address, int length) {
        vectors.writeLongLE(address).writeLongLE(length);
    }

    /// Sends what the socket takes now.
    ///
    /// @param target the same socket, in other words
    @Override
    public long transferTo(WritableByteChannel target, long position) throws IOException {
        requireInMemory();
        long sent = channel.fd()
                .writevAddresses(vectors.memoryAddress() + vectors.readerIndex(), vectors.readableBytes() / VECTOR);
        transferred += sent;
        skip(sent);
        return sent;
    }

    private void requireInMemory() throws IOException {
        long now = ticker.nanos();
        if (now - freshUntil > 0) {
            long left = count - transferred; // with headers, so that a part may be asked of that was sent
            for (LentBytes part : parts.reversed()) {
                if (left > 0 && !part.isInMemory()) {
                    throw new IOException("what was to be sent is not in memory any more");
                }
                left -= part.length();
            }
            freshUntil = now + FRESH_NANOS;
        }
    }

    private void skip(long sent) {
        long left = sent;
        while (left > 0) {
            int at = vectors.readerIndex();
            long address = vectors.getLongLE(at);
            long length = vectors.getLongLE(at + Long.BYTES);
            if (left < length) {
                vectors.setLongLE(at, address + left).setLongLE(at + Long.BYTES, length - left);
                return;
            }
            vectors.skipBytes(VECTOR);
            left -= length;
        }
    }

    @Override
    protected void deallocate() {
        vectors.release();
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
