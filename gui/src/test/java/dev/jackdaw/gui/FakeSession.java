package dev.jackdaw.gui;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.FilePriority;
import dev.jackdaw.peer.FileStatus;
import dev.jackdaw.peer.PeerStatus;
import dev.jackdaw.peer.Reachability;
import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionListener;
import dev.jackdaw.peer.SessionStatus;
import dev.jackdaw.peer.Subscription;
import dev.jackdaw.peer.Torrent;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.peer.TorrentStatus;
import dev.jackdaw.peer.TrackerStatus;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.metainfo.Metainfo;
import dev.jackdaw.protocol.metainfo.PublisherLink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleConsumer;

/// A session that has the torrents it is told to have, and writes down what it is asked to do with them.
public class FakeSession implements Session {
    /// Of its torrents.
    public final List<TorrentStatus> statuses = new CopyOnWriteArrayList<>();

    /// What was asked for: a verb, and the torrent's name.
    public final List<String> commands = new CopyOnWriteArrayList<>();

    /// What was added.
    public final List<TorrentSource> added = new CopyOnWriteArrayList<>();

    @Override
    public List<TorrentStatus> statuses() {
        return List.copyOf(statuses);
    }

    @Override
    public Torrent add(TorrentSource source, AddOptions options) {
        added.add(source);
        return new FakeTorrent(source.infoHash());
    }

    @Override
    public Subscription follow(PublisherLink link, AddOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Torrent> torrents() {
        return statuses.stream()
                .<Torrent>map(status -> new FakeTorrent(status.infoHash()))
                .toList();
    }

    @Override
    public Optional<Torrent> torrent(InfoHash infoHash) {
        return find(infoHash).map(status -> new FakeTorrent(infoHash));
    }

    private Optional<TorrentStatus> find(InfoHash infoHash) {
        return statuses.stream()
                .filter(status -> status.infoHash().equals(infoHash))
                .findFirst();
    }

    private void note(String verb, InfoHash infoHash) {
        commands.add(verb + " " + find(infoHash).map(TorrentStatus::name).orElse(infoHash.hex()));
    }

    @Override
    public void remove(InfoHash infoHash, boolean deleteContent) {
        note(deleteContent ? "delete" : "remove", infoHash);
    }

    @Override
    public void move(InfoHash infoHash, Path directory, DoubleConsumer progress) {
        note("move", infoHash);
    }

    @Override
    public void rename(InfoHash infoHash, List<String> path, String name) {
        note("rename", infoHash);
    }

    @Override
    public void setRateLimits(long maxDownloadRate, long maxUploadRate) {}

    @Override
    public SessionStatus status() {
        return new SessionStatus(6881, 5 << 20, 1 << 20, 300, 250, 0, Reachability.UNKNOWN);
    }

    @Override
    public void addListener(SessionListener listener) {}

    @Override
    public void removeListener(SessionListener listener) {}

    @Override
    public void close() {}

    private final class FakeTorrent implements Torrent {
        private final InfoHash infoHash;

        FakeTorrent(InfoHash infoHash) {
            this.infoHash = infoHash;
        }

        @Override
        public InfoHash infoHash() {
            return infoHash;
        }

        @Override
        public TorrentStatus status() {
            return find(infoHash).orElseThrow();
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
            return List.of();
        }

        @Override
        public void resume() {
            note("resume", infoHash);
        }

        @Override
        public void pause() {
            note("pause", infoHash);
        }

        @Override
        public void recheck() {
            note("recheck", infoHash);
        }

        @Override
        public void cancelCheck() {
            note("cancel check of", infoHash);
        }

        @Override
        public void setFilePriorities(Map<Integer, FilePriority> priorities) {}

        @Override
        public void setSequential(boolean sequential) {
            note(sequential ? "in order" : "in any order", infoHash);
        }

        @Override
        public void setSuperSeeding(boolean on) {}

        @Override
        public void setRateLimits(long maxDownloadRate, long maxUploadRate) {}

        @Override
        public void setTrackers(List<List<String>> tiers) {}

        @Override
        public void announce() {
            note("announce", infoHash);
        }

        @Override
        public void addPeers(List<PeerAddress> addresses) {}

        @Override
        public Info awaitMetadata(Duration timeout) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void awaitComplete() {}

        @Override
        public void awaitComplete(Duration timeout) {}
    }
}
