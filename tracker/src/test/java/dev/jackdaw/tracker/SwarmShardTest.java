package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.tracker.AnnounceEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SwarmShardTest {
    /// How a peer is in a swarm.
    private record Seen(PeerKind kind, int tick) {}

    private static final SwarmShard.Forgotten NOBODY = new SwarmShard.Forgotten() {
        @Override
        public void peers(Family family, int count) {}

        @Override
        public void swarm() {}
    };

    private final SplittableRandom random = new SplittableRandom(5);
    private final SwarmShard shard = new SwarmShard(12);

    private static Announcement peer(Family family, long number, boolean seeder) {
        var peer = new Announcement();
        peer.family = family;
        peer.high = family == Family.V4 ? 0 : 0x20010db8_00000000L;
        peer.low = family == Family.V4 ? 0x0a000000L + number / 3 : number / 3;
        peer.port = (int) (65533 + number % 3);
        peer.left = seeder ? 0 : 1;
        peer.downloaded = 1;
        return peer;
    }

    private void seek(long swarm) {
        if (!shard.seek(swarm, -swarm, 7)) {
            shard.create(swarm, -swarm, 7);
        }
    }

    private int put(long swarm, Announcement peer, int tick) {
        seek(swarm);
        int grown = shard.put(peer, tick, true) == SwarmShard.Put.ADDED ? 1 : 0;
        shard.tidy();
        return grown;
    }

    private List<PeerAddress> choose(long swarm, Announcement asker, int wanted) {
        seek(swarm);
        shard.choose(asker, wanted, random);
        return asker.peerAddresses();
    }

    /// All that somebody gets who is not in the swarm: seeders and leechers, or leechers alone.
    private Set<PeerAddress> all(long swarm, Family family, boolean leechersAlone) {
        var asker = peer(family, 1_000_000, leechersAlone);
        List<PeerAddress> chosen = choose(swarm, asker, 200);
        assertEquals(chosen.size(), Set.copyOf(chosen).size());
        return new HashSet<>(chosen);
    }

    private void expireAll(int tick, int age) {
        // twice: a sweep may leave what moved from the front to the end for the next
        for (int sweep = 0; sweep < 2; sweep++) {
            for (int slot = Integer.MAX_VALUE; slot > 0; ) {
                slot = shard.expire(slot, tick, age, true, NOBODY);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void holdsWhatAMapForEachSwarmWouldHold(Family family) {
        List<Map<PeerAddress, Seen>> model = new ArrayList<>();
        for (int swarm = 0; swarm < 5; swarm++) {
            model.add(new HashMap<>());
        }
        for (int step = 0; step < 120_000; step++) {
            int tick = 65_000 + step / 20; // passes the 16 bits
            int swarm = random.nextInt(5);
            // swarms grow into parts and shrink out of them
            var peer = peer(family, random.nextInt(step / 15_000 % 2 == 0 ? 190 : 12), random.nextInt(4) == 0);
            peer.event = random.nextInt(3) == 0 ? AnnounceEvent.PAUSED : AnnounceEvent.NONE;
            var known = model.get(swarm);
            if (random.nextInt(10) < 5) {
                boolean isNew = known.put(peer.source(), new Seen(PeerKind.of(peer), tick)) == null;
                assertEquals(isNew ? 1 : 0, put(swarm, peer, tick));
            } else {
                seek(swarm);
                assertEquals(known.remove(peer.source()) != null ? 1 : 0, shard.remove(peer));
                shard.tidy();
            }
            if (step % 500 == 0) {
                model.forEach(peers -> peers.values().removeIf(seen -> tick - seen.tick() > 100));
                expireAll(tick, 100);
                for (int i = 0; i < 5; i++) {
                    assertHolds(i, family, model.get(i));
                }
            }
        }
    }

    private void assertHolds(int swarm, Family family, Map<PeerAddress, Seen> peers) {
        Set<PeerAddress> leechers = new HashSet<>();
        peers.forEach((address, seen) -> {
            if (seen.kind() == PeerKind.leechers(family)) {
                leechers.add(address);
            }
        });
        long seeders = peers.values().stream()
                .filter(seen -> seen.kind() == PeerKind.seeders(family))
                .count();
        assertEquals(peers.keySet(), all(swarm, family, false));
        assertEquals(leechers, all(swarm, family, true));
        seek(swarm);
        assertEquals(seeders, shard.seeders());
        assertEquals(peers.size() - seeders, shard.leechers());
        assertEquals(peers.size() - seeders - leechers.size(), shard.partialSeeds());
        assertEquals(peers.size() * family.words, shard.words());
    }

    @ParameterizedTest
    @EnumSource
    void choosesEachPeerAtMostOnceAndNeverTheAsker(Family family) {
        for (int size : new int[] {1, 2, 7, 21, 22, 33, 64, 65, 500}) {
            for (int i = 0; i < size; i++) {
                put(size, peer(family, i, i % 2 == 0), 1);
            }
            var asker = peer(family, size / 2, false);
            for (int wanted : new int[] {0, 1, 5, 50, 200}) {
                var chosen = choose(size, asker, wanted);
                assertEquals(Math.min(wanted, size - 1), chosen.size());
                assertEquals(chosen.size(), Set.copyOf(chosen).size());
                assertFalse(chosen.contains(asker.source()));
            }
        }
    }

    @Test
    void everyPeerIsChosenAboutAsOften() {
        for (int size : new int[] {10, 64, 65, 90, 1000}) {
            for (int i = 0; i < size; i++) {
                put(size, peer(Family.V4, i, false), 1);
            }
            Map<PeerAddress, Integer> times = new HashMap<>();
            var asker = peer(Family.V4, 1_000_000, false);
            for (int i = 0; i < 100 * size; i++) {
                choose(size, asker, 4).forEach(address -> times.merge(address, 1, Integer::sum));
            }
            assertEquals(size, times.size(), "some peer is never chosen");
            // 400 each on the average; the shard's seed and the test's decide, so that this is the same in every run
            int rarest = times.values().stream().min(Integer::compare).orElseThrow();
            int commonest = times.values().stream().max(Integer::compare).orElseThrow();
            assertTrue(rarest > 150 && commonest < 1200, size + " peers: " + rarest + " to " + commonest);
        }
    }

    @Test
    void oneSeederAmongManyLeechersIsAlwaysFoundAndTheOtherWayRound() {
        for (int i = 0; i < 5_000; i++) {
            put(1, peer(Family.V4, i, i == 77), 1);
            put(2, peer(Family.V4, i, i != 77), 1);
        }
        PeerAddress rare = peer(Family.V4, 77, true).source();

        for (int i = 0; i < 20; i++) {
            assertTrue(choose(1, peer(Family.V4, 100 + i, false), 10).contains(rare));
            assertEquals(List.of(rare), choose(2, peer(Family.V4, 100 + i, true), 10));
        }
    }

    @Test
    void forgetsOnlyWhoIsSilent() {
        put(1, peer(Family.V4, 1, true), 10);
        put(1, peer(Family.V4, 2, true), 20);
        put(1, peer(Family.V4, 1, true), 30);

        expireAll(35, 10);

        assertEquals(Set.of(peer(Family.V4, 1, true).source()), all(1, Family.V4, false));
    }

    /// The population of the load generator on a scale of 1 to 64, as one shard would have it.
    @Test
    void aPeerAndItsShareOfTheSwarmTakeSixteenBytes() {
        int swarms = 100_000 / 64;
        int peers = 1_000_000 / 64;
        double[] shares = new double[swarms];
        double sum = 0;
        for (int i = 0; i < swarms; i++) {
            sum += Math.pow(64 * i + 1, -0.8);
            shares[i] = sum;
        }
        for (int i = 0; i < peers; i++) {
            int swarm = java.util.Arrays.binarySearch(shares, random.nextDouble() * sum);
            put(swarm < 0 ? ~swarm : swarm, peer(Family.V4, i, i % 10 < 3), 1);
        }
        double bytes = (double) shard.memoryBytes() / peers;

        assertTrue(bytes < 16, () -> bytes + " bytes a peer in " + shard.swarms() + " swarms");
    }
}
