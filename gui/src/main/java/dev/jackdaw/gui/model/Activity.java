package dev.jackdaw.gui.model;

import dev.jackdaw.peer.TorrentState;
import dev.jackdaw.peer.TorrentStatus;

/// What a torrent is doing in the words of the table and the sidebar: finer than [TorrentState].
public enum Activity {
    DOWNLOADING,
    /// It wants to download, and nothing comes.
    STALLED,
    METADATA,
    CHECKING,
    /// Its files are on their way to another folder.
    MOVING,
    /// It waits for a place in the queue.
    QUEUED,
    SEEDING,
    /// It is complete, and at rest.
    COMPLETED,
    PAUSED,
    FAILED;

    /// @param held whether the queue holds it back
    static Activity of(TorrentStatus status, boolean held) {
        return switch (status.state()) {
            case TorrentState.Checking checking -> CHECKING;
            case TorrentState.FetchingMetadata fetching -> METADATA;
            case TorrentState.Downloading downloading -> status.downloadRate() > 0 ? DOWNLOADING : STALLED;
            case TorrentState.Seeding seeding -> SEEDING;
            case TorrentState.Paused paused -> held ? QUEUED : status.isComplete() ? COMPLETED : PAUSED;
            case TorrentState.Failed failed -> FAILED;
        };
    }

    /// Whether it can be paused, as opposed to resumed.
    public boolean isRunning() {
        return switch (this) {
            case DOWNLOADING, STALLED, METADATA, CHECKING, MOVING, SEEDING, QUEUED -> true;
            case COMPLETED, PAUSED, FAILED -> false;
        };
    }
}
