package dev.jackdaw.cli;

import dev.jackdaw.peer.FilePriority;
import dev.jackdaw.peer.FileStatus;
import dev.jackdaw.peer.PeerStatus;
import dev.jackdaw.peer.Torrent;
import dev.jackdaw.peer.TorrentSettings;
import dev.jackdaw.peer.TorrentState;
import dev.jackdaw.peer.TorrentStatus;
import dev.jackdaw.peer.TrackerStatus;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.metainfo.Metainfo;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A torrent whose status is what the test says.
final class FakeTorrent implements Torrent {
    private volatile TorrentStatus status;
    private volatile boolean paused;
    private volatile List<TrackerStatus> trackers = List.of();

    FakeTorrent(TorrentStatus status) {
        this.status = status;
    }

    /// A status of a torrent of `total` bytes in pieces of 10, of which the first `completed` are there.
    static TorrentStatus status(
            InfoHash infoHash, String name, TorrentState state, Optional<Info> info, long completed, long total) {
        Bitfield have = new Bitfield((int) (total / 10));
        for (int piece = 0; piece < completed / 10; piece++) {
            have.set(piece);
        }
        return new TorrentStatus(
                infoHash,
                name,
                state,
                info,
                have,
                Path.of("/content"),
                total,
                completed,
                completed,
                2 * total,
                0,
                0,
                3 << 20,
                100 << 10,
                7,
                2,
                20,
                2.5,
                Optional.of(Duration.ofSeconds(95)),
                Instant.EPOCH,
                Optional.empty(),
                new TorrentSettings(false, false, 0, 0, List.of()));
    }

    void become(TorrentStatus next) {
        status = next;
    }

    void hear(List<TrackerStatus> next) {
        trackers = next;
    }

    boolean isPaused() {
        return paused;
    }

    @Override
    public InfoHash infoHash() {
        return status.infoHash();
    }

    @Override
    public TorrentStatus status() {
        return status;
    }

    @Override
    public Optional<Metainfo> metainfo() {
        return Optional.empty();
    }

    @Override
    public List<FileStatus> files() {
        return List.of();
    }

    @Override
    public List<PeerStatus> peers() {
        return List.of();
    }

    @Override
    public List<TrackerStatus> trackers() {
        return trackers;
    }

    @Override
    public void resume() {
        paused = false;
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void recheck() {}

    @Override
    public void cancelCheck() {}

    @Override
    public void setFilePriorities(Map<Integer, FilePriority> priorities) {}

    @Override
    public void setSequential(boolean sequential) {}

    @Override
    public void setSuperSeeding(boolean on) {}

    @Override
    public void setRateLimits(long maxDownloadRate, long maxUploadRate) {}

    @Override
    public void setTrackers(List<List<String>> tiers) {}

    @Override
    public void announce() {}

    @Override
    public void addPeers(List<PeerAddress> addresses) {}

    @Override
    public Info awaitMetadata(Duration timeout) {
        return status.info().orElseThrow();
    }

    @Override
    public void awaitComplete() {}

    @Override
    public void awaitComplete(Duration timeout) {}
}
