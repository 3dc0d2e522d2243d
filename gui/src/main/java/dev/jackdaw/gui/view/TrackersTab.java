package dev.jackdaw.gui.view;

import dev.jackdaw.gui.model.DetailsViewModel;
import dev.jackdaw.gui.model.DisplayText;
import dev.jackdaw.gui.model.Formats;
import dev.jackdaw.gui.model.LiveRow;
import dev.jackdaw.gui.model.Settings;
import dev.jackdaw.gui.model.Sources;
import dev.jackdaw.gui.model.Text;
import dev.jackdaw.gui.model.TorrentActions;
import dev.jackdaw.gui.model.Workspace;
import dev.jackdaw.peer.PeerStatus;
import dev.jackdaw.peer.TrackerStatus;
import dev.jackdaw.protocol.metainfo.Info;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import javafx.beans.binding.Bindings;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.SelectionMode;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;

/// A torrent's trackers: what each last said, and when it is asked next.
final class TrackersTab {
    private final Workspace workspace;
    private final Text text;
    private final Formats formats;
    private final DetailsViewModel model;
    private final TorrentActions actions;
    private final TableView<LiveRow<TrackerStatus>> table = new TableView<>();
    private final Label others = new Label();
    private final BorderPane node = new BorderPane(table);

    TrackersTab(Workspace workspace, DetailsViewModel model, Formats formats, TorrentActions actions) {
        this.workspace = workspace;
        this.text = model.text();
        this.formats = formats;
        this.model = model;
        this.actions = actions;
        table.setId("trackers");
        table.getStyleClass().addAll("dense", "edge-to-edge");
        table.setAccessibleText(text.get("details.trackers"));
        table.getSelectionModel().setSelectionMode(SelectionMode.MULTIPLE);
        table.setItems(model.trackers());
        Label empty = new Label(text.get("trackers.none"));
        empty.getStyleClass().add("empty-state");
        empty.setWrapText(true);
        table.setPlaceholder(empty);
        add("tier", 46, true, tracker -> formats.count(tracker.tier() + 1L));
        add("url", 290, false, tracker -> DisplayText.of(tracker.url()));
        add("state", 110, false, this::state);
        add(
                "next",
                100,
                true,
                tracker -> tracker.nextAnnounce().map(formats::duration).orElse(""));
        add("seeders", 66, true, tracker -> tracker.seeders() < 0 ? "" : formats.count(tracker.seeders()));
        add("leechers", 80, true, tracker -> tracker.leechers() < 0 ? "" : formats.count(tracker.leechers()));
        add("received", 66, true, tracker -> formats.count(tracker.peers()));
        add("message", 190, false, tracker -> DisplayText.of(tracker.message()));
        node.setBottom(bar());
        others.setId("other-sources");
        others.getStyleClass().add("tab-bar-top");
        others.setTooltip(new Tooltip(text.get("trackers.others.tip")));
        node.setTop(others);
        model.ticks().addListener((property, before, now) -> showOthers());
        model.torrent().addListener((property, before, now) -> showOthers());
        showOthers();
    }

    /// The sources besides trackers: whether they are on for this torrent, and the connected peers that each has named.
    private void showOthers() {
        Settings.Privacy privacy = workspace.atStart().privacy();
        boolean isPrivate = model.torrent()
                .get()
                .flatMap(torrent -> torrent.status().info())
                .map(Info::isPrivate)
                .orElse(false);
        others.setText(String.join(
                "     ",
                other(PeerStatus.Source.DHT, privacy.dht(), isPrivate),
                other(PeerStatus.Source.PEX, privacy.peerExchange(), isPrivate),
                other(PeerStatus.Source.LOCAL, privacy.localDiscovery(), isPrivate)));
    }

    private String other(PeerStatus.Source source, boolean on, boolean isPrivate) {
        String state;
        if (isPrivate) {
            state = text.get("trackers.others.private");
        } else if (on) {
            long peers = model.peers().stream()
                    .filter(row -> row.get().source() == source)
                    .count();
            state = text.get("trackers.others.on", peers);
        } else {
            state = text.get("trackers.others.off");
        }
        return text.of("peers.source", source) + ": " + state;
    }

    Node node() {
        return node;
    }

    private String state(TrackerStatus tracker) {
        if (tracker.working()) {
            return text.get("trackers.state.working");
        }
        return tracker.message().isEmpty() ? text.get("trackers.state.waiting") : text.get("trackers.state.failing");
    }

    private void add(String key, double width, boolean numeric, Function<TrackerStatus, String> words) {
        TableColumn<LiveRow<TrackerStatus>, TrackerStatus> column = new TableColumn<>(text.get("trackers." + key));
        column.setPrefWidth(width);
        column.setSortable(false);
        if (numeric) {
            column.getStyleClass().add("numeric");
        }
        column.setCellValueFactory(features -> features.getValue().value());
        column.setCellFactory(made -> new PeersTab.WordsCell<>(words, numeric));
        table.getColumns().add(column);
    }

    private Node bar() {
        TextField url = new TextField();
        url.setId("tracker-url");
        url.setPromptText(text.get("trackers.add.prompt"));
        url.setAccessibleText(text.get("trackers.add.prompt"));
        HBox.setHgrow(url, Priority.ALWAYS);
        Button add = new Button(text.get("trackers.add"), Glyph.ADD.node());
        add.setId("tracker-add");
        add.disableProperty().bind(Bindings.createBooleanBinding(() -> !isTracker(url.getText()), url.textProperty()));
        add.setOnAction(event -> {
            model.torrent()
                    .get()
                    .ifPresent(torrent -> actions.addTrackers(torrent.infoHash(), Sources.lines(url.getText())));
            url.clear();
        });
        url.setOnAction(event -> add.fire());
        Button remove = new Button(text.get("trackers.remove"), Glyph.REMOVE.node());
        remove.setId("tracker-remove");
        remove.disableProperty()
                .bind(table.getSelectionModel().selectedItemProperty().isNull());
        remove.setOnAction(event -> {
            Set<String> chosen = table.getSelectionModel().getSelectedItems().stream()
                    .map(row -> row.get().url())
                    .collect(Collectors.toSet());
            model.torrent().get().ifPresent(torrent -> actions.removeTrackers(torrent.infoHash(), chosen));
        });
        Button announce = new Button(text.get("trackers.announce"), Glyph.REFRESH.node());
        announce.setOnAction(
                event -> model.torrent().get().ifPresent(torrent -> actions.announce(List.of(torrent.infoHash()))));
        HBox bar = new HBox(url, add, remove, announce);
        bar.getStyleClass().add("tab-bar-bottom");
        return bar;
    }

    private static boolean isTracker(String url) {
        return url.strip().matches("(?i)(https?|udp)://[^\\s/:]+.*");
    }
}
