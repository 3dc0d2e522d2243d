package dev.jackdaw.tracker;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/// A tracker's settings.
///
/// @param http           where to listen for HTTP; port 0 lets the system pick one
/// @param udp            where to listen for UDP
/// @param interval       how often peers are to announce
/// @param minInterval    how often they may, as told to HTTP clients
/// @param peerTimeout    how long a peer is remembered after its last announce
/// @param defaultPeers   peers in an answer to a request that does not say how many it wants
/// @param maxPeers       peers in any answer
/// @param maxStoredPeers peers remembered in all; further ones are answered but not remembered
/// @param maxStoredSwarms swarms remembered in all; announces for further ones are answered with no peers
/// @param maxConnections HTTP connections at a time; the next one is closed
/// @param requestTimeout how long an HTTP client may take to send a request, or be idle between two
/// @param threads        event loops
public record TrackerConfig(
        List<InetSocketAddress> http,
        List<InetSocketAddress> udp,
        Duration interval,
        Duration minInterval,
        Duration peerTimeout,
        int defaultPeers,
        int maxPeers,
        int maxStoredPeers,
        int maxStoredSwarms,
        int maxConnections,
        Duration requestTimeout,
        int threads) {
    /// No answer ever has more, whatever the settings: 200 IPv6 peers are what a UDP datagram of 4 KiB holds.
    public static final int PEERS_LIMIT = 200;

    public TrackerConfig {
        http = List.copyOf(http);
        udp = List.copyOf(udp);
        if (maxPeers < 1 || maxPeers > PEERS_LIMIT || defaultPeers < 0 || defaultPeers > maxPeers) {
            throw new IllegalArgumentException(
                    "peers in an answer: " + defaultPeers + " to " + maxPeers + ", expected at most " + PEERS_LIMIT);
        }
        if (interval.toSeconds() < 1 || interval.toDays() >= 1) {
            throw new IllegalArgumentException("interval " + interval + ", expected one second to one day");
        }
        if (peerTimeout.compareTo(interval) <= 0 || peerTimeout.toDays() > 2) {
            throw new IllegalArgumentException(
                    "peers forgotten after " + peerTimeout + ", expected more than the interval and at most two days");
        }
        if (maxStoredPeers < 1 || maxStoredSwarms < 1 || maxConnections < 1 || threads < 1) {
            throw new IllegalArgumentException("limits below 1");
        }
    }

    /// A public tracker on port 6969 of every address.
    public static TrackerConfig defaults() {
        InetSocketAddress any = new InetSocketAddress(6969);
        return on(List.of(any), List.of(any));
    }

    /// A tracker for this machine alone, IPv4, on ports the system picks.
    public static TrackerConfig loopback() {
        InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        return on(List.of(address), List.of(address));
    }

    /// A tracker with the default settings on these addresses.
    public static TrackerConfig on(List<InetSocketAddress> http, List<InetSocketAddress> udp) {
        return new TrackerConfig(
                http,
                udp,
                Duration.ofMinutes(30),
                Duration.ofMinutes(1),
                Duration.ofMinutes(75),
                50,
                PEERS_LIMIT,
                50_000_000,
                5_000_000,
                20_000,
                Duration.ofSeconds(15),
                Runtime.getRuntime().availableProcessors());
    }

    /// The same with other times between announces; a peer is forgotten when it has missed two.
    public TrackerConfig withInterval(Duration newInterval) {
        Duration shorter = minInterval.compareTo(newInterval) < 0 ? minInterval : newInterval;
        return new TrackerConfig(
                http,
                udp,
                newInterval,
                shorter,
                newInterval.multipliedBy(5).dividedBy(2).plusSeconds(16),
                defaultPeers,
                maxPeers,
                maxStoredPeers,
                maxStoredSwarms,
                maxConnections,
                requestTimeout,
                threads);
    }

    /// The same with that many event loops.
    public TrackerConfig withThreads(int count) {
        return new TrackerConfig(
                http,
                udp,
                interval,
                minInterval,
                peerTimeout,
                defaultPeers,
                maxPeers,
                maxStoredPeers,
                maxStoredSwarms,
                maxConnections,
                requestTimeout,
                count);
    }
}
