package dev.jackdaw.tracker;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.tracker.AnnounceEvent;
import dev.jackdaw.tracker.PeerTable.Family;
import java.net.Inet4Address;
import java.net.InetAddress;

/// One announce as a frontend has read it, and the answer as [AnnounceService] has found it.
///
/// A frontend has one per event loop and uses it again for every request, so that an announce allocates nothing: that
/// is why it is a plain mutable object, unlike the values of `dev.jackdaw.protocol.tracker`.
final class Announcement {
    private static final long MAPPED_PREFIX = 0xffffL;

    // ---- the request

    long hashHigh;
    long hashMiddle;
    int hashLow;
    Family family = Family.V4;
    /// The peer's address: its high and low 64 bits, or 0 and 32 bits for IPv4.
    long high;

    long low;
    /// Where the peer listens; 0 for nowhere.
    int port;
    /// Whether nothing is left to download.
    boolean seed;
    /// Whether it has sent and received nothing. Then it may be no seed at all: aria2 with a magnet link says that
    /// nothing is left until it knows how much there is.
    boolean untouched;

    AnnounceEvent event = AnnounceEvent.NONE;
    /// Peers wanted, or negative if it does not say.
    int numWant;

    // ---- the answer

    /// Complete and incomplete peers of the swarm, of both families, the asker included.
    int seeders;

    int leechers;
    /// How often the torrent was downloaded.
    int completed;
    /// How many peers are in [#peers], in compact form.
    int count;

    final byte[] peers = new byte[TrackerConfig.PEERS_LIMIT * Family.V6.compactLength];

    void infoHash(long newHigh, long newMiddle, int newLow) {
        hashHigh = newHigh;
        hashMiddle = newMiddle;
        hashLow = newLow;
    }

    void infoHash(InfoHash infoHash) {
        infoHash(infoHash.high(), infoHash.middle(), infoHash.low());
    }

    /// Takes the host a request came from; IPv4 mapped into IPv6 is IPv4.
    void source(InetAddress host) {
        byte[] bytes = host.getAddress();
        if (host instanceof Inet4Address) {
            family = Family.V4;
            high = 0;
            low = word(bytes, 0, 4);
            return;
        }
        high = word(bytes, 0, 8);
        low = word(bytes, 8, 8);
        boolean mapped = high == 0 && low >>> 32 == MAPPED_PREFIX;
        family = mapped ? Family.V4 : Family.V6;
        if (mapped) {
            low &= 0xffff_ffffL;
        }
    }

    /// The answer's peers as values.
    java.util.List<PeerAddress> peerAddresses() {
        var compact = java.nio.ByteBuffer.wrap(peers);
        var addresses = new java.util.ArrayList<PeerAddress>(count);
        for (int i = 0; i < count; i++) {
            addresses.add(PeerAddress.readCompact(compact, family == Family.V6));
        }
        return addresses;
    }

    private static long word(byte[] bytes, int at, int length) {
        long word = 0;
        for (int i = 0; i < length; i++) {
            word = (word << 8) | (bytes[at + i] & 0xff);
        }
        return word;
    }
}
