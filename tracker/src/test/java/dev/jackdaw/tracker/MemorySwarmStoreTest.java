package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jackdaw.protocol.tracker.AnnounceEvent;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MemorySwarmStoreTest extends SwarmStoreContract {
    private final SplittableRandom random = new SplittableRandom(8);

    @Test
    void anIpv6PeerCountsAsThree() {
        try (SwarmStore store = newStore()) {
            for (int i = 0; i < MAX_PEERS; i++) {
                var six = peer(hash(1), i, false, AnnounceEvent.NONE);
                six.family = Family.V6;
                six.high = 0x2001_0db8L << 32;
                store.announce(six, 10, 0, random);
            }
            assertEquals(MAX_PEERS / 3, store.peers());
            store.announce(peer(hash(1), 1, false, AnnounceEvent.NONE), 10, 0, random);
            assertEquals(MAX_PEERS / 3, store.peers());
            store.remove(hash(1));
            store.announce(peer(hash(1), 1, false, AnnounceEvent.NONE), 10, 0, random);
            assertEquals(1, store.peers());
        }
    }

    @Test
    void countsAnnouncesForWhichThereIsNoRoomAndServesWhomItKnows() {
        try (SwarmStore store = newStore()) {
            for (int swarm = 0; swarm < MAX_SWARMS; swarm++) {
                announce(store, swarm, 1, AnnounceEvent.STARTED);
            }
            assertEquals(0, store.notKept());

            var newSwarm = announce(store, MAX_SWARMS, 1, AnnounceEvent.STARTED);
            announce(store, MAX_SWARMS, 1, AnnounceEvent.STOPPED);
            assertEquals(0, newSwarm.leechers + newSwarm.count);
            assertEquals(1, store.notKept());

            for (int peer = 2; peer <= MAX_PEERS - MAX_SWARMS + 1; peer++) {
                announce(store, 7, peer, AnnounceEvent.STARTED);
            }
            assertEquals(1, store.notKept());
            assertEquals(50, announce(store, 7, MAX_PEERS, AnnounceEvent.STARTED).count);
            assertEquals(2, store.notKept());
            assertEquals(1, announce(store, 8, 1, AnnounceEvent.NONE).leechers);
            assertEquals(2, store.notKept());
        }
    }

    private Announcement announce(SwarmStore store, int swarm, int peer, AnnounceEvent event) {
        Announcement announcement = peer(hash(swarm), peer, false, event);
        store.announce(announcement, 50, 0, random);
        return announcement;
    }

    @Test
    void tenMillionInventedTorrentsAndPeersTakeNoMoreThanIsAllowed() {
        try (SwarmStore store = newStore()) {
            store.announce(peer(hash(1), 7, true, AnnounceEvent.STARTED), 10, 0, random);
            var invented = peer(hash(1), 0, false, AnnounceEvent.STARTED);
            for (int i = 0; i < 10_000_000; i++) {
                invented.infoHash(random.nextLong(), random.nextLong(), i);
                invented.low = 1000 + i;
                store.announce(invented, 10, 0, random);
            }
            assertEquals(MAX_SWARMS, store.swarms());
            assertEquals(MAX_SWARMS, store.peers());

            for (int i = 0; i < 10_000_000; i++) {
                invented.infoHash(hash(1));
                invented.low = 1000 + i;
                store.announce(invented, 0, 0, random);
            }
            assertEquals(MAX_PEERS, store.peers());
            var asker = peer(hash(1), -1, false, AnnounceEvent.NONE);
            store.announce(asker, 200, 0, random);
            assertEquals(1, asker.seeders, "who was there before is there still");
            assertEquals(200, asker.count);
        }
    }

    @Override
    MemorySwarmStore newStore() {
        return new MemorySwarmStore(MAX_PEERS, MAX_SWARMS, TIMEOUT, 9);
    }
}
