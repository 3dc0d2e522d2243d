package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.metainfo.Info;

/// What there is of a torrent once its info dictionary is known.
record Content(
        Info info,
        PieceLedger ledger,
        PiecePicker picker,
        Interest interest,
        Requester requester,
        Download download,
        Upload upload) {
    /// Bytes still missing.
    long left() {
        return ledger.wantedBytes() - ledger.completedBytes();
    }
}
