package dev.jackdaw.tracker;

import dev.jackdaw.protocol.InfoHash;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The peers of one info-hash: seeders and leechers apart, and each address family apart, in a [PeerTable] each.
///
/// Tables are made when a first peer needs them: a tracker has many swarms of a few peers. Not safe for threads: a
/// shard's lock guards it.
final class Swarm {
    private static final Family[] FAMILIES = Family.values();

    final long hashHigh;
    final long hashMiddle;
    final int hashLow;
    private int completed;
    private @Nullable PeerTable seeders4;
    private @Nullable PeerTable leechers4;
    private @Nullable PeerTable seeders6;
    private @Nullable PeerTable leechers6;

    Swarm(long hashHigh, long hashMiddle, int hashLow) {
        this.hashHigh = hashHigh;
        this.hashMiddle = hashMiddle;
        this.hashLow = hashLow;
    }

    int seeders() {
        return count(seeders4) + count(seeders6);
    }

    int leechers() {
        return count(leechers4) + count(leechers6);
    }

    /// [Family#words] of all peers.
    int words() {
        return Family.V4.words * (count(seeders4) + count(leechers4))
                + Family.V6.words * (count(seeders6) + count(leechers6));
    }

    int completed() {
        return completed;
    }

    void raiseCompleted(int count) {
        completed = Math.max(completed, count);
    }

    SwarmCounts counts() {
        return new SwarmCounts(new InfoHash(hashHigh, hashMiddle, hashLow), seeders(), leechers(), completed);
    }

    boolean isEmpty() {
        return seeders() + leechers() == 0;
    }

    /// Adds or renews the peer where it belongs, and takes it from where it does not.
    ///
    /// @param mayAdd whether a peer that is not known may be added
    /// @return by how many peers the swarm has grown: 0 or 1
    int put(Announcement peer, int tick, boolean mayAdd) {
        PeerTable other = table(peer.family, !peer.isSeed());
        boolean moved = other != null && other.remove(peer.high, peer.low, peer.port);
        if (moved && peer.isSeed()) {
            // counted here, and not by the event, which a peer may send as often as it likes
            completed++;
        }
        if (!moved && !mayAdd) {
            PeerTable own = table(peer.family, peer.isSeed());
            if (own == null || !own.contains(peer.high, peer.low, peer.port)) {
                return 0;
            }
        }
        boolean added = tableFor(peer.family, peer.isSeed()).put(peer.high, peer.low, peer.port, tick);
        return added && !moved ? 1 : 0;
    }

    /// Takes the peer out.
    ///
    /// @return by how many peers the swarm has shrunk: 0 or 1
    int remove(Announcement peer) {
        PeerTable seeders = table(peer.family, true);
        PeerTable leechers = table(peer.family, false);
        boolean removed = (seeders != null && seeders.remove(peer.high, peer.low, peer.port))
                || (leechers != null && leechers.remove(peer.high, peer.low, peer.port));
        return removed ? 1 : 0;
    }

    /// Chooses random peers of the asker's family: never the asker, leechers alone for a seeder that has moved
    /// something, and for others seeders for up to a half, more if there are too few leechers.
    void choose(Announcement asker, int wanted, RandomGenerator random) {
        PeerTable seeders = table(asker.family, true);
        PeerTable leechers = table(asker.family, false);
        asker.count = 0;
        if (!asker.isSeed() || asker.isUntouched()) {
            int fromSeeders = Math.max(wanted - wanted / 2, wanted - count(leechers));
            take(seeders, asker, fromSeeders, random);
        }
        take(leechers, asker, wanted - asker.count, random);
    }

    /// @return how many peers were forgotten
    int expire(int nowTick, int ageTicks) {
        int expired = 0;
        if (seeders4 != null) {
            expired += seeders4.expire(nowTick, ageTicks);
        }
        if (leechers4 != null) {
            expired += leechers4.expire(nowTick, ageTicks);
        }
        if (seeders6 != null) {
            expired += seeders6.expire(nowTick, ageTicks);
        }
        if (leechers6 != null) {
            expired += leechers6.expire(nowTick, ageTicks);
        }
        return expired;
    }

    /// Writes the info-hash, the downloads, and of seeders and leechers of either family how many there are and
    /// what [PeerTable#write] has of them.
    void write(DataOutputStream out, int nowTick) throws IOException {
        out.writeLong(hashHigh);
        out.writeLong(hashMiddle);
        out.writeInt(hashLow);
        out.writeInt(completed);
        for (Family family : FAMILIES) {
            for (boolean seeders : new boolean[] {true, false}) {
                PeerTable table = table(family, seeders);
                out.writeInt(count(table));
                if (table != null) {
                    table.write(out, nowTick);
                }
            }
        }
    }

    /// Reads what [#write] has written; peers above a number, and those that are too old by now, are left out.
    static Swarm read(DataInputStream in, int nowTick, int elapsedTicks, int timeoutTicks, int room)
            throws IOException {
        Swarm swarm = new Swarm(in.readLong(), in.readLong(), in.readInt());
        swarm.completed = in.readInt();
        for (Family family : FAMILIES) {
            for (boolean seeders : new boolean[] {true, false}) {
                for (int left = in.readInt(); left > 0; left--) {
                    long high = family == Family.V6 ? in.readLong() : 0;
                    long low = family == Family.V6 ? in.readLong() : in.readInt() & 0xffff_ffffL;
                    int port = in.readUnsignedShort();
                    int age = in.readUnsignedShort() + elapsedTicks;
                    if (age <= timeoutTicks && swarm.words() + family.words <= room) {
                        swarm.tableFor(family, seeders).put(high, low, port, nowTick - age);
                    }
                }
            }
        }
        return swarm;
    }

    /// The asker may be in either table: what it was before is not what it says now.
    private static void take(@Nullable PeerTable from, Announcement asker, int wanted, RandomGenerator random) {
        if (from != null) {
            int at = asker.count * asker.family.compactLength;
            asker.count += from.choose(wanted, asker.high, asker.low, asker.port, asker.peers, at, random);
        }
    }

    private static int count(@Nullable PeerTable table) {
        return table == null ? 0 : table.count();
    }

    private @Nullable PeerTable table(Family family, boolean seeders) {
        return switch (family) {
            case V4 -> seeders ? seeders4 : leechers4;
            case V6 -> seeders ? seeders6 : leechers6;
        };
    }

    private PeerTable tableFor(Family family, boolean seeders) {
        PeerTable table = table(family, seeders);
        if (table == null) {
            table = new PeerTable(family);
            switch (family) {
                case V4 -> {
                    if (seeders) {
                        seeders4 = table;
                    } else {
                        leechers4 = table;
                    }
                }
                case V6 -> {
                    if (seeders) {
                        seeders6 = table;
                    } else {
                        leechers6 = table;
                    }
                }
            }
        }
        return table;
    }
}
