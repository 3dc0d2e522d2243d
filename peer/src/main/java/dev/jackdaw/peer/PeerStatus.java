package dev.jackdaw.peer;

import dev.jackdaw.protocol.PeerAddress;

/// A connected peer at one moment.
///
/// @param client         its name and version as it says, escaped
/// @param source         how we came by it
/// @param progress       share of the pieces it has, 0 … 1
/// @param flags          short letters as other clients show them: `D` downloading from it, `d` wants but choked, `U`
///                       uploading to it, `u` it wants but choked, `S` snubbed, `I` incoming, `O` optimistic unchoke,
///                       `E` encrypted, `P` uTP
/// @param downloadRate   bytes per second from it
/// @param uploadRate     bytes per second to it
/// @param downloadedBytes payload from it
/// @param uploadedBytes  payload to it
public record PeerStatus(
        PeerAddress address,
        String client,
        Source source,
        double progress,
        String flags,
        long downloadRate,
        long uploadRate,
        long downloadedBytes,
        long uploadedBytes) {

    /// How we came by a peer: of several who told of its address, the most trusted one.
    public enum Source {
        TRACKER,
        DHT,
        /// Another peer (BEP 11).
        PEX,
        /// The local network (BEP 14).
        LOCAL,
        /// A peer between us (BEP 55).
        HOLEPUNCH,
        /// It connected to us.
        INCOMING,
        /// The user or a magnet link named it.
        USER,
        /// It was a good peer in an earlier run.
        EARLIER,
        /// An HTTP server that the torrent names (BEP 19).
        WEB_SEED
    }
}
