package dev.jackdaw.tracker.accounts;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.tracker.AnnounceEvent;

/// An announce as far as accounts are concerned.
///
/// @param passkey    as it stood in the URL; empty if there was none
/// @param v6         whether it came over IPv6
/// @param high       the address's first 64 bits; 0 for IPv4
/// @param low        the rest, or the 32 bits of an IPv4 address
/// @param uploaded   bytes since `started`, ≥ 0
/// @param downloaded likewise
/// @param left       bytes missing; 0 for a seed
public record ClientAnnounce(
        String passkey,
        InfoHash infoHash,
        PeerId peerId,
        boolean v6,
        long high,
        long low,
        long uploaded,
        long downloaded,
        long left,
        AnnounceEvent event) {
    Presence.Origin origin() {
        return v6 ? new Presence.Origin(high, 0) : new Presence.Origin(0, low);
    }
}
