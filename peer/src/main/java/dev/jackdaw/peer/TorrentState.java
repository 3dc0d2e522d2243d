package dev.jackdaw.peer;

/// What a torrent is doing.
public sealed interface TorrentState {
    /// Content is being hashed; `progress` is 0 … 1.
    record Checking(double progress) implements TorrentState {}

    /// The info dictionary is being fetched from peers (BEP 9).
    record FetchingMetadata() implements TorrentState {}

    record Downloading() implements TorrentState {}

    /// All wanted files are here and verified.
    record Seeding() implements TorrentState {}

    record Paused() implements TorrentState {}

    /// It cannot go on; `reason` is one sentence: operation, subject, cause.
    ///
    /// @param retried whether the session tries again by itself every ten seconds, as it does what a disk has
    ///                refused, unless the torrent is paused; if not, only a user can do something about it
    record Failed(String reason, boolean retried) implements TorrentState {}
}
