package dev.jackdaw.gui.view;

import dev.jackdaw.gui.model.AddTorrentViewModel;
import dev.jackdaw.gui.model.CreateTorrentViewModel;
import dev.jackdaw.gui.model.Formats;
import dev.jackdaw.gui.model.Notice;
import dev.jackdaw.gui.model.Settings;
import dev.jackdaw.gui.model.SettingsViewModel;
import dev.jackdaw.gui.model.Sources;
import dev.jackdaw.gui.model.Text;
import dev.jackdaw.gui.model.TorrentActions;
import dev.jackdaw.gui.model.TorrentSnapshot;
import dev.jackdaw.gui.model.WindowState;
import dev.jackdaw.gui.model.Workspace;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.metainfo.MagnetLink;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.application.Platform;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.value.ObservableBooleanValue;
import javafx.collections.ListChangeListener;
import javafx.geometry.Orientation;
import javafx.geometry.Pos;
import javafx.scene.Scene;
import javafx.scene.control.Button;
import javafx.scene.control.CheckMenuItem;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.Label;
import javafx.scene.control.Menu;
import javafx.scene.control.MenuBar;
import javafx.scene.control.MenuItem;
import javafx.scene.control.Separator;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.control.SplitPane;
import javafx.scene.control.TextField;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.input.DragEvent;
import javafx.scene.input.Dragboard;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.input.TransferMode;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.stage.DirectoryChooser;
import javafx.stage.FileChooser;
import javafx.stage.Stage;
import org.jspecify.annotations.Nullable;

/// The main window: puts the parts together, and says which command does what.
public final class MainWindow {
    private static final ObservableBooleanValue NEVER = new SimpleBooleanProperty(false);

    private final Workspace workspace;
    private final Text text;
    private final Formats formats;
    private final Theming theming;
    private final Desktop desktop;
    private final Stage stage;
    private final TorrentTable table;
    private final DetailsPane details;
    private final StatusBar statusBar;
    private final Sidebar sidebar;
    private final TextField search = new TextField();
    private final SplitPane vertical = new SplitPane();
    private final SplitPane horizontal = new SplitPane();
    private final BooleanProperty noSelection = new SimpleBooleanProperty(true);
    private final BooleanProperty nothingToPause = new SimpleBooleanProperty(true);
    private final BooleanProperty nothingToResume = new SimpleBooleanProperty(true);
    private final BooleanProperty notOneSelected = new SimpleBooleanProperty(true);
    private final BooleanProperty sequential = new SimpleBooleanProperty(false);
    private final BooleanProperty showsSidebar;
    private final BooleanProperty showsDetails;

    private final List<Command> commands = new ArrayList<>();
    private final Command addFile;
    private final Command addLink;
    private final Command create;
    private final Command quit;
    private final Command resume;
    private final Command force;
    private final Command pause;
    private final Command remove;
    private final Command recheck;
    private final Command announce;
    private final Command limits;
    private final Command open;
    private final Command copyMagnet;
    private final Command copyName;
    private final Command copyHash;
    private final Command export;
    private final Command move;
    private final Command queueTop;
    private final Command queueUp;
    private final Command queueDown;
    private final Command queueBottom;
    private final Command settings;

    public MainWindow(Workspace workspace, Theming theming, Desktop desktop, Stage stage) {
        this.workspace = workspace;
        this.text = workspace.text();
        this.formats = new Formats(text);
        this.theming = theming;
        this.desktop = desktop;
        this.stage = stage;
        WindowState state = workspace.window();
        showsSidebar = new SimpleBooleanProperty(state.sidebar());
        showsDetails = new SimpleBooleanProperty(state.details());
        addFile = command("command.add", Glyph.ADD, "Shortcut+O", NEVER, this::chooseFiles);
        addLink = command("command.link", Glyph.LINK, "Shortcut+U", NEVER, this::askForLinks);
        create = command("command.create", Glyph.CREATE, "Shortcut+N", NEVER, this::createTorrent);
        quit = command("command.quit", Glyph.CLOSE, "Shortcut+Q", NEVER, stage::close);
        resume = command(
                "command.resume",
                Glyph.RESUME,
                "Shortcut+R",
                nothingToResume,
                () -> workspace.actions().resume(selection()));
        force = command(
                "command.force",
                Glyph.BOLT,
                "Shortcut+Shift+R",
                noSelection,
                () -> workspace.actions().force(selection()));
        pause = command(
                "command.pause",
                Glyph.PAUSE,
                "Shortcut+P",
                nothingToPause,
                () -> workspace.actions().pause(selection()));
        remove = command("command.remove", Glyph.REMOVE, "Delete", noSelection, this::remove);
        recheck = command(
                "command.recheck",
                Glyph.REFRESH,
                null,
                noSelection,
                () -> workspace.actions().recheck(selection()));
        announce = command(
                "command.announce",
                Glyph.GLOBE,
                null,
                noSelection,
                () -> workspace.actions().announce(selection()));
        limits = command("command.limits", Glyph.TURTLE, null, noSelection, this::askForLimits);
        open = command("command.open", Glyph.FOLDER, "Shortcut+Enter", notOneSelected, this::openContent);
        copyMagnet = command("command.copy.magnet", Glyph.LINK, "Shortcut+Shift+C", noSelection, this::copyMagnet);
        copyName = command(
                "command.copy.name",
                Glyph.COPY,
                null,
                noSelection,
                () -> copy(snapshots().stream().map(TorrentSnapshot::name).toList()));
        copyHash = command(
                "command.copy.hash",
                Glyph.COPY,
                null,
                noSelection,
                () -> copy(selection().stream().map(InfoHash::hex).toList()));
        export = command("command.export", Glyph.FILE, null, notOneSelected, this::export);
        move = command("command.move", Glyph.FOLDER, null, noSelection, this::moveContent);
        queueTop =
                command("command.queue.top", Glyph.UP, "Shortcut+Shift+Up", noSelection, () -> moveInQueue(-1_000_000));
        queueUp = command("command.queue.up", Glyph.UP, "Shortcut+Up", noSelection, () -> moveInQueue(-1));
        queueDown = command("command.queue.down", Glyph.DOWN, "Shortcut+Down", noSelection, () -> moveInQueue(1));
        queueBottom = command(
                "command.queue.bottom", Glyph.DOWN, "Shortcut+Shift+Down", noSelection, () -> moveInQueue(1_000_000));
        settings = command("command.settings", Glyph.SETTINGS, "Shortcut+Comma", NEVER, this::askForSettings);
        table = new TorrentTable(workspace.main(), formats, state);
        details = new DetailsPane(workspace, formats, theming, desktop);
        sidebar = new Sidebar(workspace.main(), formats);
        statusBar = new StatusBar(workspace, formats);
        arrange(state);
        listen();
    }

    private Command command(
            String key, Glyph glyph, @Nullable String keys, ObservableBooleanValue disabled, Runnable action) {
        Command command = new Command(key, glyph, keys == null ? null : KeyCombination.valueOf(keys), disabled, action);
        commands.add(command);
        return command;
    }

    /// Shows the window where it was left.
    public void show() {
        WindowState.Bounds bounds = workspace.window().bounds();
        stage.setWidth(bounds.width());
        stage.setHeight(bounds.height());
        boolean reachable = !Double.isNaN(bounds.x())
                && !javafx.stage.Screen.getScreensForRectangle(bounds.x(), bounds.y(), 100, 40)
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

    // ---- arrangement

    private void arrange(WindowState state) {
        VBox top = new VBox(menuBar(), toolBar());
        StackPane centre = new StackPane(table.node());
        table.node().setPlaceholder(emptyState());
        table.node().setContextMenu(contextMenu());
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

    private MenuBar menuBar() {
        Menu file = menu("menu.file", List.of(List.of(addFile, addLink, create), List.of(settings), List.of(quit)));
        Menu torrent = menu("menu.torrent", torrentCommands());
        torrent.getItems().add(7, queueMenu("menu-queue"));
        CheckMenuItem sidebarItem = new CheckMenuItem(text.get("menu.view.sidebar"));
        sidebarItem.selectedProperty().bindBidirectional(showsSidebar);
        CheckMenuItem detailsItem = new CheckMenuItem(text.get("menu.view.details"));
        detailsItem.setAccelerator(KeyCombination.valueOf("F7"));
        detailsItem.selectedProperty().bindBidirectional(showsDetails);
        MenuItem find = new MenuItem(text.get("menu.view.search"), Glyph.SEARCH.node());
        find.setAccelerator(KeyCombination.valueOf("Shortcut+F"));
        find.setOnAction(event -> search.requestFocus());
        MenuItem alternative = new MenuItem(text.get("menu.view.alternative"), Glyph.TURTLE.node());
        alternative.setAccelerator(KeyCombination.valueOf("Shortcut+T"));
        alternative.setOnAction(
                event -> statusBar.setAlternative(!workspace.settings().speed().alternative()));
        MenuItem larger = zoom("menu.view.larger", "Shortcut+Plus", 10);
        MenuItem smaller = zoom("menu.view.smaller", "Shortcut+Minus", -10);
        Menu view = new Menu(text.get("menu.view"));
        view.getItems()
                .addAll(
                        sidebarItem,
                        detailsItem,
                        find,
                        new SeparatorMenuItem(),
                        alternative,
                        new SeparatorMenuItem(),
                        larger,
                        smaller);
        MenuBar bar = new MenuBar(file, torrent, view);
        bar.setUseSystemMenuBar(true);
        return bar;
    }

    private MenuItem zoom(String key, String keys, int percent) {
        MenuItem item = new MenuItem(text.get(key));
        item.setAccelerator(KeyCombination.valueOf(keys));
        item.setOnAction(event -> {
            Settings.Appearance now = workspace.settings().appearance();
            int size = Math.clamp(
                    now.fontPercent() + percent,
                    Settings.Appearance.MIN_FONT_PERCENT,
                    Settings.Appearance.MAX_FONT_PERCENT);
            apply(workspace.settings().withAppearance(new Settings.Appearance(now.theme(), size, now.language())));
        });
        return item;
    }

    private List<List<Command>> torrentCommands() {
        return List.of(
                List.of(open),
                List.of(resume, force, pause, remove),
                List.of(limits),
                List.of(move, recheck, announce),
                List.of(copyMagnet, copyName, copyHash, export));
    }

    private Menu menu(String key, List<List<Command>> groups) {
        Menu menu = new Menu(text.get(key));
        fill(menu.getItems(), groups, false);
        return menu;
    }

    private void fill(List<MenuItem> items, List<List<Command>> groups, boolean context) {
        for (List<Command> group : groups) {
            if (!items.isEmpty()) {
                items.add(new SeparatorMenuItem());
            }
            group.forEach(command -> items.add(context ? command.contextItem(text) : command.menuItem(text)));
        }
    }

    private Menu queueMenu(String id) {
        Menu menu = new Menu(text.get("menu.queue"), Glyph.CLOCK.node());
        menu.setId(id);
        boolean context = id.startsWith("context");
        fill(menu.getItems(), List.of(List.of(queueTop, queueUp, queueDown, queueBottom)), context);
        menu.disableProperty().bind(noSelection);
        return menu;
    }

    private ContextMenu contextMenu() {
        ContextMenu menu = new ContextMenu();
        fill(menu.getItems(), torrentCommands(), true);
        CheckMenuItem sequentially = new CheckMenuItem(text.get("command.sequential"));
        sequentially.setId("context-command-sequential");
        sequentially.disableProperty().bind(noSelection);
        sequentially.setOnAction(event -> workspace.actions().setSequential(selection(), sequentially.isSelected()));
        menu.getItems().add(8, sequentially);
        menu.getItems().add(7, queueMenu("context-queue"));
        menu.setOnShowing(event -> sequentially.setSelected(sequential.get()));
        return menu;
    }

    private Region toolBar() {
        search.setId("search");
        search.setPromptText(text.get("search.prompt"));
        search.setAccessibleText(text.get("search.prompt"));
        search.textProperty().bindBidirectional(workspace.main().search());
        search.setPrefWidth(230);
        search.addEventFilter(KeyEvent.KEY_PRESSED, event -> {
            if (event.getCode() == KeyCode.ESCAPE) {
                search.clear();
                table.node().requestFocus();
            }
        });
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        HBox bar = new HBox(
                addFile.button(text, true),
                addLink.button(text, true),
                create.button(text, true),
                separator(),
                resume.button(text, false),
                pause.button(text, false),
                remove.button(text, false),
                separator(),
                queueUp.button(text, false),
                queueDown.button(text, false),
                separator(),
                open.button(text, false),
                gap,
                Glyph.SEARCH.node(),
                search,
                settings.button(text, false));
        // the table keeps the focus, and with it its keys; by keyboard everything here is in the menus
        bar.getChildren().stream()
                .filter(Button.class::isInstance)
                .forEach(button -> button.setFocusTraversable(false));
        bar.getStyleClass().add("tool-bar-main");
        bar.setAlignment(Pos.CENTER_LEFT);
        return bar;
    }

    private static Separator separator() {
        return new Separator(Orientation.VERTICAL);
    }

    private Region emptyState() {
        Label title = new Label();
        title.setId("empty-title");
        title.getStyleClass().add("empty-title");
        Label hint = new Label();
        hint.getStyleClass().add("empty-state");
        hint.setWrapText(true);
        Button add = addFile.button(text, true);
        add.setId("empty-add");
        add.getStyleClass().remove("flat");
        Button link = addLink.button(text, true);
        link.setId("empty-link");
        link.getStyleClass().remove("flat");
        HBox buttons = new HBox(10, add, link);
        buttons.setAlignment(Pos.CENTER);
        VBox box = new VBox(10, title, hint, buttons);
        box.getStyleClass().add("empty-box");
        box.setAlignment(Pos.CENTER);
        Runnable update = () -> {
            boolean none = workspace.main().all().isEmpty();
            title.setText(text.get(none ? "empty.title" : "empty.filtered.title"));
            hint.setText(text.get(none ? "empty.hint" : "empty.filtered.hint"));
            buttons.setVisible(none);
        };
        workspace.main().all().addListener((ListChangeListener<Object>) change -> update.run());
        update.run();
        return box;
    }

    // ---- what the user does

    private void listen() {
        table.node().getSelectionModel().getSelectedItems().addListener((ListChangeListener<Object>)
                change -> selected());
        workspace.main().session().addListener((property, before, now) -> enable());
        table.node().setOnMouseClicked(event -> {
            if (event.getButton() == MouseButton.PRIMARY && event.getClickCount() == 2 && !notOneSelected.get()) {
                openContent();
            }
        });
        table.node().addEventHandler(KeyEvent.KEY_PRESSED, event -> {
            if (new KeyCodeCombination(KeyCode.V, KeyCombination.SHORTCUT_DOWN).match(event)) {
                paste();
            } else if (event.getCode() == KeyCode.SPACE && !noSelection.get()) {
                (nothingToPause.get() ? resume : pause).action().run();
                event.consume();
            } else if (event.getCode() == KeyCode.ENTER && !notOneSelected.get()) {
                openContent();
            }
        });
        Scene scene = stage.getScene();
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

    private void paste() {
        String clip = Clipboard.getSystemClipboard().getString();
        if (clip != null && !clip.isBlank()) {
            add(Sources.lines(clip));
        }
    }

    private List<InfoHash> selection() {
        return table.selection();
    }

    private List<TorrentSnapshot> snapshots() {
        return selection().stream()
                .map(workspace.main()::find)
                .flatMap(Optional::stream)
                .toList();
    }

    private void selected() {
        enable();
        detail();
    }

    private void detail() {
        List<TorrentSnapshot> chosen = snapshots();
        Optional<TorrentSnapshot> one =
                chosen.size() == 1 && showsDetails.get() ? Optional.of(chosen.getFirst()) : Optional.empty();
        workspace.main().details().show(one);
        workspace.feed().detail(one.map(TorrentSnapshot::infoHash));
    }

    private void enable() {
        List<TorrentSnapshot> chosen = snapshots();
        noSelection.set(chosen.isEmpty());
        notOneSelected.set(chosen.size() != 1);
        nothingToPause.set(
                chosen.stream().noneMatch(torrent -> torrent.activity().isRunning()));
        nothingToResume.set(
                chosen.stream().allMatch(torrent -> torrent.activity().isRunning()));
        sequential.set(
                chosen.stream().anyMatch(torrent -> torrent.status().settings().sequential()));
    }

    /// Adds what these name: files, magnet links or info-hashes; asks first if the settings say so.
    public void add(List<String> typed) {
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

    private void chooseFiles() {
        FileChooser chooser = new FileChooser();
        chooser.setTitle(text.get("chooser.title"));
        chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter(text.get("chooser.torrents"), "*.torrent"));
        List<File> chosen = chooser.showOpenMultipleDialog(stage);
        if (chosen != null) {
            add(chosen.stream().map(File::toString).toList());
        }
    }

    private void askForLinks() {
        new LinkDialog(stage, theming, text, this::add).open();
    }

    private void createTorrent() {
        new CreateTorrentDialog(stage, theming, formats, workspace, new CreateTorrentViewModel(Platform::runLater))
                .open();
    }

    private void remove() {
        List<TorrentSnapshot> chosen = snapshots();
        if (!chosen.isEmpty()) {
            boolean trash = workspace.actions().hasTrash()
                    && workspace.settings().downloads().trash();
            new RemoveDialog(
                            stage,
                            theming,
                            text,
                            formats,
                            chosen,
                            trash,
                            removal -> workspace
                                    .actions()
                                    .remove(
                                            chosen.stream()
                                                    .map(TorrentSnapshot::infoHash)
                                                    .toList(),
                                            removal))
                    .open();
        }
    }

    private void askForLimits() {
        snapshots().stream()
                .findFirst()
                .map(torrent -> torrent.status().settings())
                .ifPresent(now -> new LimitsDialog(
                                stage,
                                theming,
                                text,
                                now.maxDownloadRate(),
                                now.maxUploadRate(),
                                (down, up) -> workspace.actions().setRateLimits(selection(), down, up))
                        .open());
    }

    private void openContent() {
        snapshots().stream().findFirst().ifPresent(torrent -> {
            Path content = TorrentActions.content(torrent.status());
            desktop.open(content.toFile().exists() ? content : torrent.status().directory());
        });
    }

    private void moveContent() {
        DirectoryChooser chooser = new DirectoryChooser();
        chooser.setTitle(text.get("command.move").replace("_", ""));
        File chosen = chooser.showDialog(stage);
        if (chosen != null) {
            workspace.actions().move(selection(), chosen.toPath());
        }
    }

    private void copyMagnet() {
        copy(selection().stream()
                .map(workspace.actions()::magnet)
                .flatMap(Optional::stream)
                .map(MagnetLink::toUri)
                .toList());
    }

    private void copy(List<String> lines) {
        ClipboardContent clip = new ClipboardContent();
        clip.putString(String.join("\n", lines));
        Clipboard.getSystemClipboard().setContent(clip);
        workspace.main().tell(new Notice(Notice.Kind.INFO, text.get("notice.copied"), ""));
    }

    private void export() {
        snapshots().stream().findFirst().ifPresent(torrent -> {
            FileChooser chooser = new FileChooser();
            chooser.setInitialFileName(torrent.status().name() + ".torrent");
            File target = chooser.showSaveDialog(stage);
            if (target != null) {
                workspace.actions().export(torrent.infoHash(), target.toPath());
            }
        });
    }

    private void moveInQueue(int places) {
        workspace.actions().moveInQueue(selection(), places);
    }

    private void askForSettings() {
        new SettingsDialog(stage, theming, new SettingsViewModel(workspace.settings(), text), this::apply).open();
    }

    private void apply(Settings changed) {
        workspace.apply(changed);
        theming.apply(changed.appearance());
        statusBar.settingsChanged();
    }

    /// Does what the command of that key does, unless it makes no sense now.
    public void perform(String key) {
        commands.stream()
                .filter(command ->
                        command.key().equals(key) && !command.disabled().get())
                .forEach(command -> command.action().run());
    }

    /// Turns to a tab of the details: `general`, `files`, `peers`, `trackers`, `speed` or `log`.
    public void show(String tab) {
        details.select(tab);
    }
}
