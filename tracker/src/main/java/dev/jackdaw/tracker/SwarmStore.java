package dev.jackdaw.tracker;

import dev.jackdaw.protocol.tracker.AnnounceEvent;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// All swarms, in memory, in shards by info-hash with a private lock each.
///
/// A shard is a hash table of swarms with linear probing. Expiry goes through it a few slots at a time, so that no
/// announce waits for a sweep. Time comes in ticks of [#TICK_SECONDS] from the caller.
final class SwarmStore {
    /// Ages are kept in 16 bits: at 4 s a tick they go up to three days.
    static final int TICK_SECONDS = 4;
    /// A power of two; more than event loops by far, so that two rarely want the same.
    static final int SHARDS = 256;
    /// Swarm slots swept while the shard's lock is held.
    private static final int SWEEP = 512;
    private static final int FIRST_CAPACITY = 16;

    private final Shard[] shards = new Shard[SHARDS];
    private final int maxPeers;
    private final int maxSwarms;
    private final int timeoutTicks;
    private final AtomicInteger peers = new AtomicInteger();
    private final AtomicInteger swarms = new AtomicInteger();
    private final long seed;

    /// @param maxPeers     peers in all; further ones are answered but not remembered
    /// @param maxSwarms    swarms in all; further ones are not made
    /// @param timeoutTicks how long a peer stays after its last announce
    /// @param seed         an unguessable number, so that nobody can choose info-hashes that all hash alike
    SwarmStore(int maxPeers, int maxSwarms, int timeoutTicks, long seed) {
        this.maxPeers = maxPeers;
        this.maxSwarms = maxSwarms;
        this.timeoutTicks = timeoutTicks;
        this.seed = seed;
        for (int i = 0; i < SHARDS; i++) {
            shards[i] = new Shard();
        }
    }

    int peers() {
        return peers.get();
    }

    int swarms() {
        return swarms.get();
    }

    /// Chooses peers for the asker, then records it as its event says. Counts in the answer are those after that.
    ///
    /// @param wanted peers at most
    void announce(Announcement asker, int wanted, int tick, RandomGenerator random) {
        long hash = hash(asker.hashHigh, asker.hashMiddle, asker.hashLow);
        Shard shard = shards[(int) hash & SHARDS - 1];
        asker.count = 0;
        synchronized (shard) {
            Swarm swarm = shard.find(asker.hashHigh, asker.hashMiddle, asker.hashLow, hash);
            boolean stopped = asker.event == AnnounceEvent.STOPPED;
            if (swarm == null && !stopped && peers.get() < maxPeers && swarms.get() < maxSwarms) {
                swarm = shard.add(asker.hashHigh, asker.hashMiddle, asker.hashLow, hash);
                swarms.incrementAndGet();
            }
            if (swarm == null) {
                asker.seeders = 0;
                asker.leechers = 0;
                asker.completed = 0;
                return;
            }
            if (stopped) {
                if (swarm.remove(asker) != 0) {
                    peers.decrementAndGet();
                }
            } else {
                swarm.choose(asker, wanted, random);
                if (swarm.put(asker, tick, peers.get() < maxPeers) != 0) {
                    peers.incrementAndGet();
                }
            }
            asker.seeders = swarm.seeders();
            asker.leechers = swarm.leechers();
            asker.completed = swarm.completed();
        }
    }

    /// Fills in the counts of the swarm that the announcement names; zeros if there is none.
    void scrape(Announcement query) {
        long hash = hash(query.hashHigh, query.hashMiddle, query.hashLow);
        Shard shard = shards[(int) hash & SHARDS - 1];
        synchronized (shard) {
            Swarm swarm = shard.find(query.hashHigh, query.hashMiddle, query.hashLow, hash);
            query.seeders = swarm == null ? 0 : swarm.seeders();
            query.leechers = swarm == null ? 0 : swarm.leechers();
            query.completed = swarm == null ? 0 : swarm.completed();
        }
    }

    /// Forgets the peers of one shard that have not announced in time, and the swarms left empty.
    ///
    /// @param index 0 … [#SHARDS] − 1
    void expire(int index, int tick) {
        Shard shard = shards[index];
        int slot = Integer.MAX_VALUE;
        while (slot > 0) {
            synchronized (shard) {
                slot = shard.expire(Math.min(slot, shard.slots.length), tick);
            }
        }
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

        Swarm add(long high, long middle, int low, long hash) {
            if (count >= slots.length / 4 * 3) {
                resize(2 * slots.length);
            }
            Swarm swarm = new Swarm(high, middle, low);
            place(swarm, hash);
            count++;
            return swarm;
        }

        /// Sweeps up to [#SWEEP] slots below `end`, downwards: what a removal shifts has been looked at, but for swarms
        /// that come round from the front to the end, which the next sweep finds.
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
                int expired = swarm.expire(tick, timeoutTicks);
                if (expired > 0) {
                    peers.addAndGet(-expired);
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
