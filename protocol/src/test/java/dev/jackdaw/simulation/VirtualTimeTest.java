package dev.jackdaw.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class VirtualTimeTest {
    private final VirtualTime time = new VirtualTime();
    private final List<String> log = new ArrayList<>();

    @Test
    void runsEventsInOrderOfTimeAndEqualOnesInOrderOfScheduling() {
        time.at(20, () -> log.add("c"));
        time.at(10, () -> {
            log.add("a");
            time.at(5, () -> log.add("b")); // in the past: now
            time.after(10, () -> log.add("d"));
        });

        time.runUntil(20);

        assertEquals(List.of("a", "b", "c", "d"), log);
        assertEquals(20, time.nanos());
        assertEquals(4, time.executed());
        assertEquals(Long.MAX_VALUE, time.nextNanos());
        assertFalse(time.step());
    }

    @Test
    void ordersManyEventsLikeAStableSort() {
        record Event(long at, int order) {}
        var random = new SplittableRandom(1);
        List<Event> expected = new ArrayList<>();
        List<Event> seen = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            Event event = new Event(random.nextInt(500), i);
            expected.add(event);
            time.at(event.at, () -> {
                seen.add(event);
                assertEquals(event.at, time.nanos());
            });
        }
        expected.sort((a, b) -> a.at != b.at ? Long.compare(a.at, b.at) : Integer.compare(a.order, b.order));

        time.runUntil(499);

        assertEquals(expected, seen);
        assertEquals(0, time.pending());
    }

    @Test
    void stopsAtAConditionOrAtTheLimit() {
        for (int i = 1; i <= 10; i++) {
            time.at(i * 10L, () -> log.add("x"));
        }

        assertTrue(time.runUntil(() -> log.size() == 3, 1_000));
        assertEquals(30, time.nanos());
        assertFalse(time.runUntil(() -> log.size() == 9, 85));
        assertEquals(85, time.nanos());
        assertEquals(8, log.size());
    }

    @Test
    void setsAnAlarmAgainAndAgain() {
        var alarm = new Alarm(time, () -> log.add("at " + time.nanos()));

        alarm.set(50);
        alarm.set(30);
        alarm.set(70);
        time.runUntil(60);
        assertEquals(List.of(), log);
        time.runUntil(80);
        assertEquals(List.of("at 70"), log);

        alarm.set(90);
        alarm.clear();
        time.runUntil(100);
        alarm.set(10);
        time.runUntil(100);

        assertEquals(List.of("at 70", "at 100"), log);
        assertEquals(0, time.pending());
    }

    @Test
    void firesAnAlarmExactlyWhenItWasLastSetThroughAnySequence() {
        var random = new SplittableRandom(2);
        long[] wanted = {Long.MAX_VALUE};
        int[] fired = {0};
        var alarm = new Alarm(time, () -> {
            assertEquals(wanted[0], time.nanos());
            wanted[0] = Long.MAX_VALUE;
            fired[0]++;
        });
        for (int i = 0; i < 10_000; i++) {
            wanted[0] = random.nextInt(10) == 0 ? Long.MAX_VALUE : time.nanos() + random.nextInt(100);
            alarm.set(wanted[0]);
            time.runUntil(time.nanos() + random.nextInt(50));
            assertTrue(wanted[0] > time.nanos());
        }
        assertTrue(fired[0] > 1_000);
    }

    @Test
    void digestsTheOrderOfEvents() {
        assertEquals(digest(1, 2, 3), digest(1, 2, 3));
        assertFalse(digest(1, 2, 3).equals(digest(1, 3, 2)));
        assertFalse(digest(0).equals(digest(0, 0)));
        assertFalse(digest().equals(digest(0)));
        assertTrue(digest(7).matches("[0-9a-f]{16}"));
    }

    private static String digest(long... values) {
        var digest = new EventDigest();
        for (long value : values) {
            digest.add(value);
        }
        assertEquals(values.length, digest.count());
        return digest.toString();
    }
}
