package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ConnectionIdsTest {
    private static final long SECOND = 1_000_000_000L;
    private final ConnectionIds ids = new ConnectionIds(1, 2);

    @Test
    void anIdIsGoodForAMinuteAndNotForTwoAndAHalf() {
        for (long start = -200 * SECOND; start < 200 * SECOND; start += 7 * SECOND) {
            long id = ids.issue(0, 0x7f000001L, start);

            assertTrue(ids.verify(id, 0, 0x7f000001L, start));
            assertTrue(ids.verify(id, 0, 0x7f000001L, start + 62 * SECOND));
            assertFalse(ids.verify(id, 0, 0x7f000001L, start + 150 * SECOND));
        }
    }

    @Test
    void anIdIsGoodForItsAddressAndServerAlone() {
        long id = ids.issue(0, 1, 0);

        assertFalse(ids.verify(id, 0, 2, 0));
        assertFalse(ids.verify(id, 1, 1, 0));
        assertFalse(new ConnectionIds(1, 3).verify(id, 0, 1, 0));
    }

    @Test
    void noneOfAMillionForgedIdsIsGood() {
        var random = new SplittableRandom(1);
        for (int i = 0; i < 1_000_000; i++) {
            assertFalse(ids.verify(random.nextLong(), 0, 1, 0));
        }
    }
}
