package dev.jackdaw.dht.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.simulation.Seed;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TimingWheelTest {
    private record Planned(long tick, int number) {}

    @ParameterizedTest
    @MethodSource("dev.jackdaw.simulation.Seed#some")
    void givesEventsByTimeAndThenByAgeAsAPriorityQueueWould(Seed seed) {
        RandomGenerator random = seed.random("events");
        TimingWheel wheel = new TimingWheel();
        PriorityQueue<Planned> expected =
                new PriorityQueue<>(Comparator.comparingLong(Planned::tick).thenComparingInt(Planned::number));
        int number = 0;
        for (int round = 0; round < 20_000; round++) {
            for (int added = random.nextInt(4); added > 0 && number < 20_000; added--) {
                long tick = wheel.tick() + (random.nextLong(1L << random.nextInt(1, 24)) & -1L << random.nextInt(12));
                tick = Math.max(tick, wheel.tick());
                expected.add(new Planned(tick, number));
                wheel.add(tick, number++, 0, null);
            }
            Planned next = expected.poll();
            assertEquals(next != null, wheel.next(), seed::describe);
            if (next != null) {
                assertEquals(next, new Planned(wheel.tick(), wheel.receiver()), seed::describe);
            }
        }
    }

    @Test
    void whatIsLateHappensNow() {
        TimingWheel wheel = new TimingWheel();
        wheel.add(5_000, 1, 0, null);
        assertTrue(wheel.next());

        wheel.add(17, 2, 0, null);

        assertTrue(wheel.next());
        assertEquals(2, wheel.receiver());
        assertEquals(5_000, wheel.tick());
        assertFalse(wheel.next());
    }

    @Test
    void takesWhatIsBeforeALimitAndGoesBackToAddBeforeIt() {
        TimingWheel wheel = new TimingWheel();
        wheel.add(5_130, 1, 0, null);
        wheel.add(5_200, 2, 0, null);
        assertFalse(wheel.nextBefore(5_130));
        assertTrue(wheel.nextBefore(5_131));

        wheel.rewind(5_120);
        wheel.add(5_125, 3, 0, null);

        assertTrue(wheel.next());
        assertEquals(3, wheel.receiver());
        assertEquals(5_125, wheel.tick());
        assertTrue(wheel.next());
        assertEquals(2, wheel.receiver());
    }

    @Test
    void refusesWhatIsBeyondItsHorizon() {
        assertThrows(IllegalArgumentException.class, () -> new TimingWheel().add(1L << 30, 1, 0, null));
    }
}
