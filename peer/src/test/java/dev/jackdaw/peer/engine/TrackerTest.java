package dev.jackdaw.peer.engine;

import static dev.jackdaw.protocol.tracker.AnnounceEvent.COMPLETED;
import static dev.jackdaw.protocol.tracker.AnnounceEvent.NONE;
import static dev.jackdaw.protocol.tracker.AnnounceEvent.STARTED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.tracker.AnnounceReply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TrackerTest {
    private static final long SECOND = 1_000_000_000L;
    private static final AnnounceReply.Failure DOWN = new AnnounceReply.Failure("down");

    private final SplittableRandom random = new SplittableRandom(1);
    private final Tracker tracker = new Tracker("http://a.example/announce", Tracker.NOW);

    private static AnnounceReply.Peers again(Duration interval) {
        return new AnnounceReply.Peers(
                interval, Optional.empty(), 0, 0, List.of(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private void answers(long nowNanos) {
        tracker.answered(again(Duration.ofMinutes(30)), nowNanos);
    }

    @Test
    void hearsThatWeHaveStartedUntilItHasAnswered() {
        assertEquals(STARTED, tracker.ask(0));
        tracker.failed(DOWN, random, 0);
        assertEquals(STARTED, tracker.ask(60 * SECOND));
        answers(60 * SECOND);

        assertEquals(NONE, tracker.ask(120 * SECOND));
    }

    @Test
    void hearsOfTheCompletionOnceAndAgainOnlyIfItHasNotAnswered() {
        tracker.ask(0);
        answers(0);

        tracker.completed();
        assertEquals(COMPLETED, tracker.ask(60 * SECOND));
        tracker.failed(DOWN, random, 60 * SECOND);
        assertEquals(COMPLETED, tracker.ask(600 * SECOND));
        answers(600 * SECOND);

        assertEquals(NONE, tracker.ask(1_200 * SECOND));
    }

    @Test
    void hearsOfTheCompletionAtOnceAndOfAFailedOneLater() {
        tracker.ask(0);
        answers(0);

        tracker.completed();
        assertEquals(Tracker.NOW, tracker.announceAtNanos(1_800 * SECOND));
        tracker.ask(SECOND);
        tracker.failed(DOWN, random, SECOND);

        assertTrue(tracker.announceAtNanos(0) >= SECOND + Tracker.MIN_BACKOFF_NANOS);
    }

    @Test
    void hearsOfTheCompletionBeforeItIsLeftIfItWasNeverSent() {
        tracker.ask(0);
        answers(0);
        tracker.completed();

        assertTrue(tracker.takeCompleted());
        assertFalse(tracker.takeCompleted());
    }

    @Test
    void isNotToldOfACompletionBeforeItKnowsOfUs() {
        tracker.completed();

        tracker.ask(0);
        answers(0);

        assertEquals(NONE, tracker.ask(60 * SECOND));
    }

    @Test
    void isToldThatWeLeaveOnlyIfItKnowsOfUs() {
        assertFalse(tracker.leave());

        tracker.ask(0);
        answers(0);

        assertTrue(tracker.leave());
        assertFalse(tracker.leave());
    }

    @Test
    void isNotAskedAgainWithinHalfAMinuteWhateverItSays() {
        tracker.ask(0);
        long interval = tracker.answered(again(Duration.ofSeconds(1)), SECOND);

        assertEquals(Tracker.MIN_INTERVAL_NANOS, interval);
        assertEquals(SECOND + Tracker.MIN_INTERVAL_NANOS, tracker.announceAtNanos(0));
    }

    @Test
    void restsForEverLongerWhileItFailsUnlessItIsWanted() {
        long before = 0;
        for (int failures = 1; failures <= 12; failures++) {
            tracker.ask(0);
            tracker.failed(DOWN, random, 0);
            long rest = tracker.announceAtNanos(0);
            assertFalse(tracker.isServing());
            assertTrue(rest > before || rest >= Tracker.MAX_BACKOFF_NANOS, "after " + failures + " failures");
            assertTrue(rest <= Tracker.MAX_BACKOFF_NANOS * 5 / 4);
            before = rest;
        }

        tracker.endRest();

        assertTrue(tracker.isServing());
        assertEquals(Tracker.MIN_INTERVAL_NANOS, tracker.announceAtNanos(0));
    }
}
