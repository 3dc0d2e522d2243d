package dev.jackdaw.tracker;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// What the tracker does with an announce or a scrape, whichever protocol asked. Safe for any number of threads.
final class AnnounceService {
    private final SwarmStore store;
    private final TrackerConfig config;
    private final int intervalSeconds;

    AnnounceService(SwarmStore store, TrackerConfig config) {
        this.store = store;
        this.config = config;
        this.intervalSeconds = Math.toIntExact(config.interval().toSeconds());
    }

    /// Answers an announce and records it.
    ///
    /// @param maxPeers what the frontend can send, if that is less than the settings allow
    void announce(Announcement announcement, int maxPeers, long nowNanos) {
        int wanted = announcement.numWant < 0 ? config.defaultPeers() : announcement.numWant;
        wanted = Math.min(wanted, Math.min(maxPeers, config.maxPeers()));
        store.announce(announcement, wanted, tick(nowNanos), ThreadLocalRandom.current());
    }

    void scrape(Announcement query) {
        store.scrape(query);
    }

    /// Seconds until a peer is to announce again.
    int interval() {
        return intervalSeconds;
    }

    int minInterval() {
        return Math.toIntExact(config.minInterval().toSeconds());
    }

    /// Forgets the silent peers of one shard.
    void expire(int shard, long nowNanos) {
        store.expire(shard, tick(nowNanos));
    }

    static int tick(long nowNanos) {
        return (int) (TimeUnit.NANOSECONDS.toSeconds(nowNanos) / SwarmStore.TICK_SECONDS);
    }

    static int ticks(java.time.Duration duration) {
        return Math.toIntExact(duration.toSeconds() / SwarmStore.TICK_SECONDS) + 1;
    }
}
