package dev.jackdaw.peer.disk;

import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.PieceLayout;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One piece in the making, in segments that are taken from the pool when their first byte arrives. Owned by one
/// thread at a time.
final class PieceBuffer {
    private final PieceBuffers pool;
    private final SegmentSource source;
    private final int piece;
    private final int length;
    private final @Nullable Segment[] segments;

    PieceBuffer(PieceBuffers pool, SegmentSource source, int piece, int length) {
        this.pool = pool;
        this.source = source;
        this.piece = piece;
        this.length = length;
        this.segments = new Segment[Math.ceilDiv(length, PieceBuffers.SEGMENT_LENGTH)];
    }

    int length() {
        return length;
    }

    /// Bytes of part `index` of a piece of that length, 0 or less if it has no such part.
    static int partLength(int pieceLength, int index) {
        return (int) Math.min(pieceLength - (long) index * PieceBuffers.SEGMENT_LENGTH, PieceBuffers.SEGMENT_LENGTH);
    }

    /// Takes parts in that an earlier process has left; says which blocks of the piece are there.
    Bitfield adopt(Map<Integer, PieceScratch.Slot> parts) {
        Bitfield blocks = new Bitfield(Math.ceilDiv(length, PieceLayout.BLOCK_LENGTH));
        int blocksInPart = PieceBuffers.SEGMENT_LENGTH / PieceLayout.BLOCK_LENGTH;
        parts.forEach((index, slot) -> {
            pool.adopt(slot);
            segments[index] = slot;
            for (int block = 0; block < blocksInPart; block++) {
                if (slot.holds(block)) {
                    blocks.set(index * blocksInPart + block);
                }
            }
        });
        return blocks;
    }

    /// Copies all of `data` to `begin`; its position and limit stay as they are.
    void put(int begin, ByteBuffer data) {
        int from = data.position();
        int at = begin;
        while (from < data.limit()) {
            int inSegment = at % PieceBuffers.SEGMENT_LENGTH;
            int count = Math.min(data.limit() - from, PieceBuffers.SEGMENT_LENGTH - inSegment);
            Segment segment = segment(at / PieceBuffers.SEGMENT_LENGTH);
            segment.bytes().put(inSegment, data, from, count);
            segment.filled(inSegment, count);
            from += count;
            at += count;
        }
    }

    @FunctionalInterface
    interface Sink<E extends Exception> {
        /// Takes all of `part`, which begins at `at` of the piece.
        void take(ByteBuffer part, int at) throws E;
    }

    /// Shows `count` bytes at `begin`, in as few parts as they lie in.
    <E extends Exception> void forEachPart(int begin, int count, Sink<E> sink) throws E {
        int at = begin;
        while (at < begin + count) {
            int inSegment = at % PieceBuffers.SEGMENT_LENGTH;
            int part = Math.min(begin + count - at, PieceBuffers.SEGMENT_LENGTH - inSegment);
            sink.take(segment(at / PieceBuffers.SEGMENT_LENGTH).bytes().slice(inSegment, part), at);
            at += part;
        }
    }

    private Segment segment(int index) {
        Segment segment = segments[index];
        if (segment == null) {
            int partLength = partLength(length, index);
            segment = pool.take(source, partLength);
            segment.assign(piece, index, partLength);
            segments[index] = segment;
        }
        return segment;
    }

    /// Gives the memory back; the buffer is not used afterwards.
    void release() {
        for (int i = 0; i < segments.length; i++) {
            Segment segment = segments[i];
            if (segment != null) {
                segment.clear();
                pool.giveBack(segment);
                segments[i] = null;
            }
        }
    }

    /// Lets go of the memory, and leaves in the scratch file what is there; the buffer is not used afterwards.
    void leave() {
        for (int i = 0; i < segments.length; i++) {
            Segment segment = segments[i];
            if (segment != null) {
                pool.discard(segment);
                segments[i] = null;
            }
        }
    }
}
