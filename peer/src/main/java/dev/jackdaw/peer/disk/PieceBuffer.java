package dev.jackdaw.peer.disk;

import dev.jackdaw.peer.disk.PieceBuffers.Segment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One piece in the making, in segments that are taken from the pool when their first byte arrives. Owned by one thread
/// at a time.
final class PieceBuffer {
    private final PieceBuffers pool;
    private final int length;
    private final @Nullable Segment[] segments;

    PieceBuffer(PieceBuffers pool, int length) {
        this.pool = pool;
        this.length = length;
        this.segments = new Segment[Math.ceilDiv(length, PieceBuffers.SEGMENT_LENGTH)];
    }

    int length() {
        return length;
    }

    /// Copies all of `data` to `begin`; its position and limit stay as they are.
    void put(int begin, ByteBuffer data) {
        int from = data.position();
        int at = begin;
        while (from < data.limit()) {
            int inSegment = at % PieceBuffers.SEGMENT_LENGTH;
            int count = Math.min(data.limit() - from, PieceBuffers.SEGMENT_LENGTH - inSegment);
            segment(at / PieceBuffers.SEGMENT_LENGTH).bytes().put(inSegment, data, from, count);
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
            int start = index * PieceBuffers.SEGMENT_LENGTH;
            segment = pool.take(Math.min(length - start, PieceBuffers.SEGMENT_LENGTH));
            segments[index] = segment;
        }
        return segment;
    }

    /// Gives the memory back; the buffer is not used afterwards.
    void release() {
        for (int i = 0; i < segments.length; i++) {
            Segment segment = segments[i];
            if (segment != null) {
                pool.giveBack(segment);
                segments[i] = null;
            }
        }
    }
}
