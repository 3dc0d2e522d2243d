package dev.jackdaw.gui.model;

import dev.jackdaw.peer.FileStatus;
import dev.jackdaw.peer.PeerStatus;
import dev.jackdaw.peer.TrackerStatus;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.metainfo.Metainfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.beans.property.ReadOnlyLongProperty;
import javafx.beans.property.ReadOnlyLongWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/// The pane below the table without its controls: everything of the one torrent that is selected. On the JavaFX
/// thread.
public final class DetailsViewModel {
    private final Text text;
    private final EventLog log;
    private final ReadOnlyObjectWrapper<Optional<TorrentSnapshot>> torrent =
            new ReadOnlyObjectWrapper<>(this, "torrent", Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<Metainfo>> metainfo =
            new ReadOnlyObjectWrapper<>(this, "metainfo", Optional.empty());
    /// Of the files in the tree: a file that is renamed makes another tree.
    private List<String> shownPaths = List.of();

    private final ReadOnlyObjectWrapper<Optional<FileNode>> files =
            new ReadOnlyObjectWrapper<>(this, "files", Optional.empty());
    private final LiveList<PeerAddress, PeerStatus> peers = new LiveList<>(PeerStatus::address);
    private final LiveList<String, TrackerStatus> trackers = new LiveList<>(TrackerStatus::url);
    private final ObservableList<EventLog.Entry> events = FXCollections.observableArrayList();
    /// Of torrents that have moved payload while the app runs.
    private final Map<InfoHash, RateHistory> histories = new HashMap<>();

    private final ReadOnlyLongWrapper ticks = new ReadOnlyLongWrapper(this, "ticks", 0);
    private Optional<InfoHash> shown = Optional.empty();

    DetailsViewModel(Text text, EventLog log) {
        this.text = text;
        this.log = log;
    }

    public Text text() {
        return text;
    }

    /// Shows another torrent, or none.
    public void show(Optional<TorrentSnapshot> chosen) {
        Optional<InfoHash> infoHash = chosen.map(TorrentSnapshot::infoHash);
        if (infoHash.equals(shown)) {
            return;
        }
        shown = infoHash;
        shownPaths = List.of();
        files.set(Optional.empty());
        metainfo.set(Optional.empty());
        peers.clear();
        trackers.clear();
        torrent.set(chosen);
        logChanged();
    }

    /// Empty if none is selected.
    public ReadOnlyObjectProperty<Optional<TorrentSnapshot>> torrent() {
        return torrent.getReadOnlyProperty();
    }

    /// Empty until the metadata is known and was read.
    public ReadOnlyObjectProperty<Optional<Metainfo>> metainfo() {
        return metainfo.getReadOnlyProperty();
    }

    /// The tree of files; empty until the metadata is known.
    public ReadOnlyObjectProperty<Optional<FileNode>> files() {
        return files.getReadOnlyProperty();
    }

    public ObservableList<LiveRow<PeerStatus>> peers() {
        return peers.rows();
    }

    public ObservableList<LiveRow<TrackerStatus>> trackers() {
        return trackers.rows();
    }

    /// What happened to the torrent, the oldest first.
    public ObservableList<EventLog.Entry> events() {
        return events;
    }

    /// Rates of the torrent; without samples if nothing moved yet.
    public RateHistory rates() {
        return shown.map(histories::get).orElseGet(RateHistory::new);
    }

    /// Counts the samples of rates, so that a graph knows when to draw.
    public ReadOnlyLongProperty ticks() {
        return ticks.getReadOnlyProperty();
    }

    void accept(Frame frame) {
        record(frame.torrents());
        ticks.set(ticks.get() + 1);
        Optional<TorrentSnapshot> now = shown.flatMap(infoHash -> frame.torrents().stream()
                .filter(snapshot -> snapshot.infoHash().equals(infoHash))
                .findFirst());
        if (shown.isPresent() && now.isEmpty()) {
            show(Optional.empty());
            return;
        }
        if (!now.equals(torrent.get())) {
            torrent.set(now);
        }
        frame.detail()
                .filter(detail -> Optional.of(detail.infoHash()).equals(shown))
                .ifPresent(this::accept);
    }

    private void accept(Frame.Detail detail) {
        peers.update(detail.peers());
        trackers.update(detail.trackers());
        if (!metainfo.get().equals(detail.metainfo())) {
            metainfo.set(detail.metainfo());
        }
        List<FileNode.Leaf> leaves =
                detail.files().stream().map(DetailsViewModel::leaf).toList();
        List<String> paths = leaves.stream().map(FileNode.Leaf::path).toList();
        if (!paths.equals(shownPaths)) {
            shownPaths = paths;
            files.set(leaves.isEmpty() ? Optional.empty() : Optional.of(FileNode.tree(leaves)));
        } else {
            files.get().ifPresent(tree -> tree.update(leaves));
        }
    }

    private static FileNode.Leaf leaf(FileStatus file) {
        return new FileNode.Leaf(file.index(), file.path(), file.length(), file.completedBytes(), file.priority());
    }

    void logChanged() {
        List<EventLog.Entry> now = shown.map(log::of).orElse(List.of());
        if (!now.equals(events)) {
            events.setAll(now);
        }
    }

    private void record(List<TorrentSnapshot> torrents) {
        for (TorrentSnapshot snapshot : torrents) {
            RateHistory history = histories.get(snapshot.infoHash());
            if (history == null && snapshot.isActive()) {
                history = new RateHistory();
                histories.put(snapshot.infoHash(), history);
            }
            if (history != null) {
                history.add(snapshot.status().downloadRate(), snapshot.status().uploadRate());
            }
        }
        if (histories.size() > torrents.size()) {
            histories
                    .keySet()
                    .removeIf(infoHash -> torrents.stream()
                            .noneMatch(snapshot -> snapshot.infoHash().equals(infoHash)));
        }
    }
}
