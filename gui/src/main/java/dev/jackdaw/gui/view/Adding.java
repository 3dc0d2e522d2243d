package dev.jackdaw.gui.view;

import dev.jackdaw.gui.model.AddTorrentViewModel;
import dev.jackdaw.gui.model.CreateTorrentViewModel;
import dev.jackdaw.gui.model.Formats;
import dev.jackdaw.gui.model.Notice;
import dev.jackdaw.gui.model.Sources;
import dev.jackdaw.gui.model.Text;
import dev.jackdaw.gui.model.TorrentSnapshot;
import dev.jackdaw.gui.model.Workspace;
import dev.jackdaw.peer.TorrentSource;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import javafx.application.Platform;
import javafx.scene.Scene;
import javafx.scene.input.Clipboard;
import javafx.scene.input.DragEvent;
import javafx.scene.input.Dragboard;
import javafx.scene.input.TransferMode;
import javafx.stage.FileChooser;
import javafx.stage.Stage;

/// The ways in which torrents come to the window: chosen, typed, pasted, dropped, made.
final class Adding {
    private final Workspace workspace;
    private final Text text;
    private final Formats formats;
    private final Theming theming;
    private final Stage stage;

    Adding(Workspace workspace, Formats formats, Theming theming, Stage stage) {
        this.workspace = workspace;
        this.text = workspace.text();
        this.formats = formats;
        this.theming = theming;
        this.stage = stage;
    }

    /// Adds what these name: files, magnet links or info-hashes; asks first if the settings say so.
    void add(List<String> typed) {
        typed.forEach(one -> workspace.read(one, this::add));
    }

    private void add(TorrentSource source) {
        if (workspace.has(source.infoHash())) {
            workspace
                    .main()
                    .tell(new Notice(
                            Notice.Kind.INFO,
                            text.get("notice.there"),
                            workspace
                                    .main()
                                    .find(source.infoHash())
                                    .map(TorrentSnapshot::name)
                                    .orElse("")));
        } else if (workspace.settings().downloads().ask()) {
            AddTorrentViewModel model =
                    new AddTorrentViewModel(source, workspace.settings().downloads());
            if (source instanceof TorrentSource.Magnet) {
                workspace.lookUp(model);
            }
            new AddTorrentDialog(stage, theming, formats, workspace, model).open();
        } else {
            workspace.add(source);
        }
    }

    void chooseFiles() {
        FileChooser chooser = new FileChooser();
        chooser.setTitle(text.get("chooser.title"));
        chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter(text.get("chooser.torrents"), "*.torrent"));
        List<File> chosen = chooser.showOpenMultipleDialog(stage);
        if (chosen != null) {
            add(chosen.stream().map(File::toString).toList());
        }
    }

    void askForLinks() {
        new LinkDialog(stage, theming, text, this::add).open();
    }

    void create() {
        new CreateTorrentDialog(stage, theming, formats, workspace, new CreateTorrentViewModel(Platform::runLater))
                .open();
    }

    void paste() {
        String clip = Clipboard.getSystemClipboard().getString();
        if (clip != null && !clip.isBlank()) {
            add(Sources.lines(clip));
        }
    }

    /// Takes files and links that are dropped on the window.
    void acceptDrops(Scene scene) {
        scene.setOnDragOver(event -> {
            if (event.getDragboard().hasFiles() || event.getDragboard().hasString()) {
                event.acceptTransferModes(TransferMode.COPY);
            }
        });
        scene.setOnDragDropped(this::dropped);
    }

    private void dropped(DragEvent event) {
        Dragboard dropped = event.getDragboard();
        List<String> sources = new ArrayList<>();
        if (dropped.hasFiles()) {
            dropped.getFiles().forEach(file -> sources.add(file.toString()));
        } else if (dropped.hasString()) {
            sources.addAll(Sources.lines(dropped.getString()));
        }
        event.setDropCompleted(!sources.isEmpty());
        Platform.runLater(() -> add(sources));
    }
}
