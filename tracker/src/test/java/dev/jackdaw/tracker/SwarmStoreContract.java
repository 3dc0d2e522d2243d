package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.tracker.AnnounceEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every [SwarmStore] does; each implementation has a test class that extends this one.
abstract class SwarmStoreContract {
    static final Duration TIMEOUT = Duration.ofMinutes(10);
    static final int MAX_PEERS = 3_000;
    static final int MAX_SWARMS = 1_000;

    private final SplittableRandom random = new SplittableRandom(4);
    private SwarmStore store;
    private long nowNanos = Duration.ofHours(3).toNanos();

    /// An empty store that holds [#MAX_PEERS] peers in [#MAX_SWARMS] swarms and forgets them after [#TIMEOUT].
    abstract SwarmStore newStore() throws Exception;

    @BeforeEach
    void open() throws Exception {
        store = newStore();
    }

    @AfterEach
    void close() {
        store.close();
    }

    static InfoHash hash(long number) {
        return new InfoHash(number * 0x1234_5678_9abcL, number, (int) number);
    }

    static Announcement peer(InfoHash hash, int number, boolean seed, AnnounceEvent event) {
        var announcement = new Announcement();
        announcement.infoHash(hash);
        announcement.low = number;
        announcement.port = 1000;
        announcement.left = seed ? 0 : 1;
        announcement.downloaded = 1;
        announcement.event = event;
        return announcement;
    }

    private Announcement announce(Announcement asker, int wanted) {
        store.announce(asker, wanted, nowNanos, random);
        return asker;
    }

    private Announcement announce(InfoHash hash, int peer, boolean seed, AnnounceEvent event) {
        return announce(peer(hash, peer, seed, event), 50);
    }

    @Test
    void bringingSwarmsNearChangesNothing() {
        announce(hash(1), 1, true, AnnounceEvent.STARTED);
        Lookahead torrents = new Lookahead();
        for (int number = 0; number < 100; number++) {
            torrents.add(number * 0x1234_5678_9abcL, number, number);
        }

        store.bringNear(torrents);

        assertEquals(1, store.swarms());
        assertEquals(1, scrape(hash(1)).seeders);
    }

    private Announcement scrape(InfoHash hash) {
        var query = new Announcement();
        query.infoHash(hash);
        store.scrape(query);
        return query;
    }

    private void expireAll() {
        // twice: a sweep may leave a swarm that moved meanwhile for the next
        for (int step = 0; step < 2 * SwarmStore.EXPIRY_STEPS; step++) {
            store.expire(step, nowNanos);
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
    void partialSeedsAreIncompleteButDoNotDownload() {
        announce(hash(1), 1, true, AnnounceEvent.NONE);
        announce(hash(1), 2, false, AnnounceEvent.NONE);
        announce(hash(1), 3, false, AnnounceEvent.PAUSED);
        announce(hash(1), 4, false, AnnounceEvent.NONE);

        assertEquals(List.of(2L, 4L), chosen(announce(hash(1), 5, true, AnnounceEvent.NONE)));
        assertEquals(List.of(2L, 4L), chosen(announce(hash(1), 3, false, AnnounceEvent.PAUSED)));
        assertEquals(List.of(1L, 2L, 3L, 5L), chosen(announce(hash(1), 4, false, AnnounceEvent.NONE)));
        var counts = scrape(hash(1));
        assertEquals(2, counts.seeders);
        assertEquals(3, counts.leechers);
        assertEquals(1, counts.partialSeeds);

        announce(hash(1), 3, false, AnnounceEvent.NONE);
        assertEquals(0, scrape(hash(1)).partialSeeds);
        announce(hash(1), 2, false, AnnounceEvent.PAUSED);
        announce(hash(1), 2, true, AnnounceEvent.PAUSED);
        counts = scrape(hash(1));
        assertEquals(3, counts.seeders);
        assertEquals(0, counts.partialSeeds);
        assertEquals(1, counts.completed);
    }

    private static List<Long> chosen(Announcement answer) {
        return answer.peerAddresses().stream().map(PeerAddress::low).sorted().toList();
    }

    @Test
    void neverReturnsTheAskerNorAnyoneTwice() {
        for (int i = 1; i <= 100; i++) {
            announce(hash(1), i, i % 3 == 0, AnnounceEvent.NONE);
        }
        for (int i = 1; i <= 100; i++) {
            var answer = announce(peer(hash(1), i, false, AnnounceEvent.NONE), 200);

            Set<PeerAddress> distinct = new HashSet<>(answer.peerAddresses());
            assertEquals(99, distinct.size());
            assertEquals(99, answer.count);
            int asker = i;
            assertFalse(distinct.stream().anyMatch(peer -> peer.low() == asker));
        }
    }

    @Test
    void returnsAsManyAsWantedAndAllOfThemInTheLongRun() {
        for (int i = 1; i <= 300; i++) {
            announce(hash(1), i, i % 2 == 0, AnnounceEvent.NONE);
        }
        Set<PeerAddress> seen = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            var answer = announce(peer(hash(1), 1, false, AnnounceEvent.NONE), 7);
            assertEquals(7, answer.count);
            seen.addAll(answer.peerAddresses());
        }
        assertEquals(299, seen.size());
        assertEquals(0, announce(peer(hash(1), 1, false, AnnounceEvent.NONE), 0).count);
    }

    @Test
    void aPeerIsItsAddressAndItsPort() {
        announce(hash(1), 1, false, AnnounceEvent.NONE);
        var neighbour = peer(hash(1), 1, false, AnnounceEvent.NONE);
        neighbour.port = 65535;

        assertEquals(1000, announce(neighbour, 50).peerAddresses().getFirst().port());
        assertEquals(2, store.peers());
        assertEquals(
                65535,
                announce(hash(1), 1, false, AnnounceEvent.NONE)
                        .peerAddresses()
                        .getFirst()
                        .port());
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
        var untouched = peer(hash(1), 2, true, AnnounceEvent.STARTED);
        untouched.downloaded = 0;

        announce(untouched, 50);

        assertEquals(1, untouched.count);
        assertEquals(1, untouched.peerAddresses().getFirst().low());
        announce(untouched, 50);
        assertEquals(1, untouched.count, "itself it never gets");
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
    void leechersGetMoreOfOneKindWhenTheOtherIsRare() {
        for (int i = 0; i < 100; i++) {
            announce(hash(1), i, i < 90, AnnounceEvent.NONE);
            announce(hash(2), i, i >= 90, AnnounceEvent.NONE);
        }
        assertEquals(50, announce(hash(1), 1000, false, AnnounceEvent.NONE).count);
        assertEquals(50, announce(hash(2), 1000, false, AnnounceEvent.NONE).count);
    }

    @Test
    void familiesAreKeptApart() {
        announce(hash(1), 1, true, AnnounceEvent.NONE);
        for (int i = 1; i <= 40; i++) {
            var six = peer(hash(1), i, false, AnnounceEvent.NONE);
            six.family = Family.V6;
            six.high = 0x2001_0db8L << 32;
            announce(six, 50);

            assertEquals(i - 1, six.count);
            assertTrue(six.peerAddresses().stream().allMatch(PeerAddress::v6));
            assertEquals(1, six.seeders);
            assertEquals(i, six.leechers);
        }
        assertEquals(
                0,
                announce(hash(1), 2, false, AnnounceEvent.NONE).peerAddresses().stream()
                        .filter(PeerAddress::v6)
                        .count());
    }

    @Test
    void aStoppedPeerIsForgottenAndToldNothing() {
        announce(hash(1), 1, true, AnnounceEvent.NONE);
        announce(hash(1), 2, false, AnnounceEvent.NONE);
        var stopped = announce(hash(1), 1, true, AnnounceEvent.STOPPED);
        announce(hash(7), 1, true, AnnounceEvent.STOPPED);

        assertEquals(0, stopped.count);
        assertEquals(0, stopped.seeders);
        assertEquals(1, stopped.leechers);
        assertEquals(1, store.peers());
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
        nowNanos += TIMEOUT.minusSeconds(60).toNanos();
        expireAll();
        assertEquals(500, store.peers());
        announce(hash(3), 2, false, AnnounceEvent.NONE);
        nowNanos += Duration.ofSeconds(120).toNanos();
        expireAll();

        assertEquals(1, store.peers());
        assertEquals(1, store.swarms());
        assertEquals(1, announce(hash(3), 9, false, AnnounceEvent.NONE).count);
    }

    @Test
    void anEmptySwarmKeepsItsDownloads() {
        announce(hash(1), 1, false, AnnounceEvent.NONE);
        announce(hash(1), 1, true, AnnounceEvent.COMPLETED);
        nowNanos += TIMEOUT.multipliedBy(2).toNanos();
        expireAll();

        assertEquals(1, scrape(hash(1)).completed);
        assertEquals(0, scrape(hash(1)).seeders);
    }

    @Test
    void scrapesWhatIsNotThereAsNothing() {
        assertEquals(0, scrape(hash(1)).seeders);
        assertEquals(0, scrape(hash(1)).leechers);
        assertEquals(0, store.swarms(), "and does not make it");
    }

    @Test
    void beyondItsBoundsItAnswersButDoesNotRemember() {
        for (int i = 1; i <= MAX_PEERS + 100; i++) {
            announce(hash(1), i, false, AnnounceEvent.NONE);
        }
        assertEquals(MAX_PEERS, store.peers());
        assertEquals(50, announce(hash(1), MAX_PEERS + 500, false, AnnounceEvent.NONE).count);
        announce(hash(1), 1, true, AnnounceEvent.COMPLETED);
        assertEquals(MAX_PEERS, store.peers(), "one that is known may still become a seeder");
        assertEquals(1, scrape(hash(1)).seeders);
        announce(hash(2), 1, false, AnnounceEvent.NONE);
        assertEquals(1, store.swarms());
    }

    @Test
    void keepsTheSwarmsItHasWhenThereAreTooMany() {
        for (int i = 0; i < 2 * MAX_SWARMS; i++) {
            announce(hash(i), 1, false, AnnounceEvent.NONE);
        }
        assertEquals(MAX_SWARMS, store.swarms());
        assertEquals(1, announce(hash(0), 2, false, AnnounceEvent.NONE).count);
        assertEquals(0, announce(hash(2 * MAX_SWARMS - 1), 2, false, AnnounceEvent.NONE).count);
    }

    @Test
    void showsAndRemovesSwarms() {
        for (int i = 0; i < 100; i++) {
            announce(hash(i), 1, i % 2 == 0, AnnounceEvent.NONE);
        }
        assertTrue(store.remove(hash(5)));
        assertFalse(store.remove(hash(5)));

        List<SwarmCounts> all = new ArrayList<>();
        store.forEach(all::add);

        assertEquals(99, all.size());
        assertTrue(all.contains(new SwarmCounts(hash(4), 1, 0, 0)));
        assertFalse(all.stream().anyMatch(swarm -> swarm.infoHash().equals(hash(5))));
        assertEquals(99, store.peers());
        assertEquals(99, store.swarms());
        assertEquals(0, announce(hash(5), 2, false, AnnounceEvent.NONE).count);
    }

    @Test
    void countsAgreeWhenManyThreadsAnnounce() throws InterruptedException {
        int threads = 4;
        var done = new CountDownLatch(threads);
        for (int t = 0; t < threads; t++) {
            int thread = t;
            Thread.ofPlatform().start(() -> {
                var mine = new SplittableRandom(thread);
                for (int i = 0; i < 5_000; i++) {
                    var event = mine.nextInt(4) == 0 ? AnnounceEvent.STOPPED : AnnounceEvent.NONE;
                    var asker = peer(hash(mine.nextInt(20)), mine.nextInt(100), mine.nextBoolean(), event);
                    store.announce(asker, 20, nowNanos, mine);
                    store.expire(mine.nextInt(), nowNanos);
                }
                done.countDown();
            });
        }
        done.await();

        int total = 0;
        for (int i = 0; i < 20; i++) {
            var counts = scrape(hash(i));
            total += counts.seeders + counts.leechers;
        }
        assertEquals(total, store.peers());
        assertTrue(total > 1000);
        assertEquals(20, store.swarms());
    }
}
