package dev.jackdaw.peer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.engine.Pacing.Want;
import dev.jackdaw.peer.engine.TorrentEvent.Direction;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PacingTest {
    private static final long MILLISECOND = 1_000_000L;
    private static final int BLOCK = 16_384;

    private final Pacing pacing = new Pacing();

    /// Takes all that the limit allows now, and wants more.
    private void exhaust(Allowance allowance, long nowNanos) {
        while (allowance.available(nowNanos) > 0) {
            allowance.take(BLOCK, nowNanos);
        }
        allowance.await();
    }

    @Test
    void nothingIsTriedAgainWhileNothingWaits() {
        pacing.limit(1_000, 1_000, 0);

        pacing.review(false, 0);

        assertEquals(Long.MAX_VALUE, pacing.nextNanos());
        assertEquals(Optional.empty(), pacing.pollDue(Long.MAX_VALUE - 1));
    }

    @Test
    void memoryIsAskedForAgainInATenthOfASecond() {
        pacing.review(true, 0);

        assertEquals(Optional.empty(), pacing.pollDue(100 * MILLISECOND - 1));
        assertEquals(Optional.of(Want.MEMORY), pacing.pollDue(100 * MILLISECOND));
        assertEquals(Long.MAX_VALUE, pacing.nextNanos());
    }

    @Test
    void eventsDoNotPutOffWhatWaits() {
        pacing.review(true, 0);
        pacing.review(true, 50 * MILLISECOND);

        assertEquals(100 * MILLISECOND, pacing.nextNanos());
    }

    @Test
    void whatNoLongerWaitsIsNotTriedAgain() {
        pacing.review(true, 0);
        pacing.review(false, 1);

        assertEquals(Long.MAX_VALUE, pacing.nextNanos());
    }

    @Test
    void aLimitLetsThroughWhatItAllowsWhenItAllowsIt() {
        pacing.limit(BLOCK, 0, 0);
        exhaust(pacing.download(), 0);
        pacing.download().take(BLOCK, 0);

        pacing.review(false, 0);

        assertEquals(1_000, pacing.nextNanos() / MILLISECOND, 1, "the debt of a block is paid in a second");
        assertEquals(Optional.of(Want.DOWNLOAD), pacing.pollDue(pacing.nextNanos()));
    }

    @Test
    void aHighLimitLetsThroughPortionsAFortiethOfASecondApart() {
        pacing.limit(0, 1 << 30, 0);
        exhaust(pacing.upload(), 0);

        pacing.review(false, 0);

        assertEquals(25 * MILLISECOND, pacing.nextNanos());
        assertEquals(Optional.of(Want.UPLOAD), pacing.pollDue(25 * MILLISECOND));
    }

    @Test
    void whatWaitsForAShareOfTheSessionsLimitWaitsForAGrant() {
        pacing.grant(Direction.UPLOAD, 0);
        pacing.upload().await();
        pacing.review(false, 0);
        assertEquals(Long.MAX_VALUE, pacing.nextNanos());

        pacing.grant(Direction.UPLOAD, BLOCK);

        assertTrue(pacing.upload().available(0) > 0);
    }
}
