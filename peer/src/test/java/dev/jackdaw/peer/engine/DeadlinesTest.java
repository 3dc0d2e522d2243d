package dev.jackdaw.peer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
    private enum Timer {
        CHOKE,
        ANNOUNCE,
        SNUB
    }

    private final Deadlines<Timer> deadlines = new Deadlines<>(Timer.class);

    @Test
    void givesBackWhatIsDueInOrder() {
        deadlines.set(Timer.SNUB, 5);
        deadlines.set(Timer.ANNOUNCE, 5);
        deadlines.set(Timer.CHOKE, 9);

        assertEquals(5, deadlines.next());
        assertEquals(Optional.empty(), deadlines.pollDue(4));
        assertEquals(Optional.of(Timer.ANNOUNCE), deadlines.pollDue(8));
        assertEquals(Optional.of(Timer.SNUB), deadlines.pollDue(8));
        assertEquals(Optional.empty(), deadlines.pollDue(8));
        assertEquals(Optional.of(Timer.CHOKE), deadlines.pollDue(9));
        assertEquals(Long.MAX_VALUE, deadlines.next());
        assertEquals(Optional.empty(), deadlines.pollDue(Long.MAX_VALUE));
    }

    @Test
    void knowsTheEarliestAfterAnySequenceOfChanges() {
        var random = new SplittableRandom(1);
        for (int i = 0; i < 10_000; i++) {
            Timer timer = Timer.values()[random.nextInt(3)];
            if (random.nextInt(4) == 0) {
                deadlines.clear(timer);
            } else {
                deadlines.set(timer, random.nextInt(10) - 5);
            }
            long earliest = Long.MAX_VALUE;
            for (Timer each : Timer.values()) {
                earliest = Math.min(earliest, deadlines.at(each));
            }
            assertEquals(earliest, deadlines.next());
        }
    }
}
