package dev.jackdaw.gui.model;

/// The sidebar's filters by state; a torrent passes several of them.
public enum StateFilter {
    ALL,
    DOWNLOADING,
    SEEDING,
    COMPLETED,
    ACTIVE,
    INACTIVE,
    PAUSED,
    QUEUED,
    CHECKING,
    FAILED;

    /// Whether it shows that torrent.
    public boolean accepts(TorrentSnapshot torrent) {
        return switch (this) {
            case ALL -> true;
            case DOWNLOADING ->
                switch (torrent.activity()) {
                    case DOWNLOADING, STALLED, METADATA -> true;
                    default -> false;
                };
            case SEEDING -> torrent.activity() == Activity.SEEDING;
            case COMPLETED -> torrent.status().isComplete();
            case ACTIVE -> torrent.isActive();
            case INACTIVE -> !torrent.isActive();
            case PAUSED -> torrent.activity() == Activity.PAUSED || torrent.activity() == Activity.COMPLETED;
            case QUEUED -> torrent.activity() == Activity.QUEUED;
            case CHECKING -> torrent.activity() == Activity.CHECKING || torrent.activity() == Activity.MOVING;
            case FAILED -> torrent.activity() == Activity.FAILED;
        };
    }
}
