package dev.jackdaw.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PieceLayoutTest {
    @ParameterizedTest
    @CsvSource({
        "1,1",
        "1,16384",
        "16384,16384",
        "16385,16384",
        "100000,32768",
        "3,1",
        "1000000,50000",
        "100001,40000",
        "5368709120,536870912",
        "5368709121,536870912"
    })
    void coversEveryByteOnce(long totalLength, int pieceLength) {
        PieceLayout layout = new PieceLayout(totalLength, pieceLength);
        long bytes = 0;
        for (int piece = 0; piece < layout.pieceCount(); piece++) {
            assertEquals(bytes, layout.offset(piece));
            assertEquals(piece, layout.pieceAt(bytes));
            assertEquals(piece, layout.pieceAt(bytes + layout.length(piece) - 1));
            int begin = 0;
            for (int block = 0; block < layout.blockCount(piece); block++) {
                BlockRequest request = layout.block(piece, block);
                assertEquals(begin, request.begin());
                assertEquals(block, layout.blockAt(begin));
                assertTrue(layout.isBlock(request));
                assertTrue(request.length() > 0 && request.length() <= PieceLayout.BLOCK_LENGTH);
                begin += request.length();
            }
            assertEquals(layout.length(piece), begin);
            bytes += begin;
        }
        assertEquals(totalLength, bytes);
    }

    @Test
    void tellsWhatLiesInside() {
        PieceLayout layout = new PieceLayout(100_000, 32_768);

        assertTrue(layout.contains(new BlockRequest(0, 1, 32_767)));
        assertTrue(layout.contains(new BlockRequest(3, 0, 1_696)));
        assertFalse(layout.contains(new BlockRequest(3, 0, 1_697)));
        assertFalse(layout.contains(new BlockRequest(0, 1, 32_768)));
        assertFalse(layout.contains(new BlockRequest(0, 0, 0)));
        assertFalse(layout.contains(new BlockRequest(0, 0, -1)));
        assertFalse(layout.contains(new BlockRequest(0, -1, 5)));
        assertFalse(layout.contains(new BlockRequest(-1, 0, 5)));
        assertFalse(layout.contains(new BlockRequest(4, 0, 5)));
        assertFalse(layout.contains(new BlockRequest(0, Integer.MAX_VALUE, Integer.MAX_VALUE)));
        assertFalse(layout.isBlock(new BlockRequest(0, 1, 16_384)));
        assertFalse(layout.isBlock(new BlockRequest(0, 0, 16_383)));
        assertFalse(layout.isBlock(new BlockRequest(3, 0, 16_384)));
        assertTrue(layout.isBlock(new BlockRequest(3, 0, 1_696)));
    }

    @Test
    void refusesTheImpossibleWithoutOverflow() {
        assertThrows(IllegalArgumentException.class, () -> new PieceLayout(0, 1));
        assertThrows(IllegalArgumentException.class, () -> new PieceLayout(-1, 1));
        assertThrows(IllegalArgumentException.class, () -> new PieceLayout(1, 0));
        assertThrows(IllegalArgumentException.class, () -> new PieceLayout(Long.MAX_VALUE, 16_384));
        assertThrows(IllegalArgumentException.class, () -> new PieceLayout(Long.MAX_VALUE, Integer.MAX_VALUE));
        assertThrows(IllegalArgumentException.class, () -> new PieceLayout(1L << 32, 1));
        assertEquals(131_072, new PieceLayout(Integer.MAX_VALUE, Integer.MAX_VALUE).blockCount(0));
    }
}
