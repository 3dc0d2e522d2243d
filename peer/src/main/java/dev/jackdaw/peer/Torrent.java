package dev.jackdaw.peer;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.metainfo.Metainfo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/// A handle to a torrent of a [Session]. It may be used from any thread; commands take effect shortly after they
/// return. After the torrent's removal commands do nothing and the status stays as it last was.
public interface Torrent {
    InfoHash infoHash();

    TorrentStatus status();

    /// The `.torrent` file, or what a magnet link and the info dictionary make one; empty until the metadata is known.
    /// Its trackers are those it was added with, [TorrentStatus#settings()] has the present ones.
    Optional<Metainfo> metainfo();

    /// Empty until the metadata is known.
    List<FileStatus> files();

    List<PeerStatus> peers();

    List<TrackerStatus> trackers();

    void resume();

    void pause();

    /// Forgets what is known of the content and hashes all of it.
    void recheck();

    /// Pauses the torrent and ends a check of its content, if one is under way. What the torrent's record
    /// vouches for counts again, but for what was found bad until now. If that leaves anything in doubt,
    /// nothing counts, and the check begins anew when the torrent is resumed or the session starts again.
    void cancelCheck();

    void setFilePriorities(Map<Integer, FilePriority> priorities);

    void setSequential(boolean sequential);

    /// Super-seeding (BEP 16), of this run only; see [AddOptions#superSeeding()].
    void setSuperSeeding(boolean on);

    /// Bytes per second, 0 for none.
    void setRateLimits(long maxDownloadRate, long maxUploadRate);

    /// Replaces the tiers of trackers (BEP 12).
    void setTrackers(List<List<String>> tiers);

    /// Announces now, though never faster than trackers allow.
    void announce();

    void addPeers(List<PeerAddress> addresses);

    /// Waits for the info dictionary.
    ///
    /// @throws SessionException if the torrent failed, was removed or moved meanwhile, or the session was closed
    Info awaitMetadata(Duration timeout) throws InterruptedException, TimeoutException;

    /// Waits until every wanted byte is here and verified.
    ///
    /// @throws SessionException if the torrent failed, was removed or moved meanwhile, or the session was closed
    void awaitComplete() throws InterruptedException;

    /// The same, for at most that long.
    void awaitComplete(Duration timeout) throws InterruptedException, TimeoutException;
}
