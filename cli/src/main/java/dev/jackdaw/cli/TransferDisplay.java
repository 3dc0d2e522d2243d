package dev.jackdaw.cli;

import dev.jackdaw.peer.SessionEvent;
import dev.jackdaw.peer.SessionStatus;
import dev.jackdaw.peer.TorrentStatus;
import dev.jackdaw.protocol.metainfo.Info;
import java.time.Duration;
import java.util.List;

/// Tells a user or a program how transfers go. Called by one thread.
interface TransferDisplay {
    /// How a torrent came to be complete.
    enum Completion {
        /// This run fetched at least a part of it.
        DOWNLOADED,
        /// Everything was on disk already.
        FOUND,
        /// Everything was on disk, as it should be for seeding.
        SEEDING
    }

    /// The session listens; nothing was added yet.
    void listening(SessionStatus session);

    /// What a torrent holds is known.
    void described(TorrentStatus status, Info info);

    /// Something happened in the session.
    void event(SessionEvent event);

    /// Every wanted byte is here and verified.
    ///
    /// @param taken since the torrent was added
    void complete(TorrentStatus status, Completion how, Duration taken);

    /// The seeding goal is reached.
    void seeded(TorrentStatus status, Duration time);

    void failed(TorrentStatus status, String reason);

    /// It cannot go on now, which the session tries again by itself; told once for each reason.
    void waits(TorrentStatus status, String reason);

    /// After [#waits]: it does go on.
    void goesOn(TorrentStatus status);

    /// Called often, with the torrents that are under way first.
    void progress(List<Transfer> transfers, SessionStatus session, long nowNanos);

    /// Leaves the terminal as it should be; nothing is called afterwards.
    void close();

    /// How often [#progress] is wanted.
    Duration period();

    /// Whether [SessionEvent.PieceCompleted] is of interest: there are as many as pieces.
    default boolean wantsPieces() {
        return false;
    }
}
