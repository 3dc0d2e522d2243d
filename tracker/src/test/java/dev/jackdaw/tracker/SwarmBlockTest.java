package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SwarmBlockTest {
    private final BlockMap blocks = new BlockMap(3);
    private final SwarmBlock swarm = new SwarmBlock(blocks);

    @BeforeEach
    void create() {
        swarm.create(1, 2, 3);
    }

    @Test
    void eachCountHasItsOwnBits() {
        swarm.downloads(Integer.MAX_VALUE);
        for (PeerKind kind : PeerKind.values()) {
            swarm.here(kind, kind.mask - 1);
        }
        for (PeerKind kind : PeerKind.values()) {
            swarm.here(kind, 0);
            for (PeerKind other : PeerKind.values()) {
                assertEquals(other == kind ? 0 : other.mask - 1, swarm.here(other));
            }
            swarm.here(kind, kind.mask - 1);
        }
        assertEquals(Integer.MAX_VALUE, swarm.downloads());
        swarm.downloads(0);
        assertEquals(PeerKind.PARTIAL_SEEDS_V6.mask - 1, swarm.here(PeerKind.PARTIAL_SEEDS_V6));
    }

    @Test
    void whatMayBeHereCanBeCounted() {
        for (PeerKind kind : PeerKind.values()) {
            assertTrue(SwarmBlock.MOST_WORDS / kind.family.words < kind.mask, kind::name);
        }
    }

    @Test
    void kindsBeginAfterThoseBeforeThem() {
        swarm.insert(1, 2 + 1 + 3);
        swarm.here(PeerKind.SEEDERS_V4, 2);
        swarm.intoParts(PeerKind.LEECHERS_V4);
        swarm.total(PeerKind.LEECHERS_V4, 1_000_000);
        swarm.parts(PeerKind.LEECHERS_V4, 40_000);
        swarm.here(PeerKind.SEEDERS_V6, 1);

        assertEquals(1, swarm.start(PeerKind.SEEDERS_V4));
        assertEquals(3, swarm.start(PeerKind.LEECHERS_V4));
        assertEquals(4, swarm.start(PeerKind.SEEDERS_V6));
        assertEquals(7, swarm.start(PeerKind.LEECHERS_V6));
        assertEquals(1_000_000, swarm.count(PeerKind.LEECHERS_V4));
        assertEquals(40_000, swarm.parts(PeerKind.LEECHERS_V4));
        assertEquals(1, swarm.count(PeerKind.SEEDERS_V6));
    }

    @Test
    void looksAtASwarmAndAtNothingElse() {
        int part = blocks.add(1, 2, 3, 1, 4);
        int block = blocks.find(1, 2, 3, 0);

        assertTrue(swarm.look(block));
        assertEquals(new dev.jackdaw.protocol.InfoHash(1, 2, 3), swarm.infoHash());
        assertFalse(swarm.look(part));
        assertFalse(swarm.look(BlockMap.NONE));
        assertFalse(swarm.seek(1, 2, 4));
    }
}
