package dev.jackdaw.dht.engine;

import dev.jackdaw.dht.DhtItem;
import dev.jackdaw.dht.NodeId;
import java.util.Optional;
import java.util.OptionalLong;

/// What a node's owner may ask for.
public sealed interface SearchRequest {
    /// Where the search leads.
    NodeId target();

    /// Which nodes are closest to a point?
    record FindNode(NodeId target) implements SearchRequest {}

    /// Who shares a torrent? And, at the end: I do.
    ///
    /// @param noSeed whether seeds are of no use (BEP 33)
    /// @param scrape whether to count them as well (BEP 33)
    record FindPeers(NodeId target, Optional<Announcement> announcement, boolean noSeed, boolean scrape)
            implements SearchRequest {}

    /// What is announced of oneself.
    ///
    /// @param port        of TCP and uTP, 1 … 65535
    /// @param impliedPort whether the port from which the datagram comes is meant instead
    record Announcement(int port, boolean impliedPort, boolean seed) {
        public Announcement {
            if (port < 1 || port > 0xffff) {
                throw new IllegalArgumentException("port " + port);
            }
        }
    }

    /// What is kept there (BEP 44)?
    ///
    /// @param salt of a mutable item: part of what is signed, and not sent along
    record GetItem(NodeId target, byte[] salt) implements SearchRequest {}

    /// Keep this (BEP 44).
    ///
    /// @param cas the sequence number that is replaced
    record PutItem(DhtItem item, OptionalLong cas) implements SearchRequest {
        @Override
        public NodeId target() {
            return item.target();
        }
    }

    /// Which torrents do nodes on the way to a point know of (BEP 51)?
    record Sample(NodeId target) implements SearchRequest {}
}
