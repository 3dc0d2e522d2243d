package dev.jackdaw.peer.net;

import dev.jackdaw.peer.SessionEvent;
import dev.jackdaw.peer.TorrentState;
import dev.jackdaw.peer.engine.TorrentEngine;
import dev.jackdaw.protocol.InfoHash;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// What one torrent is doing, as callers see it: put together from its engine and its content, and told to those who
/// wait. Owned by the torrent's loop.
final class PresentState {
    private static final Logger LOGGER = System.getLogger(PresentState.class.getName());

    private final InfoHash infoHash;
    private final TorrentEngine engine;
    private final TorrentContent content;
    private final EventFeed feed;
    private final Milestones milestones = new Milestones();
    private final AtomicInteger version = new AtomicInteger();
    private TorrentState state;
    private Optional<String> bug = Optional.empty();

    PresentState(InfoHash infoHash, TorrentEngine engine, TorrentContent content, EventFeed feed, boolean paused) {
        this.infoHash = infoHash;
        this.engine = engine;
        this.content = content;
        this.feed = feed;
        this.state = paused ? new TorrentState.Paused() : new TorrentState.Checking(0);
    }

    /// As it was last told.
    TorrentState now() {
        return state;
    }

    Milestones milestones() {
        return milestones;
    }

    /// Changes whenever something has changed that callers wait for; any thread.
    int version() {
        return version.get();
    }

    /// What was seen until now is out of date.
    void changed() {
        version.incrementAndGet();
    }

    /// The engine has a bug; to be told with the next [#tell].
    void broke(Throwable cause) {
        bug = Optional.of("stopped by a bug: " + cause);
    }

    boolean isBroken() {
        return bug.isPresent();
    }

    /// Looks, and tells.
    void tell(FileSelection selection) {
        TorrentState before = state;
        state = look();
        changed();
        Optional<String> failure =
                state instanceof TorrentState.Failed failed ? Optional.of(failed.reason()) : Optional.empty();
        milestones.failure(failure);
        milestones.complete(isComplete(selection));
        if (!before.getClass().equals(state.getClass())) {
            feed.publish(new SessionEvent.StateChanged(infoHash, state));
            failure.ifPresent(reason -> LOGGER.log(Level.INFO, "{0}: {1}", infoHash.abbreviated(), reason));
        }
    }

    private boolean isComplete(FileSelection selection) {
        return content.stage() instanceof TorrentContent.Stage.Ready
                && content.info()
                        .map(info -> selection.completedBytes(info, content.have()) == selection.wantedBytes(info))
                        .orElse(false);
    }

    private TorrentState look() {
        if (bug.isPresent()) {
            return new TorrentState.Failed(bug.get(), false);
        }
        return switch (content.stage()) {
            case TorrentContent.Stage.Failed(String reason, boolean retried) ->
                new TorrentState.Failed(reason, retried);
            case TorrentContent.Stage.Checking(double progress) -> new TorrentState.Checking(progress);
            case TorrentContent.Stage.Unchecked unchecked -> new TorrentState.Paused();
            case TorrentContent.Stage.Absent absent -> ofEngine();
            case TorrentContent.Stage.Ready ready -> ofEngine();
        };
    }

    private TorrentState ofEngine() {
        return switch (engine.phase()) {
            case PAUSED -> new TorrentState.Paused();
            case FETCHING_METADATA -> new TorrentState.FetchingMetadata();
            case CHECKING -> new TorrentState.Checking(0);
            case DOWNLOADING -> new TorrentState.Downloading();
            case SEEDING -> new TorrentState.Seeding();
            case FAILED -> new TorrentState.Failed("the disk refused", true);
        };
    }
}
