package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ConnectionSlicesTest {
    private final HttpConnection one = new HttpConnection(4, 1);
    private final HttpConnection other = new HttpConnection(5, 2);
    private final ConnectionSlices slices = new ConnectionSlices(2);

    @Test
    void followOneAnotherUntilTheyAreFull() {
        assertEquals(0, slices.end());
        assertFalse(slices.lastIsOf(one));

        slices.add(one, 0, 10);
        slices.add(other, 10, 17);

        assertTrue(slices.isFull());
        assertEquals(17, slices.end());
        assertTrue(slices.lastIsOf(other));
        assertSame(one, slices.owner(0));
    }

    @Test
    void aPartOfOneOrAllOfItMayBeDoneWith() {
        slices.add(one, 0, 10);
        slices.add(other, 10, 17);

        slices.startAt(0, 6);
        slices.drop(1);

        assertEquals(6, slices.start(0));
        assertEquals(10, slices.end(0));
        assertNull(slices.owner(1));
    }

    @Test
    void keepNobodyWhenTheyAreCleared() {
        slices.add(one, 0, 10);

        slices.clear();

        assertEquals(0, slices.count());
        assertEquals(0, slices.end());
        assertNull(slices.owner(0));
    }
}
