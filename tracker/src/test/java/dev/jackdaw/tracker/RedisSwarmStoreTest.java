package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.tracker.AnnounceEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The contract, kept by two trackers together that share a real Redis, and what happens when one of the three
/// goes away. Skipped where Redis is not installed.
class RedisSwarmStoreTest extends SwarmStoreContract {
    @TempDir
    static Path directory;

    private static final AtomicInteger PREFIXES = new AtomicInteger();
    private static RedisServer redis;

    private final AtomicLong nowNanos = new AtomicLong();
    private final String prefix = "test" + PREFIXES.incrementAndGet();

    @BeforeAll
    static void startRedis() throws Exception {
        assumeTrue(RedisServer.isInstalled(), "redis-server is not installed");
        redis = RedisServer.start(directory);
    }

    @AfterAll
    static void stopRedis() throws Exception {
        if (redis != null) {
            redis.close();
        }
    }

    @Override
    SwarmStore newStore() {
        return new TwoTrackers();
    }

    private RedisSwarmStore tracker() {
        return tracker(new MemorySwarmStore(MAX_PEERS, MAX_SWARMS, TIMEOUT, 9));
    }

    private RedisSwarmStore tracker(MemorySwarmStore known) {
        RedisConfig config = new RedisConfig(Optional.of(redis.url()), prefix, Duration.ofMillis(1), 1);
        return RedisSwarmStore.open(config, TIMEOUT, known, nowNanos::get);
    }

    private static void await(BooleanSupplier condition, String what) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, what);
            LockSupport.parkNanos(200_000);
        }
    }

    /// Two stores that take turns; before the turn passes, both know everything.
    private final class TwoTrackers implements SwarmStore {
        private static final int TURN = 40;
        private final RedisSwarmStore one = tracker();
        private final RedisSwarmStore other = tracker();
        private final AtomicInteger calls = new AtomicInteger();
        private volatile RedisSwarmStore current = one;

        private void takeTurns() {
            if (calls.incrementAndGet() % TURN == 0) {
                settle();
                current = current == one ? other : one;
            }
        }

        private void settle() {
            await(
                    () -> one.status().received() >= other.status().passedOn()
                            && other.status().received() >= one.status().passedOn(),
                    one.status() + " and " + other.status());
        }

        @Override
        public void announce(Announcement asker, int wanted, long now, RandomGenerator random) {
            nowNanos.set(now);
            takeTurns();
            current.announce(asker, wanted, now, random);
        }

        @Override
        public void scrape(Announcement query) {
            settle();
            current.scrape(query);
        }

        @Override
        public void expire(int step, long now) {
            if (step % EXPIRY_STEPS == 0) { // a sweep begins
                settle();
            }
            one.expire(step, now);
            other.expire(step, now);
        }

        @Override
        public int peers() {
            settle();
            return current.peers();
        }

        @Override
        public MemorySwarmStore memory() {
            return current.memory();
        }

        @Override
        public long notKept() {
            return current.notKept();
        }

        @Override
        public int swarms() {
            settle();
            return current.swarms();
        }

        @Override
        public void forEach(Consumer<SwarmCounts> consumer) {
            settle();
            current.forEach(consumer);
        }

        @Override
        public boolean remove(InfoHash infoHash) {
            settle();
            boolean removed = current.remove(infoHash);
            settle();
            return removed;
        }

        @Override
        public void close() {
            one.close();
            other.close();
        }
    }

    private final RandomGenerator random = new SplittableRandom(8);

    private Announcement announce(SwarmStore store, int peer, boolean seed, AnnounceEvent event) {
        Announcement asker = peer(hash(1), peer, seed, event);
        store.announce(asker, 50, nowNanos.get(), random);
        return asker;
    }

    @Test
    void aTrackerThatStartsKnowsWhatOthersWereTold() {
        try (RedisSwarmStore first = tracker()) {
            announce(first, 1, true, AnnounceEvent.STARTED);
            announce(first, 2, false, AnnounceEvent.STARTED);
            announce(first, 2, true, AnnounceEvent.COMPLETED);
            announce(first, 3, false, AnnounceEvent.STARTED);
            announce(first, 3, false, AnnounceEvent.STOPPED);
        }
        try (RedisSwarmStore second = tracker()) {
            Announcement asker = announce(second, 9, false, AnnounceEvent.STARTED);

            assertEquals(2, asker.count);
            assertEquals(2, asker.seeders);
            assertEquals(1, asker.completed);
        }
    }

    @Test
    void whileRedisIsAwayBothAnswerAndAfterwardsBothKnowEverything() throws Exception {
        try (RedisSwarmStore one = tracker();
                RedisSwarmStore other = tracker()) {
            announce(one, 1, false, AnnounceEvent.STARTED);
            await(() -> other.peers() == 1, "passed on");
            redis.halt();
            await(() -> !one.status().connected() && !other.status().connected(), "noticed");

            announce(one, 2, false, AnnounceEvent.STARTED);
            assertEquals(1, announce(other, 3, false, AnnounceEvent.STARTED).count, "what it knew");
            assertEquals(2, announce(one, 4, false, AnnounceEvent.STARTED).count, "what it knew and was told since");
            assertTrue(one.status().waitingBytes() > 0);

            redis.resume();
            await(() -> one.peers() == 4 && other.peers() == 4, one.status() + " and " + other.status());
            assertEquals(0, one.status().batchesLost());
        }
    }

    @Test
    void aTrackerStartsThoughRedisIsAway() throws Exception {
        redis.halt();
        try (RedisSwarmStore store = tracker()) {
            announce(store, 1, false, AnnounceEvent.STARTED);
            assertEquals(1, announce(store, 2, false, AnnounceEvent.STARTED).count);
            redis.resume();
            await(() -> store.status().connected() && store.status().waitingBytes() == 0, "caught up");
            try (RedisSwarmStore other = tracker()) {
                assertEquals(2, other.peers());
            }
        }
    }

    @Test
    void aTrackerThatStartsWhileRedisIsAwayKnowsWhatItKnewAtItsEnd(@TempDir Path folder) throws Exception {
        TrackerConfig config =
                TrackerConfig.builder().snapshot(folder.resolve("swarms")).build();
        nowNanos.set(System.nanoTime());
        RedisSwarmStore first = tracker();
        announce(first, 1, false, AnnounceEvent.STARTED);
        announce(first, 1, true, AnnounceEvent.COMPLETED);
        announce(first, 2, false, AnnounceEvent.STARTED);
        TrackerServer.start(config, first, AnnouncePolicy.OPEN).close();
        redis.halt();

        try (RedisSwarmStore second = tracker(TrackerServer.memoryStore(config))) {
            assertEquals(2, second.peers());
            assertEquals(2, announce(second, 3, false, AnnounceEvent.STARTED).count);
            redis.resume();
            await(() -> second.status().connected() && second.status().received() >= 3, "caught up");

            Announcement asker = announce(second, 4, false, AnnounceEvent.STARTED);
            assertEquals(1, asker.completed, "counted once, though told again");
            assertEquals(1, asker.seeders);
            assertEquals(3, asker.leechers);
        }
    }

    @Test
    void redisForgetsAnnouncesOlderThanAPeerIsRemembered() {
        // ages are told by Redis's clock, so that a tracker's own does not matter
        try (RedisSwarmStore store = tracker()) {
            announce(store, 1, false, AnnounceEvent.STARTED);
        }
        nowNanos.set(Duration.ofDays(-5).toNanos());
        try (RedisSwarmStore store = tracker()) {
            assertEquals(1, store.peers());
            for (int step = 0; step < SwarmStore.EXPIRY_STEPS; step++) {
                store.expire(step, nowNanos.get() + TIMEOUT.minusSeconds(60).toNanos());
            }
            assertEquals(1, store.peers(), "it is not older than it is");
        }
    }
}
