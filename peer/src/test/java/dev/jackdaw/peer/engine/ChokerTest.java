package dev.jackdaw.peer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.engine.Choker.Candidate;
import dev.jackdaw.peer.engine.Choker.Demand;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

class ChokerTest {
    private static final long NEVER = Long.MIN_VALUE;
    private static final long ROUND = Choker.ROUND_NANOS;

    @Test
    void unchokesTheFastestUploadersAndOneNewcomer() {
        var choker = choker(3);

        var unchoked = choker.decide(List.of(giving(1, 900), giving(2, 20), giving(3, 300), giving(4, 0)), false, 0);

        assertEquals(3, unchoked.size());
        // One of them may be the optimistic one, then the next fastest has a regular slot.
        long fast = unchoked.stream().filter(keys(1, 2, 3)::contains).count();
        assertTrue(fast >= 2, unchoked::toString);
        assertTrue(unchoked.contains(choker.optimistic().orElseThrow()));
    }

    @Test
    void leavesOutWhoIsNotInterestedAndPrefersNotToServeWhoSnubsUs() {
        var choker = choker(2);
        List<Candidate> candidates = List.of(
                candidate(1, false, 900, false),
                candidate(2, true, 800, true),
                candidate(3, true, 1, false),
                candidate(4, true, 2, false),
                candidate(5, true, 3, false));

        for (int round = 0; round < 20; round++) {
            var unchoked = choker.decide(candidates, false, round * ROUND);
            assertFalse(unchoked.contains(key(1)));
            assertTrue(!unchoked.contains(key(2)) || choker.optimistic().equals(Optional.of(key(2))));
        }
    }

    @Test
    void fillsAFreeSlotBetweenRoundsWithoutTakingAnyAway() {
        var choker = choker(3);
        List<Candidate> candidates = List.of(giving(1, 10), giving(2, 20), giving(3, 30), giving(4, 40), giving(5, 50));
        Set<PeerKey> before = choker.decide(candidates, false, 0);
        PeerKey gone = before.stream()
                .filter(k -> !choker.optimistic().equals(Optional.of(k)))
                .findFirst()
                .orElseThrow();
        List<Candidate> faster = candidates.stream()
                .filter(c -> !c.peer().equals(gone))
                .map(c -> giving(c.peer().number(), 100 - c.rateFromPeer()))
                .toList();

        Set<PeerKey> after = choker.decide(faster, false, ROUND - 1);

        assertEquals(3, after.size());
        before.stream().filter(k -> !k.equals(gone)).forEach(k -> assertTrue(after.contains(k)));
    }

    @Test
    void keepsAnUninterestedHolderUntilTheSlotIsWanted() {
        var choker = choker(2);
        choker.decide(List.of(giving(1, 10), giving(2, 20)), false, 0);

        var idle = choker.decide(List.of(candidate(1, false, 10, false), giving(2, 20)), false, 1);
        var wanted = choker.decide(List.of(candidate(1, false, 10, false), giving(2, 20), giving(3, 0)), false, 2);

        assertEquals(keys(1, 2), idle);
        assertEquals(keys(2, 3), wanted);
    }

    @Test
    void unchokesEverybodyWhileThereAreSlots() {
        var unchoked = choker(8).decide(List.of(giving(1, 0), candidate(2, true, 0, true), giving(3, 5)), false, 0);

        assertEquals(keys(1, 2, 3), unchoked);
    }

    @Test
    void rotatesTheOptimisticSlotEveryThirdRoundAndReachesEverybody() {
        var swarm = new Swarm(40, new Choker(4, new SplittableRandom(5)));
        swarm.rateFrom = peer -> peer < 3 ? 1_000_000 : 0;
        Set<PeerKey> optimistic = new HashSet<>();
        List<PeerKey> sequence = new ArrayList<>();

        for (int round = 0; round < 900; round++) {
            swarm.round();
            optimistic.add(swarm.choker.optimistic().orElseThrow());
            sequence.add(swarm.choker.optimistic().orElseThrow());
        }

        assertTrue(optimistic.size() >= 37, optimistic::toString);
        for (int i = 0; i + 3 <= sequence.size(); i += 3) {
            assertEquals(1, new HashSet<>(sequence.subList(i, i + 3)).size());
        }
    }

    @Test
    void givesNewcomersThreeTimesTheChance() {
        int newcomers = 0;
        for (int seed = 0; seed < 4_000; seed++) {
            var choker = new Choker(1, new SplittableRandom(seed));
            choker.decide(List.of(waited(1, 5), waited(2, NEVER)), false, 0);
            newcomers += choker.optimistic().orElseThrow().equals(key(2)) ? 1 : 0;
        }

        assertEquals(3_000, newcomers, 120);
    }

    @Test
    void givesTheRegularSlotsToWhoReciprocatesOverManyRounds() {
        var swarm = new Swarm(30, new Choker(5, new SplittableRandom(2)));
        swarm.rateFrom = peer -> peer < 10 ? 100_000 + peer : 0; // the other twenty ride free

        for (int round = 0; round < 600; round++) {
            swarm.round();
        }

        long best = swarm.roundsHeld.entrySet().stream()
                .filter(e -> e.getKey() >= 6 && e.getKey() < 10)
                .mapToLong(Map.Entry::getValue)
                .min()
                .orElseThrow();
        long riders = swarm.roundsHeld.entrySet().stream()
                .filter(e -> e.getKey() >= 10)
                .mapToLong(Map.Entry::getValue)
                .max()
                .orElseThrow();
        assertTrue(best > 590, swarm.roundsHeld::toString);
        assertTrue(riders < 80, swarm.roundsHeld::toString);
    }

    @Test
    void letsEquallyUselessPeersTakeTurns() {
        var swarm = new Swarm(20, new Choker(5, new SplittableRandom(2)));

        for (int round = 0; round < 400; round++) {
            swarm.round();
        }

        // 5 of 20 slots for 400 rounds: a fair share is 100 each.
        swarm.roundsHeld.values().forEach(held -> assertEquals(100, held, 45, swarm.roundsHeld::toString));
    }

    @Test
    void neverUnchokesMoreThanItsSlotsWhateverHappens() {
        var random = new SplittableRandom(11);
        var choker = new Choker(4, random.split());
        long now = 0;
        for (int i = 0; i < 5_000; i++) {
            List<Candidate> candidates = new ArrayList<>();
            for (int peer = 0; peer < 12; peer++) {
                if (random.nextInt(5) > 0) {
                    candidates.add(new Candidate(
                            key(peer),
                            random.nextBoolean(),
                            random.nextInt(100),
                            random.nextInt(100),
                            random.nextInt(4) == 0,
                            Demand.values()[random.nextInt(3)],
                            now - random.nextLong(10 * ROUND),
                            random.nextBoolean() ? NEVER : now - random.nextLong(100 * ROUND),
                            random.nextLong(1L << 40)));
                }
            }
            boolean seeding = random.nextInt(4) == 0;
            Set<PeerKey> unchoked = new HashSet<>(choker.decide(candidates, seeding, now));
            unchoked.removeIf(choker::isOnTrial);

            long interested = candidates.stream().filter(Candidate::interested).count();
            long served = candidates.stream()
                    .filter(c -> c.interested() && unchoked.contains(c.peer()))
                    .count();
            assertTrue(unchoked.size() <= 4);
            assertTrue(seeding || served >= Math.min(interested, 4) - 1, "served " + served + " of " + interested);
            assertTrue(choker.optimistic().map(unchoked::contains).orElse(true));
            now += random.nextLong(ROUND);
        }
        assertThrows(IllegalArgumentException.class, () -> new Choker(0, random));
    }

    /// Peers that are all interested all the time.
    private static final class Swarm {
        final Choker choker;
        final int size;
        LongUnaryOperator rateFrom = _ -> 0;
        final Map<Long, Long> unchokedAt = new HashMap<>();
        final Map<Long, Integer> roundsHeld = new TreeMap<>();
        Set<PeerKey> holders = Set.of();
        long now;

        Swarm(int size, Choker choker) {
            this.size = size;
            this.choker = choker;
        }

        void round() {
            List<Candidate> candidates = new ArrayList<>();
            for (long peer = 0; peer < size; peer++) {
                candidates.add(new Candidate(
                        key(peer),
                        true,
                        rateFrom.applyAsLong(peer),
                        0,
                        false,
                        Demand.UNSENT,
                        NEVER,
                        unchokedAt.getOrDefault(peer, NEVER),
                        0));
            }
            Set<PeerKey> next = choker.decide(candidates, false, now);
            for (PeerKey peer : next) {
                if (!holders.contains(peer)) {
                    unchokedAt.put(peer.number(), now);
                }
                roundsHeld.merge(peer.number(), 1, Integer::sum);
            }
            holders = next;
            now += ROUND;
            assertEquals(now, choker.nextDecisionNanos());
        }
    }

    private static Choker choker(int slots) {
        return new Choker(slots, new SplittableRandom(7));
    }

    private static PeerKey key(long number) {
        return new PeerKey(number);
    }

    private static Set<PeerKey> keys(long... numbers) {
        Set<PeerKey> keys = new HashSet<>();
        for (long number : numbers) {
            keys.add(key(number));
        }
        return keys;
    }

    private static Candidate giving(long peer, long rate) {
        return candidate(peer, true, rate, false);
    }

    private static Candidate candidate(long peer, boolean interested, long rate, boolean snubbed) {
        return new Candidate(key(peer), interested, rate, 0, snubbed, Demand.UNSENT, NEVER, NEVER, 0);
    }

    private static Candidate waited(long peer, long unchokedAt) {
        return new Candidate(key(peer), true, 0, 0, false, Demand.UNSENT, NEVER, unchokedAt, 0);
    }
}
