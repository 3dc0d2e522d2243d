package dev.jackdaw.peer.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DirectWritesTest {
    private static final int LARGE = 1 << 20;
    private static final long MILLISECOND = 1_000_000;

    private final DirectWrites writes = new DirectWrites(true);

    @Test
    void largeWritesGoDirectly() {
        assertEquals(LARGE, writes.share(7 * LARGE, 0, LARGE));
    }

    @Test
    void whatIsLeftOfAFilesLastBlockGoesThroughTheCache() {
        assertEquals(LARGE - DirectWrites.UNIT, writes.share(0, 0, LARGE - 1));
    }

    @Test
    void whatComesBeforeTheFirstWholeBlockGoesThroughTheCache() {
        assertEquals(DirectWrites.UNIT - 5, DirectWrites.head(7L * LARGE + 5));
        assertEquals(LARGE - DirectWrites.UNIT, writes.share(7L * LARGE + 5, 5, LARGE));
        assertEquals(0, DirectWrites.head(LARGE));
    }

    @Test
    void smallWritesGoThroughTheCache() {
        assertEquals(0, writes.share(0, 0, DirectWrites.MIN_LENGTH - 1));
        assertEquals(0, writes.share(1, 1, DirectWrites.MIN_LENGTH));
        assertFalse(writes.suit(1, 1, DirectWrites.MIN_LENGTH));
    }

    @Test
    void whatMustBeCopiedFirstGoesDirectlyIfItIsLarger() {
        assertEquals(0, writes.share(0, 1, DirectWrites.MIN_COPIED_LENGTH - 1));
        assertEquals(DirectWrites.MIN_COPIED_LENGTH, writes.share(0, 1, DirectWrites.MIN_COPIED_LENGTH));
    }

    @Test
    void aSlowDeviceIsUsedThroughTheCacheForAWhile() {
        for (int i = 0; i < 100 && writes.suit(0, 0, LARGE); i++) {
            writes.took(LARGE, 40 * MILLISECOND);
        }
        assertFalse(writes.suit(0, 0, LARGE));

        for (int i = 1; i < DirectWrites.REST; i++) {
            assertEquals(0, writes.share(0, 0, LARGE));
        }
        assertEquals(LARGE, writes.share(0, 0, LARGE));
    }

    @Test
    void aSingleSlowWriteMeansNothing() {
        for (int i = 0; i < 100; i++) {
            writes.took(LARGE, MILLISECOND);
        }
        writes.took(LARGE, 100 * MILLISECOND);

        assertTrue(writes.suit(0, 0, LARGE));
    }

    @Test
    void whereTheFileSystemRefusesAllGoesThroughTheCache() {
        writes.refused();

        assertEquals(0, writes.share(0, 0, LARGE));
    }
}
