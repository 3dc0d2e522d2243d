package dev.jackdaw.gui.view;

import atlantafx.base.theme.Styles;
import dev.jackdaw.gui.model.AddTorrentViewModel;
import dev.jackdaw.gui.model.Formats;
import dev.jackdaw.gui.model.Text;
import dev.jackdaw.gui.model.Workspace;
import dev.jackdaw.protocol.metainfo.Info;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressIndicator;
import javafx.scene.control.TextField;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.stage.DirectoryChooser;
import javafx.stage.Stage;
import javafx.stage.Window;

/// Asks where a new torrent goes, which of its files are wanted, and whether it starts. A magnet link's files
/// appear when peers have sent them; the dialog can be answered before.
final class AddTorrentDialog {
    private final Workspace workspace;
    private final Text text;
    private final Formats formats;
    private final AddTorrentViewModel model;
    private final DialogWindow window;
    private final FileTreeView files;
    private final Label name = new Label();
    private final Label size = new Label();
    private final Label problem = new Label();
    private final VBox fetching;
    private final Button add;
    private boolean accepted;

    AddTorrentDialog(Window owner, Theming theming, Formats formats, Workspace workspace, AddTorrentViewModel model) {
        this.workspace = workspace;
        this.text = workspace.text();
        this.formats = formats;
        this.model = model;
        files = new FileTreeView(text, formats, model::setPriority, Optional.empty());
        files.node().setId("add-files");
        ProgressIndicator wheel = new ProgressIndicator();
        wheel.setMaxSize(32, 32);
        Label waiting = new Label(text.get("add.fetching"));
        waiting.setWrapText(true);
        fetching = new VBox(wheel, waiting);
        fetching.getStyleClass().add("fetching");
        fetching.setAlignment(Pos.CENTER);
        StackPane stack = new StackPane(files.node(), fetching);
        stack.getStyleClass().add("framed");
        VBox.setVgrow(stack, Priority.ALWAYS);
        name.getStyleClass().addAll(Styles.TITLE_4, "dialog-title");
        name.setWrapText(true);
        CheckBox start = new CheckBox(text.get("add.start"));
        start.setId("add-start");
        start.selectedProperty().bindBidirectional(model.start());
        CheckBox sequential = new CheckBox(text.get("add.sequential"));
        sequential.setId("add-sequential");
        sequential.selectedProperty().bindBidirectional(model.sequential());
        problem.getStyleClass().add("failed-text");
        VBox content = new VBox(name, size, stack, folder(), new HBox(18, start, sequential));
        content.getStyleClass().add("dialog-content");
        window = new DialogWindow(owner, theming, text.get("add.title"), content, 640, 520);
        window.beside(problem);
        window.button("add-cancel", text.get("dialog.cancel"), window::close);
        add = window.button("add-ok", text.get("add.ok"), this::accept);
        add.setDefaultButton(true);
        model.info().addListener((property, before, now) -> show());
        model.files().addListener((property, before, now) -> watchTotals());
        model.folder().addListener((property, before, now) -> show());
        watchTotals();
        window.stage().showingProperty().addListener((property, before, now) -> {
            if (!now && !accepted) {
                workspace.cancel(model);
            }
        });
        show();
    }

    void open() {
        window.show();
    }

    Stage stage() {
        return window.stage();
    }

    private HBox folder() {
        Label label = new Label(text.get("add.folder"));
        TextField field = new TextField();
        field.setId("add-folder");
        field.textProperty().bindBidirectional(model.folder());
        label.setLabelFor(field);
        HBox.setHgrow(field, Priority.ALWAYS);
        Button choose = new Button(text.get("dialog.browse"), Glyph.FOLDER.node());
        choose.setOnAction(event -> {
            DirectoryChooser chooser = new DirectoryChooser();
            Path now = Path.of(field.getText());
            if (Files.isDirectory(now)) {
                chooser.setInitialDirectory(now.toFile());
            }
            File chosen = chooser.showDialog(window.stage());
            if (chosen != null) {
                field.setText(chosen.toString());
            }
        });
        HBox row = new HBox(label, field, choose);
        row.setAlignment(Pos.CENTER_LEFT);
        row.getStyleClass().add("form-row");
        return row;
    }

    private void watchTotals() {
        model.files().get().ifPresent(tree -> tree.totals().addListener((property, before, now) -> show()));
    }

    private void show() {
        name.setText(model.name());
        fetching.setVisible(model.info().get().isEmpty());
        files.node().setVisible(model.info().get().isPresent());
        files.show(model.files().get());
        size.setText(model.info().get().map(this::size).orElse(text.get("add.size.unknown", model.infoHash())));
        Optional<String> wrong = model.problem();
        problem.setText(wrong.map(text::get).orElse(""));
        add.setDisable(wrong.isPresent());
    }

    private String size(Info info) {
        String wanted = text.get(
                "add.size",
                formats.bytes(model.wantedBytes()),
                formats.bytes(info.layout().totalLength()),
                model.files().get().map(tree -> tree.files().size()).orElse(0));
        return model.freeBytes()
                .map(free -> free < model.wantedBytes()
                        ? text.get("add.free.little", wanted, formats.bytes(free))
                        : text.get("add.free", wanted, formats.bytes(free)))
                .orElse(wanted);
    }

    private void accept() {
        if (model.problem().isEmpty()) {
            accepted = true;
            workspace.add(model);
            window.close();
        }
    }
}
