package dev.jackdaw.tracker.accounts;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerId;

/// What one announce said about its user's transfers.
///
/// @param user       the name of the user whose passkey it had
/// @param uploaded   bytes since the client's `started`, as claimed; ≥ 0
/// @param downloaded likewise
/// @param started    whether the event was `started`
/// @param timeMillis when it came, since the epoch
record Report(
        String user,
        InfoHash infoHash,
        PeerId peerId,
        long uploaded,
        long downloaded,
        boolean started,
        long timeMillis) {
    Participation participation() {
        return new Participation(user, infoHash, peerId);
    }
}
