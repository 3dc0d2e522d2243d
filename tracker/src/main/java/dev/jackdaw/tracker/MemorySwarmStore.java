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
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// All swarms in this process's memory, in shards by info-hash with a private lock each.
///
/// A shard is a hash table of swarms with linear probing. Expiry goes through it a few slots at a time, so that no
/// announce waits for a sweep. Time is kept in ticks of [#TICK_SECONDS].
final class MemorySwarmStore implements SwarmStore {
    /// Ages are kept in 16 bits: at 4 s a tick they go up to three days.
    static final int TICK_SECONDS = 4;
    /// A power of two; more than event loops by far, so that two rarely want the same.
    private static final int SHARDS = EXPIRY_STEPS;
    /// Swarm slots swept while the shard's lock is held.
    private static final int SWEEP = 512;
    private static final int FIRST_CAPACITY = 16;

    private final Shard[] shards = new Shard[SHARDS];
    private final int maxPeers;
    private final int maxSwarms;
    private final int timeoutTicks;
    private final AtomicInteger peers = new AtomicInteger();
    /// [Family#words] of all peers.
    private final AtomicInteger words = new AtomicInteger();
    private final AtomicInteger swarms = new AtomicInteger();
    private final long seed;

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
            shards[i] = new Shard();
        }
    }

    @Override
    public int peers() {
        return peers.get();
    }

    @Override
    public int swarms() {
        return swarms.get();
    }

    @Override
    public void announce(Announcement asker, int wanted, long nowNanos, RandomGenerator random) {
        long hash = hash(asker.hashHigh, asker.hashMiddle, asker.hashLow);
        Shard shard = shards[(int) hash & SHARDS - 1];
        asker.clearAnswer();
        synchronized (shard) {
            Swarm swarm = shard.find(asker.hashHigh, asker.hashMiddle, asker.hashLow, hash);
            boolean stopped = asker.event == AnnounceEvent.STOPPED;
            if (swarm == null && !stopped && words.get() < maxPeers && swarms.get() < maxSwarms) {
                swarm = shard.add(new Swarm(asker.hashHigh, asker.hashMiddle, asker.hashLow), hash);
                swarms.incrementAndGet();
            }
            if (swarm == null) {
                return;
            }
            if (stopped) {
                if (swarm.remove(asker) != 0) {
                    count(-1, -asker.family.words);
                }
            } else {
                swarm.choose(asker, wanted, random);
                if (swarm.put(asker, tick(nowNanos), words.get() + asker.family.words <= maxPeers) != 0) {
                    count(1, asker.family.words);
                }
            }
            asker.seeders = swarm.seeders();
            asker.leechers = swarm.leechers();
            asker.completed = swarm.completed();
        }
    }

    /// Raises a swarm's number of downloads to what is known elsewhere; the swarm is made, if there is room.
    void raiseCompleted(InfoHash infoHash, int completed) {
        long hash = hash(infoHash.high(), infoHash.middle(), infoHash.low());
        Shard shard = shards[(int) hash & SHARDS - 1];
        synchronized (shard) {
            Swarm swarm = shard.find(infoHash.high(), infoHash.middle(), infoHash.low(), hash);
            if (swarm == null && swarms.get() < maxSwarms) {
                swarm = shard.add(new Swarm(infoHash.high(), infoHash.middle(), infoHash.low()), hash);
                swarms.incrementAndGet();
            }
            if (swarm != null) {
                swarm.raiseCompleted(completed);
            }
        }
    }

    @Override
    public void scrape(Announcement query) {
        long hash = hash(query.hashHigh, query.hashMiddle, query.hashLow);
        Shard shard = shards[(int) hash & SHARDS - 1];
        synchronized (shard) {
            Swarm swarm = shard.find(query.hashHigh, query.hashMiddle, query.hashLow, hash);
            query.seeders = swarm == null ? 0 : swarm.seeders();
            query.leechers = swarm == null ? 0 : swarm.leechers();
            query.completed = swarm == null ? 0 : swarm.completed();
        }
    }

    @Override
    public void expire(int step, long nowNanos) {
        Shard shard = shards[step & SHARDS - 1];
        int slot = Integer.MAX_VALUE;
        while (slot > 0) {
            synchronized (shard) {
                slot = shard.expire(Math.min(slot, shard.slots.length), tick(nowNanos));
            }
        }
    }

    @Override
    public void forEach(Consumer<SwarmCounts> consumer) {
        for (Shard shard : shards) {
            shard.counts().forEach(consumer);
        }
    }

    @Override
    public boolean remove(InfoHash infoHash) {
        long hash = hash(infoHash.high(), infoHash.middle(), infoHash.low());
        Shard shard = shards[(int) hash & SHARDS - 1];
        synchronized (shard) {
            Swarm swarm = shard.find(infoHash.high(), infoHash.middle(), infoHash.low(), hash);
            if (swarm == null) {
                return false;
            }
            shard.remove(swarm, hash);
            swarms.decrementAndGet();
            count(-swarm.seeders() - swarm.leechers(), -swarm.words());
            return true;
        }
    }

    /// Nothing runs here.
    @Override
    public void close() {}

    /// Writes all swarms: for each `1` and what [Swarm#write] has, then `0`.
    void write(DataOutputStream out, long nowNanos) throws IOException {
        for (Shard shard : shards) {
            synchronized (shard) {
                for (Swarm swarm : shard.slots) {
                    if (swarm != null) {
                        out.writeByte(1);
                        swarm.write(out, tick(nowNanos));
                    }
                }
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
            Swarm swarm = Swarm.read(in, tick(nowNanos), elapsedTicks, timeoutTicks, maxPeers - words.get());
            if ((swarm.isEmpty() && swarm.completed() == 0) || swarms.get() >= maxSwarms) {
                continue;
            }
            long hash = hash(swarm.hashHigh, swarm.hashMiddle, swarm.hashLow);
            Shard shard = shards[(int) hash & SHARDS - 1];
            synchronized (shard) {
                shard.add(swarm, hash);
            }
            swarms.incrementAndGet();
            count(swarm.seeders() + swarm.leechers(), swarm.words());
        }
    }

    private void count(int morePeers, int moreWords) {
        peers.addAndGet(morePeers);
        words.addAndGet(moreWords);
    }

    private static int tick(long nowNanos) {
        return (int) (TimeUnit.NANOSECONDS.toSeconds(nowNanos) / TICK_SECONDS);
    }

    private long hash(long high, long middle, int low) {
        long mixed = (high ^ seed) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ mixed >>> 32 ^ middle) * 0xD6E8FEB86659FD93L;
        mixed = (mixed ^ mixed >>> 29 ^ low) * 0x9FB21C651E98DF25L;
        return mixed ^ mixed >>> 32;
    }

    /// Swarms whose hash ends in the shard's number.
    private final class Shard {
        @Nullable
        Swarm[] slots = new Swarm[FIRST_CAPACITY];

        private int count;

        @Nullable
        Swarm find(long high, long middle, int low, long hash) {
            int mask = slots.length - 1;
            for (int slot = home(hash) & mask; ; slot = slot + 1 & mask) {
                Swarm swarm = slots[slot];
                if (swarm == null || (swarm.hashHigh == high && swarm.hashMiddle == middle && swarm.hashLow == low)) {
                    return swarm;
                }
            }
        }

        Swarm add(Swarm swarm, long hash) {
            if (count >= slots.length / 4 * 3) {
                resize(2 * slots.length);
            }
            place(swarm, hash);
            count++;
            return swarm;
        }

        /// Sweeps up to [#SWEEP] slots below `end`, downwards: what a removal shifts has been looked at, but for
        /// swarms that come round from the front to the end, which the next sweep finds.
        ///
        /// @return where to go on; 0 at the end
        int expire(int end, int tick) {
            int slot = end;
            for (int i = 0; i < SWEEP && slot > 0; i++) {
                slot--;
                Swarm swarm = slots[slot];
                if (swarm == null) {
                    continue;
                }
                int before = swarm.words();
                int expired = swarm.expire(tick, timeoutTicks);
                if (expired > 0) {
                    count(-expired, swarm.words() - before);
                }
                // an empty swarm keeps its number of downloads while there is room
                if (swarm.isEmpty() && (swarm.completed() == 0 || swarms.get() > maxSwarms / 2)) {
                    removeAt(slot);
                    swarms.decrementAndGet();
                }
            }
            if (slot == 0 && slots.length > FIRST_CAPACITY && count < slots.length / 8) {
                resize(slots.length / 2);
            }
            return slot;
        }

        void remove(Swarm swarm, long hash) {
            int slot = home(hash) & slots.length - 1;
            while (slots[slot] != swarm) {
                slot = slot + 1 & slots.length - 1;
            }
            removeAt(slot);
        }

        /// Copied, so that the lock is not held while somebody looks at them.
        synchronized List<SwarmCounts> counts() {
            List<SwarmCounts> counts = new ArrayList<>(count);
            for (Swarm swarm : slots) {
                if (swarm != null) {
                    counts.add(swarm.counts());
                }
            }
            return counts;
        }

        private void removeAt(int hole) {
            int mask = slots.length - 1;
            int slot = hole;
            while (true) {
                slot = slot + 1 & mask;
                Swarm next = slots[slot];
                if (next == null) {
                    slots[hole] = null;
                    count--;
                    return;
                }
                int home = home(hash(next.hashHigh, next.hashMiddle, next.hashLow)) & mask;
                if ((slot - home & mask) >= (slot - hole & mask)) {
                    slots[hole] = next;
                    hole = slot;
                }
            }
        }

        private void resize(int capacity) {
            @Nullable Swarm[] old = slots;
            slots = new Swarm[capacity];
            for (Swarm swarm : old) {
                if (swarm != null) {
                    place(swarm, hash(swarm.hashHigh, swarm.hashMiddle, swarm.hashLow));
                }
            }
        }

        private void place(Swarm swarm, long hash) {
            int mask = slots.length - 1;
            int slot = home(hash) & mask;
            while (slots[slot] != null) {
                slot = slot + 1 & mask;
            }
            slots[slot] = swarm;
        }

        /// The bits that did not choose the shard.
        private static int home(long hash) {
            return (int) (hash >>> 16);
        }
    }
}
