package dev.jackdaw.dht.simulation;

import dev.jackdaw.dht.NodeContact;
import dev.jackdaw.dht.engine.DhtEngine;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/// The routing tables that nodes have when they have run for long: each bucket is full, or has all there are.
///
/// With all ids in order, a bucket's candidates are neighbours in the array: those that share `b` bits with a node
/// are a range, which its next bit parts into the candidates for bucket `b` and the range for `b + 1`.
final class SettledTables {
    /// A bucket, and those that wait for a place in it.
    private static final int MOST_IN_BUCKET = 12;
    /// The bits of a key that are an id's; the others say whose it is.
    private static final int ID_BITS = 44;

    private static final int INDEX_MASK = (1 << Long.SIZE - ID_BITS) - 1;
    /// After that much silence a node asks its members whether they still exist.
    private static final int SILENCE_SECONDS = 15 * 60;

    private static final long SECOND = 1_000_000_000L;

    private final NodeContact[] contacts;
    private final long[] sorted;

    /// A node behind a NAT is in no table: it has not answered when it was asked whether it exists.
    SettledTables(Place[] places) {
        this.contacts = new NodeContact[places.length];
        long[] keys = new long[contacts.length];
        int count = 0;
        for (int i = 0; i < contacts.length; i++) {
            contacts[i] = places[i].contact;
            if (places[i].kind != NodeKind.BEHIND_NAT) {
                keys[count++] = key(i) ^ Long.MIN_VALUE; // the order of unsigned numbers
            }
        }
        this.sorted = Arrays.copyOf(keys, count);
        Arrays.sort(sorted);
    }

    private long key(int index) {
        return contacts[index].id().high() & ~INDEX_MASK | index;
    }

    private int firstNotBelow(int from, int to, long key) {
        int low = from;
        int high = to;
        while (low < high) {
            int middle = low + high >>> 1;
            if (sorted[middle] < key) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// Fills the tables of a shard's nodes. What they know of others is up to 15 minutes old.
    Filling filling(RandomGenerator random, long nowNanos) {
        return new Filling(random, nowNanos);
    }

    /// The filling of some nodes' tables, by one thread.
    final class Filling {
        private final RandomGenerator random;
        private final long nowNanos;
        private final int[] picked = new int[MOST_IN_BUCKET];

        Filling(RandomGenerator random, long nowNanos) {
            this.random = random;
            this.nowNanos = nowNanos;
        }

        void fill(DhtEngine engine, int own) {
            long id = contacts[own].id().high();
            int from = 0;
            int to = sorted.length;
            for (int bit = 0; bit < ID_BITS && from < to; bit++) {
                long prefix = bit == 0 ? 0 : id & -1L << Long.SIZE - bit;
                int middle = firstNotBelow(from, to, (prefix | Long.MIN_VALUE >>> bit) ^ Long.MIN_VALUE);
                if ((id & Long.MIN_VALUE >>> bit) != 0) {
                    bucket(engine, own, from, middle);
                    from = middle;
                } else {
                    bucket(engine, own, middle, to);
                    to = middle;
                }
            }
        }

        private void bucket(DhtEngine engine, int own, int from, int to) {
            int candidates = to - from;
            int count = Math.min(candidates, MOST_IN_BUCKET);
            for (int i = 0; i < count; i++) {
                picked[i] = candidates == count ? from + i : pick(from, candidates, i);
                int index = (int) sorted[picked[i]] & INDEX_MASK;
                if (index != own) {
                    engine.addVerified(contacts[index], nowNanos - random.nextInt(SILENCE_SECONDS) * SECOND);
                }
            }
        }

        /// One that is not among the first `known` picked.
        private int pick(int from, int candidates, int known) {
            while (true) {
                int row = from + random.nextInt(candidates);
                boolean isNew = true;
                for (int i = 0; i < known; i++) {
                    isNew &= picked[i] != row;
                }
                if (isNew) {
                    return row;
                }
            }
        }
    }
}
