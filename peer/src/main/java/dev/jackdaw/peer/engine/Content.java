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
        Upload upload,
        SuperSeeding superSeeding) {
    /// Bytes of the whole torrent that are still missing, wanted or not.
    long left() {
        return ledger.missingBytes();
    }

    /// Whether all that is wanted is here, but not everything (BEP 21).
    boolean isPartialSeed() {
        return ledger.isComplete() && !ledger.have().isFull();
    }
}
