package dev.jackdaw.peer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateMeterTest {
    private static final long SECOND = 1_000_000_000L;

    @ParameterizedTest
    @ValueSource(longs = {0, -77 * SECOND - 3, 1L << 60})
    void showsASteadyRateWhateverTheOriginOfTime(long origin) {
        var meter = new RateMeter();

        for (int i = 0; i <= 200; i++) {
            meter.add(1_000, origin + i * SECOND / 10);
        }

        assertEquals(10_000, meter.bytesPerSecond(origin + 20 * SECOND), 400);
        assertEquals(201_000, meter.total());
    }

    @Test
    void doesNotOverstateTheFirstBytes() {
        var meter = new RateMeter();

        meter.add(16_384, 5);

        assertEquals(16_384, meter.bytesPerSecond(6));
    }

    @Test
    void fallsToZeroWhenNothingComes() {
        var meter = new RateMeter();
        meter.add(1 << 20, 0);

        assertTrue(meter.bytesPerSecond(3 * SECOND) > 0);
        assertEquals(0, meter.bytesPerSecond(6 * SECOND));
    }

    @Test
    void doesNotDiluteABurstAfterAPause() {
        var meter = new RateMeter();
        meter.add(1 << 20, 0);

        meter.add(50_000, 60 * SECOND);

        assertEquals(50_000, meter.bytesPerSecond(60 * SECOND + 1));
    }
}
