package dev.jackdaw.gui.view;

import dev.jackdaw.gui.model.Text;
import dev.jackdaw.gui.model.Workspace;
import java.util.List;
import java.util.function.IntConsumer;
import javafx.beans.property.BooleanProperty;
import javafx.geometry.Orientation;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckMenuItem;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.Menu;
import javafx.scene.control.MenuBar;
import javafx.scene.control.MenuItem;
import javafx.scene.control.Separator;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;

/// The main window's menus and buttons, made of its [Commands].
final class Menus {
    private static final int ZOOM_STEP_PERCENT = 10;

    private final Workspace workspace;
    private final Text text;
    private final Commands commands;
    private final Selection selection;
    private final IntConsumer zoom;
    private final TextField search = new TextField();

    /// @param zoom makes all text larger by so many percent
    Menus(Workspace workspace, Commands commands, Selection selection, IntConsumer zoom) {
        this.workspace = workspace;
        this.text = workspace.text();
        this.commands = commands;
        this.selection = selection;
        this.zoom = zoom;
    }

    MenuBar menuBar(BooleanProperty showsSidebar, BooleanProperty showsDetails) {
        Menu file = menu(
                "menu.file",
                List.of(
                        List.of(commands.addFile, commands.addLink, commands.create),
                        List.of(commands.settings),
                        List.of(commands.quit)));
        Menu torrent = menu("menu.torrent", ofTorrents());
        insertBehind(torrent.getItems(), "menu-command-limits", queueMenu("menu-queue"));
        CheckMenuItem sidebar = new CheckMenuItem(text.get("menu.view.sidebar"));
        sidebar.selectedProperty().bindBidirectional(showsSidebar);
        CheckMenuItem details = new CheckMenuItem(text.get("menu.view.details"));
        details.setAccelerator(KeyCombination.valueOf("F7"));
        details.selectedProperty().bindBidirectional(showsDetails);
        MenuItem find = item("menu.view.search", "Shortcut+F", search::requestFocus);
        find.setGraphic(Glyph.SEARCH.node());
        MenuItem alternative = item(
                "menu.view.alternative",
                "Shortcut+T",
                () -> workspace.setAlternativeLimits(
                        !workspace.settings().speed().alternative()));
        alternative.setGraphic(Glyph.TURTLE.node());
        Menu view = new Menu(text.get("menu.view"));
        view.getItems()
                .addAll(
                        sidebar,
                        details,
                        find,
                        new SeparatorMenuItem(),
                        alternative,
                        new SeparatorMenuItem(),
                        item("menu.view.larger", "Shortcut+Plus", () -> zoom.accept(ZOOM_STEP_PERCENT)),
                        item("menu.view.smaller", "Shortcut+Minus", () -> zoom.accept(-ZOOM_STEP_PERCENT)));
        MenuBar bar = new MenuBar(file, torrent, view);
        bar.setUseSystemMenuBar(true);
        return bar;
    }

    ContextMenu contextMenu() {
        ContextMenu menu = new ContextMenu();
        fill(menu.getItems(), ofTorrents(), true);
        CheckMenuItem sequentially = new CheckMenuItem(text.get("command.sequential"));
        sequentially.setId("context-command-sequential");
        sequentially.disableProperty().bind(selection.isEmpty());
        sequentially.setOnAction(
                event -> workspace.actions().setSequential(selection.hashes(), sequentially.isSelected()));
        insertBehind(menu.getItems(), "context-command-limits", sequentially);
        insertBehind(menu.getItems(), "context-command-limits", queueMenu("context-queue"));
        menu.setOnShowing(event -> sequentially.setSelected(selection.isSequential()));
        return menu;
    }

    /// @param table takes the keys when the search has ended
    Region toolBar(Node table) {
        search.setId("search");
        search.setPromptText(text.get("search.prompt"));
        search.setAccessibleText(text.get("search.prompt"));
        search.textProperty().bindBidirectional(workspace.main().search());
        search.setPrefWidth(230);
        search.setMinWidth(90);
        search.addEventFilter(KeyEvent.KEY_PRESSED, event -> {
            if (event.getCode() == KeyCode.ESCAPE) {
                search.clear();
                table.requestFocus();
            }
        });
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        HBox bar = new HBox(
                commands.addFile.button(text, true),
                commands.addLink.button(text, true),
                commands.create.button(text, true),
                separator(),
                commands.resume.button(text, false),
                commands.pause.button(text, false),
                commands.remove.button(text, false),
                separator(),
                commands.queueUp.button(text, false),
                commands.queueDown.button(text, false),
                separator(),
                commands.open.button(text, false),
                gap,
                Glyph.SEARCH.node(),
                search,
                commands.settings.button(text, false));
        // the table keeps the focus, and with it its keys; by keyboard everything here is in the menus
        bar.getChildren().stream()
                .filter(Button.class::isInstance)
                .map(Button.class::cast)
                .forEach(button -> {
                    button.setFocusTraversable(false);
                    button.setMinWidth(Region.USE_PREF_SIZE); // in a narrow window the search gives way
                });
        bar.getStyleClass().add("tool-bar-main");
        bar.setAlignment(Pos.CENTER_LEFT);
        return bar;
    }

    private List<List<Command>> ofTorrents() {
        return List.of(
                List.of(commands.open),
                List.of(commands.resume, commands.force, commands.pause, commands.remove),
                List.of(commands.limits),
                List.of(commands.rename, commands.move, commands.cancelMove),
                List.of(commands.recheck, commands.cancelCheck, commands.announce),
                List.of(commands.copyMagnet, commands.copyName, commands.copyHash, commands.export));
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

    private static void insertBehind(List<MenuItem> items, String id, MenuItem item) {
        for (int i = 0; i < items.size(); i++) {
            if (id.equals(items.get(i).getId())) {
                items.add(i + 1, item);
                return;
            }
        }
        throw new IllegalStateException("there is no item " + id);
    }

    private Menu queueMenu(String id) {
        Menu menu = new Menu(text.get("menu.queue"), Glyph.CLOCK.node());
        menu.setId(id);
        fill(
                menu.getItems(),
                List.of(List.of(commands.queueTop, commands.queueUp, commands.queueDown, commands.queueBottom)),
                id.startsWith("context"));
        menu.disableProperty().bind(selection.isEmpty());
        return menu;
    }

    private MenuItem item(String key, String keys, Runnable action) {
        MenuItem item = new MenuItem(text.get(key));
        item.setAccelerator(KeyCombination.valueOf(keys));
        item.setOnAction(event -> action.run());
        return item;
    }

    private static Separator separator() {
        return new Separator(Orientation.VERTICAL);
    }
}
