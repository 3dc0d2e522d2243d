package dev.jackdaw.tracker;

/// The peers of one kind of a large swarm, in blocks of their own, by the peers' hashes: linear hashing (Litwin,
/// 1980), in which one part at a time is split in two when there are more than [#WORDS] words for each, and two are
/// joined when there are less than half of that. So a swarm of a million peers grows as smoothly as one of ten, a
/// peer is looked for among some thirty, and choosing costs what is wanted and not what is there.
///
/// A part's first word is `number(32) peers(32)`; its tag is the kind's ordinal plus one, and its number is mixed into
/// the swarm's info-hash for its key. All methods are about the swarm that a [SwarmBlock] looks at.
final class SwarmParts {
    /// Words of peers in a part, on the average.
    private static final int WORDS = 32;

    private final BlockMap blocks;
    private final SwarmBlock swarm;
    private final long seed;

    /// @param seed not known outside
    SwarmParts(BlockMap blocks, SwarmBlock swarm, long seed) {
        this.blocks = blocks;
        this.swarm = swarm;
        this.seed = seed;
    }

    // ---- one part

    /// The part where a peer with this hash is or would be.
    int partOf(PeerKind kind, int hash) {
        int parts = swarm.parts(kind);
        int half = Integer.highestOneBit(parts);
        int number = hash & 2 * half - 1;
        return part(kind, number < parts ? number : number - half);
    }

    int part(PeerKind kind, int number) {
        return blocks.find(
                blocks.high(swarm.handle()),
                blocks.middle(swarm.handle()) ^ scramble(number),
                blocks.low(swarm.handle()),
                kind.ordinal() + 1);
    }

    /// The kind that a part is of.
    PeerKind kind(int part) {
        return PeerKind.of(blocks.tag(part) - 1);
    }

    /// Looks at the swarm that a part belongs to.
    void seekSwarm(int part) {
        int number = (int) (first(part) >>> 32);
        swarm.seek(blocks.high(part), blocks.middle(part) ^ scramble(number), blocks.low(part));
    }

    /// Peers in a part.
    int count(int part) {
        return (int) first(part);
    }

    /// Says that there are more of them, or fewer.
    void grow(int part, int by) {
        first(part, first(part) + by);
    }

    // ---- all parts of a kind

    /// Puts the peers of a kind into parts that were in the swarm's block.
    void make(PeerKind kind) {
        int count = swarm.here(kind);
        int words = count * kind.family.words;
        int start = swarm.start(kind);
        int part = add(kind, 0, words);
        System.arraycopy(
                blocks.page(swarm.handle()),
                blocks.content(swarm.handle()) + start,
                blocks.page(part),
                blocks.content(part) + 1,
                words);
        first(part, count);
        swarm.cut(start + 1, words - 1);
        swarm.set(start, (long) count << 32 | 1);
        swarm.intoParts(kind);
        splitIfFull(kind);
    }

    /// Makes parts more as peers become so.
    void splitIfFull(PeerKind kind) {
        while ((long) swarm.total(kind) * kind.family.words > (long) WORDS * swarm.parts(kind)) {
            split(kind);
        }
    }

    /// Makes parts fewer as peers become so, and in the end none.
    void joinIfEmpty(PeerKind kind) {
        while (swarm.parts(kind) > 1
                && (long) swarm.total(kind) * kind.family.words < (long) WORDS / 2 * swarm.parts(kind)) {
            joinLast(kind);
        }
        if (swarm.parts(kind) == 1 && swarm.total(kind) * kind.family.words <= SwarmBlock.MOST_WORDS / 2) {
            unmake(kind);
        }
    }

    void remove(PeerKind kind) {
        for (int number = swarm.parts(kind) - 1; number >= 0; number--) {
            blocks.remove(part(kind, number));
        }
    }

    /// Makes one part more, from peers of the one that has waited longest.
    private void split(PeerKind kind) {
        Family family = kind.family;
        int number = swarm.parts(kind);
        int bit = Integer.highestOneBit(number);
        int from = part(kind, number - bit);
        int count = count(from);
        int to = add(kind, number, count * family.words);
        long[] page = blocks.page(from);
        int begin = blocks.content(from) + 1;
        int stay = begin;
        int go = blocks.content(to) + 1;
        for (int at = begin; at < begin + count * family.words; at += family.words) {
            if ((PeerWords.hash(family, page, at, seed) & bit) == 0) {
                PeerWords.copy(family, page, at, page, stay);
                stay += family.words;
            } else {
                PeerWords.copy(family, page, at, blocks.page(to), go);
                go += family.words;
            }
        }
        int stayed = (stay - begin) / family.words;
        grow(from, stayed - count);
        first(to, (long) number << 32 | count - stayed);
        blocks.cut(from, 1 + stayed * family.words, (count - stayed) * family.words);
        blocks.cut(to, 1 + (count - stayed) * family.words, stayed * family.words);
        swarm.parts(kind, number + 1);
    }

    private void joinLast(PeerKind kind) {
        Family family = kind.family;
        int number = swarm.parts(kind) - 1;
        int last = part(kind, number);
        int count = count(last);
        int into = part(kind, number - Integer.highestOneBit(number));
        int end = 1 + count(into) * family.words;
        into = blocks.insert(into, end, count * family.words);
        System.arraycopy(
                blocks.page(last),
                blocks.content(last) + 1,
                blocks.page(into),
                blocks.content(into) + end,
                count * family.words);
        grow(into, count);
        blocks.remove(last);
        swarm.parts(kind, number);
    }

    /// Puts the peers of the only part back into the swarm's block.
    private void unmake(PeerKind kind) {
        int count = swarm.total(kind);
        int words = count * kind.family.words;
        int start = swarm.start(kind);
        int part = part(kind, 0);
        if (count == 0) {
            swarm.cut(start, 1);
        } else {
            swarm.insert(start + 1, words - 1);
            System.arraycopy(
                    blocks.page(part),
                    blocks.content(part) + 1,
                    blocks.page(swarm.handle()),
                    blocks.content(swarm.handle()) + start,
                    words);
        }
        swarm.here(kind, count);
        blocks.remove(part);
    }

    private int add(PeerKind kind, int number, int words) {
        return blocks.add(
                blocks.high(swarm.handle()),
                blocks.middle(swarm.handle()) ^ scramble(number),
                blocks.low(swarm.handle()),
                kind.ordinal() + 1,
                1 + words);
    }

    /// What a part's number makes of its key: with a secret, so that nobody can choose two info-hashes of which parts
    /// have the same.
    private long scramble(int number) {
        return BlockMap.hash(number, 0, 0, seed * 0x9E3779B97F4A7C15L);
    }

    private long first(int part) {
        return blocks.page(part)[blocks.content(part)];
    }

    private void first(int part, long word) {
        blocks.page(part)[blocks.content(part)] = word;
    }
}
