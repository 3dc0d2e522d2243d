package dev.jackdaw.gui.model;

import dev.jackdaw.peer.TorrentState;
import dev.jackdaw.peer.TorrentStatus;
import java.time.Duration;
import java.time.Instant;

/// When a torrent has given back enough. A decision only; whoever asks pauses the torrent.
final class SeedingGoal {
    private SeedingGoal() {}

    /// Whether a torrent that seeds has reached the ratio or the time since completion, whichever is set.
    static boolean isReached(TorrentStatus status, Settings.Seeding goal, Instant now) {
        if (!(status.state() instanceof TorrentState.Seeding)) {
            return false;
        }
        boolean byRatio = goal.ratio() > 0 && status.ratio() >= goal.ratio();
        Instant since = status.completed().orElse(status.added());
        boolean byTime = goal.minutes() > 0 && Duration.between(since, now).toMinutes() >= goal.minutes();
        return byRatio || byTime;
    }
}
