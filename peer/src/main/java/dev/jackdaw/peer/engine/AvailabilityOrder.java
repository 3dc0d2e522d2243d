package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.Bitfield;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/// The pieces that may be begun, rarest first within their priority, kept in order while peers come, go and gain
/// pieces.
///
/// One array holds the pieces bucket after bucket, a bucket being a priority class and a number of copies; a piece
/// moves to the next bucket by one swap at the border. Peers that have everything are only counted, since they make no
/// piece rarer than another. Beyond [#MAX_COPIES] copies rarity is not told apart.
final class AvailabilityOrder {
    static final int MAX_COPIES = 63;

    private static final int CLASSES = 3;
    private static final int BUCKETS = CLASSES * (MAX_COPIES + 1);
    /// How many places are looked at before the peer's bitfield is searched instead.
    private static final int MAX_LOOKS = 256;
    /// How many candidates of such a search are compared.
    private static final int MAX_CANDIDATES = 32;

    private final RandomGenerator random;
    private final short[] copies;
    private final byte[] classes;
    private final int[] order;
    private final int[] position;
    /// Where each bucket ends, exclusive.
    private final int[] ends = new int[BUCKETS];
    private final Bitfield pickable;
    private int seeds;

    /// @param priorities 0 … 7 for each piece, 7 first
    AvailabilityOrder(byte[] priorities, RandomGenerator random) {
        this.random = random;
        int count = priorities.length;
        copies = new short[count];
        classes = new byte[count];
        order = new int[count];
        position = new int[count];
        pickable = new Bitfield(count);
        Arrays.fill(position, -1);
        for (int piece = 0; piece < count; piece++) {
            classes[piece] = (byte) (priorities[piece] > 4 ? 0 : priorities[piece] == 4 ? 1 : 2);
        }
    }

    void addSeed() {
        seeds++;
    }

    void removeSeed() {
        seeds--;
    }

    void addCopy(int piece) {
        int before = bucket(piece);
        copies[piece]++;
        if (position[piece] >= 0 && bucket(piece) != before) {
            swap(position[piece], --ends[before]);
        }
    }

    void removeCopy(int piece) {
        int before = bucket(piece);
        copies[piece]--;
        if (position[piece] >= 0 && bucket(piece) != before) {
            swap(position[piece], ends[before - 1]++);
        }
    }

    void addCopies(Bitfield have) {
        for (int piece = have.nextSet(0); piece >= 0; piece = have.nextSet(piece + 1)) {
            addCopy(piece);
        }
    }

    void removeCopies(Bitfield have) {
        for (int piece = have.nextSet(0); piece >= 0; piece = have.nextSet(piece + 1)) {
            removeCopy(piece);
        }
    }

    /// How many connected peers have the piece.
    int copies(int piece) {
        return seeds + copies[piece];
    }

    /// Lets a piece be begun.
    void add(int piece) {
        if (!pickable.set(piece)) {
            return;
        }
        int bucket = bucket(piece);
        int hole = ends[BUCKETS - 1]++;
        for (int b = BUCKETS - 1; b > bucket; b--) {
            int start = ends[b - 1]++;
            if (start != hole) {
                put(hole, order[start]);
                hole = start;
            }
        }
        put(hole, piece);
    }

    /// Lets many pieces be begun; only while there are none.
    void addAll(Bitfield pieces) {
        int[] next = new int[BUCKETS];
        for (int piece = pieces.nextSet(0); piece >= 0; piece = pieces.nextSet(piece + 1)) {
            ends[bucket(piece)]++;
        }
        for (int b = 1; b < BUCKETS; b++) {
            next[b] = ends[b - 1];
            ends[b] += ends[b - 1];
        }
        for (int piece = pieces.nextSet(0); piece >= 0; piece = pieces.nextSet(piece + 1)) {
            pickable.set(piece);
            put(next[bucket(piece)]++, piece);
        }
    }

    /// Takes a piece out, because it was begun or is not wanted.
    void remove(int piece) {
        if (!pickable.clear(piece)) {
            return;
        }
        int hole = position[piece];
        for (int b = bucket(piece); b < BUCKETS; b++) {
            int last = --ends[b];
            if (last != hole) {
                put(hole, order[last]);
                hole = last;
            }
        }
        position[piece] = -1;
    }

    /// The pieces that may be begun. Shared, not to be written to.
    Bitfield pickable() {
        return pickable;
    }

    /// The rarest piece of the highest class among those of `have` that are acceptable, ties broken at random; or -1.
    int rarest(Bitfield have, IntPredicate acceptable) {
        int looks = 0;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            int start = start(bucket);
            int length = ends[bucket] - start;
            if (length == 0) {
                continue;
            }
            int first = random.nextInt(length);
            for (int i = 0; i < length; i++) {
                if (++looks > MAX_LOOKS) {
                    return search(have, acceptable);
                }
                int piece = order[start + (first + i) % length];
                if (have.get(piece) && acceptable.test(piece)) {
                    return piece;
                }
            }
        }
        return -1;
    }

    /// A random one of those of `have` that are acceptable, or -1.
    int random(Bitfield have, IntPredicate acceptable) {
        int from = random.nextInt(copies.length);
        int piece = nextFrom(have, from, copies.length, acceptable);
        return piece >= 0 ? piece : nextFrom(have, 0, from, acceptable);
    }

    /// The first one of `have` that is acceptable, or -1.
    int first(Bitfield have, IntPredicate acceptable) {
        return nextFrom(have, 0, copies.length, acceptable);
    }

    private int nextFrom(Bitfield have, int from, int to, IntPredicate acceptable) {
        int piece = pickable.nextCommon(have, from);
        while (piece >= 0 && piece < to && !acceptable.test(piece)) {
            piece = pickable.nextCommon(have, piece + 1);
        }
        return piece < to ? piece : -1;
    }

    private int search(Bitfield have, IntPredicate acceptable) {
        int from = random.nextInt(copies.length);
        int best = -1;
        int piece = nextFrom(have, from, copies.length, acceptable);
        for (int i = 0; piece >= 0 && i < MAX_CANDIDATES; i++) {
            best = best < 0 || bucket(piece) < bucket(best) ? piece : best;
            piece = nextFrom(have, piece + 1, copies.length, acceptable);
        }
        return best >= 0 ? best : nextFrom(have, 0, from, acceptable);
    }

    private int bucket(int piece) {
        return classes[piece] * (MAX_COPIES + 1) + Math.min(copies[piece], MAX_COPIES);
    }

    private int start(int bucket) {
        return bucket == 0 ? 0 : ends[bucket - 1];
    }

    private void swap(int a, int b) {
        int piece = order[a];
        put(a, order[b]);
        put(b, piece);
    }

    private void put(int at, int piece) {
        order[at] = piece;
        position[piece] = at;
    }
}
