package dev.jackdaw.peer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.engine.Choker.Candidate;
import dev.jackdaw.peer.engine.Choker.Demand;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SeedTurnsTest {
    private static final long SECOND = 1_000_000_000L;

    private final List<Taker> takers = new ArrayList<>();
    private SeedTurns turns = new SeedTurns(2);
    private Set<PeerKey> unchoked = Set.of();
    private long now;

    /// A peer that takes so much a second while it is unchoked, or asks and does not read, or does not ask.
    private static final class Taker {
        final PeerKey key;
        final long rate;
        final Demand demand;
        boolean interested = true;
        long unchokedAt = Long.MIN_VALUE;
        long usedAt = Long.MIN_VALUE;
        long taken;
        int secondsHeld;

        Taker(long number, long rate, Demand demand) {
            this.key = new PeerKey(number);
            this.rate = rate;
            this.demand = demand;
        }

        Candidate candidate() {
            return new Candidate(key, interested, 0, rate, false, demand, usedAt, unchokedAt, taken);
        }
    }

    private Taker taker(long rate) {
        return add(rate, Demand.UNSENT);
    }

    private Taker silent() {
        return add(0, Demand.NOTHING);
    }

    private Taker add(long rate, Demand demand) {
        Taker taker = new Taker(takers.size(), rate, demand);
        takers.add(taker);
        return taker;
    }

    private void decide(boolean round) {
        List<Candidate> candidates = takers.stream().map(Taker::candidate).toList();
        Set<PeerKey> next = turns.decide(candidates, unchoked, round, now);
        for (Taker taker : takers) {
            if (next.contains(taker.key) && !unchoked.contains(taker.key)) {
                taker.unchokedAt = now;
            }
        }
        unchoked = next;
    }

    /// Decides twice a second, with a round every ten.
    private void run(int seconds) {
        for (long end = now + seconds * SECOND; now < end; now += SECOND / 2) {
            decide(now % (10 * SECOND) == 0);
            for (Taker taker : takers) {
                boolean holds = isServed(taker) && !turns.isOnTrial(taker.key);
                taker.secondsHeld += holds && now % SECOND == 0 ? 1 : 0;
                if (isServed(taker) && taker.rate > 0) {
                    taker.taken += taker.rate / 2;
                    taker.usedAt = now;
                }
            }
        }
    }

    private boolean isServed(Taker taker) {
        return unchoked.contains(taker.key);
    }

    private List<Taker> served() {
        return takers.stream().filter(this::isServed).toList();
    }

    @Test
    void aNewcomerIsServedAtOnceHoweverManyHoldSlots() {
        for (int i = 0; i < 10; i++) {
            taker(1_000_000);
        }
        run(5);
        Taker newcomer = taker(10_000);

        decide(false);

        assertTrue(isServed(newcomer));
        assertTrue(turns.isOnTrial(newcomer.key));
        assertEquals(3, served().size());
    }

    @Test
    void aTrialIsOverWithAFewBlocks() {
        taker(1_000_000);
        taker(1_000_000);
        run(5);
        Taker newcomer = taker(1_000_000);
        decide(false);
        newcomer.taken = SeedTurns.TRIAL_BYTES;

        decide(false);

        assertFalse(isServed(newcomer));
    }

    @Test
    void whoIsServedInATrialGoesOnIfASlotIsFree() {
        taker(1_000_000);
        Taker newcomer = taker(1_000_000);

        run(30);

        assertTrue(isServed(newcomer));
        assertFalse(turns.isOnTrial(newcomer.key));
    }

    @Test
    void everyPeerHasItsTurn() {
        turns = new SeedTurns(8);
        for (int i = 0; i < 50; i++) {
            taker(1_000_000);
        }

        run(10_000);

        // 8 of 50 slots for 10,000 seconds: a fair share is 1,600 each
        takers.forEach(taker -> assertEquals(1_600, taker.secondsHeld, 200));
    }

    @Test
    void aTurnLastsHalfAMinuteAtLeastAndTwoAtMost() {
        turns = new SeedTurns(1);
        Taker fast = taker(10 << 20);
        run(1);
        Taker slow = taker(1_000);
        run(28);
        assertTrue(isServed(fast) && !turns.isOnTrial(fast.key));

        run(20);
        assertEquals(List.of(slow), served());
        run(100);
        assertEquals(List.of(slow), served());
        run(30);
        assertEquals(List.of(fast), served());
    }

    @Test
    void whoAsksForNothingLosesItsSlotWithinSecondsToOneWhoDoes() {
        turns = new SeedTurns(1);
        Taker silent = silent();
        run(20);
        assertEquals(List.of(silent), served());
        Taker taker = taker(1_000_000);

        run(2);

        assertEquals(List.of(taker), served());
        assertFalse(turns.isOnTrial(taker.key));
    }

    @Test
    void whoDoesNotReadLosesItsSlotWithinSecondsToOneWhoDoes() {
        turns = new SeedTurns(1);
        Taker deaf = add(0, Demand.UNREAD);
        run(20);
        Taker taker = taker(1_000_000);

        run(2);

        assertEquals(List.of(taker), served());
        assertEquals(1, turns.wasted(deaf.key));
    }

    @Test
    void whoWaitsForOurBandwidthKeepsItsSlot() {
        turns = new SeedTurns(1);
        Taker held = add(0, Demand.UNSENT);
        run(1);
        taker(0);

        run(25);

        assertTrue(isServed(held));
    }

    @Test
    void whoWastesItsTurnsRestsEachTimeLonger() {
        turns = new SeedTurns(1);
        List<Taker> deaf = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            deaf.add(add(0, Demand.UNREAD));
        }
        Set<Integer> wasted = new HashSet<>();
        taker(1_000_000);
        taker(1_000_000);

        run(600);

        deaf.forEach(each -> wasted.add(turns.wasted(each.key)));
        assertTrue(wasted.stream().allMatch(times -> times >= 2 && times <= 8), wasted::toString);
        int heldByDeaf = deaf.stream().mapToInt(each -> each.secondsHeld).sum();
        assertTrue(heldByDeaf < 120, () -> heldByDeaf + " s of 600");
    }

    @Test
    void aHolderThatIsNoLongerInterestedKeepsItsSlotUntilItIsWanted() {
        turns = new SeedTurns(1);
        Taker first = taker(1_000_000);
        run(5);
        first.interested = false;
        run(5);
        assertEquals(List.of(first), served());
        Taker second = taker(1_000_000);

        run(1);

        assertEquals(List.of(second), served());
    }

    @Test
    void saysWhenATrialWillHaveBeenInVain() {
        silent();

        decide(false);

        assertEquals(SeedTurns.UNUSED_NANOS, turns.nextIdleNanos());
        assertEquals(
                Set.of(new PeerKey(0)),
                served().stream().map(taker -> taker.key).collect(Collectors.toSet()));
    }
}
