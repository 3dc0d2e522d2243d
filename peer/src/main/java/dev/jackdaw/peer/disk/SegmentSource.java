package dev.jackdaw.peer.disk;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;

/// Where segments come from: plain memory, or one torrent's [PieceScratch], which outlasts the process.
interface SegmentSource {
    /// Segments are whole pages, so that pieces of odd lengths share them.
    int PAGE = 4096;

    /// Memory that is gone with the process.
    SegmentSource PLAIN = new Plain();

    /// How long a segment for so many bytes will be.
    default int segmentLength(int bytes) {
        return Math.ceilDiv(bytes, PAGE) * PAGE;
    }

    /// Makes a segment for so many bytes.
    Segment allocate(int bytes);

    /// Plain memory.
    final class Plain implements SegmentSource {
        private Plain() {}

        @Override
        public Segment allocate(int bytes) {
            Arena arena = Arena.ofShared();
            return new PlainSegment(
                    this, arena, arena.allocate(segmentLength(bytes), PAGE).asByteBuffer());
        }

        private record PlainSegment(SegmentSource source, Arena arena, ByteBuffer bytes) implements Segment {
            @Override
            public void free() {
                arena.close();
            }
        }
    }
}
