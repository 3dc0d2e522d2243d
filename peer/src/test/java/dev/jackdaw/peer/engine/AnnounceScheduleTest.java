package dev.jackdaw.peer.engine;

import static dev.jackdaw.protocol.tracker.AnnounceEvent.COMPLETED;
import static dev.jackdaw.protocol.tracker.AnnounceEvent.NONE;
import static dev.jackdaw.protocol.tracker.AnnounceEvent.STARTED;
import static dev.jackdaw.protocol.tracker.AnnounceEvent.STOPPED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.engine.AnnounceSchedule.Due;
import dev.jackdaw.protocol.tracker.AnnounceReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AnnounceScheduleTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long HALF_HOUR = 1_800 * SECOND;
    private static final String A = "http://a.example/announce";
    private static final String B = "udp://b.example:6969";
    private static final String C = "http://c.example/announce";

    private final AnnounceSchedule schedule = new AnnounceSchedule(new SplittableRandom(1));

    @Test
    void announcesToEveryTierAtOnce() {
        schedule.setTiers(List.of(List.of(A), List.of(B), List.of(C)), 0);
        assertEquals(Long.MAX_VALUE, schedule.next());

        schedule.start(5);

        assertEquals(5, schedule.next());
        assertEquals(List.of(new Due(A, STARTED), new Due(B, STARTED), new Due(C, STARTED)), schedule.poll(5));
        assertEquals(List.of(), schedule.poll(6));
    }

    @Test
    void comesBackAfterTheIntervalTheTrackerAskedFor() {
        started(List.of(List.of(A)));

        assertEquals(HALF_HOUR, schedule.next());
        assertEquals(List.of(), schedule.poll(HALF_HOUR - 1));
        assertEquals(List.of(new Due(A, NONE)), schedule.poll(HALF_HOUR));
    }

    @Test
    void shufflesATierAndPutsTheTrackerThatWorksInFront() {
        Set<String> first = new HashSet<>();
        for (int seed = 0; seed < 20; seed++) {
            var shuffled = new AnnounceSchedule(new SplittableRandom(seed));
            shuffled.setTiers(List.of(List.of(A, B, C)), 0);
            shuffled.start(0);
            first.add(shuffled.poll(0).getFirst().tracker());
        }
        assertEquals(Set.of(A, B, C), first);

        schedule.setTiers(List.of(List.of(A, B)), 0);
        schedule.start(0);
        String failing = schedule.poll(0).getFirst().tracker();
        schedule.answered(failing, new AnnounceReply.Failure("down"), SECOND);
        List<Due> next = schedule.poll(SECOND);
        String working = next.getFirst().tracker();
        assertFalse(working.equals(failing));
        schedule.answered(working, peers(1_800), SECOND);

        assertEquals(
                List.of(working, failing),
                schedule.statuses().stream().map(EngineSnapshot.TrackerState::url).toList());
        assertEquals(SECOND + HALF_HOUR, schedule.next());
        assertEquals(List.of(new Due(working, NONE)), schedule.poll(SECOND + HALF_HOUR));
    }

    @Test
    void repeatsStartedUntilItIsAnsweredLaterAfterEachFailure() {
        schedule.setTiers(List.of(List.of(A)), 0);
        schedule.start(0);
        long now = 0;
        long rest = 0;
        for (int i = 0; i < 10; i++) {
            assertEquals(List.of(new Due(A, STARTED)), schedule.poll(now));
            schedule.answered(A, new AnnounceReply.Failure("no"), now);
            long next = schedule.next() - now;
            assertTrue(next >= Tracker.MIN_BACKOFF_NANOS && next <= Tracker.MAX_BACKOFF_NANOS * 5 / 4);
            assertTrue(next > rest || next >= Tracker.MAX_BACKOFF_NANOS);
            rest = next;
            now += next;
        }
        schedule.poll(now);
        schedule.answered(A, peers(1_800), now);
        assertEquals(List.of(new Due(A, NONE)), schedule.poll(now + HALF_HOUR));
    }

    @Test
    void obeysRetryInAndNever() {
        schedule.setTiers(List.of(List.of(A), List.of(B)), 0);
        schedule.start(0);
        schedule.poll(0);
        schedule.answered(A, new AnnounceReply.Failure("later", Optional.of(Duration.ofMinutes(7)), false), 0);
        schedule.answered(B, new AnnounceReply.Failure("go away", Optional.empty(), true), 0);

        assertEquals(7 * 60 * SECOND, schedule.next());
        assertEquals(List.of(new Due(A, STARTED)), schedule.poll(1_000_000 * SECOND));
    }

    @Test
    void tellsCompletedOnceAndRepeatsItUntilAnswered() {
        started(List.of(List.of(A)));

        schedule.completed(100 * SECOND);
        assertEquals(List.of(new Due(A, COMPLETED)), schedule.poll(100 * SECOND));
        schedule.answered(A, new AnnounceReply.Failure("busy"), 101 * SECOND);
        long again = schedule.next();
        assertEquals(List.of(new Due(A, COMPLETED)), schedule.poll(again));
        schedule.answered(A, peers(1_800), again);

        assertEquals(List.of(new Due(A, NONE)), schedule.poll(again + HALF_HOUR));
    }

    @Test
    void tellsCompletedAtOnceHoweverShortlyAfterStarted() {
        started(List.of(List.of(A)));

        schedule.completed(SECOND);

        assertEquals(SECOND, Math.max(SECOND, schedule.next()));
        assertEquals(List.of(new Due(A, COMPLETED)), schedule.poll(SECOND));
        schedule.answered(A, peers(1_800), 2 * SECOND);
        schedule.completed(3 * SECOND); // a check has found something bad, and it was fetched again
        assertEquals(List.of(), schedule.poll(3 * SECOND));
        assertEquals(SECOND + Tracker.MIN_INTERVAL_NANOS, schedule.next());
    }

    @Test
    void tellsCompletedBeforeStoppedThoughAnotherAnnounceIsUnderWay() {
        started(List.of(List.of(A)));
        assertEquals(List.of(new Due(A, NONE)), schedule.poll(HALF_HOUR));

        schedule.completed(HALF_HOUR);
        assertEquals(List.of(), schedule.poll(HALF_HOUR));
        schedule.stop(HALF_HOUR);

        assertEquals(List.of(new Due(A, COMPLETED), new Due(A, STOPPED)), schedule.poll(HALF_HOUR));
        schedule.answered(A, peers(1_800), HALF_HOUR + SECOND);
        assertEquals(Long.MAX_VALUE, schedule.next());
    }

    @Test
    void saysStoppedOnceWhileCompletedIsUnderWay() {
        started(List.of(List.of(A)));
        schedule.completed(SECOND);
        schedule.poll(SECOND);

        schedule.stop(SECOND);

        assertEquals(List.of(new Due(A, STOPPED)), schedule.poll(SECOND));
        schedule.answered(A, peers(1_800), 2 * SECOND);
        assertEquals(List.of(), schedule.poll(2 * SECOND));
        schedule.start(40 * SECOND);
        assertEquals(List.of(new Due(A, STARTED)), schedule.poll(40 * SECOND));
    }

    @Test
    void tellsOnlyTrackersThatKnowOfUsWhenItStops() {
        schedule.setTiers(List.of(List.of(A), List.of(B), List.of(C)), 0);
        schedule.start(0);
        schedule.poll(0);
        schedule.answered(A, peers(1_800), SECOND);
        schedule.answered(B, new AnnounceReply.Failure("no"), SECOND);

        schedule.stop(2 * SECOND);

        assertEquals(List.of(new Due(A, STOPPED)), schedule.poll(2 * SECOND));
        assertEquals(Long.MAX_VALUE, schedule.next());
        // The answer of C comes too late, but it knows of us now.
        schedule.answered(C, peers(1_800), 3 * SECOND);
        assertEquals(List.of(new Due(C, STOPPED)), schedule.poll(3 * SECOND));
        assertEquals(List.of(), schedule.poll(HALF_HOUR * 10));
    }

    @Test
    void isNeverFasterThanHalfAMinuteWhateverTheTrackerSays() {
        schedule.setTiers(List.of(List.of(A)), 0);
        schedule.start(0);
        long now = 0;
        List<Long> asked = new ArrayList<>();
        while (asked.size() < 20) {
            if (!schedule.poll(now).isEmpty()) {
                asked.add(now);
                schedule.answered(
                        A,
                        asked.size() % 2 == 0
                                ? peers(-5)
                                : new AnnounceReply.Failure("again", Optional.of(Duration.ZERO), false),
                        now);
            }
            schedule.announceNow(now);
            now += SECOND / 2;
        }
        for (int i = 1; i < asked.size(); i++) {
            assertTrue(asked.get(i) - asked.get(i - 1) >= Tracker.MIN_INTERVAL_NANOS);
        }
    }

    @Test
    void respectsTheMinimumIntervalWhenAskedToAnnounceNow() {
        schedule.setTiers(List.of(List.of(A)), 0);
        schedule.start(0);
        schedule.poll(0);
        schedule.answered(
                A,
                new AnnounceReply.Peers(
                        Duration.ofMinutes(30),
                        Optional.of(Duration.ofMinutes(10)),
                        1,
                        1,
                        List.of(),
                        Optional.of("id"),
                        Optional.empty(),
                        Optional.of("w".repeat(5_000))),
                0);

        schedule.announceNow(SECOND);

        assertEquals(600 * SECOND, schedule.next());
        assertEquals(Optional.of("id"), schedule.trackerId(A));
        var status = schedule.statuses().getFirst();
        assertTrue(status.working());
        assertEquals(Tracker.MAX_MESSAGE_LENGTH, status.message().length());
    }

    @Test
    void boundsHugeIntervalsWithoutOverflow() {
        schedule.setTiers(List.of(List.of(A)), 0);
        schedule.start(0);
        schedule.poll(0);
        schedule.answered(A, peers(Long.MAX_VALUE), 0);

        assertEquals(Tracker.MAX_INTERVAL_NANOS, schedule.next());
    }

    @Test
    void treatsSilenceAsFailure() {
        schedule.setTiers(List.of(List.of(A)), 0);
        schedule.start(0);
        schedule.poll(0);

        long timeout = schedule.next();
        assertEquals(Tracker.ANSWER_TIMEOUT_NANOS, timeout);
        assertEquals(List.of(), schedule.poll(timeout));
        assertTrue(schedule.next() > timeout);
        assertEquals("no answer", schedule.statuses().getFirst().message());
    }

    @Test
    void keepsWhatItKnowsOfTrackersThatStayAndSaysGoodbyeToThoseThatGo() {
        started(List.of(List.of(A), List.of(B)));

        schedule.setTiers(List.of(List.of(B), List.of(C)), 40 * SECOND);

        assertEquals(
                Set.of(new Due(A, STOPPED), new Due(B, NONE), new Due(C, STARTED)),
                Set.copyOf(schedule.poll(40 * SECOND)));
    }

    @Test
    void doesNotAskSoonerATrackerThatWasRemovedAndAddedAgain() {
        started(List.of(List.of(A)));

        schedule.setTiers(List.of(), SECOND);
        schedule.setTiers(List.of(List.of(A)), 2 * SECOND);

        assertEquals(List.of(new Due(A, STOPPED)), schedule.poll(2 * SECOND));
        assertEquals(Tracker.MIN_INTERVAL_NANOS, schedule.next());
        assertEquals(List.of(new Due(A, STARTED)), schedule.poll(Tracker.MIN_INTERVAL_NANOS));
    }

    @Test
    void takesABoundedNumberOfTrackersAndNoneTwice() {
        List<List<String>> tiers = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            tiers.add(List.of("http://" + i / 2 + ".example/"));
        }

        schedule.setTiers(tiers, 0);

        assertEquals(AnnounceSchedule.MAX_TRACKERS, schedule.statuses().size());
    }

    @Test
    void afterASleepTheTorrentsOfASessionAnnounceOneByOneAndOnceEach() {
        long asleep = 8 * 3_600 * SECOND;
        List<Long> times = new ArrayList<>();
        for (int torrent = 0; torrent < 1_000; torrent++) {
            var one = new AnnounceSchedule(new SplittableRandom(torrent));
            one.setTiers(List.of(List.of(A)), 0);
            one.start(0);
            one.poll(0);
            one.answered(A, peers(1_800), SECOND);

            assertEquals(List.of(), one.poll(asleep));
            long at = one.next();
            assertTrue(at >= asleep && at < asleep + AnnounceSchedule.WAKING_NANOS);
            assertEquals(List.of(new Due(A, NONE)), one.poll(at));
            one.answered(A, peers(1_800), at);
            assertEquals(at + HALF_HOUR, one.next());
            times.add((at - asleep) / SECOND);
        }
        for (long second = 0; second < 60; second++) {
            long now = second;
            assertTrue(times.stream().filter(time -> time == now).count() < 60);
        }
    }

    @Test
    void aClockThatStandsStillOrLeapsDaysOrAYearCausesAtMostOneAnnounce() {
        started(List.of(List.of(A)));
        assertEquals(List.of(), schedule.poll(SECOND));
        long now = SECOND;
        for (long leap : new long[] {0, 86_400, 31_536_000}) {
            now += leap * SECOND;
            int announces = 0;
            for (int second = 0; second < 120; second++) {
                for (Due due : schedule.poll(now + second * SECOND)) {
                    announces++;
                    schedule.answered(due.tracker(), peers(1_800), now + second * SECOND);
                }
            }
            assertTrue(announces <= 1, leap + " s: " + announces);
            now += 120 * SECOND;
        }
    }

    @Test
    void survivesAnySequenceOfEventsWithinItsRate() {
        var random = new SplittableRandom(9);
        List<String> urls = List.of(A, B, C, "http://d.example", "http://e.example");
        Map<String, Long> asked = new HashMap<>();
        long now = 0;
        for (int i = 0; i < 50_000; i++) {
            String url = urls.get(random.nextInt(urls.size()));
            switch (random.nextInt(8)) {
                case 0 ->
                    schedule.setTiers(
                            List.of(urls.subList(0, random.nextInt(5)), urls.subList(random.nextInt(5), 5)), now);
                case 1 -> schedule.start(now);
                case 2 -> {
                    if (random.nextInt(20) == 0) {
                        schedule.stop(now);
                    }
                }
                case 3 -> schedule.completed(now);
                case 4 -> schedule.announceNow(now);
                case 5 ->
                    schedule.answered(
                            url,
                            random.nextBoolean() ? peers(random.nextLong(4_000)) : new AnnounceReply.Failure("no"),
                            now);
                default -> {
                    boolean due = schedule.next() <= now;
                    List<Due> announces = schedule.poll(now);
                    assertTrue(due || announces.isEmpty());
                    for (Due announce : announces) {
                        if (announce.event() != STOPPED && announce.event() != COMPLETED) {
                            Long before = asked.put(announce.tracker(), now);
                            assertTrue(before == null || now - before >= Tracker.MIN_INTERVAL_NANOS);
                        }
                    }
                    assertTrue(schedule.next() > now, "nothing is left over");
                }
            }
            now += random.nextLong(20 * SECOND);
        }
    }

    private void started(List<List<String>> tiers) {
        schedule.setTiers(tiers, 0);
        schedule.start(0);
        for (Due due : schedule.poll(0)) {
            schedule.answered(due.tracker(), peers(1_800), 0);
        }
    }

    private static AnnounceReply peers(long seconds) {
        return new AnnounceReply.Peers(
                Duration.ofSeconds(seconds),
                Optional.empty(),
                1,
                2,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
