package dev.jackdaw.peer;

import dev.jackdaw.peer.net.NetworkSession;
import dev.jackdaw.protocol.InfoHash;
import java.util.List;
import java.util.Optional;

/// Runs torrents: one listening port, one set of limits, one state directory. Usually one a process.
public interface Session extends AutoCloseable {
    /// Starts a session and, unless [SessionConfig#restore()] is off, the torrents of its state directory.
    ///
    /// @throws SessionException if the port is taken or the state directory cannot be used
    static Session open(SessionConfig config) {
        return NetworkSession.open(config);
    }

    /// Adds a torrent.
    ///
    /// @throws SessionException if it is there already, or the session is closed
    Torrent add(TorrentSource source, AddOptions options);

    /// In the order in which they were added.
    List<Torrent> torrents();

    Optional<Torrent> torrent(InfoHash infoHash);

    /// The status of every torrent, in the order of [#torrents()]; much cheaper than asking thousands one by one.
    default List<TorrentStatus> statuses() {
        return torrents().stream().map(Torrent::status).toList();
    }

    /// Stops a torrent and forgets it; its content stays unless `deleteContent`.
    void remove(InfoHash infoHash, boolean deleteContent);

    /// Session-wide limits in bytes per second, 0 for none.
    void setRateLimits(long maxDownloadRate, long maxUploadRate);

    SessionStatus status();

    /// Hears of what happens from now on, on a thread of the session's: not to be blocked.
    void addListener(SessionListener listener);

    void removeListener(SessionListener listener);

    /// Says goodbye to trackers (for at most a few seconds), saves all state and frees every thread and file.
    @Override
    void close();
}
