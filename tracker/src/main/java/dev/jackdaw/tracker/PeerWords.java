package dev.jackdaw.tracker;

import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// How peers lie in words of 64 bits, one after the other, with the time each was last seen.
///
/// An IPv4 peer takes one word, `address(32) port(16) tick(16)`, an IPv6 peer three, the address and
/// `port(16) 0(32) tick(16)`. A tick is a time modulo 2^16.
final class PeerWords {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final long TICK_MASK = 0xffff;

    private PeerWords() {}

    /// Where among `count` peers, of which the first begins at `at`, one begins; negative if it is not there.
    static int find(Family family, long[] words, int at, int count, long high, long low, int port) {
        int end = at + count * family.words;
        if (family == Family.V4) {
            long peer = low << 16 | port;
            for (int i = at; i < end; i++) {
                if (words[i] >>> 16 == peer) {
                    return i;
                }
            }
        } else {
            for (int i = at; i < end; i += 3) {
                if (words[i + 1] == low && words[i] == high && words[i + 2] >>> 48 == port) {
                    return i;
                }
            }
        }
        return -1;
    }

    static void store(Family family, long[] words, int at, long high, long low, int port, int tick) {
        if (family == Family.V4) {
            words[at] = low << 32 | (long) port << 16 | tick & TICK_MASK;
        } else {
            words[at] = high;
            words[at + 1] = low;
            words[at + 2] = (long) port << 48 | tick & TICK_MASK;
        }
    }

    /// Renews the time of the peer that begins at `at`.
    static void touch(Family family, long[] words, int at, int tick) {
        int last = at + family.words - 1;
        words[last] = words[last] & ~TICK_MASK | tick & TICK_MASK;
    }

    static void copy(Family family, long[] from, int at, long[] to, int target) {
        for (int i = 0; i < family.words; i++) {
            to[target + i] = from[at + i];
        }
    }

    /// Keeps the peers that were last seen up to `ageTicks` before `nowTick`, in front.
    ///
    /// @return how many they are
    static int keepYoung(Family family, long[] words, int at, int count, int nowTick, int ageTicks) {
        int to = at;
        int end = at + count * family.words;
        for (int from = at; from < end; from += family.words) {
            if (age(words[from + family.words - 1], nowTick) <= ageTicks) {
                if (from != to) {
                    copy(family, words, from, words, to);
                }
                to += family.words;
            }
        }
        return (to - at) / family.words;
    }

    /// Writes the compact form (BEP 23, BEP 7) of up to `wanted` of `count` peers, beginning with number `first` and
    /// going round, but not of the peer of the next three parameters.
    ///
    /// @param out with room for them from `to` on, and a word more
    /// @return where the next one is to be written
    static int choose(
            Family family,
            long[] words,
            int at,
            int count,
            int first,
            int wanted,
            long high,
            long low,
            int port,
            byte[] out,
            int to) {
        int end = to + wanted * family.compactLength;
        int middle = at + first * family.words;
        int next = chooseInRow(family, words, middle, at + count * family.words, high, low, port, out, to, end);
        return chooseInRow(family, words, at, middle, high, low, port, out, next, end);
    }

    private static int chooseInRow(
            Family family,
            long[] words,
            int from,
            int limit,
            long high,
            long low,
            int port,
            byte[] out,
            int start,
            int end) {
        int to = start;
        if (family == Family.V4) {
            long asker = low << 16 | port;
            for (int i = from; i < limit && to < end; i++) {
                long peer = words[i];
                if (peer >>> 16 != asker) {
                    LONGS.set(out, to, peer); // two bytes too many, which the next one covers
                    to += Family.V4.compactLength;
                }
            }
            return to;
        }
        for (int i = from; i < limit && to < end; i += 3) {
            if (words[i] != high || words[i + 1] != low || words[i + 2] >>> 48 != port) {
                LONGS.set(out, to, words[i]);
                LONGS.set(out, to + 8, words[i + 1]);
                out[to + 16] = (byte) (words[i + 2] >>> 56);
                out[to + 17] = (byte) (words[i + 2] >>> 48);
                to += Family.V6.compactLength;
            }
        }
        return to;
    }

    /// Writes for each peer the address, the port, and how many ticks ago it was seen.
    static void write(Family family, long[] words, int at, int count, int nowTick, DataOutputStream out)
            throws IOException {
        for (int i = at; i < at + count * family.words; i += family.words) {
            long last = words[i + family.words - 1];
            if (family == Family.V4) {
                out.writeInt((int) (last >>> 32));
                out.writeShort((int) (last >>> 16));
            } else {
                out.writeLong(words[i]);
                out.writeLong(words[i + 1]);
                out.writeShort((int) (last >>> 48));
            }
            out.writeShort(age(last, nowTick));
        }
    }

    /// The [#hash] of the peer that begins at `at`.
    static int hash(Family family, long[] words, int at, long seed) {
        return family == Family.V4
                ? hash(0, words[at] >>> 32, (int) (words[at] >>> 16) & 0xffff, seed)
                : hash(words[at], words[at + 1], (int) (words[at + 2] >>> 48), seed);
    }

    /// @param seed not known outside, so that nobody can choose addresses and ports that all hash alike
    static int hash(long high, long low, int port, long seed) {
        long mixed = seed ^ high * 0x9E3779B97F4A7C15L ^ low * 0xC2B2AE3D27D4EB4FL ^ port * 0x165667B19E3779F9L;
        mixed = (mixed ^ mixed >>> 32) * 0xD6E8FEB86659FD93L;
        mixed = (mixed ^ mixed >>> 29) * 0x9FB21C651E98DF25L;
        return (int) (mixed >>> 32);
    }

    private static int age(long lastWord, int nowTick) {
        return nowTick - (int) lastWord & (int) TICK_MASK;
    }
}
