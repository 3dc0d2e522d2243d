package dev.jackdaw.cli;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;

/// Nodes that have served newcomers of the public DHT for years, run by the makers of clients.
final class PublicNodes {
    /// Names, looked up when they are needed.
    static final List<InetSocketAddress> ALL = Stream.of(
                    "dht.libtorrent.org:25401", "router.bittorrent.com:6881", "dht.transmissionbt.com:6881")
            .map(text -> PeerArgument.parse(text).place().unresolved())
            .toList();

    private PublicNodes() {}
}
