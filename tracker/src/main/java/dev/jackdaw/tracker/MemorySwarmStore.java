package dev.jackdaw.tracker;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.tracker.AnnounceEvent;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// All swarms in this process's memory, in shards by info-hash with a private lock each.
///
/// Expiry goes through a shard a few slots at a time, so that no announce waits for a sweep. Time is kept in ticks of
/// [#TICK_SECONDS].
final class MemorySwarmStore implements SwarmStore {
    /// Ages are kept in 16 bits: at 4 s a tick they go up to three days.
    static final int TICK_SECONDS = 4;
    /// A power of two; more than threads by far, so that two rarely want the same.
    private static final int SHARDS = EXPIRY_STEPS;

    private final SwarmShard[] shards = new SwarmShard[SHARDS];
    private final int maxPeers;
    private final int maxSwarms;
    private final int timeoutTicks;
    private final AtomicInteger peers = new AtomicInteger();
    /// [Family#words] of all peers.
    private final AtomicInteger words = new AtomicInteger();
    private final AtomicInteger swarms = new AtomicInteger();
    private final LongAdder notKept = new LongAdder();
    private final long seed;
    private final SwarmShard.Forgotten forgotten = new SwarmShard.Forgotten() {
        @Override
        public void peers(Family family, int count) {
            count(-count, -count * family.words);
        }

        @Override
        public void swarm() {
            swarms.decrementAndGet();
        }
    };

    /// @param maxPeers     peers in all; further ones are answered but not remembered. An IPv6 peer counts as
    ///                     three, as it takes that much memory
    /// @param maxSwarms    swarms in all; further ones are not made
    /// @param timeout      how long a peer stays after its last announce, at most three days; up to a tick longer
    /// @param seed         an unguessable number, so that nobody can choose info-hashes that all hash alike
    MemorySwarmStore(int maxPeers, int maxSwarms, Duration timeout, long seed) {
        this.maxPeers = maxPeers;
        this.maxSwarms = maxSwarms;
        this.timeoutTicks = Math.toIntExact(timeout.toSeconds() / TICK_SECONDS) + 1;
        this.seed = seed;
        for (int i = 0; i < SHARDS; i++) {
            shards[i] = new SwarmShard(seed);
        }
    }

    @Override
    public int peers() {
        return peers.get();
    }

    @Override
    public long notKept() {
        return notKept.sum();
    }

    @Override
    public int swarms() {
        return swarms.get();
    }

    @Override
    public void announce(Announcement asker, int wanted, long nowNanos, RandomGenerator random) {
        SwarmShard shard = shard(asker.hashHigh, asker.hashMiddle, asker.hashLow);
        asker.clearAnswer();
        synchronized (shard) {
            boolean known = shard.seek(asker.hashHigh, asker.hashMiddle, asker.hashLow);
            boolean stopped = asker.event == AnnounceEvent.STOPPED;
            if (!known) {
                if (stopped) {
                    return;
                }
                if (words.get() >= maxPeers || swarms.get() >= maxSwarms) {
                    notKept.increment();
                    return;
                }
                shard.create(asker.hashHigh, asker.hashMiddle, asker.hashLow);
                swarms.incrementAndGet();
            }
            if (stopped) {
                if (shard.remove(asker) != 0) {
                    count(-1, -asker.family.words);
                }
            } else {
                shard.choose(asker, wanted, random);
                boolean room = words.get() + asker.family.words <= maxPeers;
                switch (shard.put(asker, tick(nowNanos), room)) {
                    case ADDED -> count(1, asker.family.words);
                    case NO_ROOM -> notKept.increment();
                    case KNOWN -> {} // as it was
                }
            }
            asker.seeders = shard.seeders();
            asker.leechers = shard.leechers();
            asker.completed = shard.completed();
            shard.tidy();
        }
    }

    /// Records an announce that was made before, and whose download, if it completed one, was counted then.
    ///
    /// @param announcedNanos when it was made
    void replay(Announcement peer, long announcedNanos, RandomGenerator random) {
        SwarmShard shard = shard(peer.hashHigh, peer.hashMiddle, peer.hashLow);
        synchronized (shard) {
            boolean known = shard.seek(peer.hashHigh, peer.hashMiddle, peer.hashLow);
            int completed = known ? shard.completed() : 0;
            announce(peer, 0, announcedNanos, random);
            if (shard.seek(peer.hashHigh, peer.hashMiddle, peer.hashLow)) {
                shard.completed(completed);
            }
        }
    }

    /// Raises a swarm's number of downloads to what is known elsewhere; the swarm is made, if there is room.
    void raiseCompleted(InfoHash infoHash, int completed) {
        SwarmShard shard = shard(infoHash.high(), infoHash.middle(), infoHash.low());
        synchronized (shard) {
            if (!shard.seek(infoHash.high(), infoHash.middle(), infoHash.low())) {
                if (swarms.get() >= maxSwarms) {
                    return;
                }
                shard.create(infoHash.high(), infoHash.middle(), infoHash.low());
                swarms.incrementAndGet();
            }
            shard.completed(Math.max(shard.completed(), completed));
            shard.tidy();
        }
    }

    @Override
    public void scrape(Announcement query) {
        SwarmShard shard = shard(query.hashHigh, query.hashMiddle, query.hashLow);
        synchronized (shard) {
            boolean known = shard.seek(query.hashHigh, query.hashMiddle, query.hashLow);
            query.seeders = known ? shard.seeders() : 0;
            query.leechers = known ? shard.leechers() : 0;
            query.partialSeeds = known ? shard.partialSeeds() : 0;
            query.completed = known ? shard.completed() : 0;
        }
    }

    /// Without any lock, which would have each look wait for the one before: what another thread is changing may be
    /// missed.
    @Override
    public void bringNear(Lookahead torrents) {
        int count = torrents.count();
        for (int i = 0; i < count; i++) {
            long high = torrents.high(i);
            int shard = index(high, torrents.middle(i), torrents.low(i));
            torrents.shards[i] = shard;
            torrents.handles[i] = shards[shard].guess(high, torrents.middle(i), torrents.low(i));
        }
        long read = 0;
        for (int i = 0; i < count; i++) {
            read ^= shards[torrents.shards[i]].touch(torrents.handles[i]);
        }
        torrents.read = read;
    }

    @Override
    public void expire(int step, long nowNanos) {
        SwarmShard shard = shards[step & SHARDS - 1];
        int slot = Integer.MAX_VALUE;
        while (slot > 0) {
            synchronized (shard) {
                slot = shard.expire(slot, tick(nowNanos), timeoutTicks, swarms.get() <= maxSwarms / 2, forgotten);
            }
        }
    }

    @Override
    public void forEach(Consumer<SwarmCounts> consumer) {
        for (SwarmShard shard : shards) {
            // copied, so that the lock is not held while somebody looks at them
            List<SwarmCounts> counts = new ArrayList<>();
            synchronized (shard) {
                shard.forEach(counts::add);
            }
            counts.forEach(consumer);
        }
    }

    @Override
    public boolean remove(InfoHash infoHash) {
        SwarmShard shard = shard(infoHash.high(), infoHash.middle(), infoHash.low());
        synchronized (shard) {
            if (!shard.seek(infoHash.high(), infoHash.middle(), infoHash.low())) {
                return false;
            }
            count(-shard.seeders() - shard.leechers(), -shard.words());
            swarms.decrementAndGet();
            shard.remove();
            return true;
        }
    }

    @Override
    public MemorySwarmStore memory() {
        return this;
    }

    /// Nothing runs here.
    @Override
    public void close() {}

    /// Writes all swarms as [SwarmShard#write] does, then `0`.
    void write(DataOutputStream out, long nowNanos) throws IOException {
        for (SwarmShard shard : shards) {
            synchronized (shard) {
                shard.write(out, tick(nowNanos));
            }
        }
        out.writeByte(0);
    }

    /// Reads what [#write] has written into this store, which must be empty. Peers beyond its bounds, and those
    /// that are too old by now, are left out.
    ///
    /// @param elapsedSeconds since it was written
    void read(DataInputStream in, long nowNanos, long elapsedSeconds) throws IOException {
        int elapsedTicks = (int) Math.min(elapsedSeconds / TICK_SECONDS, Integer.MAX_VALUE / 2);
        while (in.readByte() != 0) {
            long high = in.readLong();
            long middle = in.readLong();
            int low = in.readInt();
            int completed = in.readInt();
            SwarmShard shard = shard(high, middle, low);
            synchronized (shard) {
                shard.create(high, middle, low);
                shard.completed(completed);
                int room = swarms.get() < maxSwarms ? maxPeers - words.get() : 0;
                shard.readPeers(in, tick(nowNanos), elapsedTicks, timeoutTicks, room);
                if ((shard.isEmpty() && completed == 0) || swarms.get() >= maxSwarms) {
                    shard.remove();
                } else {
                    swarms.incrementAndGet();
                    count(shard.seeders() + shard.leechers(), shard.words());
                }
                shard.tidy();
            }
        }
    }

    private void count(int morePeers, int moreWords) {
        peers.addAndGet(morePeers);
        words.addAndGet(moreWords);
    }

    private static int tick(long nowNanos) {
        return (int) (TimeUnit.NANOSECONDS.toSeconds(nowNanos) / TICK_SECONDS);
    }

    private SwarmShard shard(long high, long middle, int low) {
        return shards[index(high, middle, low)];
    }

    private int index(long high, long middle, int low) {
        return (int) BlockMap.hash(high, middle, low, seed) & SHARDS - 1;
    }
}
