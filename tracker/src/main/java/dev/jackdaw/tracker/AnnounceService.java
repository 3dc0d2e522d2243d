package dev.jackdaw.tracker;

import dev.jackdaw.tracker.AnnouncePolicy.Allowed;
import dev.jackdaw.tracker.AnnouncePolicy.Refused;
import dev.jackdaw.tracker.AnnouncePolicy.Verdict;
import java.util.concurrent.ThreadLocalRandom;

/// What the tracker does with an announce or a scrape, whichever protocol asked: the [AnnouncePolicy] judges, the
/// [SwarmStore] answers and records. Safe for any number of threads.
final class AnnounceService {
    private final SwarmStore store;
    private final AnnouncePolicy policy;
    private final int defaultPeers;
    private final int maxPeers;
    private final int intervalSeconds;
    private final int minIntervalSeconds;

    AnnounceService(SwarmStore store, AnnouncePolicy policy, TrackerConfig config) {
        this.store = store;
        this.policy = policy;
        this.defaultPeers = config.defaultPeers();
        this.maxPeers = config.maxPeers();
        this.intervalSeconds = Math.toIntExact(config.interval().toSeconds());
        this.minIntervalSeconds = Math.toIntExact(config.minInterval().toSeconds());
    }

    /// Answers an announce and records it, or says why not.
    ///
    /// @param announcement gets the answer, if it is [Allowed]
    Verdict announce(Announcement announcement, long nowNanos) {
        Verdict verdict = policy.announce(announcement);
        if (verdict instanceof Refused) {
            return verdict;
        }
        int wanted = announcement.numWant < 0 ? defaultPeers : announcement.numWant;
        store.announce(announcement, Math.min(wanted, maxPeers), nowNanos, ThreadLocalRandom.current());
        return verdict;
    }

    /// Fills in the counts of one torrent, zeros if there is none, or says why not.
    Verdict scrape(Announcement query) {
        Verdict verdict = policy.scrape(query);
        if (verdict instanceof Allowed) {
            store.scrape(query);
        }
        return verdict;
    }

    /// Makes ready for announces of some torrents: [SwarmStore#bringNear].
    void bringNear(Lookahead torrents) {
        store.bringNear(torrents);
    }

    /// Whether the frontends are to look for a passkey.
    boolean readsPasskey() {
        return policy.readsPasskey();
    }

    /// Seconds until a peer is to announce again.
    int interval() {
        return intervalSeconds;
    }

    /// Seconds before which it may not.
    int minInterval() {
        return minIntervalSeconds;
    }
}
