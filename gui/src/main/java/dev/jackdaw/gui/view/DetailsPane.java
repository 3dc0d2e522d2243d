package dev.jackdaw.gui.view;

import dev.jackdaw.gui.model.DetailsViewModel;
import dev.jackdaw.gui.model.FileNode;
import dev.jackdaw.gui.model.Formats;
import dev.jackdaw.gui.model.Text;
import dev.jackdaw.gui.model.TorrentActions;
import dev.jackdaw.gui.model.TorrentSnapshot;
import dev.jackdaw.gui.model.Workspace;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;

/// Everything about the torrent that is selected, in tabs. A tab's content is made when it is first looked at.
final class DetailsPane {
    private final Text text;
    private final Theming theming;
    private final StackPane node = new StackPane();
    private final TabPane tabs = new TabPane();
    private final Label nothing;

    DetailsPane(Workspace workspace, Formats formats, Theming theming, Desktop desktop) {
        this.text = workspace.text();
        this.theming = theming;
        DetailsViewModel model = workspace.main().details();
        TorrentActions actions = workspace.actions();
        nothing = new Label(text.get("details.nothing"));
        nothing.getStyleClass().add("empty-state");
        tabs.setId("details");
        tabs.getStyleClass().add("details-tabs");
        tabs.setTabClosingPolicy(TabPane.TabClosingPolicy.UNAVAILABLE);
        add("general", () -> new GeneralTab(model, formats, theming.palette()).node());
        add("files", () -> files(model, actions, formats, desktop));
        add("peers", () -> new PeersTab(model, formats, actions).node());
        add("trackers", () -> new TrackersTab(workspace, model, formats, actions).node());
        add("speed", () -> speed(model, formats, theming));
        add("log", () -> new LogTab(model, formats).node());
        tabs.getSelectionModel().selectedItemProperty().addListener((property, before, now) -> fill(now));
        fill(tabs.getTabs().getFirst());
        node.getStyleClass().add("details");
        node.setMinHeight(0);
        node.getChildren().addAll(tabs, nothing);
        model.torrent().addListener((property, before, now) -> show(now));
        show(model.torrent().get());
    }

    Region node() {
        return node;
    }

    private void show(Optional<TorrentSnapshot> torrent) {
        tabs.setVisible(torrent.isPresent());
        nothing.setVisible(torrent.isEmpty());
    }

    private void add(String key, Supplier<Node> content) {
        Tab tab = new Tab(text.get("details." + key));
        tab.setId("tab-" + key);
        tab.setUserData(content);
        tabs.getTabs().add(tab);
    }

    private static void fill(Tab tab) {
        if (tab != null && tab.getContent() == null && tab.getUserData() instanceof Supplier<?> content) {
            tab.setContent((Node) content.get());
        }
    }

    private Node files(DetailsViewModel model, TorrentActions actions, Formats formats, Desktop desktop) {
        FileTreeView view = new FileTreeView(
                text,
                formats,
                (indexes, priority) -> model.torrent()
                        .get()
                        .ifPresent(torrent -> actions.setFilePriorities(
                                torrent.infoHash(),
                                indexes.stream().collect(Collectors.toMap(index -> index, index -> priority)))),
                Optional.of(new FileTreeView.Use(
                        file -> model.torrent()
                                .get()
                                .ifPresent(torrent -> desktop.open(
                                        torrent.status().directory().resolve(file.path()))),
                        file -> rename(file, model, actions))));
        view.node().setId("files");
        Label waiting = new Label(text.get("files.waiting"));
        waiting.getStyleClass().add("empty-state");
        view.node().setPlaceholder(waiting);
        model.files().addListener((property, before, now) -> view.show(now));
        view.show(model.files().get());
        return view.node();
    }

    private void rename(FileNode file, DetailsViewModel model, TorrentActions actions) {
        List<String> path = List.of(file.path().split("/"));
        model.torrent()
                .get()
                .ifPresent(torrent -> new RenameDialog(
                                node.getScene().getWindow(),
                                theming,
                                text,
                                path.getLast(),
                                name -> actions.rename(torrent.infoHash(), path, name))
                        .open());
    }

    private Node speed(DetailsViewModel model, Formats formats, Theming theming) {
        SpeedGraph graph = new SpeedGraph(text, formats, theming.palette());
        graph.setId("speed");
        model.ticks().addListener((property, before, now) -> graph.show(model.rates()));
        model.torrent().addListener((property, before, now) -> graph.show(model.rates()));
        graph.show(model.rates());
        return graph;
    }

    /// The tabs by name, for whoever turns to one.
    Map<String, Tab> tabs() {
        return tabs.getTabs().stream()
                .collect(Collectors.toMap(tab -> tab.getId().substring("tab-".length()), tab -> tab));
    }

    void select(String name) {
        Tab tab = tabs().get(name);
        if (tab != null) {
            tabs.getSelectionModel().select(tab);
        }
    }
}
