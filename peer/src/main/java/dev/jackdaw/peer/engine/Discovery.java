package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.tracker.AnnounceEvent;
import dev.jackdaw.protocol.tracker.AnnounceReply;
import dev.jackdaw.protocol.tracker.AnnounceRequest;
import java.util.List;
import java.util.random.RandomGenerator;

/// Finds peers: announces to trackers on their schedule, and looks peers up in the DHT.
final class Discovery {
    /// Addresses asked of a tracker.
    static final int NUM_WANT = 100;
    /// What is said to be missing while the size is unknown: not nothing, since that would mean a seed.
    static final long UNKNOWN_LEFT = 16 * 1024;
    /// With fewer peers than this, the DHT is asked more often.
    static final int FEW_PEERS = 5;

    private static final long LOOKUP_NANOS = 15 * 60_000_000_000L;
    /// With few peers: the second lookup follows the first after this, each further one after twice as long, until
    /// [#EAGER_LOOKUP_NANOS]. The first may come before the node knows anyone.
    private static final long FIRST_EAGER_LOOKUP_NANOS = 10_000_000_000L;

    private static final long EAGER_LOOKUP_NANOS = 2 * 60_000_000_000L;

    private final InfoHash infoHash;
    private final EngineConfig config;
    private final Swarm swarm;
    private final PeerPool pool;
    private final Traffic traffic;
    private final AnnounceSchedule schedule;
    private final int key;
    private boolean running;
    private long lookedUpAt;
    private int lookups;

    Discovery(
            InfoHash infoHash,
            EngineConfig config,
            Swarm swarm,
            PeerPool pool,
            Traffic traffic,
            RandomGenerator random) {
        this.infoHash = infoHash;
        this.config = config;
        this.swarm = swarm;
        this.pool = pool;
        this.traffic = traffic;
        this.schedule = new AnnounceSchedule(random);
        this.key = random.nextInt();
    }

    AnnounceSchedule schedule() {
        return schedule;
    }

    void start(long nowNanos) {
        running = true;
        lookups = 0;
        traffic.started();
        schedule.start(nowNanos);
    }

    void stop(long nowNanos) {
        running = false;
        schedule.stop(nowNanos);
    }

    /// Makes the announces that are due.
    ///
    /// @param left        bytes of the torrent still missing
    /// @param partialSeed whether none of them is wanted (BEP 21)
    void announce(long left, boolean partialSeed, long nowNanos) {
        for (AnnounceSchedule.Due due : schedule.poll(nowNanos)) {
            swarm.emit(new TorrentEffect.Announce(
                    due.tracker(),
                    new AnnounceRequest(
                            infoHash,
                            config.peerId(),
                            config.port(),
                            traffic.uploadedSinceStarted(),
                            traffic.downloadedSinceStarted(),
                            left,
                            partialSeed && due.event() == AnnounceEvent.NONE ? AnnounceEvent.PAUSED : due.event(),
                            key,
                            due.event() == AnnounceEvent.STOPPED ? 0 : NUM_WANT,
                            schedule.trackerId(due.tracker()))));
        }
    }

    void onAnswer(String tracker, AnnounceReply reply, boolean local, long nowNanos) {
        schedule.answered(tracker, reply, nowNanos);
        if (reply instanceof AnnounceReply.Peers peers) {
            pool.add(PeerSource.TRACKER, local, peers.peers(), nowNanos);
            peers.externalIp()
                    .filter(host -> host.length == 4 || host.length == 16)
                    .ifPresent(host -> pool.setExternalAddress(PeerAddress.of(host, config.port())));
        }
    }

    /// Looks peers up in the DHT if it is time; never for a private torrent (BEP 27).
    ///
    /// @param seed whether everything is here
    void lookUp(boolean isPrivate, boolean seed, long nowNanos) {
        if (!running || !config.dht() || isPrivate) {
            return;
        }
        if (lookups == 0 || nowNanos - lookedUpAt >= lookupIntervalNanos()) {
            lookups++;
            lookedUpAt = nowNanos;
            swarm.emit(new TorrentEffect.LookUpPeers(infoHash, seed));
        }
    }

    private long lookupIntervalNanos() {
        if (swarm.size() >= FEW_PEERS) {
            return LOOKUP_NANOS;
        }
        int doublings = Math.min(lookups - 1, 8);
        return Math.min(FIRST_EAGER_LOOKUP_NANOS << doublings, EAGER_LOOKUP_NANOS);
    }

    /// When [#announce] will have something.
    long next() {
        return schedule.next();
    }

    List<EngineSnapshot.TrackerState> statuses() {
        return schedule.statuses();
    }
}
