package dev.jackdaw.peer.discovery;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Decides what is announced to the local network and when, and which announcements of others are believed (BEP 14). No
/// sockets, no clock; owned by one thread.
///
/// Each torrent is announced every five minutes, several in one datagram, and no datagram leaves within a minute of the
/// one before; a new torrent therefore waits a minute at most.
final class LocalAnnouncer {
    /// BEP 14: every five minutes.
    static final long INTERVAL_NANOS = 300_000_000_000L;
    /// BEP 14: no more than one announce per minute.
    static final long MIN_GAP_NANOS = 60_000_000_000L;
    /// Announcements of others that are looked at in a second; more are dropped.
    static final int MAX_RECEIVED_PER_SECOND = 50;

    private static final long SECOND = 1_000_000_000L;

    private final String cookie;
    private final int port;
    /// When each torrent is due, the most urgent first: those that have been announced go to the end.
    private final Map<InfoHash, Long> due = new LinkedHashMap<>();
    private boolean announced;
    private long announcedNanos;
    private long secondBegan;
    private int receivedInSecond;

    /// @param port   where peers reach us
    /// @param cookie unlikely to be anyone else's
    LocalAnnouncer(int port, String cookie) {
        this.port = port;
        this.cookie = cookie;
    }

    void add(InfoHash infoHash, long nowNanos) {
        due.putIfAbsent(infoHash, nowNanos);
    }

    void remove(InfoHash infoHash) {
        due.remove(infoHash);
    }

    /// When [#next] has something to say; `Long.MAX_VALUE` for never.
    long nextTimeoutNanos() {
        if (due.isEmpty()) {
            return Long.MAX_VALUE;
        }
        long earliest = due.values().iterator().next();
        for (long each : due.values()) {
            earliest = Math.min(earliest, each);
        }
        return announced ? Math.max(earliest, announcedNanos + MIN_GAP_NANOS) : earliest;
    }

    /// What is to be announced now, if anything is.
    Optional<LocalAnnouncement> next(long nowNanos) {
        if (nextTimeoutNanos() > nowNanos) {
            return Optional.empty();
        }
        // with room to spare, those that come next go too: fewer datagrams in all
        List<InfoHash> chosen = new ArrayList<>();
        for (Map.Entry<InfoHash, Long> each : due.entrySet()) {
            if (each.getValue() - MIN_GAP_NANOS <= nowNanos && chosen.size() < LocalAnnouncement.MAX_INFO_HASHES) {
                chosen.add(each.getKey());
            }
        }
        for (InfoHash each : chosen) {
            due.remove(each);
            due.put(each, nowNanos + INTERVAL_NANOS);
        }
        announced = true;
        announcedNanos = nowNanos;
        return Optional.of(new LocalAnnouncement(port, chosen, Optional.of(cookie)));
    }

    /// Whether there is time to look at another datagram.
    boolean admits(long nowNanos) {
        if (nowNanos - secondBegan >= SECOND || receivedInSecond == 0) {
            secondBegan = nowNanos;
            receivedInSecond = 0;
        }
        return ++receivedInSecond <= MAX_RECEIVED_PER_SECOND;
    }

    /// Which of our torrents the sender has, if it is not ourselves.
    List<InfoHash> ours(LocalAnnouncement announcement) {
        if (announcement.cookie().equals(Optional.of(cookie))) {
            return List.of();
        }
        return announcement.infoHashes().stream()
                .distinct()
                .filter(due::containsKey)
                .toList();
    }

    /// A network that one of our interfaces is in.
    ///
    /// @param prefixLength leading bits that its addresses share
    record Subnet(InetAddress address, int prefixLength) {
        /// A datagram to our port can come from anywhere, but an announcement only from the local network.
        boolean contains(InetAddress host) {
            byte[] mine = address.getAddress();
            byte[] other = host.getAddress();
            if (mine.length != other.length) {
                return false;
            }
            for (int bit = 0; bit < Math.min(prefixLength, 8 * mine.length); bit++) {
                if (((mine[bit / 8] ^ other[bit / 8]) >>> (7 - bit % 8) & 1) != 0) {
                    return false;
                }
            }
            return prefixLength > 0;
        }
    }

    /// Where the peers of an announcement listen: on its port at the datagram's source, if that is near.
    static Optional<PeerAddress> peer(LocalAnnouncement announcement, InetAddress source, List<Subnet> subnets) {
        boolean near = PeerAddress.isLocal(source) || subnets.stream().anyMatch(subnet -> subnet.contains(source));
        return near
                ? Optional.of(PeerAddress.of(source.getAddress(), announcement.port()))
                        .filter(PeerAddress::isDialable)
                : Optional.empty();
    }
}
