package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SwarmPartsTest {
    private static final long SEED = 21;
    private final BlockMap blocks = new BlockMap(SEED);
    private final SwarmBlock swarm = new SwarmBlock(blocks);
    private final SwarmParts parts = new SwarmParts(blocks, swarm, SEED);

    @BeforeEach
    void create() {
        swarm.create(1, 2, 3);
    }

    private static int hash(PeerKind kind, int peer) {
        return PeerWords.hash(high(kind), peer, 1000, SEED);
    }

    private static long high(PeerKind kind) {
        return kind.family == Family.V6 ? 7 : 0;
    }

    /// Puts so many into the swarm's block as it holds, and those into parts.
    private int begin(PeerKind kind) {
        Family family = kind.family;
        int count = SwarmBlock.MOST_WORDS / family.words;
        for (int peer = 0; peer < count; peer++) {
            int at = swarm.start(kind) + peer * family.words;
            swarm.insert(at, family.words);
            store(kind, swarm.handle(), at, peer);
            swarm.here(kind, peer + 1);
        }
        parts.make(kind);
        return count;
    }

    private void add(PeerKind kind, int peer) {
        int part = parts.partOf(kind, hash(kind, peer));
        int at = 1 + parts.count(part) * kind.family.words;
        part = blocks.insert(part, at, kind.family.words);
        store(kind, part, at, peer);
        parts.grow(part, 1);
        swarm.total(kind, swarm.total(kind) + 1);
        parts.splitIfFull(kind);
    }

    /// Moves blocks, so that the swarm has to be looked for again.
    private void tidy() {
        blocks.tidy();
        swarm.seek(1, 2, 3);
    }

    private void store(PeerKind kind, int block, int at, int peer) {
        PeerWords.store(kind.family, blocks.page(block), blocks.content(block) + at, high(kind), peer, 1000, 5);
    }

    private void takeLast(PeerKind kind, int part) {
        int words = kind.family.words;
        blocks.cut(part, 1 + (parts.count(part) - 1) * words, words);
        parts.grow(part, -1);
        swarm.total(kind, swarm.total(kind) - 1);
        parts.joinIfEmpty(kind);
        tidy();
    }

    @ParameterizedTest
    @EnumSource
    void everyPeerIsInThePartOfItsHash(PeerKind kind) {
        int peers = 3_000;
        for (int peer = begin(kind); peer < peers; peer++) {
            add(kind, peer);
            tidy();
        }

        assertEquals(peers, swarm.count(kind));
        int words = peers * kind.family.words;
        assertTrue(swarm.parts(kind) >= words / 32 && swarm.parts(kind) <= words / 16, swarm.parts(kind) + " parts");
        for (int peer = 0; peer < peers; peer++) {
            int part = parts.partOf(kind, hash(kind, peer));
            assertEquals(kind, parts.kind(part));
            assertTrue(
                    PeerWords.find(
                                    kind.family,
                                    blocks.page(part),
                                    blocks.content(part) + 1,
                                    parts.count(part),
                                    high(kind),
                                    peer,
                                    1000)
                            >= 0,
                    "peer " + peer);
        }
        for (int number = 0; number < swarm.parts(kind); number++) {
            int part = parts.part(kind, number);
            swarm.seek(9, 9, 9);
            parts.seekSwarm(part);
            assertEquals(peers, swarm.count(kind), "the swarm of part " + number);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theyGoAsThePeersGo(PeerKind kind) {
        for (int peer = begin(kind); peer < 1_000; peer++) {
            add(kind, peer);
        }
        while (swarm.inParts(kind)) {
            int fullest = parts.part(kind, 0);
            for (int number = 1; number < swarm.parts(kind); number++) {
                int part = parts.part(kind, number);
                fullest = parts.count(part) > parts.count(fullest) ? part : fullest;
            }
            takeLast(kind, fullest);
        }

        int left = swarm.here(kind);
        assertTrue(left > 0 && left * kind.family.words <= SwarmBlock.MOST_WORDS / 2, left + " peers");
        assertEquals(1, blocks.count(), "blocks, the swarm's alone");
        Set<Integer> seen = new HashSet<>();
        for (int peer = 0; peer < 1_000; peer++) {
            int at = blocks.content(swarm.handle()) + swarm.start(kind);
            if (PeerWords.find(kind.family, blocks.page(swarm.handle()), at, left, high(kind), peer, 1000) >= 0) {
                seen.add(peer);
            }
        }
        assertEquals(left, seen.size());
    }

    @ParameterizedTest
    @EnumSource
    void removedTheyLeaveNothing(PeerKind kind) {
        for (int peer = begin(kind); peer < 500; peer++) {
            add(kind, peer);
        }

        parts.remove(kind);
        swarm.remove();

        assertEquals(0, blocks.count());
        assertFalse(swarm.seek(1, 2, 3));
    }
}
