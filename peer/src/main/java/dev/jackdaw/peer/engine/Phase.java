package dev.jackdaw.peer.engine;

/// What a torrent is doing, as its engine sees it.
public enum Phase {
    /// Told to rest.
    PAUSED,
    /// The info dictionary is to come from peers (BEP 9).
    FETCHING_METADATA,
    /// What is on disk is not known yet.
    CHECKING,
    DOWNLOADING,
    /// All wanted pieces are here.
    SEEDING,
    /// The disk refused; see [TorrentEvent.StorageFailed].
    FAILED
}
