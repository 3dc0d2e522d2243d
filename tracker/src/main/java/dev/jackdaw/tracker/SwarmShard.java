package dev.jackdaw.tracker;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Some of the swarms, all in one [BlockMap]; not safe for threads, [MemorySwarmStore] locks it.
///
/// A swarm is a [SwarmBlock], and its peers are as [SwarmPeers] has them. Methods on one swarm come after [#seek] or
/// [#create], and are about that one.
final class SwarmShard {
    /// Slots swept in one go.
    static final int SWEEP = 512;

    private final long seed;
    private final BlockMap blocks;
    private final SwarmBlock swarm;
    private final SwarmPeers peers;
    private int swarms;

    /// @param seed not known outside
    SwarmShard(long seed) {
        this.seed = seed;
        this.blocks = new BlockMap(seed);
        this.swarm = new SwarmBlock(blocks);
        this.peers = new SwarmPeers(blocks, swarm, seed);
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
        if (peers.renew(kind, hash, peer.high, peer.low, peer.port, tick)) {
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
        peers.add(kind, hash, peer.high, peer.low, peer.port, tick);
        return moved ? Put.KNOWN : Put.ADDED;
    }

    /// Takes the peer out.
    ///
    /// @return by how many peers the swarm has shrunk: 0 or 1
    int remove(Announcement peer) {
        int hash = PeerWords.hash(peer.high, peer.low, peer.port, seed);
        for (PeerKind kind : PeerKind.of(peer.family)) {
            if (peers.remove(kind, hash, peer.high, peer.low, peer.port)) {
                return 1;
            }
        }
        return 0;
    }

    /// Removes the swarm with all its peers.
    void remove() {
        peers.removeParts();
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
            peers.choose(PeerKind.seeders(family), asker, fromSeeders, random);
            peers.choose(PeerKind.partialSeeds(family), asker, fromSeeders - asker.count, random);
        }
        peers.choose(leechers, asker, wanted - asker.count, random);
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
                peers.expireHere(nowTick, ageTicks, forgotten);
                if (isEmpty() && (completed() == 0 || !keepsDownloads)) {
                    remove();
                    forgotten.swarm();
                }
            } else {
                peers.expirePart(handle, nowTick, ageTicks, forgotten);
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

    /// Writes each swarm: `1`, the info-hash, the downloads, and the peers of each [PeerKind].
    void write(DataOutputStream out, int nowTick) throws IOException {
        for (int slot = 0; slot < blocks.slots(); slot++) {
            if (!swarm.look(blocks.at(slot))) {
                continue;
            }
            out.writeByte(1);
            out.write(swarm.infoHash().toBytes());
            out.writeInt(completed());
            for (int ordinal = 0; ordinal < PeerKind.COUNT; ordinal++) {
                peers.write(PeerKind.of(ordinal), nowTick, out);
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
                if (age <= timeoutTicks && kind.family.words <= left && !peers.has(kind, hash, high, low, port)) {
                    peers.add(kind, hash, high, low, port, nowTick - age);
                    left -= kind.family.words;
                }
            }
        }
    }
}
