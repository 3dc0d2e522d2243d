package dev.jackdaw.tracker;

import dev.jackdaw.protocol.InfoHash;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Some of the swarms, all in one [BlockMap]; not safe for threads, [MemorySwarmStore] locks it.
///
/// A swarm is a block under its info-hash, tag 0: the downloads, how many peers of each [PeerKind], and after that
/// the peers, kind by kind. Most swarms are small, and are nothing but this block.
///
/// A kind with more than [#INLINE] words of peers goes into *parts*, blocks of their own, by the peers' hashes:
/// linear hashing (Litwin, 1980), in which one part at a time is split in two when there are more than [#PART] words
/// for each, and two
/// are joined when there are less than half of that. So a swarm of a million peers grows as smoothly as one of ten, a
/// peer is looked
/// for among some thirty, and choosing costs what is wanted and not what is there. The swarm's block has one word
/// for such a kind, `peers(32) parts(32)`, and a part's first word is `number(32) peers(32)`; its tag is the kind's
/// ordinal plus one, and its number is mixed into its key.
///
/// Methods on one swarm come after [#seek] or [#create], and are about that one.
final class SwarmShard {
    /// Words of peers of one kind above which they go into parts.
    static final int INLINE = 64;
    /// Words of peers in a part, on the average.
    static final int PART = 32;
    /// Slots swept in one go.
    static final int SWEEP = 512;

    private static final int SWARM = 0;
    /// The content's first word: `downloads(32)` and four times `peers(8)`.
    private static final int COUNTS = 0;

    private static final int PEERS = 1;
    /// In place of a number of peers: they are in parts.
    private static final int IN_PARTS = 0xff;

    private final long seed;
    private final BlockMap blocks;
    private int swarms;

    /// The swarm that is looked at.
    private int swarm = BlockMap.NONE;

    // the peers among which a peer is or would be, after `locate`
    private int block = BlockMap.NONE;
    private int first;
    private int peers;

    /// @param seed not known outside
    SwarmShard(long seed) {
        this.seed = seed;
        this.blocks = new BlockMap(seed);
    }

    int swarms() {
        return swarms;
    }

    /// What all of this takes, but for a few objects.
    long memoryBytes() {
        return (long) Long.BYTES * blocks.words() + (long) Integer.BYTES * blocks.slots();
    }

    // ---- one swarm

    boolean seek(long high, long middle, int low) {
        swarm = blocks.find(high, middle, low, SWARM);
        return swarm != BlockMap.NONE;
    }

    /// Makes a swarm that there is not yet.
    void create(long high, long middle, int low) {
        swarm = blocks.add(high, middle, low, SWARM, PEERS);
        set(swarm, COUNTS, 0);
        swarms++;
    }

    int count(PeerKind kind) {
        int here = countHere(kind);
        return here == IN_PARTS ? total(kind) : here;
    }

    int seeders() {
        return count(PeerKind.SEEDERS_V4) + count(PeerKind.SEEDERS_V6);
    }

    int leechers() {
        return count(PeerKind.LEECHERS_V4) + count(PeerKind.LEECHERS_V6);
    }

    /// [Family#words] of all peers.
    int words() {
        int words = 0;
        for (int kind = 0; kind < PeerKind.COUNT; kind++) {
            words += count(PeerKind.of(kind)) * PeerKind.of(kind).family.words;
        }
        return words;
    }

    int completed() {
        return (int) (get(swarm, COUNTS) >>> 32);
    }

    void completed(int completed) {
        set(swarm, COUNTS, get(swarm, COUNTS) & 0xffff_ffffL | (long) completed << 32);
    }

    SwarmCounts counts() {
        var infoHash = new InfoHash(blocks.high(swarm), blocks.middle(swarm), blocks.low(swarm));
        return new SwarmCounts(infoHash, seeders(), leechers(), completed());
    }

    boolean isEmpty() {
        return seeders() + leechers() == 0;
    }

    /// Adds or renews the peer where it belongs, and takes it from where it does not.
    ///
    /// @param mayAdd whether a peer that is not known may be added
    /// @return by how many peers the swarm has grown: 0 or 1
    int put(Announcement peer, int tick, boolean mayAdd) {
        PeerKind kind = PeerKind.of(peer.family, peer.isSeed());
        int hash = PeerWords.hash(peer.high, peer.low, peer.port, seed);
        int at = locate(kind, hash, peer.high, peer.low, peer.port);
        if (at >= 0) {
            PeerWords.touch(kind.family, blocks.page(block), at, tick);
            return 0;
        }
        boolean moved = remove(PeerKind.of(peer.family, !peer.isSeed()), peer, hash);
        if (moved && peer.isSeed()) {
            // counted here, and not by the event, which a peer may send as often as it likes
            completed(completed() + 1);
        }
        if (!moved && !mayAdd) {
            return 0;
        }
        add(kind, hash, peer.high, peer.low, peer.port, tick);
        return moved ? 0 : 1;
    }

    /// Takes the peer out.
    ///
    /// @return by how many peers the swarm has shrunk: 0 or 1
    int remove(Announcement peer) {
        int hash = PeerWords.hash(peer.high, peer.low, peer.port, seed);
        boolean removed = remove(PeerKind.of(peer.family, true), peer, hash)
                || remove(PeerKind.of(peer.family, false), peer, hash);
        return removed ? 1 : 0;
    }

    /// Removes the swarm with all its peers.
    void remove() {
        for (int ordinal = 0; ordinal < PeerKind.COUNT; ordinal++) {
            PeerKind kind = PeerKind.of(ordinal);
            if (countHere(kind) == IN_PARTS) {
                for (int number = 0; number < parts(kind); number++) {
                    blocks.remove(part(kind, number));
                }
            }
        }
        blocks.remove(swarm);
        swarm = BlockMap.NONE;
        swarms--;
    }

    /// Chooses random peers of the asker's family: never the asker, leechers alone for a seeder that has moved
    /// something, and for others seeders for up to a half, more if there are too few leechers.
    void choose(Announcement asker, int wanted, RandomGenerator random) {
        PeerKind leechers = PeerKind.of(asker.family, false);
        asker.count = 0;
        if (!asker.isSeed() || asker.isUntouched()) {
            int fromSeeders = Math.max(wanted - wanted / 2, wanted - count(leechers));
            take(PeerKind.of(asker.family, true), asker, fromSeeders, random);
        }
        take(leechers, asker, wanted - asker.count, random);
    }

    /// Does what is left over from changes: after each of them, when no more is done with the swarm.
    void tidy() {
        blocks.tidy();
    }

    // ---- all swarms

    void forEach(Consumer<SwarmCounts> consumer) {
        for (int slot = 0; slot < blocks.slots(); slot++) {
            if (isSwarm(slot)) {
                swarm = blocks.at(slot);
                consumer.accept(counts());
            }
        }
    }

    /// Slots to be swept.
    int slots() {
        return blocks.slots();
    }

    /// Forgets old peers in up to [#SWEEP] slots below `end`, downwards: what a removal shifts has been looked at, but
    /// for blocks that come round from the front to the end, which the next sweep finds. Swarms that are empty and
    /// were never downloaded go, too.
    ///
    /// @param keepsDownloads whether empty swarms are kept for their number of downloads
    /// @param forgotten      hears of what was forgotten
    /// @return where to go on; 0 at the end
    int expire(int end, int nowTick, int ageTicks, boolean keepsDownloads, Forgotten forgotten) {
        int slot = Math.min(end, blocks.slots());
        for (int i = 0; i < SWEEP && slot > 0; i++) {
            slot--;
            int handle = slot < blocks.slots() ? blocks.at(slot) : BlockMap.NONE;
            if (handle == BlockMap.NONE) {
                continue;
            }
            if (blocks.tag(handle) == SWARM) {
                swarm = handle;
                expireHere(nowTick, ageTicks, forgotten);
                if (isEmpty() && (completed() == 0 || !keepsDownloads)) {
                    remove();
                    forgotten.swarm();
                }
            } else {
                expirePart(handle, nowTick, ageTicks, forgotten);
            }
            blocks.tidy();
        }
        return slot;
    }

    /// Who counts what an expiry takes.
    interface Forgotten {
        void peers(Family family, int count);

        void swarm();
    }

    /// Writes each swarm: `1`, the info-hash, the downloads, and of seeders and leechers of either family how many
    /// there are and what [PeerWords#write] has of them.
    void write(DataOutputStream out, int nowTick) throws IOException {
        for (int slot = 0; slot < blocks.slots(); slot++) {
            if (!isSwarm(slot)) {
                continue;
            }
            swarm = blocks.at(slot);
            out.writeByte(1);
            out.writeLong(blocks.high(swarm));
            out.writeLong(blocks.middle(swarm));
            out.writeInt(blocks.low(swarm));
            out.writeInt(completed());
            for (int ordinal = 0; ordinal < PeerKind.COUNT; ordinal++) {
                PeerKind kind = PeerKind.of(ordinal);
                out.writeInt(count(kind));
                int parts = countHere(kind) == IN_PARTS ? parts(kind) : 1;
                for (int number = 0; number < parts; number++) {
                    locate(kind, number);
                    PeerWords.write(
                            kind.family, blocks.page(block), blocks.content(block) + first, peers, nowTick, out);
                }
            }
        }
    }

    /// Reads the peers of one swarm as [#write] has written them; those that find no room, and those that are too
    /// old by now, are left out.
    void readPeers(DataInputStream in, int nowTick, int elapsedTicks, int timeoutTicks, int room) throws IOException {
        int left = room;
        for (int ordinal = 0; ordinal < PeerKind.COUNT; ordinal++) {
            PeerKind kind = PeerKind.of(ordinal);
            for (int count = in.readInt(); count > 0; count--) {
                long high = kind.family == Family.V6 ? in.readLong() : 0;
                long low = kind.family == Family.V6 ? in.readLong() : in.readInt() & 0xffff_ffffL;
                int port = in.readUnsignedShort();
                int age = in.readUnsignedShort() + elapsedTicks;
                int hash = PeerWords.hash(high, low, port, seed);
                if (age <= timeoutTicks && kind.family.words <= left && locate(kind, hash, high, low, port) < 0) {
                    add(kind, hash, high, low, port, nowTick - age);
                    left -= kind.family.words;
                }
            }
        }
    }

    // ---- peers of one kind

    /// Where among the peers of a kind this one is: an index of [#block]'s page; negative if it is not there.
    private int locate(PeerKind kind, int hash, long high, long low, int port) {
        locate(kind, countHere(kind) == IN_PARTS ? numberOf(hash, parts(kind)) : 0);
        return PeerWords.find(kind.family, blocks.page(block), blocks.content(block) + first, peers, high, low, port);
    }

    /// Sets [#block], [#first] and [#peers] to the kind's part of that number, or to where they are if not in parts.
    private void locate(PeerKind kind, int number) {
        int here = countHere(kind);
        if (here == IN_PARTS) {
            block = part(kind, number);
            first = 1;
            peers = (int) get(block, 0);
        } else {
            block = swarm;
            first = start(kind);
            peers = here;
        }
    }

    private void add(PeerKind kind, int hash, long high, long low, int port, int tick) {
        Family family = kind.family;
        if (countHere(kind) != IN_PARTS && (count(kind) + 1) * family.words > INLINE) {
            intoParts(kind);
        }
        boolean inParts = countHere(kind) == IN_PARTS;
        locate(kind, inParts ? numberOf(hash, parts(kind)) : 0);
        int at = first + peers * family.words;
        block = blocks.insert(block, at, family.words);
        PeerWords.store(family, blocks.page(block), blocks.content(block) + at, high, low, port, tick);
        if (!inParts) {
            swarm = block;
            countHere(kind, peers + 1);
            return;
        }
        set(block, 0, get(block, 0) + 1);
        int total = total(kind) + 1;
        total(kind, total);
        if ((long) total * family.words > (long) PART * parts(kind)) {
            split(kind);
        }
    }

    private boolean remove(PeerKind kind, Announcement peer, int hash) {
        int at = locate(kind, hash, peer.high, peer.low, peer.port);
        if (at < 0) {
            return false;
        }
        int last = first + (peers - 1) * kind.family.words;
        long[] page = blocks.page(block);
        PeerWords.copy(kind.family, page, blocks.content(block) + last, page, at);
        blocks.cut(block, last, kind.family.words);
        if (block == swarm) {
            countHere(kind, peers - 1);
        } else {
            set(block, 0, get(block, 0) - 1);
            total(kind, total(kind) - 1);
            join(kind);
        }
        return true;
    }

    private void take(PeerKind kind, Announcement asker, int wanted, RandomGenerator random) {
        Family family = kind.family;
        int start = asker.count * family.compactLength;
        int end = start + wanted * family.compactLength;
        int to = start;
        if (countHere(kind) != IN_PARTS) {
            locate(kind, 0);
            to = take(kind, 0, peers, asker, to, end, random);
        } else {
            // Every number below the power of two above the parts' is met once, since the step is odd. Those that are
            // not
            // parts stand for the second half of one that was not split yet, so that large parts are met twice.
            int parts = parts(kind);
            int half = Integer.highestOneBit(parts);
            int mask = 2 * half - 1;
            int number = random.nextInt();
            int step = random.nextInt() | 1;
            for (int i = 0; i <= mask && to < end; i++, number += step) {
                int met = number & mask;
                int part = met < parts ? met : met - half;
                locate(kind, part);
                boolean whole = part >= half || part + half < parts;
                int from = whole || met < half ? 0 : peers / 2;
                int limit = whole || met >= half ? peers : peers / 2;
                to = take(kind, from, limit, asker, to, end, random);
            }
        }
        asker.count += (to - start) / family.compactLength;
    }

    /// Takes some of the peers from number `from` to before `limit`, beginning with a random one.
    private int take(PeerKind kind, int from, int limit, Announcement asker, int to, int end, RandomGenerator random) {
        Family family = kind.family;
        int count = limit - from;
        int wanted = (end - to) / family.compactLength;
        if (count <= 0 || wanted <= 0) {
            return to;
        }
        int begin = wanted < count ? random.nextInt(count) : 0;
        int at = blocks.content(block) + first + from * family.words;
        return PeerWords.choose(
                family,
                blocks.page(block),
                at,
                count,
                begin,
                wanted,
                asker.high,
                asker.low,
                asker.port,
                asker.peers,
                to);
    }

    private void expireHere(int nowTick, int ageTicks, Forgotten forgotten) {
        for (int ordinal = 0; ordinal < PeerKind.COUNT; ordinal++) {
            PeerKind kind = PeerKind.of(ordinal);
            if (countHere(kind) != IN_PARTS) {
                locate(kind, 0);
                int old = dropOld(kind.family, nowTick, ageTicks, forgotten);
                countHere(kind, peers - old);
            }
        }
    }

    private void expirePart(int handle, int nowTick, int ageTicks, Forgotten forgotten) {
        PeerKind kind = PeerKind.of(blocks.tag(handle) - 1);
        block = handle;
        first = 1;
        peers = (int) get(handle, 0);
        int old = dropOld(kind.family, nowTick, ageTicks, forgotten);
        if (old > 0) {
            long word = get(handle, 0);
            set(handle, 0, word - old);
            seek(blocks.high(handle), blocks.middle(handle) ^ scramble((int) (word >>> 32)), blocks.low(handle));
            total(kind, total(kind) - old);
            join(kind);
        }
    }

    /// Takes the old ones out of the peers that were located.
    ///
    /// @return how many they were
    private int dropOld(Family family, int nowTick, int ageTicks, Forgotten forgotten) {
        int at = blocks.content(block) + first;
        int young = PeerWords.keepYoung(family, blocks.page(block), at, peers, nowTick, ageTicks);
        int old = peers - young;
        if (old > 0) {
            blocks.cut(block, first + young * family.words, old * family.words);
            forgotten.peers(family, old);
        }
        return old;
    }

    // ---- parts

    private void intoParts(PeerKind kind) {
        int words = countHere(kind) * kind.family.words;
        int start = start(kind);
        int part = addPart(kind, 0, words);
        System.arraycopy(
                blocks.page(swarm), blocks.content(swarm) + start, blocks.page(part), blocks.content(part) + 1, words);
        set(part, 0, countHere(kind));
        blocks.cut(swarm, start + 1, words - 1);
        set(swarm, start, (long) countHere(kind) << 32 | 1);
        countHere(kind, IN_PARTS);
        while (count(kind) * kind.family.words > PART * parts(kind)) {
            split(kind);
        }
    }

    private void outOfParts(PeerKind kind) {
        int count = total(kind);
        int words = count * kind.family.words;
        int start = start(kind);
        int part = part(kind, 0);
        if (count == 0) {
            blocks.cut(swarm, start, 1);
        } else {
            swarm = blocks.insert(swarm, start + 1, words - 1);
            System.arraycopy(
                    blocks.page(part),
                    blocks.content(part) + 1,
                    blocks.page(swarm),
                    blocks.content(swarm) + start,
                    words);
        }
        countHere(kind, count);
        blocks.remove(part);
    }

    /// Makes one part more, from peers of the one that has waited longest.
    private void split(PeerKind kind) {
        Family family = kind.family;
        int number = parts(kind);
        int bit = Integer.highestOneBit(number);
        int from = part(kind, number - bit);
        int count = (int) get(from, 0);
        int to = addPart(kind, number, count * family.words);
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
        set(from, 0, get(from, 0) - count + stayed);
        set(to, 0, (long) number << 32 | count - stayed);
        blocks.cut(from, 1 + stayed * family.words, (count - stayed) * family.words);
        blocks.cut(to, 1 + (count - stayed) * family.words, stayed * family.words);
        parts(kind, number + 1);
    }

    /// Makes parts fewer as peers become so, and in the end none.
    private void join(PeerKind kind) {
        Family family = kind.family;
        while (parts(kind) > 1 && (long) total(kind) * family.words < (long) PART / 2 * parts(kind)) {
            int number = parts(kind) - 1;
            int last = part(kind, number);
            int count = (int) get(last, 0);
            int into = part(kind, number - Integer.highestOneBit(number));
            int end = 1 + (int) get(into, 0) * family.words;
            into = blocks.insert(into, end, count * family.words);
            System.arraycopy(
                    blocks.page(last),
                    blocks.content(last) + 1,
                    blocks.page(into),
                    blocks.content(into) + end,
                    count * family.words);
            set(into, 0, get(into, 0) + count);
            blocks.remove(last);
            parts(kind, number);
        }
        if (parts(kind) == 1 && total(kind) * family.words <= INLINE / 2) {
            outOfParts(kind);
        }
    }

    /// The number of the part that a peer belongs to.
    private static int numberOf(int hash, int parts) {
        int half = Integer.highestOneBit(parts);
        int number = hash & 2 * half - 1;
        return number < parts ? number : number - half;
    }

    private int addPart(PeerKind kind, int number, int words) {
        return blocks.add(
                blocks.high(swarm),
                blocks.middle(swarm) ^ scramble(number),
                blocks.low(swarm),
                kind.ordinal() + 1,
                1 + words);
    }

    private int part(PeerKind kind, int number) {
        return blocks.find(
                blocks.high(swarm), blocks.middle(swarm) ^ scramble(number), blocks.low(swarm), kind.ordinal() + 1);
    }

    /// What a part's number makes of its key: with a secret, so that nobody can choose two info-hashes of which parts
    /// have the
    /// same.
    private long scramble(int number) {
        return BlockMap.hash(number, 0, 0, seed * 0x9E3779B97F4A7C15L);
    }

    // ---- words

    private boolean isSwarm(int slot) {
        int handle = blocks.at(slot);
        return handle != BlockMap.NONE && blocks.tag(handle) == SWARM;
    }

    private long get(int handle, int at) {
        return blocks.page(handle)[blocks.content(handle) + at];
    }

    private void set(int handle, int at, long word) {
        blocks.page(handle)[blocks.content(handle) + at] = word;
    }

    /// Peers of a kind that are in the swarm's block, or [#IN_PARTS].
    private int countHere(PeerKind kind) {
        return (int) (get(swarm, COUNTS) >>> 8 * kind.ordinal()) & 0xff;
    }

    private void countHere(PeerKind kind, int count) {
        int shift = 8 * kind.ordinal();
        set(swarm, COUNTS, get(swarm, COUNTS) & ~(0xffL << shift) | (long) count << shift);
    }

    /// Where in the swarm's block a kind begins.
    private int start(PeerKind kind) {
        int start = PEERS;
        for (int before = 0; before < kind.ordinal(); before++) {
            int here = countHere(PeerKind.of(before));
            start += here == IN_PARTS ? 1 : here * PeerKind.of(before).family.words;
        }
        return start;
    }

    private int total(PeerKind kind) {
        return (int) (get(swarm, start(kind)) >>> 32);
    }

    private void total(PeerKind kind, int total) {
        set(swarm, start(kind), (long) total << 32 | parts(kind));
    }

    private int parts(PeerKind kind) {
        return (int) get(swarm, start(kind));
    }

    private void parts(PeerKind kind, int parts) {
        int at = start(kind);
        set(swarm, at, get(swarm, at) & ~0xffff_ffffL | parts);
    }
}
