package dev.jackdaw.peer.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.dht.DhtItem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PublisherWatchTest {
    private static final Duration PERIOD = Duration.ofMinutes(5);
    private static final long HOUR = Duration.ofHours(1).toNanos();

    private final PublisherWatch watch = new PublisherWatch(PERIOD, Long.MIN_VALUE, 0);

    private static Optional<DhtItem.Mutable> item(long seq) {
        return Optional.of(new DhtItem.Mutable(new byte[32], new byte[0], seq, new byte[64], new byte[0]));
    }

    @Test
    void asksAtOnceAndThenEverMoreSeldomUntilSomethingIsFound() {
        List<Long> waits = new ArrayList<>();
        long now = watch.nextCheckNanos();
        assertEquals(0, now);

        for (int i = 0; i < 7; i++) {
            watch.checked(Optional.empty(), now);
            waits.add(Duration.ofNanos(watch.nextCheckNanos() - now).toSeconds());
            now = watch.nextCheckNanos();
        }

        assertEquals(List.of(2L, 4L, 8L, 16L, 32L, 60L, 60L), waits);
    }

    @Test
    void asksEachPeriodOnceSomethingIsKnown() {
        watch.checked(item(3), 0).ifPresent(found -> watch.take(found, 0));
        assertEquals(PERIOD.toNanos(), watch.nextCheckNanos());

        watch.checked(Optional.empty(), 1_000);
        assertEquals(1_000 + PERIOD.toNanos(), watch.nextCheckNanos());
    }

    @Test
    void whatIsOlderThanWhatWasKnownBeforeARestartIsNoNews() {
        PublisherWatch restarted = new PublisherWatch(PERIOD, 7, 0);

        assertTrue(restarted.checked(item(6), 0).isEmpty());
        assertEquals(
                item(7).orElseThrow().seq(),
                restarted.checked(item(7), 0).orElseThrow().seq());
    }

    @Test
    void onlyAHigherNumberIsNews() {
        watch.take(item(3).orElseThrow(), 0);

        assertTrue(watch.checked(item(2), 1).isEmpty());
        assertTrue(watch.checked(item(3), 2).isEmpty());
        assertEquals(item(4), watch.checked(item(4), 3));
    }

    @Test
    void newsThatWasNotTakenIsNewsAgain() {
        assertTrue(watch.checked(item(3), 0).isPresent());

        assertTrue(watch.checked(item(3), 1).isPresent());
    }

    @Test
    void theNewestIsPutAgainEachHour() {
        assertTrue(watch.toPut(0).isEmpty());
        watch.take(item(3).orElseThrow(), 0);
        assertTrue(watch.toPut(HOUR - 1).isEmpty());

        assertEquals(item(3), watch.toPut(HOUR));
        assertTrue(watch.toPut(HOUR + 1).isEmpty());
        assertEquals(item(3), watch.toPut(2 * HOUR));
    }

    @Test
    void theNextOneHasItsHourToo() {
        watch.take(item(3).orElseThrow(), 0);
        watch.take(item(4).orElseThrow(), HOUR - 1);

        assertTrue(watch.toPut(HOUR).isEmpty());
        assertEquals(item(4), watch.toPut(2 * HOUR - 1));
    }
}
