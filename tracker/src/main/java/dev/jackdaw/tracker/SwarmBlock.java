package dev.jackdaw.tracker;

import dev.jackdaw.protocol.InfoHash;

/// The swarm that is looked at: its block in a [BlockMap], under its info-hash with tag 0, and what the words in it
/// are.
///
/// ```
/// downloads(31), and of each kind how many peers are here: 5 bits for IPv6, 6 for IPv4
/// the peers of each kind, one kind after the other
/// ```
///
/// Most swarms are small, and are nothing but this. A kind whose bits are all ones is in [SwarmParts], and has one
/// word here, `peers(32) parts(32)`.
final class SwarmBlock {
    /// Words of peers of one kind that may be here: as many as six bits can count, with one number left.
    static final int MOST_WORDS = 62;

    static final int TAG = 0;
    private static final int COUNTS = 0;
    private static final int PEERS = 1;
    private static final int DOWNLOADS = 33;

    private final BlockMap blocks;
    private int handle = BlockMap.NONE;

    SwarmBlock(BlockMap blocks) {
        this.blocks = blocks;
    }

    // ---- which one

    /// Looks at the swarm of an info-hash, or at none; says whether there is one.
    boolean seek(long high, long middle, int low) {
        handle = blocks.find(high, middle, low, TAG);
        return handle != BlockMap.NONE;
    }

    /// Makes a swarm that there is not yet.
    void create(long high, long middle, int low) {
        handle = blocks.add(high, middle, low, TAG, PEERS);
        set(COUNTS, 0);
    }

    /// Looks at the swarm of a block; says whether it is a swarm's.
    boolean look(int block) {
        handle = block;
        return block != BlockMap.NONE && blocks.tag(block) == TAG;
    }

    /// Removes this block.
    void remove() {
        blocks.remove(handle);
        handle = BlockMap.NONE;
    }

    int handle() {
        return handle;
    }

    InfoHash infoHash() {
        return new InfoHash(blocks.high(handle), blocks.middle(handle), blocks.low(handle));
    }

    // ---- how many

    int downloads() {
        return (int) (get(COUNTS) >>> DOWNLOADS);
    }

    void downloads(int downloads) {
        set(COUNTS, get(COUNTS) & (1L << DOWNLOADS) - 1 | (long) downloads << DOWNLOADS);
    }

    /// Peers of a kind, wherever they are.
    int count(PeerKind kind) {
        return inParts(kind) ? total(kind) : here(kind);
    }

    boolean inParts(PeerKind kind) {
        return here(kind) == kind.mask;
    }

    /// Peers of a kind that are in this block, or all ones.
    int here(PeerKind kind) {
        return (int) (get(COUNTS) >>> kind.shift) & kind.mask;
    }

    void here(PeerKind kind, int count) {
        set(COUNTS, get(COUNTS) & ~((long) kind.mask << kind.shift) | (long) count << kind.shift);
    }

    /// Says that a kind is in parts.
    void intoParts(PeerKind kind) {
        here(kind, kind.mask);
    }

    /// The word where a kind begins.
    int start(PeerKind kind) {
        int start = PEERS;
        for (int ordinal = 0; ordinal < kind.ordinal(); ordinal++) {
            PeerKind before = PeerKind.of(ordinal);
            start += inParts(before) ? 1 : here(before) * before.family.words;
        }
        return start;
    }

    // ---- the word of a kind in parts

    int total(PeerKind kind) {
        return (int) (get(start(kind)) >>> 32);
    }

    int parts(PeerKind kind) {
        return (int) get(start(kind));
    }

    void total(PeerKind kind, int total) {
        int at = start(kind);
        set(at, (long) total << 32 | get(at) & 0xffff_ffffL);
    }

    void parts(PeerKind kind, int parts) {
        int at = start(kind);
        set(at, get(at) & ~0xffff_ffffL | parts);
    }

    // ---- words

    /// Makes room for `by` words before word `at`.
    void insert(int at, int by) {
        handle = blocks.insert(handle, at, by);
    }

    /// Takes out `by` words from word `at` on.
    void cut(int at, int by) {
        blocks.cut(handle, at, by);
    }

    long get(int at) {
        return blocks.page(handle)[blocks.content(handle) + at];
    }

    void set(int at, long word) {
        blocks.page(handle)[blocks.content(handle) + at] = word;
    }
}
