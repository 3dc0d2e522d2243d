package dev.jackdaw.peer.net;

import dev.jackdaw.protocol.wire.Handshake;
import io.netty.channel.EventLoop;

/// Where the peers go that connect for one torrent.
interface IncomingPeers {
    /// The loop to which the torrent is pinned.
    EventLoop loop();

    /// What we answer to a peer's handshake.
    Handshake ourHandshake();

    /// Closes a connection that is of no use, if there is one; on [#loop()].
    void makeRoom();

    /// Takes over the connection, or closes it; on [#loop()].
    void accept(ShakenHands peer);
}
