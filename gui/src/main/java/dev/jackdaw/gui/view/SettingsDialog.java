package dev.jackdaw.gui.view;

import dev.jackdaw.gui.model.Settings;
import dev.jackdaw.gui.model.SettingsViewModel;
import dev.jackdaw.gui.model.SettingsViewModel.Field;
import dev.jackdaw.gui.model.SpeedSchedule;
import dev.jackdaw.gui.model.Text;
import dev.jackdaw.peer.SessionConfig.Encryption;
import dev.jackdaw.peer.SessionConfig.Transport;
import java.io.File;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.TextField;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.stage.DirectoryChooser;
import javafx.stage.Stage;
import javafx.stage.Window;
import javafx.util.StringConverter;

/// All settings, by page. What is wrong is said beside its field while it is typed.
final class SettingsDialog {
    private final Text text;
    private final SettingsViewModel model;
    private final DialogWindow window;
    private final ListView<String> pages = new ListView<>();
    private final BorderPane content = new BorderPane();

    /// @param target takes the new settings
    SettingsDialog(Window owner, Theming theming, SettingsViewModel model, Consumer<Settings> target) {
        this.text = model.text();
        this.model = model;
        pages.setId("settings-pages");
        pages.getItems().setAll("downloads", "speed", "queue", "connection", "privacy", "appearance", "notifications");
        pages.setCellFactory(view -> new ListCell<>() {
            @Override
            protected void updateItem(String page, boolean empty) {
                super.updateItem(page, empty);
                setText(empty || page == null ? null : text.get("settings." + page));
            }
        });
        pages.setPrefWidth(160);
        pages.setAccessibleText(text.get("settings.title"));
        pages.getStyleClass().add("settings-pages");
        content.setLeft(pages);
        content.getStyleClass().add("settings");
        pages.getSelectionModel().selectedItemProperty().addListener((property, before, now) -> show(now));
        window = new DialogWindow(owner, theming, text.get("settings.title"), content, 720, 600);
        window.button("settings-cancel", text.get("dialog.cancel"), window::close);
        Button ok = window.button("settings-ok", text.get("settings.ok"), () -> {
            model.settings().ifPresent(target);
            window.close();
        });
        ok.setDefaultButton(true);
        ok.disableProperty().bind(model.invalid());
        pages.getSelectionModel().selectFirst();
    }

    void open() {
        window.show();
    }

    Stage stage() {
        return window.stage();
    }

    void select(String page) {
        pages.getSelectionModel().select(page);
    }

    private void show(String page) {
        GridPane form = new GridPane();
        form.getStyleClass().addAll("form", "settings-form");
        ColumnConstraints names = new ColumnConstraints();
        names.setMinWidth(Region.USE_PREF_SIZE);
        ColumnConstraints values = new ColumnConstraints();
        values.setHgrow(Priority.ALWAYS);
        form.getColumnConstraints().addAll(names, values);
        switch (page) {
            case "downloads" -> downloads(form);
            case "speed" -> speed(form);
            case "queue" -> queue(form);
            case "connection" -> connection(form);
            case "privacy" -> privacy(form);
            case "appearance" -> appearance(form);
            default -> notifications(form);
        }
        Label heading = new Label(text.get("settings." + page));
        heading.getStyleClass().add("settings-heading");
        ScrollPane scroll = new ScrollPane(new VBox(heading, form));
        scroll.setFitToWidth(true);
        scroll.getStyleClass().add("edge-to-edge");
        content.setCenter(scroll);
    }

    private void downloads(GridPane form) {
        folder(form);
        check(form, "ask", model.ask);
        check(form, "start", model.start);
        check(form, "trash", model.trash);
    }

    private void speed(GridPane form) {
        heading(form, "settings.speed.usual");
        field(form, "maxdownload", model.maxDownload, "settings.unit.rate");
        field(form, "maxupload", model.maxUpload, "settings.unit.rate");
        heading(form, "settings.speed.alternative");
        check(form, "alternative", model.alternative);
        field(form, "alternativedownload", model.alternativeDownload, "settings.unit.rate");
        field(form, "alternativeupload", model.alternativeUpload, "settings.unit.rate");
        hint(form, "settings.speed.hint");
        heading(form, "settings.schedule.title");
        check(form, "schedule", model.schedule);
        field(form, "schedulefrom", model.scheduleFrom, "");
        field(form, "scheduleto", model.scheduleTo, "");
        choice(
                form,
                "scheduledays",
                model.scheduleDays,
                List.of(SpeedSchedule.Days.values()),
                one -> text.of("days", one));
    }

    private void queue(GridPane form) {
        check(form, "queueing", model.queue);
        field(form, "maxdownloads", model.maxDownloads, "");
        field(form, "maxseeds", model.maxSeeds, "");
        heading(form, "settings.seeding");
        field(form, "ratio", model.ratio, "");
        field(form, "minutes", model.minutes, "settings.unit.minutes");
        hint(form, "settings.seeding.hint");
    }

    private void connection(GridPane form) {
        field(form, "port", model.port, "");
        field(form, "bindaddress", model.bindAddress, "");
        choice(form, "transport", model.transport, List.of(Transport.values()), one -> text.of("transport", one));
        field(form, "maxconnections", model.maxConnections, "");
        field(form, "maxconnectionspertorrent", model.maxConnectionsPerTorrent, "");
        field(form, "uploadslots", model.uploadSlots, "");
        hint(form, "settings.restart");
    }

    private void privacy(GridPane form) {
        check(form, "dht", model.dht);
        check(form, "peerexchange", model.peerExchange);
        check(form, "localdiscovery", model.localDiscovery);
        choice(form, "encryption", model.encryption, List.of(Encryption.values()), one -> text.of("encryption", one));
        hint(form, "settings.restart.privacy");
    }

    private void appearance(GridPane form) {
        choice(form, "theme", model.theme, List.of(Settings.Theme.values()), one -> text.of("theme", one));
        field(form, "fontpercent", model.fontPercent, "settings.unit.percent");
        choice(
                form,
                "language",
                model.language,
                List.of("", "en", "de"),
                tag -> tag.isEmpty()
                        ? text.get("settings.language.system")
                        : Locale.forLanguageTag(tag).getDisplayLanguage(Locale.forLanguageTag(tag)));
        hint(form, "settings.language.hint");
    }

    private void notifications(GridPane form) {
        check(form, "notifycompleted", model.notifyCompleted);
        check(form, "notifyfailed", model.notifyFailed);
    }

    private void heading(GridPane form, String key) {
        Label label = new Label(text.get(key));
        label.getStyleClass().add("section-heading");
        form.add(label, 0, form.getRowCount(), 2, 1);
    }

    private void hint(GridPane form, String key) {
        Label label = new Label(text.get(key));
        label.getStyleClass().add("hint");
        label.setWrapText(true);
        form.add(label, 0, form.getRowCount(), 2, 1);
    }

    private void check(GridPane form, String key, BooleanProperty property) {
        CheckBox box = new CheckBox(text.get("settings." + key));
        box.setId("settings-" + key);
        box.selectedProperty().bindBidirectional(property);
        form.add(box, 0, form.getRowCount(), 2, 1);
    }

    private void field(GridPane form, String key, Field<?> field, String unit) {
        TextField input = new TextField();
        input.setId("settings-" + key);
        input.setPrefColumnCount(10);
        input.textProperty().bindBidirectional(field.typed());
        HBox row = new HBox(input);
        if (!unit.isEmpty()) {
            row.getChildren().add(new Label(text.get(unit)));
        }
        add(form, key, input, row, field);
    }

    private void folder(GridPane form) {
        TextField input = new TextField();
        input.setId("settings-folder");
        input.textProperty().bindBidirectional(model.folder.typed());
        HBox.setHgrow(input, Priority.ALWAYS);
        Button choose = new Button(text.get("dialog.browse"), Glyph.FOLDER.node());
        choose.setOnAction(event -> {
            File chosen = new DirectoryChooser().showDialog(window.stage());
            if (chosen != null) {
                input.setText(chosen.toString());
            }
        });
        add(form, "folder", input, new HBox(input, choose), model.folder);
    }

    private void add(GridPane form, String key, TextField input, HBox row, Field<?> field) {
        Label label = new Label(text.get("settings." + key));
        label.setLabelFor(input);
        row.setAlignment(Pos.CENTER_LEFT);
        row.getStyleClass().add("form-row");
        Label problem = new Label();
        problem.getStyleClass().add("failed-text");
        problem.setWrapText(true);
        problem.textProperty().bind(field.problem());
        problem.managedProperty().bind(problem.textProperty().isNotEmpty());
        problem.visibleProperty().bind(problem.managedProperty());
        input.setAccessibleText(label.getText());
        input.accessibleHelpProperty().bind(field.problem());
        problem.textProperty().addListener((property, before, now) -> mark(input, now));
        mark(input, field.problem().get());
        form.addRow(form.getRowCount(), label, new VBox(3, row, problem));
    }

    private static void mark(Node input, String problem) {
        input.pseudoClassStateChanged(atlantafx.base.theme.Styles.STATE_DANGER, !problem.isEmpty());
    }

    private <T> void choice(
            GridPane form, String key, ObjectProperty<T> property, List<T> values, Function<T, String> words) {
        ComboBox<T> box = new ComboBox<>();
        box.setId("settings-" + key);
        box.getItems().setAll(values);
        box.setConverter(new StringConverter<>() {
            @Override
            public String toString(T value) {
                return value == null ? "" : words.apply(value);
            }

            @Override
            public T fromString(String string) {
                return values.getFirst();
            }
        });
        box.valueProperty().bindBidirectional(property);
        Label label = new Label(text.get("settings." + key));
        label.setLabelFor(box);
        form.addRow(form.getRowCount(), label, box);
    }
}
