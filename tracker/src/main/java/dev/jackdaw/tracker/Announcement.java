package dev.jackdaw.tracker;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.tracker.AnnounceEvent;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// One announce as a frontend has read it, and the answer as [AnnounceService] has found it.
///
/// A frontend has one per thread and uses it again for every request, so that an announce allocates nothing: that
/// is why it is a plain mutable object, unlike the values of `dev.jackdaw.protocol.tracker`.
final class Announcement {
    private static final long MAPPED_PREFIX = 0xffffL;

    // ---- the request

    long hashHigh;
    long hashMiddle;
    int hashLow;

    long peerIdHigh;
    long peerIdMiddle;
    int peerIdLow;

    Family family = Family.V4;
    /// The peer's address: its high and low 64 bits, or 0 and 32 bits for IPv4.
    long high;

    long low;
    /// Where the peer listens: 1 … 65,535.
    int port;

    /// Bytes since `started`; never negative.
    long uploaded;

    long downloaded;
    /// Bytes missing; never negative, and `Long.MAX_VALUE` if the client does not know.
    long left;

    AnnounceEvent event = AnnounceEvent.NONE;
    /// Peers wanted, or negative if it does not say.
    int numWant;
    /// What the tracker's URL says about who asks, from its path or query, or over UDP from the options of BEP 41;
    /// empty if it says nothing, or if the policy does not read it.
    String passkey = "";

    // ---- the answer

    /// Complete and incomplete peers of the swarm, of both families, the asker included.
    int seeders;

    int leechers;
    /// Those of the incomplete ones that are not downloading (BEP 21); in the answer to a scrape alone.
    int partialSeeds;
    /// How often the torrent was downloaded.
    int completed;
    /// How many peers are in [#peers], in compact form.
    int count;

    final byte[] peers = new byte[TrackerConfig.PEERS_LIMIT * Family.V6.compactLength + Long.BYTES];

    /// Whether nothing is left to download.
    boolean isSeed() {
        return left == 0;
    }

    /// Whether it is incomplete, and does not download what is left (BEP 21).
    boolean isPartialSeed() {
        return left != 0 && event == AnnounceEvent.PAUSED;
    }

    /// Whether it has sent and received nothing. Then it may be no seed at all: aria2 with a magnet link says that
    /// nothing is left until it knows how much there is.
    boolean isUntouched() {
        return uploaded == 0 && downloaded == 0;
    }

    void infoHash(long newHigh, long newMiddle, int newLow) {
        hashHigh = newHigh;
        hashMiddle = newMiddle;
        hashLow = newLow;
    }

    void infoHash(InfoHash infoHash) {
        infoHash(infoHash.high(), infoHash.middle(), infoHash.low());
    }

    /// The info-hash as a value.
    InfoHash infoHash() {
        return new InfoHash(hashHigh, hashMiddle, hashLow);
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
        source(word(bytes, 0, 8), word(bytes, 8, 8));
    }

    /// The address a request came from, with the port where the peer listens.
    PeerAddress source() {
        return new PeerAddress(high, low, family == Family.V6, port);
    }

    /// Whether its address is in one of some ranges.
    boolean isFrom(List<AddressRange> ranges) {
        for (AddressRange range : ranges) {
            if (range.contains(family, high, low)) {
                return true;
            }
        }
        return false;
    }

    /// Takes the address of a native `sockaddr_in` or `sockaddr_in6`.
    ///
    /// @param names big-endian
    void source(ByteBuffer names, int at) {
        // the family alone is in the machine's byte order, which is little-endian
        if (names.get(at) == Linux.AF_INET) {
            family = Family.V4;
            high = 0;
            low = names.getInt(at + Linux.SOCKADDR_V4_HOST) & 0xffff_ffffL;
        } else {
            source(names.getLong(at + Linux.SOCKADDR_V6_HOST), names.getLong(at + Linux.SOCKADDR_V6_HOST + Long.BYTES));
        }
    }

    /// Takes an IPv6 address; IPv4 mapped into it is IPv4.
    private void source(long newHigh, long newLow) {
        boolean mapped = newHigh == 0 && newLow >>> 32 == MAPPED_PREFIX;
        family = mapped ? Family.V4 : Family.V6;
        high = newHigh;
        low = mapped ? newLow & 0xffff_ffffL : newLow;
    }

    /// Leaves the answer empty.
    void clearAnswer() {
        seeders = 0;
        leechers = 0;
        partialSeeds = 0;
        completed = 0;
        count = 0;
    }

    /// The answer's peers as values.
    List<PeerAddress> peerAddresses() {
        var compact = ByteBuffer.wrap(peers);
        var addresses = new ArrayList<PeerAddress>(count);
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
