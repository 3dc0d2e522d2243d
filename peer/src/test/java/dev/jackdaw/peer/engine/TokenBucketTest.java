package dev.jackdaw.peer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBucketTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int BLOCK = 16_384;

    @ParameterizedTest
    @ValueSource(longs = {1, 1_000, 50_000, 1 << 20, 10_000_000_000L})
    void keepsToTheRateInTheLongRunWhenWokenWhenItSays(long rate) {
        var bucket = new TokenBucket(rate);
        long now = -5;
        long taken = 0;
        long end = now + 1_000_000 * SECOND / Math.max(1, rate / 1_000);

        while (now < end) {
            if (bucket.available(now) > 0) {
                bucket.take(BLOCK, now);
                taken += BLOCK;
            }
            now = bucket.nextAvailableNanos(now);
        }

        double expected = rate * ((end + 5) / 1e9);
        assertEquals(expected, taken, expected * 0.01 + rate / 4.0 + 2 * BLOCK);
    }

    @Test
    void letsABlockThroughForASingleByteAndThenPaysTheDebt() {
        var bucket = new TokenBucket(1_000);
        bucket.take(BLOCK - 1, 0);

        assertEquals(1, bucket.available(0));
        bucket.take(BLOCK, 0);

        assertEquals(0, bucket.available(10 * SECOND));
        long next = bucket.nextAvailableNanos(10 * SECOND);
        assertEquals(16.384, next / 1e9, 0.01);
        assertTrue(bucket.available(next) > 0);
    }

    @Test
    void hasNoLimitAtRateZero() {
        var bucket = new TokenBucket(0);
        bucket.take(Long.MAX_VALUE / 2, 0);

        assertTrue(bucket.isUnlimited());
        assertEquals(Long.MAX_VALUE, bucket.available(0));
        assertEquals(7, bucket.nextAvailableNanos(7));
    }

    @Test
    void changesItsRate() {
        var bucket = new TokenBucket(0);

        bucket.setRate(100_000, 0);
        bucket.take(bucket.available(0), 0);
        bucket.setRate(200_000, SECOND);

        assertFalse(bucket.isUnlimited());
        assertEquals(25_000, bucket.available(SECOND));
        assertThrows(IllegalArgumentException.class, () -> bucket.setRate(-1, SECOND));
    }
}
