package dev.jackdaw.gui.view;

import dev.jackdaw.gui.model.CreateTorrentViewModel;
import dev.jackdaw.gui.model.DisplayText;
import dev.jackdaw.gui.model.Formats;
import dev.jackdaw.gui.model.Notice;
import dev.jackdaw.gui.model.Text;
import dev.jackdaw.gui.model.Workspace;
import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.protocol.metainfo.MagnetLink;
import dev.jackdaw.protocol.metainfo.Metainfo;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import javafx.beans.property.StringProperty;
import javafx.geometry.VPos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextField;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.stage.DirectoryChooser;
import javafx.stage.FileChooser;
import javafx.stage.Stage;
import javafx.stage.Window;
import javafx.util.StringConverter;

/// Makes a torrent of a file or folder, seeds it, and hands out its magnet link.
final class CreateTorrentDialog {
    private static final List<Integer> PIECE_LENGTHS = List.of(
            0, 16 << 10, 32 << 10, 64 << 10, 128 << 10, 256 << 10, 512 << 10, 1 << 20, 2 << 20, 4 << 20, 8 << 20,
            16 << 20);

    private final Workspace workspace;
    private final Text text;
    private final Formats formats;
    private final CreateTorrentViewModel model;
    private final DialogWindow window;
    private final Label problem = new Label();
    private final ProgressBar progress = new ProgressBar(0);
    private final Button create;
    private final Button copy;
    private final Button save;
    private final GridPane form = new GridPane();
    private Optional<Metainfo> made = Optional.empty();

    CreateTorrentDialog(
            Window owner, Theming theming, Formats formats, Workspace workspace, CreateTorrentViewModel model) {
        this.workspace = workspace;
        this.text = workspace.text();
        this.formats = formats;
        this.model = model;
        form.getStyleClass().add("form");
        fill();
        progress.setId("create-progress");
        progress.setMaxWidth(Double.MAX_VALUE);
        problem.setId("create-problem");
        problem.setWrapText(true);
        VBox content = new VBox(form, progress, problem);
        content.getStyleClass().add("dialog-content");
        window = new DialogWindow(owner, theming, text.get("create.title"), content, 640, 500);
        copy = window.button("create-copy", text.get("create.copy"), this::copy);
        save = window.button("create-save", text.get("create.save"), this::save);
        window.button("create-close", text.get("dialog.close"), window::close);
        create = window.button("create-ok", text.get("create.ok"), this::create);
        create.setDefaultButton(true);
        window.stage().setOnHiding(event -> model.cancel());
        model.progress().addListener((property, before, now) -> show());
        show();
    }

    void open() {
        window.show();
    }

    Stage stage() {
        return window.stage();
    }

    private void fill() {
        TextField source = new TextField();
        source.setId("create-source");
        source.textProperty().bindBidirectional(model.source());
        source.textProperty().addListener((property, before, now) -> changed());
        HBox.setHgrow(source, Priority.ALWAYS);
        Button file = new Button(text.get("create.file"), Glyph.FILE.node());
        file.setOnAction(event -> choose(new FileChooser().showOpenDialog(window.stage())));
        Button folder = new Button(text.get("create.folder"), Glyph.FOLDER.node());
        folder.setOnAction(event -> choose(new DirectoryChooser().showDialog(window.stage())));
        HBox sources = new HBox(source, file, folder);
        sources.getStyleClass().add("form-row");
        row(0, "create.source", sources, source);
        row(1, "create.trackers", area("create-trackers", model.trackers(), "create.trackers.prompt", 4), null);
        row(2, "create.webseeds", area("create-webseeds", model.webSeeds(), "create.webseeds.prompt", 2), null);
        TextField comment = new TextField();
        comment.textProperty().bindBidirectional(model.comment());
        row(3, "create.comment", comment, comment);
        ComboBox<Integer> pieces = new ComboBox<>();
        pieces.getItems().setAll(PIECE_LENGTHS);
        pieces.setValue(0);
        pieces.setConverter(new StringConverter<>() {
            @Override
            public String toString(Integer length) {
                return length == null || length == 0 ? text.get("create.pieces.auto") : formats.bytes(length);
            }

            @Override
            public Integer fromString(String words) {
                return 0;
            }
        });
        pieces.valueProperty().addListener((property, before, now) -> {
            model.pieceLength().set(now);
            changed();
        });
        row(4, "create.pieces", pieces, pieces);
        CheckBox isPrivate = new CheckBox(text.get("create.private"));
        isPrivate.setId("create-private");
        isPrivate.selectedProperty().bindBidirectional(model.isPrivate());
        isPrivate.setOnAction(event -> changed());
        CheckBox seed = new CheckBox(text.get("create.seed"));
        seed.setId("create-seed");
        seed.selectedProperty().bindBidirectional(model.seed());
        form.add(new VBox(8, isPrivate, seed), 1, 5);
    }

    private TextArea area(String id, StringProperty target, String prompt, int rows) {
        TextArea area = new TextArea();
        area.setId(id);
        area.setPrefRowCount(rows);
        area.setPromptText(text.get(prompt));
        area.textProperty().bindBidirectional(target);
        area.textProperty().addListener((property, before, now) -> changed());
        return area;
    }

    private void row(int row, String key, Node node, @org.jspecify.annotations.Nullable Node labelled) {
        Label label = new Label(text.get(key));
        label.setLabelFor(labelled == null ? node : labelled);
        label.setMinWidth(Region.USE_PREF_SIZE);
        GridPane.setHgrow(node, Priority.ALWAYS);
        GridPane.setValignment(label, VPos.TOP);
        form.add(label, 0, row);
        form.add(node, 1, row);
    }

    private void choose(@org.jspecify.annotations.Nullable File chosen) {
        if (chosen != null) {
            model.source().set(chosen.toString());
        }
    }

    private void changed() {
        made = Optional.empty();
        show();
    }

    private void show() {
        boolean hashing = model.progress().get() >= 0;
        Optional<String> wrong = model.problem(text);
        form.setDisable(hashing);
        progress.setVisible(hashing);
        progress.setProgress(Math.max(0, model.progress().get()));
        problem.getStyleClass().remove("failed-text");
        if (hashing) {
            problem.setText(
                    text.get("create.hashing", formats.percent(model.progress().get())));
        } else if (made.isPresent()) {
            problem.setText(text.get(
                    model.seed().get() ? "create.done.seeding" : "create.done",
                    made.get().info().layout().pieceCount()));
        } else {
            problem.setText(model.source().get().isBlank() ? text.get("create.hint") : wrong.orElse(""));
            if (!model.source().get().isBlank() && wrong.isPresent()) {
                problem.getStyleClass().add("failed-text");
            }
        }
        create.setDisable(hashing || wrong.isPresent() || made.isPresent());
        copy.setDisable(made.isEmpty());
        save.setDisable(made.isEmpty());
    }

    private void create() {
        Path content = model.path().orElseThrow();
        boolean seed = model.seed().get();
        model.create().whenComplete((metainfo, failure) -> {
            if (metainfo != null) {
                made = Optional.of(metainfo);
                if (seed) {
                    workspace.add(
                            new TorrentSource.TorrentFile(metainfo),
                            AddOptions.builder(Objects.requireNonNull(
                                            content.toAbsolutePath().normalize().getParent()))
                                    .seedMode(true)
                                    .build());
                }
                show();
            } else {
                show();
                Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
                if (!(cause instanceof CancellationException)) {
                    problem.getStyleClass().add("failed-text");
                    problem.setText(DisplayText.of(String.valueOf(cause.getMessage())));
                }
            }
        });
        show();
    }

    private void copy() {
        made.ifPresent(metainfo -> {
            ClipboardContent clip = new ClipboardContent();
            clip.putString(MagnetLink.of(metainfo).toUri());
            Clipboard.getSystemClipboard().setContent(clip);
            workspace.main().tell(new Notice(Notice.Kind.INFO, text.get("notice.copied"), ""));
        });
    }

    private void save() {
        made.ifPresent(metainfo -> {
            FileChooser chooser = new FileChooser();
            chooser.setInitialFileName(metainfo.info().name() + ".torrent");
            File target = chooser.showSaveDialog(window.stage());
            if (target != null) {
                try {
                    Files.write(target.toPath(), metainfo.toBytes());
                } catch (IOException e) {
                    problem.getStyleClass().add("failed-text");
                    problem.setText(text.get("error.export.title", target) + " " + DisplayText.of(String.valueOf(e)));
                }
            }
        });
    }
}
