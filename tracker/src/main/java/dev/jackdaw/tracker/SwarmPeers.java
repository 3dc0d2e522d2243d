package dev.jackdaw.tracker;

import java.io.DataOutputStream;
import java.io.IOException;
import java.util.random.RandomGenerator;

/// The peers of the swarm that a [SwarmBlock] looks at, of one kind at a time: in that block, or if they are many,
/// in [SwarmParts].
///
/// Wherever they are, what is looked at is a run of peers one behind the other, in which a peer is found by going
/// through it: some thirty at most on the average.
final class SwarmPeers {
    private final BlockMap blocks;
    private final SwarmBlock swarm;
    private final SwarmParts parts;

    // the run that is looked at: all peers of a kind, or those of one part
    private int block = BlockMap.NONE;
    private int first;
    private int count;

    /// @param seed not known outside
    SwarmPeers(BlockMap blocks, SwarmBlock swarm, long seed) {
        this.blocks = blocks;
        this.swarm = swarm;
        this.parts = new SwarmParts(blocks, swarm, seed);
    }

    // ---- one peer, with its [PeerWords#hash]

    boolean has(PeerKind kind, int hash, long high, long low, int port) {
        return find(kind, hash, high, low, port) >= 0;
    }

    /// Says that a peer has announced, if it is there.
    boolean renew(PeerKind kind, int hash, long high, long low, int port, int tick) {
        int at = find(kind, hash, high, low, port);
        if (at < 0) {
            return false;
        }
        PeerWords.touch(kind.family, blocks.page(block), at, tick);
        return true;
    }

    /// Adds a peer that is not there yet.
    void add(PeerKind kind, int hash, long high, long low, int port, int tick) {
        Family family = kind.family;
        if (!swarm.inParts(kind) && (swarm.here(kind) + 1) * family.words > SwarmBlock.MOST_WORDS) {
            parts.make(kind);
        }
        if (!swarm.inParts(kind)) {
            int at = swarm.start(kind) + swarm.here(kind) * family.words;
            swarm.insert(at, family.words);
            store(swarm.handle(), at, family, high, low, port, tick);
            swarm.here(kind, swarm.here(kind) + 1);
            return;
        }
        int part = parts.partOf(kind, hash);
        int at = 1 + parts.count(part) * family.words;
        part = blocks.insert(part, at, family.words);
        store(part, at, family, high, low, port, tick);
        parts.grow(part, 1);
        swarm.total(kind, swarm.total(kind) + 1);
        parts.splitIfFull(kind);
    }

    private void store(int into, int at, Family family, long high, long low, int port, int tick) {
        PeerWords.store(family, blocks.page(into), blocks.content(into) + at, high, low, port, tick);
    }

    /// Takes a peer out, and says whether it was there.
    boolean remove(PeerKind kind, int hash, long high, long low, int port) {
        int at = find(kind, hash, high, low, port);
        if (at < 0) {
            return false;
        }
        int last = first + (count - 1) * kind.family.words;
        long[] page = blocks.page(block);
        PeerWords.copy(kind.family, page, blocks.content(block) + last, page, at);
        blocks.cut(block, last, kind.family.words);
        if (swarm.inParts(kind)) {
            parts.grow(block, -1);
            swarm.total(kind, swarm.total(kind) - 1);
            parts.joinIfEmpty(kind);
        } else {
            swarm.here(kind, count - 1);
        }
        return true;
    }

    /// Where the peer is in [#block]'s page; negative if it is not there.
    private int find(PeerKind kind, int hash, long high, long low, int port) {
        if (swarm.inParts(kind)) {
            lookAtPart(parts.partOf(kind, hash));
        } else {
            lookHere(kind);
        }
        return PeerWords.find(kind.family, blocks.page(block), blocks.content(block) + first, count, high, low, port);
    }

    private void lookAtPart(int part) {
        block = part;
        first = 1;
        count = parts.count(part);
    }

    private void lookHere(PeerKind kind) {
        block = swarm.handle();
        first = swarm.start(kind);
        count = swarm.here(kind);
    }

    // ---- many of them

    /// Adds up to `wanted` random ones to what the asker is told; never the asker itself.
    void choose(PeerKind kind, Announcement asker, int wanted, RandomGenerator random) {
        Family family = kind.family;
        int start = asker.count * family.compactLength;
        int end = start + wanted * family.compactLength;
        int to = start;
        if (!swarm.inParts(kind)) {
            lookHere(kind);
            to = choose(kind, 0, count, asker, to, end, random);
        } else {
            // Every number below the power of two above the parts' is met once, since the step is odd. Those that are
            // not parts stand for the second half of one that was not split yet, so that large parts are met twice.
            int all = swarm.parts(kind);
            int half = Integer.highestOneBit(all);
            int mask = 2 * half - 1;
            int number = random.nextInt();
            int step = random.nextInt() | 1;
            for (int i = 0; i <= mask && to < end; i++, number += step) {
                int met = number & mask;
                int part = met < all ? met : met - half;
                lookAtPart(parts.part(kind, part));
                boolean whole = part >= half || part + half < all;
                int from = whole || met < half ? 0 : count / 2;
                int limit = whole || met >= half ? count : count / 2;
                to = choose(kind, from, limit, asker, to, end, random);
            }
        }
        asker.count += (to - start) / family.compactLength;
    }

    /// Takes some of the run from number `from` to before `limit`, beginning with a random one.
    private int choose(
            PeerKind kind, int from, int limit, Announcement asker, int to, int end, RandomGenerator random) {
        Family family = kind.family;
        int some = limit - from;
        int wanted = (end - to) / family.compactLength;
        if (some <= 0 || wanted <= 0) {
            return to;
        }
        int begin = wanted < some ? random.nextInt(some) : 0;
        int at = blocks.content(block) + first + from * family.words;
        return PeerWords.choose(
                family,
                blocks.page(block),
                at,
                some,
                begin,
                wanted,
                asker.high,
                asker.low,
                asker.port,
                asker.peers,
                to);
    }

    /// Takes out the old ones that are in the swarm's block.
    void expireHere(int nowTick, int ageTicks, SwarmShard.Forgotten forgotten) {
        for (int ordinal = 0; ordinal < PeerKind.COUNT; ordinal++) {
            PeerKind kind = PeerKind.of(ordinal);
            if (!swarm.inParts(kind)) {
                lookHere(kind);
                int old = dropOld(kind.family, nowTick, ageTicks, forgotten);
                swarm.here(kind, count - old);
            }
        }
    }

    /// Takes out the old ones that are in a part, of whichever swarm; looks at that from then on.
    void expirePart(int part, int nowTick, int ageTicks, SwarmShard.Forgotten forgotten) {
        PeerKind kind = parts.kind(part);
        lookAtPart(part);
        int old = dropOld(kind.family, nowTick, ageTicks, forgotten);
        if (old > 0) {
            parts.grow(part, -old);
            parts.seekSwarm(part);
            swarm.total(kind, swarm.total(kind) - old);
            parts.joinIfEmpty(kind);
        }
    }

    /// Takes the old ones out of the run.
    ///
    /// @return how many they were
    private int dropOld(Family family, int nowTick, int ageTicks, SwarmShard.Forgotten forgotten) {
        int at = blocks.content(block) + first;
        int young = PeerWords.keepYoung(family, blocks.page(block), at, count, nowTick, ageTicks);
        int old = count - young;
        if (old > 0) {
            blocks.cut(block, first + young * family.words, old * family.words);
            forgotten.peers(family, old);
        }
        return old;
    }

    /// Takes all out that are not in the swarm's block.
    void removeParts() {
        for (int ordinal = 0; ordinal < PeerKind.COUNT; ordinal++) {
            PeerKind kind = PeerKind.of(ordinal);
            if (swarm.inParts(kind)) {
                parts.remove(kind);
            }
        }
    }

    /// Writes how many there are of a kind, and what [PeerWords#write] has of them.
    void write(PeerKind kind, int nowTick, DataOutputStream out) throws IOException {
        out.writeInt(swarm.count(kind));
        if (!swarm.inParts(kind)) {
            lookHere(kind);
            writeRun(kind.family, nowTick, out);
            return;
        }
        for (int number = 0; number < swarm.parts(kind); number++) {
            lookAtPart(parts.part(kind, number));
            writeRun(kind.family, nowTick, out);
        }
    }

    private void writeRun(Family family, int nowTick, DataOutputStream out) throws IOException {
        PeerWords.write(family, blocks.page(block), blocks.content(block) + first, count, nowTick, out);
    }
}
