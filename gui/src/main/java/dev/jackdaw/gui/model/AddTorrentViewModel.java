package dev.jackdaw.gui.model;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.FilePriority;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.metainfo.FileEntry;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;

/// The dialog that asks before a torrent is added, without its controls: which files, where, and how. On the
/// JavaFX thread.
///
/// A magnet link's files are unknown at first; [#resolved] brings them while the dialog is open, and it can be
/// answered before.
public final class AddTorrentViewModel {
    private final String name;
    private final InfoHash infoHash;
    private TorrentSource source;
    private List<PeerAddress> peers = List.of();
    private final ReadOnlyObjectWrapper<Optional<FileNode>> files =
            new ReadOnlyObjectWrapper<>(this, "files", Optional.empty());
    private final StringProperty folder = new SimpleStringProperty(this, "folder", "");
    private final BooleanProperty start = new SimpleBooleanProperty(this, "start", true);
    private final BooleanProperty sequential = new SimpleBooleanProperty(this, "sequential", false);
    private final ReadOnlyObjectWrapper<Optional<Info>> info =
            new ReadOnlyObjectWrapper<>(this, "info", Optional.empty());
    private final Map<Integer, FilePriority> priorities = new HashMap<>();

    public AddTorrentViewModel(TorrentSource source, Settings.Downloads defaults) {
        this.source = source;
        this.infoHash = source.infoHash();
        this.folder.set(defaults.folder().toString());
        this.start.set(defaults.start());
        this.name = switch (source) {
            case TorrentSource.TorrentFile(Metainfo metainfo) -> metainfo.info().name();
            case TorrentSource.Magnet magnet ->
                magnet.link().displayName().orElse(magnet.infoHash().hex());
        };
        if (source instanceof TorrentSource.TorrentFile(Metainfo metainfo)) {
            know(metainfo.info());
        }
    }

    /// A magnet link's metadata has arrived.
    ///
    /// @param from who has it, to begin with
    public void resolved(Metainfo metainfo, List<PeerAddress> from) {
        source = new TorrentSource.TorrentFile(metainfo);
        peers = List.copyOf(from);
        know(metainfo.info());
    }

    private void know(Info known) {
        for (int i = 0; i < known.files().size(); i++) {
            if (!known.files().get(i).padding()) {
                priorities.put(i, FilePriority.NORMAL);
            }
        }
        files.set(Optional.of(FileNode.tree(leaves(known))));
        info.set(Optional.of(known));
    }

    private List<FileNode.Leaf> leaves(Info known) {
        List<FileNode.Leaf> leaves = new ArrayList<>();
        for (int i = 0; i < known.files().size(); i++) {
            FileEntry file = known.files().get(i);
            if (!file.padding()) {
                leaves.add(new FileNode.Leaf(
                        i, file.displayPath(), file.length(), 0, priorities.getOrDefault(i, FilePriority.NORMAL)));
            }
        }
        return leaves;
    }

    /// Fit to show.
    public String name() {
        return DisplayText.of(info.get().map(Info::name).orElse(name));
    }

    public InfoHash infoHash() {
        return infoHash;
    }

    /// Empty while a magnet link's metadata is fetched.
    public ReadOnlyObjectProperty<Optional<Info>> info() {
        return info.getReadOnlyProperty();
    }

    public ReadOnlyObjectProperty<Optional<FileNode>> files() {
        return files.getReadOnlyProperty();
    }

    public StringProperty folder() {
        return folder;
    }

    public BooleanProperty start() {
        return start;
    }

    public BooleanProperty sequential() {
        return sequential;
    }

    public void setPriority(Collection<Integer> indexes, FilePriority priority) {
        indexes.forEach(index -> priorities.put(index, priority));
        info.get().ifPresent(known -> files.get().ifPresent(tree -> tree.update(leaves(known))));
    }

    /// Bytes of the files that are wanted.
    public long wantedBytes() {
        return files.get().map(tree -> tree.totals().get().wanted()).orElse(0L);
    }

    /// Bytes free where the content would go; empty if that cannot be told.
    public Optional<Long> freeBytes() {
        return path().flatMap(AddTorrentViewModel::freeBytes);
    }

    static Optional<Long> freeBytes(Path folder) {
        for (Path at = folder; at != null; at = at.getParent()) {
            if (Files.isDirectory(at)) {
                try {
                    FileStore store = Files.getFileStore(at);
                    return Optional.of(store.getUsableSpace());
                } catch (IOException e) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Path> path() {
        try {
            return folder.get().isBlank()
                    ? Optional.empty()
                    : Optional.of(Path.of(folder.get().strip())).filter(Path::isAbsolute);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /// Why it cannot be added like this, as a key of [Text]; empty if it can.
    public Optional<String> problem() {
        if (path().isEmpty()) {
            return Optional.of("add.problem.folder");
        }
        if (info.get().isPresent() && priorities.values().stream().allMatch(FilePriority.SKIP::equals)) {
            return Optional.of("add.problem.nothing");
        }
        return Optional.empty();
    }

    public TorrentSource source() {
        return source;
    }

    /// What the dialog says; only while there is no [#problem()].
    public AddOptions options() {
        Map<Integer, FilePriority> special = new HashMap<>(priorities);
        special.values().removeIf(FilePriority.NORMAL::equals);
        return AddOptions.builder(path().orElseThrow())
                .paused(!start.get())
                .sequential(sequential.get())
                .priorities(special)
                .peers(peers)
                .build();
    }
}
