package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.PeerId;

/// What an engine is told of the session it runs in.
///
/// @param peerId         ours
/// @param port           where we listen, for trackers and the extension handshake
/// @param clientName     name and version for the extension handshake (BEP 10, `v`)
/// @param dht            whether a DHT node runs
/// @param utp            whether peers can be dialled over uTP; without, no holepunch (BEP 55)
/// @param peerExchange   whether peers are exchanged (BEP 11); never for private torrents
/// @param maxConnections open connections of this torrent
/// @param maxHalfOpen    connections of this torrent being dialled at a time
/// @param uploadSlots    peers unchoked at a time, one optimistic among them
public record EngineConfig(
        PeerId peerId,
        int port,
        String clientName,
        boolean dht,
        boolean utp,
        boolean peerExchange,
        int maxConnections,
        int maxHalfOpen,
        int uploadSlots) {}
