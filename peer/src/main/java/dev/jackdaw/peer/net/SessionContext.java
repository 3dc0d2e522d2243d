package dev.jackdaw.peer.net;

import dev.jackdaw.peer.SessionConfig;
import dev.jackdaw.peer.discovery.LocalDiscovery;
import dev.jackdaw.peer.disk.SessionDisk;
import dev.jackdaw.peer.http.HttpAgent;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.Ticker;
import java.util.Optional;
import java.util.concurrent.Executor;

/// What the torrents of a session share.
///
/// @param port      where we listen
/// @param announcer empty if the session announces to none
/// @param local     empty if the session keeps to itself on the local network
/// @param dht       empty if it is off
/// @param blocking  virtual threads for work that waits: opening files, resolving names
record SessionContext(
        SessionConfig config,
        PeerId peerId,
        int port,
        Ticker ticker,
        EventLoops loops,
        PeerConnector connector,
        SessionDisk disk,
        HttpAgent http,
        Optional<Announcer> announcer,
        Optional<LocalDiscovery> local,
        Optional<SessionDht> dht,
        EventFeed feed,
        Executor blocking) {
    static final String CLIENT_NAME = "Jackdaw 0.1";
    /// BEP 20.
    static final String PEER_ID_PREFIX = "-JD0100-";
}
