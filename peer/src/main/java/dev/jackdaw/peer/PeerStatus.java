package dev.jackdaw.peer;

import dev.jackdaw.protocol.PeerAddress;

/// A connected peer at one moment.
///
/// @param client         its name and version as it says, escaped
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
        double progress,
        String flags,
        long downloadRate,
        long uploadRate,
        long downloadedBytes,
        long uploadedBytes) {}
