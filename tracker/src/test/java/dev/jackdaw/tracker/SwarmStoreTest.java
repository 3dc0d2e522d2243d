package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.tracker.AnnounceEvent;
import dev.jackdaw.tracker.PeerTable.Family;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class SwarmStoreTest {
    private static final int TIMEOUT_TICKS = 10;

    private final SwarmStore store = new SwarmStore(10_000, 1_000, TIMEOUT_TICKS, 9);
    private final SplittableRandom random = new SplittableRandom(4);
    private int tick = 5;

    private Announcement announce(InfoHash hash, int peer, boolean seed, AnnounceEvent event) {
        return announce(store, hash, peer, seed, event);
    }

    private Announcement announce(SwarmStore into, InfoHash hash, int peer, boolean seed, AnnounceEvent event) {
        var announcement = new Announcement();
        announcement.infoHash(hash);
        announcement.low = peer;
        announcement.port = 1000;
        announcement.seed = seed;
        announcement.event = event;
        into.announce(announcement, 50, tick, random);
        return announcement;
    }

    private static InfoHash hash(long number) {
        return new InfoHash(number * 0x1234_5678_9abcL, number, (int) number);
    }

    private void expireAll() {
        // twice: a sweep may leave swarms that moved from the front of a shard to its end for the next
        for (int shard = 0; shard < 2 * SwarmStore.SHARDS; shard++) {
            store.expire(shard % SwarmStore.SHARDS, tick);
        }
    }

    @Test
    void introducesPeersToEachOther() {
        assertEquals(0, announce(hash(1), 1, true, AnnounceEvent.STARTED).count);

        var second = announce(hash(1), 2, false, AnnounceEvent.STARTED);

        assertEquals(1, second.count);
        assertEquals(1, second.peerAddresses().getFirst().low());
        assertEquals(1, second.seeders);
        assertEquals(1, second.leechers);
        assertEquals(0, announce(hash(2), 3, false, AnnounceEvent.STARTED).count);
    }

    @Test
    void seedersGetLeechersAlone() {
        announce(hash(1), 1, true, AnnounceEvent.NONE);
        announce(hash(1), 2, false, AnnounceEvent.NONE);
        announce(hash(1), 3, true, AnnounceEvent.NONE);

        var seeder = announce(hash(1), 1, true, AnnounceEvent.NONE);

        assertEquals(1, seeder.count);
        assertEquals(2, seeder.peerAddresses().getFirst().low());
    }

    @Test
    void aSeedThatHasMovedNothingGetsSeedersTooAsItMayBeFetchingMetadata() {
        announce(hash(1), 1, true, AnnounceEvent.NONE);
        var untouched = new Announcement();
        untouched.infoHash(hash(1));
        untouched.low = 2;
        untouched.port = 1000;
        untouched.seed = true;
        untouched.untouched = true;

        store.announce(untouched, 50, tick, random);

        assertEquals(1, untouched.count);
        assertEquals(1, untouched.peerAddresses().getFirst().low());
    }

    @Test
    void leechersGetSeedersForHalf() {
        for (int i = 0; i < 100; i++) {
            announce(hash(1), i, i < 50, AnnounceEvent.NONE);
        }
        var leecher = announce(hash(1), 1000, false, AnnounceEvent.NONE);

        assertEquals(50, leecher.count);
        assertEquals(
                25,
                leecher.peerAddresses().stream().filter(peer -> peer.low() < 50).count());
    }

    @Test
    void leechersGetMoreSeedersWhenLeechersAreFew() {
        for (int i = 0; i < 100; i++) {
            announce(hash(1), i, i < 90, AnnounceEvent.NONE);
        }
        assertEquals(50, announce(hash(1), 1000, false, AnnounceEvent.NONE).count);
    }

    @Test
    void familiesAreKeptApart() {
        announce(hash(1), 1, true, AnnounceEvent.NONE);
        var six = new Announcement();
        six.infoHash(hash(1));
        six.family = Family.V6;
        six.high = 0x2001_0db8L << 32;
        six.port = 1;
        store.announce(six, 50, tick, random);

        assertEquals(0, six.count);
        assertEquals(1, six.seeders);
        assertEquals(1, six.leechers);
    }

    @Test
    void aStoppedPeerIsForgotten() {
        announce(hash(1), 1, true, AnnounceEvent.NONE);
        var stopped = announce(hash(1), 1, true, AnnounceEvent.STOPPED);
        announce(hash(7), 1, true, AnnounceEvent.STOPPED);

        assertEquals(0, stopped.seeders);
        assertEquals(0, store.peers());
        assertEquals(1, store.swarms(), "a stop makes no swarm");
    }

    @Test
    void countsADownloadOnceForALeecherThatBecomesASeeder() {
        announce(hash(1), 1, true, AnnounceEvent.COMPLETED);
        announce(hash(1), 2, false, AnnounceEvent.STARTED);
        announce(hash(1), 2, true, AnnounceEvent.COMPLETED);
        var again = announce(hash(1), 2, true, AnnounceEvent.COMPLETED);

        assertEquals(1, again.completed);
        assertEquals(2, again.seeders);
        assertEquals(0, again.leechers);
        assertEquals(2, store.peers());
    }

    @Test
    void forgetsSilentPeersAndEmptySwarms() {
        for (int i = 0; i < 500; i++) {
            announce(hash(i), 1, false, AnnounceEvent.NONE);
        }
        tick += TIMEOUT_TICKS;
        announce(hash(3), 2, false, AnnounceEvent.NONE);
        expireAll();
        assertEquals(501, store.peers());
        tick++;
        expireAll();

        assertEquals(1, store.peers());
        assertEquals(1, store.swarms());
        assertEquals(1, announce(hash(3), 9, false, AnnounceEvent.NONE).count);
    }

    @Test
    void anEmptySwarmKeepsItsDownloads() {
        announce(hash(1), 1, false, AnnounceEvent.NONE);
        announce(hash(1), 1, true, AnnounceEvent.COMPLETED);
        tick += 2 * TIMEOUT_TICKS;
        expireAll();

        var query = new Announcement();
        query.infoHash(hash(1));
        store.scrape(query);
        assertEquals(1, query.completed);
        assertEquals(0, query.seeders);
    }

    @Test
    void beyondItsBoundsItAnswersButDoesNotRemember() {
        var small = new SwarmStore(3, 2, TIMEOUT_TICKS, 9);
        for (int i = 1; i <= 10; i++) {
            announce(small, hash(1), i, false, AnnounceEvent.NONE);
        }
        assertEquals(3, small.peers());
        assertEquals(3, announce(small, hash(1), 50, false, AnnounceEvent.NONE).count);
        announce(small, hash(1), 1, true, AnnounceEvent.COMPLETED);
        assertEquals(3, small.peers(), "one that is known may still become a seeder");
        assertEquals(1, announce(small, hash(1), 50, false, AnnounceEvent.NONE).seeders);
        announce(small, hash(2), 1, false, AnnounceEvent.NONE);
        assertEquals(1, small.swarms());
    }

    @Test
    void countsAgreeWhenManyThreadsAnnounce() throws InterruptedException {
        int threads = 4;
        var done = new CountDownLatch(threads);
        for (int t = 0; t < threads; t++) {
            int thread = t;
            Thread.ofPlatform().start(() -> {
                var mine = new SplittableRandom(thread);
                var announcement = new Announcement();
                for (int i = 0; i < 20_000; i++) {
                    announcement.infoHash(hash(mine.nextInt(50)));
                    announcement.low = mine.nextInt(100);
                    announcement.port = 1;
                    announcement.seed = mine.nextBoolean();
                    announcement.event = mine.nextInt(4) == 0 ? AnnounceEvent.STOPPED : AnnounceEvent.NONE;
                    store.announce(announcement, 20, tick, mine);
                    store.expire(mine.nextInt(SwarmStore.SHARDS), tick);
                }
                done.countDown();
            });
        }
        done.await();

        int total = 0;
        var query = new Announcement();
        for (int i = 0; i < 50; i++) {
            query.infoHash(hash(i));
            store.scrape(query);
            total += query.seeders + query.leechers;
        }
        assertEquals(total, store.peers());
        assertTrue(total > 1000);
        assertFalse(store.swarms() > 50);
    }
}
