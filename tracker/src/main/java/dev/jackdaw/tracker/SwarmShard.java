package dev.jackdaw.tracker;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Some of the swarms, all in one [BlockMap]; not safe for threads, [MemorySwarmStore] locks it.
///
/// The peers of a kind are in their swarm's [SwarmBlock], or if they are many, in [SwarmParts]. Methods on one swarm
/// come after [#seek] or [#create], and are about that one.
final class SwarmShard {
    /// Slots swept in one go.
    static final int SWEEP = 512;

    private final long seed;
    private final BlockMap blocks;
    private final SwarmBlock swarm;
    private final SwarmParts parts;
    private int swarms;

    // the peers among which a peer is or would be, after `locate`
    private int block = BlockMap.NONE;
    private int first;
    private int peers;

    /// @param seed not known outside
    SwarmShard(long seed) {
        this.seed = seed;
        this.blocks = new BlockMap(seed);
        this.swarm = new SwarmBlock(blocks);
        this.parts = new SwarmParts(blocks, swarm, seed);
    }

    int swarms() {
        return swarms;
    }

    /// What all of this takes, but for a few objects.
    long memoryBytes() {
        return (long) Long.BYTES * blocks.words() + (long) Integer.BYTES * blocks.slots();
    }

    // ---- before a lock is held

    /// Where a swarm may be: what [#touch] takes.
    int guess(long high, long middle, int low) {
        return blocks.guess(high, middle, low, SwarmBlock.TAG);
    }

    /// Reads what will be read of the swarm that is there, if one is; see [BlockMap#touch].
    long touch(int guess) {
        return blocks.touch(guess);
    }

    // ---- one swarm

    boolean seek(long high, long middle, int low) {
        return swarm.seek(high, middle, low);
    }

    /// Makes a swarm that there is not yet.
    void create(long high, long middle, int low) {
        swarm.create(high, middle, low);
        swarms++;
    }

    int seeders() {
        return swarm.count(PeerKind.SEEDERS_V4) + swarm.count(PeerKind.SEEDERS_V6);
    }

    /// Incomplete peers, [#partialSeeds] among them.
    int leechers() {
        return swarm.count(PeerKind.LEECHERS_V4) + swarm.count(PeerKind.LEECHERS_V6) + partialSeeds();
    }

    /// Incomplete peers that are not downloading (BEP 21).
    int partialSeeds() {
        return swarm.count(PeerKind.PARTIAL_SEEDS_V4) + swarm.count(PeerKind.PARTIAL_SEEDS_V6);
    }

    /// [Family#words] of all peers.
    int words() {
        int words = 0;
        for (int ordinal = 0; ordinal < PeerKind.COUNT; ordinal++) {
            PeerKind kind = PeerKind.of(ordinal);
            words += swarm.count(kind) * kind.family.words;
        }
        return words;
    }

    int completed() {
        return swarm.downloads();
    }

    void completed(int completed) {
        swarm.downloads(completed);
    }

    SwarmCounts counts() {
        return new SwarmCounts(swarm.infoHash(), seeders(), leechers(), completed());
    }

    boolean isEmpty() {
        return seeders() + leechers() == 0;
    }

    /// What has become of a peer that announced.
    enum Put {
        ADDED,
        /// It was there, perhaps as a peer of another kind.
        KNOWN,
        NO_ROOM
    }

    /// Adds or renews the peer where it belongs, and takes it from where it does not.
    ///
    /// @param mayAdd whether a peer that is not known may be added
    Put put(Announcement peer, int tick, boolean mayAdd) {
        PeerKind kind = PeerKind.of(peer);
        int hash = PeerWords.hash(peer.high, peer.low, peer.port, seed);
        int at = locate(kind, hash, peer.high, peer.low, peer.port);
        if (at >= 0) {
            PeerWords.touch(kind.family, blocks.page(block), at, tick);
            return Put.KNOWN;
        }
        boolean moved = remove(peer) != 0;
        if (moved && peer.isSeed()) {
            // counted here, and not by the event, which a peer may send as often as it likes
            completed(completed() + 1);
        }
        if (!moved && !mayAdd) {
            return Put.NO_ROOM;
        }
        add(kind, hash, peer.high, peer.low, peer.port, tick);
        return moved ? Put.KNOWN : Put.ADDED;
    }

    /// Takes the peer out.
    ///
    /// @return by how many peers the swarm has shrunk: 0 or 1
    int remove(Announcement peer) {
        int hash = PeerWords.hash(peer.high, peer.low, peer.port, seed);
        for (PeerKind kind : PeerKind.of(peer.family)) {
            if (remove(kind, peer, hash)) {
                return 1;
            }
        }
        return 0;
    }

    /// Removes the swarm with all its peers.
    void remove() {
        for (int ordinal = 0; ordinal < PeerKind.COUNT; ordinal++) {
            PeerKind kind = PeerKind.of(ordinal);
            if (swarm.inParts(kind)) {
                parts.remove(kind);
            }
        }
        swarm.remove();
        swarms--;
    }

    /// Chooses random peers of the asker's family: never the asker; leechers alone for one that is not downloading;
    /// for others seeders, and after them partial ones, for up to a half, more if there are too few leechers.
    void choose(Announcement asker, int wanted, RandomGenerator random) {
        Family family = asker.family;
        PeerKind leechers = PeerKind.leechers(family);
        asker.count = 0;
        boolean downloads = asker.isSeed() ? asker.isUntouched() : !asker.isPartialSeed();
        if (downloads) {
            int fromSeeders = Math.max(wanted - wanted / 2, wanted - swarm.count(leechers));
            take(PeerKind.seeders(family), asker, fromSeeders, random);
            take(PeerKind.partialSeeds(family), asker, fromSeeders - asker.count, random);
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
            if (swarm.look(blocks.at(slot))) {
                consumer.accept(counts());
            }
        }
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
            if (swarm.look(handle)) {
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

    /// Writes each swarm: `1`, the info-hash, the downloads, and of each [PeerKind] how many there are and what
    /// [PeerWords#write] has of them.
    void write(DataOutputStream out, int nowTick) throws IOException {
        for (int slot = 0; slot < blocks.slots(); slot++) {
            if (!swarm.look(blocks.at(slot))) {
                continue;
            }
            out.writeByte(1);
            out.write(swarm.infoHash().toBytes());
            out.writeInt(completed());
            for (int ordinal = 0; ordinal < PeerKind.COUNT; ordinal++) {
                PeerKind kind = PeerKind.of(ordinal);
                out.writeInt(swarm.count(kind));
                int all = swarm.inParts(kind) ? swarm.parts(kind) : 1;
                for (int number = 0; number < all; number++) {
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
        if (swarm.inParts(kind)) {
            locatePart(parts.partOf(kind, hash));
        } else {
            locateHere(kind);
        }
        return PeerWords.find(kind.family, blocks.page(block), blocks.content(block) + first, peers, high, low, port);
    }

    /// Sets [#block], [#first] and [#peers] to the kind's part of that number, or to where they are if not in parts.
    private void locate(PeerKind kind, int number) {
        if (swarm.inParts(kind)) {
            locatePart(parts.part(kind, number));
        } else {
            locateHere(kind);
        }
    }

    private void locatePart(int part) {
        block = part;
        first = 1;
        peers = parts.count(part);
    }

    private void locateHere(PeerKind kind) {
        block = swarm.handle();
        first = swarm.start(kind);
        peers = swarm.here(kind);
    }

    private void add(PeerKind kind, int hash, long high, long low, int port, int tick) {
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

    private boolean remove(PeerKind kind, Announcement peer, int hash) {
        int at = locate(kind, hash, peer.high, peer.low, peer.port);
        if (at < 0) {
            return false;
        }
        int last = first + (peers - 1) * kind.family.words;
        long[] page = blocks.page(block);
        PeerWords.copy(kind.family, page, blocks.content(block) + last, page, at);
        blocks.cut(block, last, kind.family.words);
        if (swarm.inParts(kind)) {
            parts.grow(block, -1);
            swarm.total(kind, swarm.total(kind) - 1);
            parts.joinIfEmpty(kind);
        } else {
            swarm.here(kind, peers - 1);
        }
        return true;
    }

    private void take(PeerKind kind, Announcement asker, int wanted, RandomGenerator random) {
        Family family = kind.family;
        int start = asker.count * family.compactLength;
        int end = start + wanted * family.compactLength;
        int to = start;
        if (!swarm.inParts(kind)) {
            locateHere(kind);
            to = take(kind, 0, peers, asker, to, end, random);
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
                locatePart(parts.part(kind, part));
                boolean whole = part >= half || part + half < all;
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
            if (!swarm.inParts(kind)) {
                locateHere(kind);
                int old = dropOld(kind.family, nowTick, ageTicks, forgotten);
                swarm.here(kind, peers - old);
            }
        }
    }

    private void expirePart(int part, int nowTick, int ageTicks, Forgotten forgotten) {
        PeerKind kind = parts.kind(part);
        locatePart(part);
        int old = dropOld(kind.family, nowTick, ageTicks, forgotten);
        if (old > 0) {
            parts.grow(part, -old);
            parts.seekSwarm(part);
            swarm.total(kind, swarm.total(kind) - old);
            parts.joinIfEmpty(kind);
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
}
