package dev.jackdaw.peer.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class PieceBuffersTest {
    private static final int MIB = 1 << 20;

    private final PieceBuffers buffers = new PieceBuffers(4 * MIB);

    @Test
    void grantsUpToTheBudgetAndAgainWhatIsReleased() {
        assertTrue(buffers.tryReserve(3 * MIB));
        assertTrue(buffers.tryReserve(MIB));
        assertFalse(buffers.tryReserve(1));

        buffers.release(MIB);
        assertTrue(buffers.tryReserve(MIB));
    }

    @Test
    void aPieceLargerThanTheBudgetIsGrantedWhenNothingElseIsTaken() {
        assertTrue(buffers.tryReserve(1));
        assertFalse(buffers.tryReserve(16 * MIB));
        buffers.release(1);

        assertTrue(buffers.tryReserve(16 * MIB));
        assertFalse(buffers.tryReserve(1));
    }

    @Test
    void releasingMoreThanIsReservedIsRefused() {
        assertTrue(buffers.tryReserve(10));
        assertThrows(IllegalStateException.class, () -> buffers.release(11));
    }

    @Test
    void segmentsAreUsedAgain() {
        Segment first = buffers.take(SegmentSource.PLAIN, MIB);
        buffers.giveBack(first);

        assertSame(first, buffers.take(SegmentSource.PLAIN, MIB));
        assertEquals(MIB, buffers.allocated());
    }

    @Test
    void idleSegmentsOfAnotherLengthMakeRoom() {
        for (int i = 0; i < 4; i++) {
            buffers.take(SegmentSource.PLAIN, MIB);
        }
        PieceBuffers other = new PieceBuffers(4 * MIB);
        Segment[] small = new Segment[16];
        for (int i = 0; i < small.length; i++) {
            small[i] = other.take(SegmentSource.PLAIN, MIB / 4);
        }
        for (Segment segment : small) {
            other.giveBack(segment);
        }

        other.take(SegmentSource.PLAIN, MIB);
        other.take(SegmentSource.PLAIN, MIB);

        assertEquals(4 * MIB, other.allocated());
    }

    @Test
    void whatExceedsTheBudgetIsFreedWhenItComesBack() {
        Segment[] all = new Segment[6];
        for (int i = 0; i < all.length; i++) {
            all[i] = buffers.take(SegmentSource.PLAIN, MIB);
        }
        for (Segment segment : all) {
            buffers.giveBack(segment);
        }
        assertEquals(4 * MIB, buffers.allocated());
        assertThrows(IllegalStateException.class, () -> all[0].bytes().get(0));
    }

    @Test
    void trimGivesBackOnlyWhatNobodyNeededSinceTheLastTime() {
        Segment one = buffers.take(SegmentSource.PLAIN, MIB);
        Segment two = buffers.take(SegmentSource.PLAIN, MIB);
        buffers.giveBack(one);
        buffers.giveBack(two);
        buffers.trim();
        assertEquals(2 * MIB, buffers.allocated());

        buffers.giveBack(buffers.take(SegmentSource.PLAIN, MIB));
        buffers.trim();
        assertEquals(MIB, buffers.allocated());

        buffers.trim();
        assertEquals(0, buffers.allocated());
    }

    @Test
    void aPieceTakesMemoryAsItsBlocksArrive() {
        PieceBuffer piece = new PieceBuffer(buffers, SegmentSource.PLAIN, 0, 3 * MIB + 5);
        assertEquals(0, buffers.allocated());

        piece.put(2 * MIB + 100, ByteBuffer.allocate(16));
        assertEquals(MIB, buffers.allocated());
        piece.put(3 * MIB, ByteBuffer.allocate(5));
        assertEquals(MIB + 4096, buffers.allocated());
        piece.release();
    }

    @Test
    void aBlockMayCrossSegments() {
        PieceBuffer piece = new PieceBuffer(buffers, SegmentSource.PLAIN, 0, 2 * MIB);
        byte[] block = new byte[1000];
        java.util.Arrays.fill(block, (byte) 7);
        piece.put(MIB - 300, ByteBuffer.wrap(block));

        ByteBuffer seen = ByteBuffer.allocate(1000);
        piece.forEachPart(MIB - 300, 1000, (part, at) -> seen.put(part));
        assertEquals(ByteBuffer.wrap(block), seen.flip());
    }
}
