package dev.jackdaw.peer.disk;

import java.nio.ByteBuffer;

/// Memory for one part of a piece in the making, at most [PieceBuffers#SEGMENT_LENGTH] bytes. Owned by one
/// thread at a time, and freed by its owner at once.
interface Segment {
    SegmentSource source();

    /// All of it; never sliced beyond [#length()].
    ByteBuffer bytes();

    default int length() {
        return bytes().capacity();
    }

    /// It is to hold part `index` of that piece, of which no block is there yet.
    ///
    /// @param length bytes of that part, at most [#length()]
    default void assign(int piece, int index, int length) {}

    /// Those bytes of the part are there.
    default void filled(int begin, int count) {}

    /// What it holds is of no use any more.
    default void clear() {}

    /// Gives the memory to the system; the segment is not used afterwards.
    void free();
}
