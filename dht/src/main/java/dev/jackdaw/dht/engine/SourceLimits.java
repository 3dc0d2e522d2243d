package dev.jackdaw.dht.engine;

import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.SipHash;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/// How many queries of one source are answered, and which sources have shown that they receive at their
/// address.
///
/// Addresses of UDP datagrams can be made up, and whoever makes them up must not get others into trouble:
/// - Sources without proof share a table of allowances, by a keyed hash that nobody outside can aim at. It
///   holds one number a slot and grows with the rate of queries up to [#MOST_SLOTS], so made-up addresses cost
///   no memory and wear out single slots only.
/// - A source with proof (it showed a token that was sent there, or answered a query of ours) has an allowance
///   of its own, in a table into which only proof leads. However many addresses are made up, none of theirs is
///   pushed out.
/// - What sources without proof are sent in all is bounded too: this node is no good as a mirror.
///
/// A source is an IPv4 host or a /64 of IPv6. Someone who makes up the address of one proven source can still
/// use up that one's allowance; nothing in a single datagram tells the two apart.
final class SourceLimits {
    private static final long SECOND = 1_000_000_000L;
    private static final int QUERIES_PER_SECOND = 50;
    private static final int QUERY_BURST = 200;
    private static final int FIRST_SLOTS = 8;
    private static final int MOST_SLOTS = 1 << 14;
    private static final int UNPROVEN_BYTES_PER_SECOND = 1 << 20;
    private static final long PROOF_NANOS = 15 * 60 * SECOND;
    /// Proven sources that may share a slot.
    private static final int WAYS = 4;
    private static final int MOST_PROVEN = 1 << 13;

    private final boolean enabled;
    private final SipHash hash;
    /// When the allowance of a slot is whole again.
    private long[] wholeNanos = new long[FIRST_SLOTS];
    private long unprovenWholeNanos;
    private long windowNanos;
    private int windowQueries;
    /// Hashes of proven sources, 0 for none.
    private long[] proven = {};
    /// Until when their proof holds.
    private long[] provenUntil = {};
    /// When their allowance is whole again.
    private long[] provenWhole = {};

    /// @param enabled whether there are limits; proof is noted either way
    /// @param random  unguessable
    SourceLimits(boolean enabled, RandomGenerator random) {
        this.enabled = enabled;
        this.hash = new SipHash(random);
        Arrays.fill(wholeNanos, Long.MIN_VALUE);
    }

    private long hash(PeerAddress source) {
        long value = source.v6() ? hash.hash(source.high(), 1) : hash.hash(0, source.low());
        return value == 0 ? 1 : value;
    }

    /// The source has shown that it receives where it sends from.
    void prove(PeerAddress source, long nowNanos) {
        long print = hash(source);
        int row = findProven(print);
        if (row < 0) {
            row = placeForProof(print, nowNanos);
            proven[row] = print;
            provenWhole[row] = nowNanos;
        }
        provenUntil[row] = nowNanos + PROOF_NANOS;
    }

    boolean isProven(PeerAddress source, long nowNanos) {
        if (proven.length == 0) {
            return false;
        }
        int row = findProven(hash(source));
        return row >= 0 && provenUntil[row] - nowNanos > 0;
    }

    /// Takes one query out of the source's allowance; says whether there was one left.
    boolean allow(PeerAddress source, boolean isProven, long nowNanos) {
        if (!enabled) {
            return true;
        }
        long print = hash(source);
        long interval = SECOND / QUERIES_PER_SECOND;
        if (isProven) {
            int row = findProven(print);
            if (row >= 0) {
                long whole = Math.max(provenWhole[row], nowNanos) + interval;
                boolean allowed = whole - nowNanos <= QUERY_BURST * interval;
                provenWhole[row] = allowed ? whole : provenWhole[row];
                return allowed;
            }
        }
        int slot = (int) print & wholeNanos.length - 1;
        long whole = Math.max(wholeNanos[slot], nowNanos) + interval;
        boolean allowed = whole - nowNanos <= QUERY_BURST * interval;
        if (allowed) {
            wholeNanos[slot] = whole;
            grow(nowNanos);
        }
        return allowed;
    }

    /// Takes the bytes of an answer to a source without proof out of what all of them may get.
    boolean allowUnproven(int bytes, long nowNanos) {
        if (!enabled) {
            return true;
        }
        long whole = Math.max(unprovenWholeNanos, nowNanos) + bytes * SECOND / UNPROVEN_BYTES_PER_SECOND;
        if (whole - nowNanos > SECOND) {
            return false;
        }
        unprovenWholeNanos = whole;
        return true;
    }

    /// More queries answered in a second than there are slots: each becomes two, as worn out as it was.
    private void grow(long nowNanos) {
        if (nowNanos - windowNanos >= SECOND) {
            windowNanos = nowNanos;
            windowQueries = 0;
        }
        windowQueries++;
        int slots = wholeNanos.length;
        if (windowQueries > slots && slots < MOST_SLOTS) {
            wholeNanos = Arrays.copyOf(wholeNanos, 2 * slots);
            System.arraycopy(wholeNanos, 0, wholeNanos, slots, slots);
        }
    }

    private int findProven(long print) {
        if (proven.length == 0) {
            return -1;
        }
        int first = ways(print);
        for (int row = first; row < first + WAYS; row++) {
            if (proven[row] == print) {
                return row;
            }
        }
        return -1;
    }

    private int ways(long print) {
        return (int) (print >>> 32) & proven.length - WAYS;
    }

    /// A free row for a source, else that of the oldest proof once the table is as large as it gets.
    private int placeForProof(long print, long nowNanos) {
        if (proven.length == 0) {
            resizeProven(FIRST_SLOTS, nowNanos);
        }
        while (true) {
            int first = ways(print);
            int oldest = first;
            for (int row = first; row < first + WAYS; row++) {
                if (proven[row] == 0 || provenUntil[row] - nowNanos <= 0) {
                    return row;
                }
                oldest = provenUntil[row] < provenUntil[oldest] ? row : oldest;
            }
            if (proven.length >= MOST_PROVEN) {
                return oldest;
            }
            resizeProven(proven.length * 2, nowNanos);
        }
    }

    private void resizeProven(int rows, long nowNanos) {
        long[] prints = proven;
        long[] until = provenUntil;
        long[] whole = provenWhole;
        proven = new long[rows];
        provenUntil = new long[rows];
        provenWhole = new long[rows];
        for (int i = 0; i < prints.length; i++) {
            if (prints[i] == 0 || until[i] - nowNanos <= 0) {
                continue;
            }
            int first = ways(prints[i]);
            for (int row = first; row < first + WAYS; row++) {
                if (proven[row] == 0) {
                    proven[row] = prints[i];
                    provenUntil[row] = until[i];
                    provenWhole[row] = whole[i];
                    break;
                }
            }
        }
    }
}
