package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Peers of one swarm, few or many: with [#MANY] they are in parts.
class SwarmPeersTest {
    private static final long SEED = 21;
    private static final int FEW = 5;
    private static final int MANY = 500;

    private final BlockMap blocks = new BlockMap(SEED);
    private final SwarmBlock swarm = new SwarmBlock(blocks);
    private final SwarmPeers peers = new SwarmPeers(blocks, swarm, SEED);

    @BeforeEach
    void create() {
        swarm.create(1, 2, 3);
    }

    private static long high(PeerKind kind) {
        return kind.family == Family.V6 ? 0x20010db8_00000000L : 0;
    }

    private static int hash(PeerKind kind, int peer) {
        return PeerWords.hash(high(kind), peer, 1000, SEED);
    }

    private void add(PeerKind kind, int from, int to, int tick) {
        for (int peer = from; peer < to; peer++) {
            peers.add(kind, hash(kind, peer), high(kind), peer, 1000, tick);
        }
    }

    private boolean has(PeerKind kind, int peer) {
        return peers.has(kind, hash(kind, peer), high(kind), peer, 1000);
    }

    private boolean remove(PeerKind kind, int peer) {
        return peers.remove(kind, hash(kind, peer), high(kind), peer, 1000);
    }

    @ParameterizedTest
    @EnumSource
    void eachIsFoundAmongFewAndAmongMany(PeerKind kind) {
        add(kind, 0, FEW, 1);
        assertFalse(swarm.inParts(kind));
        assertTrue(has(kind, FEW - 1));

        add(kind, FEW, MANY, 1);
        assertTrue(swarm.inParts(kind));
        for (int peer = 0; peer < MANY; peer++) {
            assertTrue(has(kind, peer));
        }
        assertFalse(has(kind, MANY));
        assertEquals(MANY, swarm.count(kind));
    }

    @ParameterizedTest
    @EnumSource
    void oneThatIsTakenOutIsGoneAndTheOthersStay(PeerKind kind) {
        add(kind, 0, MANY, 1);

        for (int peer = 0; peer < MANY - FEW; peer++) {
            assertTrue(remove(kind, peer));
            assertFalse(remove(kind, peer));
        }

        assertFalse(swarm.inParts(kind), "few again");
        assertEquals(FEW, swarm.count(kind));
        for (int peer = MANY - FEW; peer < MANY; peer++) {
            assertTrue(has(kind, peer));
        }
    }

    @ParameterizedTest
    @EnumSource
    void thoseThatHaveAnnouncedLatelyOutliveTheOthers(PeerKind kind) {
        add(kind, 0, FEW, 1);
        assertTrue(peers.renew(kind, hash(kind, 2), high(kind), 2, 1000, 100));
        assertFalse(peers.renew(kind, hash(kind, FEW), high(kind), FEW, 1000, 100));
        int[] gone = new int[1];

        peers.expireHere(100, 50, new SwarmShard.Forgotten() {
            @Override
            public void peers(Family family, int count) {
                assertEquals(kind.family, family);
                gone[0] += count;
            }

            @Override
            public void swarm() {}
        });

        assertEquals(FEW - 1, gone[0]);
        assertTrue(has(kind, 2));
    }

    @ParameterizedTest
    @EnumSource
    void asManyAsAreWantedAreChosenAndNeverTheAsker(PeerKind kind) {
        add(kind, 0, MANY, 1);
        Announcement asker = new Announcement();
        asker.family = kind.family;
        asker.high = high(kind);
        asker.low = 7;
        asker.port = 1000;

        Set<Object> chosen = new HashSet<>();
        for (int time = 0; time < 20; time++) {
            asker.count = 0;
            peers.choose(kind, asker, 50, new SplittableRandom(time));
            assertEquals(50, Set.copyOf(asker.peerAddresses()).size());
            chosen.addAll(asker.peerAddresses());
        }

        assertTrue(chosen.size() > MANY / 2, "random ones: " + chosen.size());
        assertTrue(asker.peerAddresses().stream().noneMatch(address -> address.low() == 7));
    }
}
