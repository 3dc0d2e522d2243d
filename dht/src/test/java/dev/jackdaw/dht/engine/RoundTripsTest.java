package dev.jackdaw.dht.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RoundTripsTest {
    private static final long MILLI = 1_000_000L;

    private final RoundTrips trips = new RoundTrips();

    /// Answers after 100 and 300 ms in turn.
    private void answers(int count) {
        for (int i = 0; i < count; i++) {
            trips.observe(i % 2 == 0 ? 100 * MILLI : 300 * MILLI);
        }
    }

    @Test
    void nothingIsKnownAtFirst() {
        assertEquals(1_000 * MILLI, trips.softNanos());
        assertEquals(4_000 * MILLI, trips.hardNanos());
    }

    @Test
    void amongNodesThatAnswerTheSlowOnesAreWaitedFor() {
        answers(200);

        assertEquals(200 + 3 * 100, trips.softNanos() / MILLI, 25);
    }

    @Test
    void amongNodesThatAreGoneTheWaitIsShort() {
        answers(200);
        long hard = trips.hardNanos();
        for (int i = 0; i < 20; i++) {
            trips.lost();
            answers(4);
        }

        assertEquals(200 + 100, trips.softNanos() / MILLI, 25);
        assertEquals(hard, trips.hardNanos(), 100.0 * MILLI);
        answers(200);
        assertTrue(trips.softNanos() > 450 * MILLI, "they are there again");
    }

    @Test
    void theDeadlinesHaveBounds() {
        for (int i = 0; i < 100; i++) {
            trips.observe(1);
        }
        assertEquals(50 * MILLI, trips.softNanos());
        assertEquals(2_000 * MILLI, trips.hardNanos());
        for (int i = 0; i < 100; i++) {
            trips.observe(60_000 * MILLI);
        }
        assertEquals(2_500 * MILLI, trips.softNanos());
        assertEquals(8_000 * MILLI, trips.hardNanos());
    }
}
