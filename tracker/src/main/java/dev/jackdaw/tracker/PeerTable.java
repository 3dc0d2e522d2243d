package dev.jackdaw.tracker;

import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/// A set of peers of one address family in one flat array, with the time each was last seen.
///
/// A peer takes [Family#words] words. IPv4: one, `address(32) port(16) tick(16)`. IPv6: three, the address and
/// `port(16) … tick(16)` in the last. The last word of a free slot is 0, which no peer's is, since its port is
/// not.
///
/// Up to [#DENSE] peers the array is a plain list, searched from end to end: most swarms are small, and this
/// wastes least. Above, it is a hash table with linear probing, a power of two in size and 3/8 to 3/4 full, from
/// which deletion shifts back (no tombstones). Either way, random peers are found by looking into random places,
/// so that choosing costs what is wanted and not what is there.
///
/// Not safe for threads: a shard's lock guards it.
final class PeerTable {
    /// Peers above which the list becomes a hash table.
    static final int DENSE = 32;
    /// Slots looked at in one place when choosing: few enough to mix, and enough that memory is read in a row.
    private static final int RUN = DENSE;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private static final long[] NOTHING = {};
    private static final long TICK_MASK = 0xffff;

    private final Family family;
    private long[] slots = NOTHING;
    private int count;

    PeerTable(Family family) {
        this.family = family;
    }

    int count() {
        return count;
    }

    boolean contains(long high, long low, int port) {
        return find(high, low, port) >= 0;
    }

    /// Adds a peer or renews its time.
    ///
    /// @param high 0 for IPv4
    /// @param low  the address's low 64 bits, or all 32
    /// @param tick the time, modulo 2^16
    /// @return whether it is new
    boolean put(long high, long low, int port, int tick) {
        int slot = find(high, low, port);
        if (slot >= 0) {
            touch(slot, tick);
            return false;
        }
        if (!isTable() && count < DENSE) {
            ensureDense(count + 1);
            store(count, high, low, port, tick);
        } else {
            if (!isTable()) {
                rehash(2 * DENSE);
            } else if (count >= capacity() / 4 * 3) {
                rehash(2 * capacity());
            }
            store(freeSlot(high, low, port), high, low, port, tick);
        }
        count++;
        return true;
    }

    /// Whether the peer was there.
    boolean remove(long high, long low, int port) {
        int slot = find(high, low, port);
        if (slot < 0) {
            return false;
        }
        removeAt(slot);
        shrink();
        return true;
    }

    /// Removes all peers that were last seen more than `ageTicks` before `nowTick`.
    ///
    /// @return how many
    int expire(int nowTick, int ageTicks) {
        int before = count;
        int last = family.words - 1;
        // from the end: in the list the last peer takes a removed one's place; in the table only later slots, up
        // to the next free one, shift, and one that comes round to the front is looked at again in the next
        // sweep
        for (int slot = (isTable() ? capacity() : count) - 1; slot >= 0; slot--) {
            long word = slots[slot * family.words + last];
            while (word != 0 && age(word, nowTick) > ageTicks) {
                removeAt(slot);
                word = slot < limit() ? slots[slot * family.words + last] : 0;
            }
        }
        shrink();
        return before - count;
    }

    /// Writes the compact form of random peers, each at most once.
    ///
    /// The peer of the next three parameters is left out.
    ///
    /// @param wanted at most this many
    /// @param out    with room for them from `at` on, and a word more
    /// @return how many
    int choose(int wanted, long high, long low, int port, byte[] out, int at, RandomGenerator random) {
        if (wanted <= 0 || count == 0) {
            return 0;
        }
        // a list is one run; those of a table are met each once, since their number is a power of two and the
        // step odd
        int limit = limit();
        int length = Math.min(RUN, limit);
        int runs = isTable() ? limit / RUN : 1;
        int start = random.nextInt(limit);
        int step = random.nextInt() | 1;
        int end = at + wanted * family.compactLength;
        int to = at;
        for (int run = 0; run < runs && to < end; run++) {
            int slot = start + (run * step & runs - 1) * RUN;
            slot -= slot >= limit ? limit : 0;
            to = family == Family.V4
                    ? chooseV4(slot, length, limit, low << 16 | port, out, to, end)
                    : chooseV6(slot, length, limit, high, low, port, out, to, end);
        }
        return (to - at) / family.compactLength;
    }

    /// Writes the peers of a run of slots, which goes on at the front when it comes to the end.
    ///
    /// @return where the next one is to be written
    private int chooseV4(int start, int length, int limit, long asker, byte[] out, int at, int end) {
        int to = at;
        int slot = start;
        for (int i = 0; i < length && to < end; i++) {
            long peer = slots[slot] >>> 16;
            if (peer != 0 && peer != asker) {
                LONGS.set(out, to, peer << 16); // two bytes too many, which the next one covers
                to += Family.V4.compactLength;
            }
            slot = slot + 1 == limit ? 0 : slot + 1;
        }
        return to;
    }

    private int chooseV6(int start, int length, int limit, long high, long low, int port, byte[] out, int at, int end) {
        int to = at;
        int slot = start;
        for (int i = 0; i < length && to < end; i++) {
            if (!isFree(slot) && !matches(slot, high, low, port)) {
                int word = slot * Family.V6.words;
                LONGS.set(out, to, slots[word]);
                LONGS.set(out, to + 8, slots[word + 1]);
                out[to + 16] = (byte) (slots[word + 2] >>> 56);
                out[to + 17] = (byte) (slots[word + 2] >>> 48);
                to += Family.V6.compactLength;
            }
            slot = slot + 1 == limit ? 0 : slot + 1;
        }
        return to;
    }

    /// Writes for each peer the address, the port, and how many ticks ago it was seen.
    void write(DataOutputStream out, int nowTick) throws IOException {
        for (int slot = 0; slot < limit(); slot++) {
            if (isFree(slot)) {
                continue;
            }
            int word = slot * family.words;
            long last = slots[word + family.words - 1];
            if (family == Family.V4) {
                out.writeInt((int) (last >>> 32));
                out.writeShort((int) (last >>> 16));
            } else {
                out.writeLong(slots[word]);
                out.writeLong(slots[word + 1]);
                out.writeShort((int) (last >>> 48));
            }
            out.writeShort(age(last, nowTick));
        }
    }

    // ---- slots

    private boolean isTable() {
        return slots.length > DENSE * family.words;
    }

    private int capacity() {
        return slots.length / family.words;
    }

    /// Slots that may hold peers.
    private int limit() {
        return isTable() ? capacity() : count;
    }

    private int find(long high, long low, int port) {
        if (!isTable()) {
            for (int slot = 0; slot < count; slot++) {
                if (matches(slot, high, low, port)) {
                    return slot;
                }
            }
            return -1;
        }
        int mask = capacity() - 1;
        for (int slot = hash(high, low, port) & mask; !isFree(slot); slot = (slot + 1) & mask) {
            if (matches(slot, high, low, port)) {
                return slot;
            }
        }
        return -1;
    }

    private int freeSlot(long high, long low, int port) {
        int mask = capacity() - 1;
        int slot = hash(high, low, port) & mask;
        while (!isFree(slot)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private boolean isFree(int slot) {
        return slots[slot * family.words + family.words - 1] == 0;
    }

    private boolean matches(int slot, long high, long low, int port) {
        if (family == Family.V4) {
            return slots[slot] >>> 16 == ((low << 16) | port);
        }
        int at = slot * 3;
        return slots[at] == high && slots[at + 1] == low && slots[at + 2] >>> 48 == port;
    }

    private void store(int slot, long high, long low, int port, int tick) {
        if (family == Family.V4) {
            slots[slot] = (low << 32) | ((long) port << 16) | (tick & TICK_MASK);
            return;
        }
        int at = slot * 3;
        slots[at] = high;
        slots[at + 1] = low;
        slots[at + 2] = ((long) port << 48) | (tick & TICK_MASK);
    }

    private void touch(int slot, int tick) {
        int at = slot * family.words + family.words - 1;
        slots[at] = (slots[at] & ~TICK_MASK) | (tick & TICK_MASK);
    }

    private static int age(long word, int nowTick) {
        return (nowTick - (int) word) & (int) TICK_MASK;
    }

    private void removeAt(int slot) {
        if (isTable()) {
            shiftBackTo(slot);
        } else {
            move(count - 1, slot);
            clear(count - 1);
        }
        count--;
    }

    /// Fills the hole with the next peer that may stand there, and that one's hole likewise, up to a free slot.
    private void shiftBackTo(int hole) {
        int mask = capacity() - 1;
        int slot = hole;
        while (true) {
            slot = (slot + 1) & mask;
            if (isFree(slot)) {
                clear(hole);
                return;
            }
            int home = homeOf(slot) & mask;
            if (((slot - home) & mask) >= ((slot - hole) & mask)) {
                move(slot, hole);
                hole = slot;
            }
        }
    }

    private int homeOf(int slot) {
        int at = slot * family.words;
        return family == Family.V4
                ? hash(0, slots[at] >>> 32, (int) (slots[at] >>> 16) & 0xffff)
                : hash(slots[at], slots[at + 1], (int) (slots[at + 2] >>> 48));
    }

    private void move(int from, int to) {
        if (from != to) {
            System.arraycopy(slots, from * family.words, slots, to * family.words, family.words);
        }
    }

    private void clear(int slot) {
        Arrays.fill(slots, slot * family.words, (slot + 1) * family.words, 0);
    }

    private void ensureDense(int needed) {
        if (needed > capacity()) {
            int grown = Math.min(DENSE, Math.max(needed, 2 + capacity() + capacity() / 4));
            slots = Arrays.copyOf(slots, grown * family.words);
        }
    }

    private void shrink() {
        if (isTable() && count <= capacity() / 4) {
            if (count <= DENSE / 2) {
                toDense();
            } else {
                rehash(capacity() / 2);
            }
        } else if (!isTable() && count == 0) {
            slots = NOTHING;
        }
    }

    private void toDense() {
        long[] old = slots;
        slots = new long[Math.max(count, 1) * family.words];
        int to = 0;
        for (int at = 0; at < old.length; at += family.words) {
            if (old[at + family.words - 1] != 0) {
                System.arraycopy(old, at, slots, to, family.words);
                to += family.words;
            }
        }
    }

    private void rehash(int capacity) {
        long[] old = slots;
        slots = new long[capacity * family.words];
        for (int at = 0; at < old.length; at += family.words) {
            if (old[at + family.words - 1] != 0) {
                int slot = family == Family.V4
                        ? freeSlot(0, old[at] >>> 32, (int) (old[at] >>> 16) & 0xffff)
                        : freeSlot(old[at], old[at + 1], (int) (old[at + 2] >>> 48));
                System.arraycopy(old, at, slots, slot * family.words, family.words);
            }
        }
    }

    private static int hash(long high, long low, int port) {
        long mixed = SEED ^ high * 0x9E3779B97F4A7C15L ^ low * 0xC2B2AE3D27D4EB4FL ^ port * 0x165667B19E3779F9L;
        mixed = (mixed ^ mixed >>> 32) * 0xD6E8FEB86659FD93L;
        mixed = (mixed ^ mixed >>> 29) * 0x9FB21C651E98DF25L;
        return (int) (mixed >>> 32);
    }

    /// Not known outside, so that nobody can choose ports that all hash alike.
    private static final long SEED = new java.security.SecureRandom().nextLong();
}
