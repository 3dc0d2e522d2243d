package dev.jackdaw.dht.engine;

import dev.jackdaw.dht.NodeId;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.SipHash;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The peers of one family that have announced themselves (BEP 5), by info-hash.
///
/// Bounded: with [#MOST_TORRENTS] torrents, a new one pushes out the smallest of a few picked at random, so
/// that someone who announces many torrents nobody else has pushes out his own first.
final class PeerStore {
    static final int MOST_TORRENTS = 20_000;
    /// Of one torrent: beyond that, filters of BEP 33 say nothing any more.
    static final int MOST_PEERS = 6_000;
    /// Of all torrents.
    static final int MOST_PEERS_IN_ALL = 400_000;
    /// From an announce, until the peer is forgotten.
    private static final int LIFE_MINUTES = 30;
    /// Of which the smallest makes way.
    private static final int PICKED = 8;

    private final boolean v6;
    private final RandomGenerator random;
    private final SipHash secret;
    /// Open addressing; a power of two, at most half full.
    private @Nullable AnnouncedPeers[] table = {};
    private int torrents;
    private int peers;

    PeerStore(boolean v6, RandomGenerator random) {
        this.v6 = v6;
        this.random = random;
        this.secret = new SipHash(random);
    }

    int torrents() {
        return torrents;
    }

    int peers() {
        return peers;
    }

    @Nullable
    AnnouncedPeers find(NodeId infoHash) {
        return torrents == 0 ? null : table[slot(infoHash)];
    }

    /// Notes a peer of a torrent.
    void announce(NodeId infoHash, PeerAddress host, int port, boolean seed, int nowMinute) {
        AnnouncedPeers known = find(infoHash);
        if (known == null) {
            known = add(infoHash);
        }
        int limit = peers < MOST_PEERS_IN_ALL ? MOST_PEERS : Math.max(1, known.size());
        peers += known.put(host, port, seed, nowMinute + LIFE_MINUTES, limit);
    }

    private AnnouncedPeers add(NodeId infoHash) {
        if (torrents >= MOST_TORRENTS || peers >= MOST_PEERS_IN_ALL + MOST_TORRENTS) {
            removeSmallOne();
        }
        if ((torrents + 1) * 2 > table.length) {
            resize(Math.max(8, table.length * 2));
        }
        AnnouncedPeers added = new AnnouncedPeers(infoHash, v6);
        table[slot(infoHash)] = added;
        torrents++;
        return added;
    }

    /// Where the torrent is, or would be.
    private int slot(NodeId infoHash) {
        int mask = table.length - 1;
        int slot = home(infoHash);
        for (AnnouncedPeers there = table[slot];
                there != null && !there.infoHash.equals(infoHash);
                there = table[slot]) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    /// Info-hashes are announced by strangers, who would choose them to collide if they could foresee this.
    private int home(NodeId infoHash) {
        return (int) secret.hash(infoHash.high(), infoHash.middle(), infoHash.low()) & table.length - 1;
    }

    private void resize(int slots) {
        @Nullable AnnouncedPeers[] old = table;
        table = new AnnouncedPeers[slots];
        for (AnnouncedPeers known : old) {
            if (known != null) {
                table[slot(known.infoHash)] = known;
            }
        }
    }

    private void removeSmallOne() {
        AnnouncedPeers smallest = null;
        int at = random.nextInt(table.length);
        for (int seen = 0; seen < PICKED; at = at + 1 & table.length - 1) {
            AnnouncedPeers there = table[at];
            if (there != null) {
                seen++;
                smallest = smallest == null || there.size() < smallest.size() ? there : smallest;
            }
        }
        if (smallest != null) {
            remove(smallest);
        }
    }

    private void remove(AnnouncedPeers gone) {
        int mask = table.length - 1;
        int hole = slot(gone.infoHash);
        table[hole] = null;
        torrents--;
        peers -= gone.size();
        for (int at = hole + 1 & mask; ; at = at + 1 & mask) {
            AnnouncedPeers next = table[at];
            if (next == null) {
                return;
            }
            table[at] = null; // those behind it may have been put off by the one that is gone
            table[slot(next.infoHash)] = next;
        }
    }

    /// Forgets what is over.
    void expire(int nowMinute) {
        for (int at = 0; at < table.length; at++) {
            AnnouncedPeers known = table[at];
            if (known == null) {
                continue;
            }
            peers -= known.expire(nowMinute);
            if (known.size() == 0) {
                remove(known);
                at--; // another may have come to this place
            }
        }
    }

    /// Some info-hashes (BEP 51).
    ///
    /// @return 20 bytes for each
    byte[] sample(int limit) {
        int count = Math.min(limit, torrents);
        byte[] out = new byte[count * NodeId.LENGTH];
        int at = table.length == 0 ? 0 : random.nextInt(table.length);
        for (int written = 0; written < count; at = at + 1 & table.length - 1) {
            AnnouncedPeers known = table[at];
            if (known != null) {
                known.infoHash.put(out, written++ * NodeId.LENGTH);
            }
        }
        return out;
    }
}
