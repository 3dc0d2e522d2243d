package dev.jackdaw.tracker;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A hash map from keys of 160 bits and a small tag to blocks of up to [#LONGEST] words, with no object for either.
///
/// Blocks are written one after the other into pages of [#PAGE] words. One that outgrows its place is written
/// again at the end, and what it leaves, or a removed one, is dead; [#tidy] takes the page with most dead words,
/// writes what lives there again at the end, and has the page free. So memory is what the blocks need, an eighth
/// for the dead, and the index, whatever sizes the blocks had before; and nothing is left to the garbage
/// collector. The road not taken is a free list for each size: a million peers that come one by one make every
/// swarm pass through every size, and leave as much in the lists as they use.
///
/// A block is named by a handle, its place. It moves only when it is lengthened and in [#tidy], so handles are good
/// until then.
///
/// ```
/// header     capacity(10) length(10) tag(12) low(32), high(64), middle(64)     capacity counts the header too
/// content    length words, and room up to the capacity
/// ```
///
/// The index is a hash table of handles with linear probing, a power of two in size and 3/8 to 3/4 full, from which
/// removal shifts back. Not safe for threads.
final class BlockMap {
    /// What [#find] and [#at] answer when there is none.
    static final int NONE = -1;
    /// Words of a page.
    static final int PAGE = 1 << 10;
    private static final int PAGE_BITS = 10;
    private static final int HEADER = 3;
    /// Words of a cache line.
    private static final int LINE = 8;
    /// Words that the content of a block may have.
    static final int LONGEST = 512;
    /// A tag that only dead blocks have.
    private static final int DEAD = 0xfff;

    private static final int FIRST_CAPACITY = 16;

    private final long seed;
    private @Nullable long[][] pages = new long[1][];
    /// Of each page, the words in dead blocks.
    private int[] dead = new int[1];
    private int pageCount;
    /// Pages that are not in use, to be used again.
    private int[] free = new int[4];
    private int freeCount;
    /// The page where the next block goes, and where in it.
    private int open = NONE;

    private int openAt;
    /// Words in all blocks that are not dead, and in all that are.
    private int live;

    private int deadWords;
    /// Handles plus one; 0 where there is none.
    private int[] slots = new int[FIRST_CAPACITY];

    private int count;

    /// @param seed not known outside, so that nobody can choose keys that all hash alike
    BlockMap(long seed) {
        this.seed = seed;
    }

    /// The hash of a key: its low bits are of no use here, and choose among maps.
    static long hash(long high, long middle, int low, long seed) {
        long mixed = (high ^ seed) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ mixed >>> 32 ^ middle) * 0xD6E8FEB86659FD93L;
        mixed = (mixed ^ mixed >>> 29 ^ low) * 0x9FB21C651E98DF25L;
        return mixed ^ mixed >>> 32;
    }

    /// Blocks there are.
    int count() {
        return count;
    }

    /// Words taken from the system, but for the index.
    int words() {
        return (pageCount - freeCount) * PAGE;
    }

    int find(long high, long middle, int low, int tag) {
        long head = head(tag, low);
        int mask = slots.length - 1;
        for (int slot = home(high, middle, low, tag) & mask; slots[slot] != 0; slot = slot + 1 & mask) {
            int handle = slots[slot] - 1;
            long[] page = page(handle);
            int at = handle & PAGE - 1;
            if (page[at + 1] == high && page[at + 2] == middle && (page[at] & HEAD_MASK) == head) {
                return handle;
            }
        }
        return NONE;
    }

    /// The first handle that [#find] would look at, or [#NONE]. As [#touch], other threads may call it at any
    /// time, also while the map changes: what they get may then be wrong, and is only good to have memory read
    /// before it is needed.
    int guess(long high, long middle, int low, int tag) {
        int[] all = slots;
        return all[home(high, middle, low, tag) & all.length - 1] - 1;
    }

    /// Reads a word of every cache line of the block that a guess may be.
    ///
    /// @return something of what was read
    long touch(int guess) {
        @Nullable long[][] all = pages;
        int number = guess >> PAGE_BITS;
        if (number < 0 || number >= all.length) {
            return 0;
        }
        long[] page = all[number];
        if (page == null) {
            return 0;
        }
        int at = guess & PAGE - 1;
        long word = page[at];
        int end = Math.min(PAGE, at + capacity(word));
        for (int i = at + LINE; i < end; i += LINE) {
            word ^= page[i];
        }
        return word;
    }

    /// Adds a block whose key there is not yet; its content is whatever was there before.
    int add(long high, long middle, int low, int tag, int length) {
        if (count >= slots.length / 4 * 3) {
            resize(2 * slots.length);
        }
        int handle = allocate(length, head(tag, low));
        long[] page = page(handle);
        int at = handle & PAGE - 1;
        page[at + 1] = high;
        page[at + 2] = middle;
        place(handle);
        count++;
        return handle;
    }

    void remove(int handle) {
        removeSlot(slotOf(handle));
        kill(handle);
        count--;
        if (slots.length > FIRST_CAPACITY && count < slots.length / 8) {
            resize(slots.length / 2);
        }
    }

    /// Makes room for `by` words before the content's word `at`; what is in them is whatever was there before.
    ///
    /// @return the block's handle from now on
    int insert(int handle, int at, int by) {
        long[] page = page(handle);
        int start = handle & PAGE - 1;
        int length = length(handle);
        int content = start + HEADER;
        if (HEADER + length + by <= capacity(page[start])) {
            System.arraycopy(page, content + at, page, content + at + by, length - at);
            page[start] = withLength(page[start], length + by);
            return handle;
        }
        int slot = slotOf(handle);
        int moved = allocate(length + by, page[start] & HEAD_MASK);
        long[] target = page(moved);
        int there = moved & PAGE - 1;
        System.arraycopy(page, start + 1, target, there + 1, HEADER - 1 + at);
        System.arraycopy(page, content + at, target, there + HEADER + at + by, length - at);
        slots[slot] = moved + 1;
        kill(handle);
        return moved;
    }

    /// Takes out `by` words from the content's word `at` on.
    void cut(int handle, int at, int by) {
        long[] page = page(handle);
        int start = handle & PAGE - 1;
        int length = length(handle) - by;
        int content = start + HEADER;
        System.arraycopy(page, content + at + by, page, content + at, length - at);
        page[start] = withLength(page[start], length);
        int needed = HEADER + length + slack(length);
        int spare = capacity(page[start]) - needed;
        if (spare > 1 + needed / 4) {
            page[start] = withCapacity(page[start], needed);
            bury(page, handle >>> PAGE_BITS, start + needed, spare);
            live -= spare;
        }
    }

    /// Where the content is in [#page]: its first word.
    int content(int handle) {
        return (handle & PAGE - 1) + HEADER;
    }

    /// The page of a block.
    long[] page(int handle) {
        return pages[handle >>> PAGE_BITS];
    }

    int length(int handle) {
        return (int) (page(handle)[handle & PAGE - 1] >>> 44) & PAGE - 1;
    }

    int tag(int handle) {
        return (int) (page(handle)[handle & PAGE - 1] >>> 32) & 0xfff;
    }

    long high(int handle) {
        return page(handle)[(handle & PAGE - 1) + 1];
    }

    long middle(int handle) {
        return page(handle)[(handle & PAGE - 1) + 2];
    }

    int low(int handle) {
        return (int) page(handle)[handle & PAGE - 1];
    }

    // ---- walking: every block is in one of the slots

    int slots() {
        return slots.length;
    }

    /// The block in a slot. Removing one moves others to lower slots, or from the first ones to the last.
    int at(int slot) {
        return slots[slot] - 1;
    }

    // ---- memory

    /// Frees a page if too much is dead. The work is bounded, so that it can be done after every change.
    void tidy() {
        if (deadWords <= live / 8 + PAGE / 2) {
            return;
        }
        int worst = NONE;
        for (int page = 0; page < pageCount; page++) {
            if (page != open && (worst == NONE || dead[page] > dead[worst])) {
                worst = page;
            }
        }
        if (worst != NONE && dead[worst] > 0) {
            evacuate(worst);
        }
    }

    private void evacuate(int number) {
        long[] page = pages[number];
        for (int at = 0; at < PAGE; ) {
            int capacity = capacity(page[at]);
            if ((page[at] >>> 32 & 0xfff) != DEAD) {
                int handle = number << PAGE_BITS | at;
                int slot = slotOf(handle);
                int length = length(handle);
                int moved = allocate(length, page[at] & HEAD_MASK);
                System.arraycopy(page, at + 1, page(moved), (moved & PAGE - 1) + 1, HEADER - 1 + length);
                slots[slot] = moved + 1;
                live -= capacity;
            }
            at += capacity;
        }
        deadWords -= dead[number];
        dead[number] = 0;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * freeCount);
        }
        // one array is kept, since the next block that does not fit wants it
        if (freeCount > 0) {
            pages[free[freeCount - 1]] = null;
        }
        free[freeCount++] = number;
    }

    private int allocate(int length, long head) {
        if (length > LONGEST) {
            throw new IllegalArgumentException("a block of " + length + " words, of at most " + LONGEST);
        }
        int capacity = HEADER + length + slack(length);
        if (open == NONE || openAt + capacity > PAGE) {
            if (open != NONE && openAt < PAGE) {
                bury(pages[open], open, openAt, PAGE - openAt);
            }
            open = takePage();
            openAt = 0;
        }
        int at = openAt;
        openAt += capacity;
        live += capacity;
        pages[open][at] = withLength(withCapacity(head, capacity), length);
        return open << PAGE_BITS | at;
    }

    private int takePage() {
        if (freeCount > 0) {
            int number = free[--freeCount];
            if (pages[number] == null) {
                pages[number] = new long[PAGE];
            }
            return number;
        }
        if (pageCount == pages.length) {
            int grown = pageCount + pageCount / 2 + 1;
            pages = Arrays.copyOf(pages, grown);
            dead = Arrays.copyOf(dead, grown);
        }
        pages[pageCount] = new long[PAGE];
        return pageCount++;
    }

    /// Room for growth: little, since a block that moves is soon moved, and none for the many small ones.
    private static int slack(int length) {
        return length / 16;
    }

    private void kill(int handle) {
        long[] page = page(handle);
        int at = handle & PAGE - 1;
        int capacity = capacity(page[at]);
        live -= capacity;
        bury(page, handle >>> PAGE_BITS, at, capacity);
    }

    private void bury(long[] page, int number, int at, int words) {
        page[at] = withCapacity((long) DEAD << 32, words);
        dead[number] += words;
        deadWords += words;
    }

    // ---- the first word of a block

    private static final long HEAD_MASK = (1L << 44) - 1;
    private static final long LENGTH_MASK = (long) (PAGE - 1) << 44;

    private static long head(int tag, int low) {
        return (long) tag << 32 | low & 0xffff_ffffL;
    }

    private static int capacity(long word) {
        return (int) (word >>> 54);
    }

    private static long withCapacity(long word, int capacity) {
        return word & (1L << 54) - 1 | (long) capacity << 54;
    }

    private static long withLength(long word, int length) {
        return word & ~LENGTH_MASK | (long) length << 44;
    }

    // ---- the index

    /// Tags choose places, too, so that blocks of one key are not beside each other.
    private int home(long high, long middle, int low, int tag) {
        return (int) (hash(high, middle, low, seed) >>> 16) + tag * 0x9E3779B9;
    }

    private int homeOf(int handle) {
        return home(high(handle), middle(handle), low(handle), tag(handle));
    }

    private int slotOf(int handle) {
        int mask = slots.length - 1;
        int slot = homeOf(handle) & mask;
        while (slots[slot] != handle + 1) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void place(int handle) {
        int mask = slots.length - 1;
        int slot = homeOf(handle) & mask;
        while (slots[slot] != 0) {
            slot = slot + 1 & mask;
        }
        slots[slot] = handle + 1;
    }

    private void removeSlot(int removed) {
        int mask = slots.length - 1;
        int hole = removed;
        int slot = removed;
        while (true) {
            slot = slot + 1 & mask;
            if (slots[slot] == 0) {
                slots[hole] = 0;
                return;
            }
            int home = homeOf(slots[slot] - 1) & mask;
            if ((slot - home & mask) >= (slot - hole & mask)) {
                slots[hole] = slots[slot];
                hole = slot;
            }
        }
    }

    private void resize(int capacity) {
        int[] old = slots;
        slots = new int[capacity];
        for (int entry : old) {
            if (entry != 0) {
                place(entry - 1);
            }
        }
    }
}
