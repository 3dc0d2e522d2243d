package dev.jackdaw.peer.net.mse;

import dev.jackdaw.protocol.InfoHash;

/// `HASH('req2', SKEY)`: by what an initiator names a torrent without telling its info-hash to who does not know it.
/// An acceptor keeps a map from these to its torrents.
///
/// @param digest a SHA-1 digest; it has the form of an info-hash and is none
public record SkeyHash(InfoHash digest) {
    /// The hash of that torrent.
    public static SkeyHash of(InfoHash infoHash) {
        return new SkeyHash(InfoHash.of(MseCrypto.hash("req2", infoHash.toBytes())));
    }
}
