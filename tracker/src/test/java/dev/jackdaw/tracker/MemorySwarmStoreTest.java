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
