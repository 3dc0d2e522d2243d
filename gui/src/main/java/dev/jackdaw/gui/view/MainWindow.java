package dev.jackdaw.gui.view;

import dev.jackdaw.gui.model.Formats;
import dev.jackdaw.gui.model.Settings;
import dev.jackdaw.gui.model.SettingsViewModel;
import dev.jackdaw.gui.model.Text;
import dev.jackdaw.gui.model.TorrentSnapshot;
import dev.jackdaw.gui.model.WindowState;
import dev.jackdaw.gui.model.Workspace;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.geometry.Orientation;
import javafx.geometry.Pos;
import javafx.scene.Scene;
import javafx.scene.control.SplitPane;
import javafx.scene.image.Image;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.stage.Screen;
import javafx.stage.Stage;

/// The main window: puts the parts together, and is left and shown again as it was.
public final class MainWindow {
    private final Workspace workspace;
    private final Text text;
    private final Theming theming;
    private final Stage stage;
    private final Selection selection;
    private final Adding adding;
    private final Commands commands;
    private final TorrentTable table;
    private final DetailsPane details;
    private final StatusBar statusBar;
    private final Sidebar sidebar;
    private final SplitPane vertical = new SplitPane();
    private final SplitPane horizontal = new SplitPane();
    private final BooleanProperty showsSidebar;
    private final BooleanProperty showsDetails;

    public MainWindow(Workspace workspace, Theming theming, Desktop desktop, Stage stage) {
        this.workspace = workspace;
        this.text = workspace.text();
        this.theming = theming;
        this.stage = stage;
        Formats formats = new Formats(text);
        WindowState state = workspace.window();
        showsSidebar = new SimpleBooleanProperty(state.sidebar());
        showsDetails = new SimpleBooleanProperty(state.details());
        table = new TorrentTable(workspace.main(), formats, state);
        details = new DetailsPane(workspace, formats, theming, desktop);
        sidebar = new Sidebar(workspace.main(), formats);
        statusBar = new StatusBar(workspace, formats);
        adding = new Adding(workspace, formats, theming, stage);
        selection = new Selection(table, workspace.main(), this::detail);
        commands = new Commands(workspace, formats, theming, desktop, stage, selection, adding, this::askForSettings);
        arrange(state);
        listen();
    }

    /// Shows the window where it was left.
    public void show() {
        WindowState.Bounds bounds = workspace.window().bounds();
        stage.setWidth(bounds.width());
        stage.setHeight(bounds.height());
        boolean reachable = !Double.isNaN(bounds.x())
                && !Screen.getScreensForRectangle(bounds.x(), bounds.y(), 100, 40)
                        .isEmpty();
        if (reachable) {
            stage.setX(bounds.x());
            stage.setY(bounds.y());
        }
        stage.setMaximized(bounds.maximized());
        stage.show();
        table.node().requestFocus();
    }

    /// Brings the window to the front, as another start of the app was asked for.
    public void raise() {
        stage.setIconified(false);
        stage.show();
        stage.toFront();
        stage.requestFocus();
    }

    /// How the window is now, to be remembered.
    public WindowState state() {
        WindowState before = workspace.window();
        WindowState.Bounds bounds = stage.isMaximized()
                ? new WindowState.Bounds(
                        before.bounds().x(),
                        before.bounds().y(),
                        before.bounds().width(),
                        before.bounds().height(),
                        true)
                : new WindowState.Bounds(stage.getX(), stage.getY(), stage.getWidth(), stage.getHeight(), false);
        double share = vertical.getDividers().isEmpty() ? before.detailsShare() : vertical.getDividerPositions()[0];
        return new WindowState(
                bounds,
                table.columns(),
                table.sorting(),
                share,
                showsSidebar.get(),
                showsDetails.get(),
                before.queue(),
                before.held(),
                before.unanswered());
    }

    private void arrange(WindowState state) {
        Menus menus = new Menus(workspace, commands, selection, this::zoom);
        VBox top = new VBox(menus.menuBar(showsSidebar, showsDetails), menus.toolBar(table.node()));
        StackPane centre = new StackPane(table.node());
        table.node().setPlaceholder(new EmptyState(workspace.main(), commands.addFile, commands.addLink).node());
        table.node().setContextMenu(menus.contextMenu());
        centre.setMinHeight(80);
        vertical.setOrientation(Orientation.VERTICAL);
        vertical.getItems().add(centre);
        horizontal.getItems().add(vertical);
        horizontal.getStyleClass().add("main-split");
        SplitPane.setResizableWithParent(sidebar.node(), false);
        showSidebar(state.sidebar());
        showDetails(state.details(), state.detailsShare());
        showsSidebar.addListener((property, before, now) -> showSidebar(now));
        showsDetails.addListener(
                (property, before, now) -> showDetails(now, workspace.window().detailsShare()));
        BorderPane pane = new BorderPane(horizontal);
        pane.setTop(top);
        pane.setBottom(statusBar.node());
        Toasts toasts = new Toasts(text, workspace.main().notices());
        StackPane root = new StackPane(pane, toasts.node());
        StackPane.setAlignment(toasts.node(), Pos.BOTTOM_RIGHT);
        root.getStyleClass().add("main-window");
        Scene scene = new Scene(root, state.bounds().width(), state.bounds().height());
        theming.add(scene);
        stage.setScene(scene);
        stage.setTitle(text.get("app.title"));
        stage.getIcons()
                .add(new Image(Objects.requireNonNull(MainWindow.class.getResource("jackdaw.png"))
                        .toExternalForm()));
        stage.setMinWidth(640);
        stage.setMinHeight(420);
    }

    private void showSidebar(boolean shown) {
        horizontal.getItems().remove(sidebar.node());
        if (shown) {
            horizontal.getItems().addFirst(sidebar.node());
            horizontal.setDividerPositions(0.165);
        }
    }

    private void showDetails(boolean shown, double share) {
        vertical.getItems().remove(details.node());
        if (shown) {
            vertical.getItems().add(details.node());
            vertical.setDividerPositions(share);
        }
        detail();
    }

    private void listen() {
        table.node().setOnMouseClicked(event -> {
            if (event.getButton() == MouseButton.PRIMARY && event.getClickCount() == 2) {
                commands.open.perform();
            }
        });
        table.node().addEventHandler(KeyEvent.KEY_PRESSED, event -> {
            if (new KeyCodeCombination(KeyCode.V, KeyCombination.SHORTCUT_DOWN).match(event)) {
                adding.paste();
            } else if (event.getCode() == KeyCode.SPACE && !selection.isEmpty().get()) {
                (selection.hasNothingToPause().get() ? commands.resume : commands.pause).perform();
                event.consume();
            } else if (event.getCode() == KeyCode.ENTER) {
                commands.open.perform();
            } else if (event.getCode() == KeyCode.F2) {
                commands.rename.perform(); // the table keeps this key from the menu's
                event.consume();
            }
        });
        adding.acceptDrops(stage.getScene());
    }

    private void detail() {
        Optional<TorrentSnapshot> one = showsDetails.get() ? selection.one() : Optional.empty();
        workspace.main().details().show(one);
        workspace.feed().detail(one.map(TorrentSnapshot::infoHash));
    }

    private void zoom(int percent) {
        Settings.Appearance now = workspace.settings().appearance();
        int size = Math.clamp(
                now.fontPercent() + percent,
                Settings.Appearance.MIN_FONT_PERCENT,
                Settings.Appearance.MAX_FONT_PERCENT);
        apply(workspace.settings().withAppearance(new Settings.Appearance(now.theme(), size, now.language())));
    }

    private void askForSettings() {
        new SettingsDialog(stage, theming, new SettingsViewModel(workspace.settings(), text), this::apply).open();
    }

    private void apply(Settings changed) {
        workspace.apply(changed);
        theming.apply(changed.appearance());
    }

    /// Adds what these name: files, magnet links or info-hashes; asks first if the settings say so.
    public void add(List<String> typed) {
        adding.add(typed);
    }

    /// Does what the command of that key does, unless it makes no sense now.
    public void perform(String key) {
        commands.perform(key);
    }

    /// Selects the first torrent, if there is one.
    public void selectFirst() {
        table.node().getSelectionModel().selectFirst();
    }

    /// Turns to a tab of the details: `general`, `files`, `peers`, `trackers`, `speed` or `log`.
    public void show(String tab) {
        details.select(tab);
    }
}
