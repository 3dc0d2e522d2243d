package dev.jackdaw.peer;

import dev.jackdaw.peer.net.NetworkSession;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.metainfo.PublisherLink;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleConsumer;

/// Runs torrents: one listening port, one set of limits, one state directory. Usually one a process.
public interface Session extends AutoCloseable {
    /// Starts a session and, unless [SessionConfig#restore()] is off, the torrents of its state
    /// directory.
    ///
    /// @throws SessionException if the port is taken or the state directory cannot be used
    static Session open(SessionConfig config) {
        return NetworkSession.open(config);
    }

    /// Adds a torrent.
    ///
    /// @throws SessionException if it is there already, or the session is closed
    Torrent add(TorrentSource source, AddOptions options);

    /// Follows a publisher (BEP 46): adds the torrent that it offers, and replaces it when it offers another one. A
    /// session does not remember this over a restart.
    ///
    /// @param options of each of its torrents
    /// @throws SessionException if the publisher is followed already, there is no DHT, or the session is closed
    Subscription follow(PublisherLink link, AddOptions options);

    /// In the order in which they were added.
    List<Torrent> torrents();

    Optional<Torrent> torrent(InfoHash infoHash);

    /// The status of every torrent, in the order of [#torrents()]; much cheaper than asking thousands one
    /// by one.
    default List<TorrentStatus> statuses() {
        return torrents().stream().map(Torrent::status).toList();
    }

    /// Stops a torrent and forgets it; its content stays unless `deleteContent`.
    void remove(InfoHash infoHash, boolean deleteContent);

    /// Moves a torrent and what there is of its content to another download directory; blocks until that
    /// is done. It rests meanwhile, and goes on as it was. What was known to be good is not hashed again.
    ///
    /// Handles of the torrent that were given out before show it as it last was; [#torrent] gives the one
    /// that counts.
    ///
    /// @param progress told 0 … 1, now and then, on the calling thread; may throw a
    /// [java.util.concurrent.CancellationException] to give it up
    /// @throws SessionException if there is no such torrent, or its content cannot be moved, or that was given up:
    /// then it stays where it is
    void move(InfoHash infoHash, Path directory, DoubleConsumer progress);

    /// Gives a file or folder of a torrent another name, on disk and for good; blocks until that is done. Peers do
    /// not notice. Otherwise as [#move].
    ///
    /// @param path as it is now: components below the download directory, all of a file's or the first ones. One
    /// component is the torrent itself, its folder or only file
    /// @param name what its last component is to be
    /// @throws SessionException if there is no such torrent or path, if the name cannot be one on a disk, or is
    /// taken: then all stays as it is
    void rename(InfoHash infoHash, List<String> path, String name);

    /// Session-wide limits in bytes per second, 0 for none.
    void setRateLimits(long maxDownloadRate, long maxUploadRate);

    SessionStatus status();

    /// Hears of what happens from now on, on a thread of the session's: not to be blocked.
    void addListener(SessionListener listener);

    void removeListener(SessionListener listener);

    /// Says goodbye to trackers (for at most a few seconds), saves all state and frees every thread and
    /// file.
    @Override
    void close();
}
