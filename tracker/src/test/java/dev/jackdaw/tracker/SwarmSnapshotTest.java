package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.tracker.AnnounceEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SwarmSnapshotTest {
    private static final Duration TIMEOUT = Duration.ofMinutes(75);
    private static final Instant STOPPED = Instant.parse("2026-11-24T12:00:00Z");
    private static final long NANOS = Duration.ofDays(3).toNanos();

    @TempDir
    private Path directory;

    private final SplittableRandom random = new SplittableRandom(1);

    private static MemorySwarmStore store(int maxPeers) {
        return new MemorySwarmStore(maxPeers, 1000, TIMEOUT, 7);
    }

    private void announce(SwarmStore store, InfoHash hash, int peer, boolean seed, Family family, long nowNanos) {
        var announcement = SwarmStoreContract.peer(hash, peer, seed, AnnounceEvent.NONE);
        announcement.family = family;
        announcement.high = family == Family.V6 ? 0x2001_0db8L << 32 : 0;
        store.announce(announcement, 0, nowNanos, random);
    }

    private MemorySwarmStore filled() {
        MemorySwarmStore store = store(100_000);
        for (int torrent = 1; torrent <= 50; torrent++) {
            for (int peer = 0; peer < 3 * torrent; peer++) {
                Family family = peer % 5 == 0 ? Family.V6 : Family.V4;
                announce(store, SwarmStoreContract.hash(torrent), peer, peer % 3 == 0, family, NANOS);
            }
        }
        for (int peer = 0; peer < 100; peer++) {
            AnnounceEvent event = peer % 10 == 0 ? AnnounceEvent.NONE : AnnounceEvent.PAUSED;
            store.announce(SwarmStoreContract.peer(SwarmStoreContract.hash(100), peer, false, event), 0, NANOS, random);
        }
        // a download, which is remembered though its swarm is empty
        announce(store, SwarmStoreContract.hash(99), 1, false, Family.V4, NANOS);
        announce(store, SwarmStoreContract.hash(99), 1, true, Family.V4, NANOS);
        store.announce(
                SwarmStoreContract.peer(SwarmStoreContract.hash(99), 1, true, AnnounceEvent.STOPPED), 0, NANOS, random);
        return store;
    }

    private static Set<SwarmCounts> counts(SwarmStore store) {
        List<SwarmCounts> counts = new ArrayList<>();
        store.forEach(counts::add);
        return new HashSet<>(counts);
    }

    private Path file() {
        return directory.resolve("swarms");
    }

    @Test
    void bringsBackAllSwarms() throws IOException {
        var before = filled();
        new SwarmSnapshot(file()).save(before, NANOS, STOPPED);
        var after = store(100_000);

        new SwarmSnapshot(file()).restore(after, 5, STOPPED.plusSeconds(60));

        assertEquals(counts(before), counts(after));
        assertEquals(before.peers(), after.peers());
        assertEquals(before.swarms(), after.swarms());
        var paused = SwarmStoreContract.peer(SwarmStoreContract.hash(100), 0, false, AnnounceEvent.NONE);
        after.scrape(paused);
        assertEquals(90, paused.partialSeeds);
        var asker = SwarmStoreContract.peer(SwarmStoreContract.hash(2), 500, false, AnnounceEvent.NONE);
        after.announce(asker, 50, 5, random);
        assertEquals(4, asker.count, "of the six, two are IPv6");
    }

    @Test
    void peersHaveAgedWhileTheTrackerDidNotRun() throws IOException {
        var before = store(100);
        InfoHash hash = SwarmStoreContract.hash(1);
        announce(
                before,
                hash,
                1,
                true,
                Family.V4,
                NANOS - TIMEOUT.minusMinutes(10).toNanos());
        announce(before, hash, 2, true, Family.V4, NANOS);
        new SwarmSnapshot(file()).save(before, NANOS, STOPPED);
        var after = store(100);

        new SwarmSnapshot(file()).restore(after, NANOS, STOPPED.plus(Duration.ofMinutes(20)));

        assertEquals(1, after.peers());
        for (int step = 0; step < SwarmStore.EXPIRY_STEPS; step++) {
            after.expire(step, NANOS + TIMEOUT.minusMinutes(19).toNanos());
        }
        assertEquals(0, after.peers(), "the other one was 20 minutes old");
    }

    @Test
    void keepsWithinTheBoundsOfTheNewStore() throws IOException {
        new SwarmSnapshot(file()).save(filled(), NANOS, STOPPED);
        var small = store(100);
        new SwarmSnapshot(file()).restore(small, NANOS, STOPPED);
        assertTrue(small.peers() > 30 && small.peers() <= 100, "an IPv6 peer counts as three");
    }

    @Test
    void beginsWithNothingWhenThereIsNoFile() throws IOException {
        var store = store(10);
        new SwarmSnapshot(file()).restore(store, NANOS, STOPPED);
        assertEquals(0, store.swarms());
    }

    @Test
    void setsADamagedFileAside() throws IOException {
        new SwarmSnapshot(file()).save(filled(), NANOS, STOPPED);
        byte[] whole = Files.readAllBytes(file());
        List<byte[]> damaged = new ArrayList<>();
        for (int length : new int[] {0, 7, 24, 1000, whole.length - 1}) {
            damaged.add(java.util.Arrays.copyOf(whole, length));
        }
        for (int at : new int[] {0, 9, 100, whole.length - 3}) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 4;
            damaged.add(flipped);
        }
        for (byte[] bytes : damaged) {
            Files.write(file(), bytes);
            var store = store(100_000);

            new SwarmSnapshot(file()).restore(store, NANOS, STOPPED);

            assertEquals(0, store.swarms());
            assertFalse(Files.exists(file()));
            assertEquals(
                    -1,
                    Files.mismatch(directory.resolve("swarms.damaged"), Files.write(directory.resolve("copy"), bytes)));
        }
    }

    @Test
    void aServerKeepsItsSwarmsForTheNextOne() throws IOException {
        var config = TrackerConfig.loopback().snapshot(file()).build();
        try (var server = TrackerServer.start(config)) {
            announce(server.store(), SwarmStoreContract.hash(1), 1, true, Family.V4, System.nanoTime());
        }
        try (var next = TrackerServer.start(config)) {
            assertEquals(1, next.snapshot().peers());
        }
        assertTrue(Files.size(file()) > 0);
    }
}
