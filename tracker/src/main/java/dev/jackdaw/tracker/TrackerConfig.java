package dev.jackdaw.tracker;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A tracker's settings: a [#builder()] and what differs from the defaults. The command line and the
/// configuration file both end here.
///
/// @param http            where to listen for HTTP; port 0 lets the system pick one
/// @param https           where to listen for HTTP over TLS
/// @param tls             certificate and key; there must be some if there is any `https`
/// @param udp             where to listen for UDP
/// @param interval        how often peers are to announce
/// @param minInterval     how often they may, as told to HTTP clients
/// @param peerTimeout     how long a peer is remembered after its last announce
/// @param defaultPeers    peers in an answer to a request that does not say how many it wants
/// @param maxPeers        peers in any answer
/// @param maxStoredPeers  peers remembered in all, an IPv6 one counting as three; further ones are answered but
///                        not remembered. By default as many as fit into a third of the memory
/// @param maxStoredSwarms swarms remembered in all; announces for further ones are answered with no peers. By
///                        default as many as fit into another third
/// @param maxConnections  HTTP connections at a time; the next one has that closed that waits for the longest time
/// @param requestTimeout  how long an HTTP client may take to send a request, or be idle between two
/// @param torrents        which info-hashes are served; all if there is no list
/// @param addresses       which addresses are served; all if there is no list
/// @param trustedProxies  where requests may come from that name their client's address in `X-Forwarded-For`
/// @param proxyProtocol   whether those begin their connections with a [ProxyHeader] instead
/// @param snapshot        where the swarms are kept while the tracker does not run; forgotten if there is no
///                       place
/// @param threads         for HTTP, and as many for UDP; by default each gets half of the processors
public record TrackerConfig(
        List<InetSocketAddress> http,
        List<InetSocketAddress> https,
        Optional<TlsFiles> tls,
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
        Optional<AccessList> torrents,
        Optional<AccessList> addresses,
        List<AddressRange> trustedProxies,
        boolean proxyProtocol,
        Optional<Path> snapshot,
        int threads) {
    /// No answer ever has more, whatever the settings: 200 IPv6 peers are what a UDP datagram of 4 KiB holds.
    public static final int PEERS_LIMIT = 200;
    /// Memory that an IPv4 peer takes at most; an IPv6 peer counts as three.
    private static final int PEER_BYTES = 16;
    /// Memory that a swarm takes at most, beside its peers.
    private static final int SWARM_BYTES = 64;
    /// Where a tracker listens by custom, TCP and UDP.
    public static final int DEFAULT_PORT = 6969;

    /// PEM files, read again when they change.
    ///
    /// @param certificates the server's certificate, then those between it and a root
    /// @param key          its private key, PKCS #8, not encrypted
    public record TlsFiles(Path certificates, Path key) {}

    /// A file of info-hashes or addresses, one a line, read again when it changes.
    ///
    /// @param mode whether those in the file are the ones that are served, or the ones that are not
    public record AccessList(Mode mode, Path file) {
        public enum Mode {
            ALLOW,
            DENY
        }
    }

    public TrackerConfig {
        http = List.copyOf(http);
        https = List.copyOf(https);
        udp = List.copyOf(udp);
        trustedProxies = List.copyOf(trustedProxies);
        require(https.isEmpty() || tls.isPresent(), "https", https, "none without tls");
        require(maxPeers >= 1 && maxPeers <= PEERS_LIMIT, "max-peers", maxPeers, "1 to " + PEERS_LIMIT);
        require(defaultPeers >= 0 && defaultPeers <= maxPeers, "default-peers", defaultPeers, "0 to max-peers");
        require(
                interval.toSeconds() >= 1 && interval.toDays() < 1,
                "interval",
                interval.toSeconds() + "s",
                "one second to less than one day");
        require(
                !minInterval.isNegative() && minInterval.compareTo(interval) <= 0,
                "min-interval",
                minInterval.toSeconds() + "s",
                "no more than interval");
        require(
                peerTimeout.compareTo(interval) > 0 && peerTimeout.toDays() <= 2,
                "peer-timeout",
                peerTimeout.toSeconds() + "s",
                "more than interval and at most two days");
        require(maxStoredPeers >= 1, "max-stored-peers", maxStoredPeers, "1 or more");
        require(maxStoredSwarms >= 1, "max-stored-swarms", maxStoredSwarms, "1 or more");
        require(maxConnections >= 1, "max-connections", maxConnections, "1 or more");
        require(requestTimeout.toMillis() >= 1, "request-timeout", requestTimeout.toMillis() + "ms", "1ms or more");
        require(threads >= 1, "threads", threads, "1 or more");
    }

    /// @param key as the configuration file has it
    private static void require(boolean holds, String key, Object seen, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(key + " = " + seen + ", expected " + expected);
        }
    }

    /// Whether a connection from that address begins with a [ProxyHeader].
    boolean beginsWithHeader(Announcement client) {
        return proxyProtocol && client.isFrom(trustedProxies);
    }

    /// A tracker for this machine alone, IPv4, on ports the system picks.
    public static Builder loopback() {
        InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        return builder().http(List.of(address)).udp(List.of(address));
    }

    /// How many of that size a third of the memory holds that this process may use, but no more than `most`.
    private static int bound(int bytes, int most) {
        return (int) Math.clamp(Runtime.getRuntime().maxMemory() / 3 / bytes, 1, most);
    }

    public static Builder builder() {
        return new Builder();
    }

    /// Collects what differs from the defaults, which listen nowhere; each setter is named for its component and
    /// returns the builder.
    public static final class Builder {
        private List<InetSocketAddress> http = List.of();
        private List<InetSocketAddress> https = List.of();
        private Optional<TlsFiles> tls = Optional.empty();
        private List<InetSocketAddress> udp = List.of();
        private Duration interval = Duration.ofMinutes(30);
        private Duration minInterval = Duration.ofMinutes(1);
        private Duration peerTimeout = Duration.ofMinutes(75);
        private int defaultPeers = 50;
        private int maxPeers = PEERS_LIMIT;
        private int maxStoredPeers = bound(PEER_BYTES, 50_000_000);
        private int maxStoredSwarms = bound(SWARM_BYTES, 5_000_000);
        private int maxConnections = 20_000;
        private Duration requestTimeout = Duration.ofSeconds(15);
        private Optional<AccessList> torrents = Optional.empty();
        private Optional<AccessList> addresses = Optional.empty();
        private List<AddressRange> trustedProxies = List.of();
        private boolean proxyProtocol;
        private Optional<Path> snapshot = Optional.empty();
        private int threads = (Runtime.getRuntime().availableProcessors() + 1) / 2;

        private Builder() {}

        public Builder http(List<InetSocketAddress> value) {
            http = value;
            return this;
        }

        public Builder https(List<InetSocketAddress> value) {
            https = value;
            return this;
        }

        public Builder tls(TlsFiles value) {
            tls = Optional.of(value);
            return this;
        }

        public Builder udp(List<InetSocketAddress> value) {
            udp = value;
            return this;
        }

        /// Also shortens the minimal interval to it, and has a peer forgotten when it has missed two announces.
        public Builder interval(Duration value) {
            interval = value;
            minInterval = minInterval.compareTo(value) < 0 ? minInterval : value;
            peerTimeout = value.multipliedBy(5).dividedBy(2).plusSeconds(16);
            return this;
        }

        public Builder minInterval(Duration value) {
            minInterval = value;
            return this;
        }

        public Builder peerTimeout(Duration value) {
            peerTimeout = value;
            return this;
        }

        public Builder defaultPeers(int value) {
            defaultPeers = value;
            return this;
        }

        public Builder maxPeers(int value) {
            maxPeers = value;
            return this;
        }

        public Builder maxStoredPeers(int value) {
            maxStoredPeers = value;
            return this;
        }

        public Builder maxStoredSwarms(int value) {
            maxStoredSwarms = value;
            return this;
        }

        public Builder maxConnections(int value) {
            maxConnections = value;
            return this;
        }

        public Builder requestTimeout(Duration value) {
            requestTimeout = value;
            return this;
        }

        public Builder torrents(AccessList value) {
            torrents = Optional.of(value);
            return this;
        }

        public Builder addresses(AccessList value) {
            addresses = Optional.of(value);
            return this;
        }

        public Builder trustedProxies(List<AddressRange> value) {
            trustedProxies = value;
            return this;
        }

        public Builder proxyProtocol(boolean value) {
            proxyProtocol = value;
            return this;
        }

        public Builder snapshot(Path value) {
            snapshot = Optional.of(value);
            return this;
        }

        public Builder threads(int value) {
            threads = value;
            return this;
        }

        /// @throws IllegalArgumentException if a value is out of its range; the message says which, and what it
        ///                                  may be
        public TrackerConfig build() {
            return new TrackerConfig(
                    http,
                    https,
                    tls,
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
                    torrents,
                    addresses,
                    trustedProxies,
                    proxyProtocol,
                    snapshot,
                    threads);
        }
    }
}
