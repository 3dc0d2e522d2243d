package dev.jackdaw.gui.view;

import dev.jackdaw.gui.model.DetailsViewModel;
import dev.jackdaw.gui.model.DisplayText;
import dev.jackdaw.gui.model.Formats;
import dev.jackdaw.gui.model.LiveRow;
import dev.jackdaw.gui.model.Text;
import dev.jackdaw.gui.model.TorrentActions;
import dev.jackdaw.peer.PeerStatus;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.metainfo.Metainfo.HostAndPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javafx.collections.transformation.SortedList;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.Label;
import javafx.scene.control.MenuItem;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.control.TextInputDialog;
import javafx.scene.control.Tooltip;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;

/// The connected peers of a torrent.
final class PeersTab {
    private final Text text;
    private final DetailsViewModel model;
    private final TorrentActions actions;
    private final TableView<LiveRow<PeerStatus>> table = new TableView<>();

    PeersTab(DetailsViewModel model, Formats formats, TorrentActions actions) {
        this.text = model.text();
        this.model = model;
        this.actions = actions;
        table.setId("peers");
        table.getStyleClass().addAll("dense", "edge-to-edge");
        table.setAccessibleText(text.get("details.peers"));
        SortedList<LiveRow<PeerStatus>> sorted = new SortedList<>(model.peers());
        sorted.comparatorProperty().bind(table.comparatorProperty());
        table.setItems(sorted);
        Label empty = new Label(text.get("peers.none"));
        empty.getStyleClass().add("empty-state");
        empty.setWrapText(true);
        table.setPlaceholder(empty);
        add(
                "address",
                190,
                false,
                Comparator.comparing(peer -> peer.address().toString()),
                peer -> peer.address().port() == 0
                        ? text.get("peers.webseed")
                        : peer.address().toString());
        add("client", 162, false, Comparator.comparing(PeerStatus::client), peer -> DisplayText.of(peer.client()));
        add(
                "source",
                96,
                false,
                Comparator.comparing(PeerStatus::source),
                peer -> text.of("peers.source", peer.source()));
        TableColumn<LiveRow<PeerStatus>, PeerStatus> flags =
                add("flags", 70, false, Comparator.comparing(PeerStatus::flags), PeerStatus::flags);
        flags.setCellFactory(column -> new FlagsCell());
        TableColumn<LiveRow<PeerStatus>, PeerStatus> progress =
                add("progress", 100, true, Comparator.comparingDouble(PeerStatus::progress), peer -> "");
        progress.setCellFactory(column -> new ProgressCell<>(
                PeerStatus::progress,
                peer -> formats.percent(peer.progress()),
                peer -> peer.progress() == 1 ? "tone-done" : "tone-active"));
        add(
                "down",
                90,
                true,
                Comparator.comparingLong(PeerStatus::downloadRate),
                peer -> formats.rateOrNothing(peer.downloadRate()));
        add(
                "up",
                90,
                true,
                Comparator.comparingLong(PeerStatus::uploadRate),
                peer -> formats.rateOrNothing(peer.uploadRate()));
        add(
                "downloaded",
                112,
                true,
                Comparator.comparingLong(PeerStatus::downloadedBytes),
                peer -> formats.bytes(peer.downloadedBytes()));
        add(
                "uploaded",
                96,
                true,
                Comparator.comparingLong(PeerStatus::uploadedBytes),
                peer -> formats.bytes(peer.uploadedBytes()));
        table.setContextMenu(menu());
    }

    Node node() {
        return table;
    }

    private TableColumn<LiveRow<PeerStatus>, PeerStatus> add(
            String key,
            double width,
            boolean numeric,
            Comparator<PeerStatus> order,
            Function<PeerStatus, String> words) {
        TableColumn<LiveRow<PeerStatus>, PeerStatus> column = new TableColumn<>(text.get("peers." + key));
        column.setPrefWidth(width);
        column.setComparator(order);
        column.setCellValueFactory(features -> features.getValue().value());
        column.setCellFactory(made -> new WordsCell<>(words, numeric));
        if (numeric) {
            column.getStyleClass().add("numeric");
        }
        table.getColumns().add(column);
        return column;
    }

    private ContextMenu menu() {
        MenuItem copy = new MenuItem(text.get("peers.copy"));
        copy.setOnAction(event -> Optional.ofNullable(table.getSelectionModel().getSelectedItem())
                .ifPresent(row -> {
                    ClipboardContent clip = new ClipboardContent();
                    clip.putString(row.get().address().toString());
                    Clipboard.getSystemClipboard().setContent(clip);
                }));
        MenuItem add = new MenuItem(text.get("peers.add"));
        add.setOnAction(event -> ask());
        return new ContextMenu(copy, add);
    }

    private void ask() {
        TextInputDialog dialog = new TextInputDialog();
        dialog.initOwner(table.getScene().getWindow());
        dialog.setTitle(text.get("peers.add"));
        dialog.setHeaderText(text.get("peers.add.header"));
        dialog.showAndWait()
                .flatMap(typed -> HostAndPort.parse(typed.strip()))
                .flatMap(PeersTab::numeric)
                .ifPresent(address -> model.torrent()
                        .get()
                        .ifPresent(torrent -> actions.addPeers(torrent.infoHash(), List.of(address))));
    }

    /// Names are not looked up here: that would hold up the window.
    private static Optional<PeerAddress> numeric(HostAndPort peer) {
        if (!peer.host().matches("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")) {
            return Optional.empty();
        }
        try {
            return Optional.of(PeerAddress.of(InetAddress.getByName(peer.host()).getAddress(), peer.port()));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /// The letters, explained when the pointer rests on them.
    private final class FlagsCell extends TableCell<LiveRow<PeerStatus>, PeerStatus> {
        @Override
        protected void updateItem(PeerStatus peer, boolean empty) {
            super.updateItem(peer, empty);
            if (empty || peer == null) {
                setText(null);
                setTooltip(null);
                return;
            }
            if (!peer.flags().equals(getText())) {
                setText(peer.flags());
                setTooltip(new Tooltip(text.get("peers.flags.tip")));
            }
        }
    }

    /// Plain words, numbers at the right.
    static final class WordsCell<V> extends TableCell<LiveRow<V>, V> {
        private final Function<V, String> words;

        WordsCell(Function<V, String> words, boolean numeric) {
            this.words = words;
            setAlignment(numeric ? Pos.CENTER_RIGHT : Pos.CENTER_LEFT);
        }

        @Override
        protected void updateItem(V value, boolean empty) {
            super.updateItem(value, empty);
            setText(empty || value == null ? "" : words.apply(value));
        }
    }
}
