package dev.jackdaw.peer;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A session's settings: [#defaults()], or a [#builder()] and what differs.
///
/// @param stateDirectory  where torrents are remembered; empty for a session that forgets
/// @param restore         whether the torrents of the state directory are started at opening; otherwise they stay there
///                        untouched, and one that is added again goes on from what is remembered of it
/// @param bindAddress     the address to listen on and to dial from; empty for all. Web seeds (BEP 19) on local
///                        addresses are asked only if this is a loopback address
/// @param port            TCP and UDP; 0 for one the system picks
/// @param dht             find and announce peers in the DHT
/// @param dhtNodes        nodes to enter the DHT by, names or addresses, besides those that are remembered. If one is
///                        an address of this host or a private network, or `bindAddress` is one of loopback, the DHT is
///                        a private one, and such addresses are taken from it
/// @param publisherCheck  how often the DHT is asked what a publisher offers that is followed (BEP 46)
/// @param localDiscovery  find and announce peers on the local network (BEP 14)
/// @param peerExchange    learn of peers from peers (BEP 11)
/// @param trackers        announce to trackers
/// @param encryption      message stream encryption
/// @param transport       TCP, uTP or both
/// @param maxDownloadRate bytes per second for all torrents, 0 for none
/// @param maxUploadRate   bytes per second for all torrents, 0 for none
/// @param maxConnections  open connections of all torrents; the next incoming one is closed, the next outgoing one
///                        waits
/// @param maxConnectionsPerTorrent the same for one torrent
/// @param maxHalfOpen     connections being dialled at a time; more wait
/// @param uploadSlots     peers served at a time for one torrent, one optimistic among them
/// @param bufferBytes     memory for pieces in the making, of all torrents; when it is full, nothing new is asked for
public record SessionConfig(
        Optional<Path> stateDirectory,
        boolean restore,
        Optional<InetAddress> bindAddress,
        int port,
        boolean dht,
        List<InetSocketAddress> dhtNodes,
        Duration publisherCheck,
        boolean localDiscovery,
        boolean peerExchange,
        boolean trackers,
        Encryption encryption,
        Transport transport,
        long maxDownloadRate,
        long maxUploadRate,
        int maxConnections,
        int maxConnectionsPerTorrent,
        int maxHalfOpen,
        int uploadSlots,
        long bufferBytes) {
    public SessionConfig {
        dhtNodes = List.copyOf(dhtNodes);
        if (publisherCheck.toMillis() <= 0) {
            throw new IllegalArgumentException("publisherCheck " + publisherCheck + ", expected more than none");
        }
    }

    /// Whether connections are obfuscated (MSE).
    public enum Encryption {
        /// Plain, though encrypted ones are let in, and a peer that hangs up on a plain handshake is offered one.
        OFF,
        /// Encrypted first, plain if that fails.
        PREFER,
        /// Never plain.
        REQUIRE
    }

    /// What connections run over.
    public enum Transport {
        TCP,
        UTP,
        BOTH
    }

    public static SessionConfig defaults() {
        return builder().build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /// Collects what differs from the defaults; each setter is named for its component and returns the builder.
    public static final class Builder {
        private Optional<Path> stateDirectory = Optional.empty();
        private boolean restore = true;
        private Optional<InetAddress> bindAddress = Optional.empty();
        private int port = 6881;
        private boolean dht = true;
        private List<InetSocketAddress> dhtNodes = List.of();
        private Duration publisherCheck = Duration.ofMinutes(5);
        private boolean localDiscovery = true;
        private boolean peerExchange = true;
        private boolean trackers = true;
        private Encryption encryption = Encryption.OFF;
        private Transport transport = Transport.TCP;
        private long maxDownloadRate;
        private long maxUploadRate;
        private int maxConnections = 400;
        private int maxConnectionsPerTorrent = 80;
        private int maxHalfOpen = 50;
        private int uploadSlots = 8;
        private long bufferBytes = 64L << 20;

        private Builder() {}

        public Builder stateDirectory(Path value) {
            stateDirectory = Optional.of(value);
            return this;
        }

        public Builder restore(boolean value) {
            restore = value;
            return this;
        }

        public Builder bindAddress(InetAddress value) {
            bindAddress = Optional.of(value);
            return this;
        }

        public Builder port(int value) {
            port = value;
            return this;
        }

        public Builder dht(boolean value) {
            dht = value;
            return this;
        }

        public Builder dhtNodes(List<InetSocketAddress> value) {
            dhtNodes = value;
            return this;
        }

        public Builder publisherCheck(Duration value) {
            publisherCheck = value;
            return this;
        }

        public Builder localDiscovery(boolean value) {
            localDiscovery = value;
            return this;
        }

        public Builder peerExchange(boolean value) {
            peerExchange = value;
            return this;
        }

        public Builder trackers(boolean value) {
            trackers = value;
            return this;
        }

        public Builder encryption(Encryption value) {
            encryption = value;
            return this;
        }

        public Builder transport(Transport value) {
            transport = value;
            return this;
        }

        public Builder maxDownloadRate(long value) {
            maxDownloadRate = value;
            return this;
        }

        public Builder maxUploadRate(long value) {
            maxUploadRate = value;
            return this;
        }

        public Builder maxConnections(int value) {
            maxConnections = value;
            return this;
        }

        public Builder maxConnectionsPerTorrent(int value) {
            maxConnectionsPerTorrent = value;
            return this;
        }

        public Builder maxHalfOpen(int value) {
            maxHalfOpen = value;
            return this;
        }

        public Builder uploadSlots(int value) {
            uploadSlots = value;
            return this;
        }

        public Builder bufferBytes(long value) {
            bufferBytes = value;
            return this;
        }

        public SessionConfig build() {
            return new SessionConfig(
                    stateDirectory,
                    restore,
                    bindAddress,
                    port,
                    dht,
                    dhtNodes,
                    publisherCheck,
                    localDiscovery,
                    peerExchange,
                    trackers,
                    encryption,
                    transport,
                    maxDownloadRate,
                    maxUploadRate,
                    maxConnections,
                    maxConnectionsPerTorrent,
                    maxHalfOpen,
                    uploadSlots,
                    bufferBytes);
        }
    }
}
