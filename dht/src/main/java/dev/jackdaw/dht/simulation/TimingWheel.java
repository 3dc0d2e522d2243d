package dev.jackdaw.dht.simulation;

import dev.jackdaw.dht.krpc.KrpcMessage;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What is going to happen, in order of time; of two events of one tick, the one added first comes first.
///
/// A hierarchical timing wheel (Varghese, Lauck 1987): three wheels of 1,024 slots, of which each slot of a
/// coarser one is a whole turn of the finer one. An event waits in the finest wheel whose present turn it falls
/// into, and is moved to a finer one when that turn begins; as the list of a slot keeps the order in which it was
/// added to, and nothing is added to a turn of a finer wheel before it has begun, the order stays. Adding and
/// taking cost a few array accesses, whatever the number of events. An event is a row of [#ROW_WORDS] ints, and a
/// message.
final class TimingWheel {
    /// A tick is 2^17 ns, 131 µs.
    static final int TICK_BITS = 17;

    private static final int SLOT_BITS = 10;
    private static final int SLOTS = 1 << SLOT_BITS;
    private static final int LEVELS = 3;
    private static final int NONE = -1;

    private static final int FIRST_ROWS = 1_024;
    /// A row's words: its tick, of which these bits suffice within the horizon, and so on.
    private static final int ROW_WORDS = 4;
    private static final int TICK = 0;
    private static final int NEXT = 1;
    private static final int RECEIVER = 2;
    private static final int SENDER = 3;

    private final int[][] firsts = new int[LEVELS][SLOTS];
    private final int[][] lasts = new int[LEVELS][SLOTS];
    /// A bit for each slot that is not empty.
    private final long[][] occupied = new long[LEVELS][SLOTS / Long.SIZE];

    private int[] events = new int[FIRST_ROWS * ROW_WORDS];
    private @Nullable KrpcMessage[] messages = new KrpcMessage[FIRST_ROWS];
    private int rows;
    /// The first row that is free again, linked by [#NEXT].
    private int free = NONE;

    private long tick;
    private int receiver;
    private int sender;
    private @Nullable KrpcMessage message;

    TimingWheel() {
        for (int[] slots : firsts) {
            Arrays.fill(slots, NONE);
        }
    }

    /// The present: the tick of the event taken last.
    long tick() {
        return tick;
    }

    long nanos() {
        return tick << TICK_BITS;
    }

    /// The first tick that is not before.
    static long tickAt(long nanos) {
        return (nanos >> TICK_BITS) + ((nanos & (1L << TICK_BITS) - 1) == 0 ? 0 : 1);
    }

    /// Adds an event.
    ///
    /// @param at       a tick; one that has passed means the present one. At most 2^30 of them, 39 hours, count.
    /// @param receiver what it happens to
    /// @param sender   where it comes from, or what it is; the wheel does not care
    void add(long at, int receiver, int sender, @Nullable KrpcMessage message) {
        int row = free;
        if (row == NONE) {
            row = rows++;
            if (row == messages.length) {
                grow();
            }
        } else {
            free = events[row * ROW_WORDS + NEXT];
        }
        long due = Math.max(at, tick);
        int words = row * ROW_WORDS;
        events[words + TICK] = (int) due;
        events[words + RECEIVER] = receiver;
        events[words + SENDER] = sender;
        messages[row] = message;
        put(row, due);
    }

    private void grow() {
        int length = rows + rows / 2;
        events = Arrays.copyOf(events, length * ROW_WORDS);
        messages = Arrays.copyOf(messages, length);
    }

    private void put(int row, long at) {
        for (int level = 0; level < LEVELS; level++) {
            int turn = SLOT_BITS * (level + 1);
            if (at >> turn == tick >> turn) {
                append(level, (int) (at >> SLOT_BITS * level) & SLOTS - 1, row);
                return;
            }
        }
        throw new IllegalArgumentException("an event at tick " + at + ", beyond the horizon of tick " + tick);
    }

    private void append(int level, int slot, int row) {
        events[row * ROW_WORDS + NEXT] = NONE;
        if (firsts[level][slot] == NONE) {
            firsts[level][slot] = row;
            occupied[level][slot / Long.SIZE] |= 1L << slot;
        } else {
            events[lasts[level][slot] * ROW_WORDS + NEXT] = row;
        }
        lasts[level][slot] = row;
    }

    /// Goes on to the next event; says whether there was one.
    boolean next() {
        return nextBefore(Long.MAX_VALUE);
    }

    /// Goes on to the next event if it is before that tick; says whether it was.
    boolean nextBefore(long limit) {
        while (true) {
            int slot = search(0, (int) tick & SLOTS - 1);
            if (slot != NONE) {
                long at = tick & -SLOTS | slot;
                if (at >= limit) {
                    return false;
                }
                tick = at;
                take(slot);
                return true;
            }
            if (!turn(limit)) {
                return false;
            }
        }
    }

    /// Goes back, within the present turn of the finest wheel: what was taken since has not happened yet, and
    /// something may be added before it.
    void rewind(long at) {
        tick = Math.min(tick, Math.max(at, tick & -SLOTS));
    }

    /// Begins the next turn of a finer wheel in which something happens, if it is before that tick.
    private boolean turn(long limit) {
        for (int level = 1; level < LEVELS; level++) {
            int shift = SLOT_BITS * level;
            int slot = search(level, ((int) (tick >> shift) & SLOTS - 1) + 1);
            if (slot != NONE) {
                long begin = tick >> shift + SLOT_BITS << shift + SLOT_BITS | (long) slot << shift;
                if (begin >= limit) {
                    return false;
                }
                tick = begin;
                int row = firsts[level][slot];
                clear(level, slot);
                while (row != NONE) {
                    int next = events[row * ROW_WORDS + NEXT];
                    put(row, tick + (events[row * ROW_WORDS + TICK] - (int) tick));
                    row = next;
                }
                return true;
            }
        }
        return false;
    }

    private void take(int slot) {
        int row = firsts[0][slot];
        int words = row * ROW_WORDS;
        firsts[0][slot] = events[words + NEXT];
        if (events[words + NEXT] == NONE) {
            clear(0, slot);
        }
        receiver = events[words + RECEIVER];
        sender = events[words + SENDER];
        message = messages[row];
        messages[row] = null;
        events[words + NEXT] = free;
        free = row;
    }

    private void clear(int level, int slot) {
        firsts[level][slot] = NONE;
        occupied[level][slot / Long.SIZE] &= ~(1L << slot);
    }

    /// The first slot from there on that is not empty.
    private int search(int level, int from) {
        long[] bits = occupied[level];
        int word = from / Long.SIZE;
        if (word == bits.length) {
            return NONE;
        }
        long left = bits[word] & -1L << from;
        while (left == 0) {
            if (++word == bits.length) {
                return NONE;
            }
            left = bits[word];
        }
        return word * Long.SIZE + Long.numberOfTrailingZeros(left);
    }

    int receiver() {
        return receiver;
    }

    int sender() {
        return sender;
    }

    @Nullable
    KrpcMessage message() {
        return message;
    }
}
