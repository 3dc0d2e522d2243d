package dev.jackdaw.gui.view;

import dev.jackdaw.gui.model.DisplayText;
import dev.jackdaw.gui.model.FileNode;
import dev.jackdaw.gui.model.Formats;
import dev.jackdaw.gui.model.Text;
import dev.jackdaw.peer.FilePriority;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.value.ChangeListener;
import javafx.beans.value.ObservableValue;
import javafx.geometry.Pos;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.MenuItem;
import javafx.scene.control.SelectionMode;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.control.TreeItem;
import javafx.scene.control.TreeTableCell;
import javafx.scene.control.TreeTableColumn;
import javafx.scene.control.TreeTableView;
import javafx.scene.input.KeyCode;
import javafx.scene.input.MouseButton;

/// A torrent's files as a tree: a check mark says whether a file is wanted, the menu how much.
final class FileTreeView {
    private final Text text;
    private final Formats formats;
    private final BiConsumer<Collection<Integer>, FilePriority> setPriority;
    private final Optional<Use> use;
    private final TreeTableView<FileNode> tree = new TreeTableView<>();

    /// What can be done with files that are there.
    ///
    /// @param open   opens a file or folder
    /// @param rename asks for another name
    record Use(Consumer<FileNode> open, Consumer<FileNode> rename) {}

    /// @param setPriority told of indexes of files and what they are to be
    /// @param use         empty where there are no files yet, and then no progress either
    FileTreeView(
            Text text, Formats formats, BiConsumer<Collection<Integer>, FilePriority> setPriority, Optional<Use> use) {
        this.text = text;
        this.formats = formats;
        this.setPriority = setPriority;
        this.use = use;
        tree.getStyleClass().addAll("dense", "edge-to-edge", "file-tree");
        tree.setShowRoot(false);
        tree.setAccessibleText(text.get("files.accessible"));
        tree.getSelectionModel().setSelectionMode(SelectionMode.MULTIPLE);
        tree.setColumnResizePolicy(TreeTableView.CONSTRAINED_RESIZE_POLICY_FLEX_LAST_COLUMN);
        addColumns();
        tree.setContextMenu(menu());
        tree.setOnKeyPressed(event -> {
            if (event.getCode() == KeyCode.SPACE) {
                toggle(selected());
                event.consume();
            } else if (event.getCode() == KeyCode.ENTER) {
                openSelected();
                event.consume();
            } else if (event.getCode() == KeyCode.F2) {
                renameSelected();
                event.consume();
            }
        });
        tree.setOnMouseClicked(event -> {
            if (event.getButton() == MouseButton.PRIMARY && event.getClickCount() == 2) {
                openSelected();
            }
        });
    }

    TreeTableView<FileNode> node() {
        return tree;
    }

    /// Shows that tree; the same tree is left as it stands, folded or not.
    void show(Optional<FileNode> root) {
        FileNode shown = tree.getRoot() == null ? null : tree.getRoot().getValue();
        if (root.isEmpty()) {
            tree.setRoot(null);
        } else if (root.get() != shown) {
            tree.setRoot(item(root.get(), root.get().children().size() <= 1 ? 3 : 1));
        }
    }

    private static TreeItem<FileNode> item(FileNode node, int unfolded) {
        TreeItem<FileNode> item = new TreeItem<>(node);
        for (FileNode child : node.children()) {
            item.getChildren().add(item(child, unfolded - 1));
        }
        item.setExpanded(unfolded > 0);
        return item;
    }

    private void addColumns() {
        TreeTableColumn<FileNode, FileNode> name = new TreeTableColumn<>(text.get("files.name"));
        name.setCellValueFactory(
                features -> new ReadOnlyObjectWrapper<>(features.getValue().getValue()));
        name.setCellFactory(column -> new NameCell());
        name.setComparator(Comparator.comparing(FileNode::name));
        name.setPrefWidth(use.isPresent() ? 420 : 360);
        TreeTableColumn<FileNode, FileNode.Totals> size = totals("files.size", 90);
        size.setCellFactory(column -> new TotalsCell(Pos.CENTER_RIGHT, totals -> formats.bytes(totals.length())));
        size.getStyleClass().add("numeric");
        size.setComparator(Comparator.comparingLong(FileNode.Totals::length));
        TreeTableColumn<FileNode, FileNode.Totals> priority = totals("files.priority", 110);
        priority.setCellFactory(column -> new TotalsCell(
                Pos.CENTER_LEFT,
                totals -> totals.priority().map(one -> text.of("priority", one)).orElse(text.get("priority.mixed"))));
        tree.getColumns().add(name);
        tree.getColumns().add(size);
        if (use.isPresent()) {
            TreeTableColumn<FileNode, FileNode.Totals> progress = totals("files.progress", 120);
            progress.setCellFactory(column -> new ShareCell());
            progress.setComparator(Comparator.comparingDouble(FileNode.Totals::progress));
            tree.getColumns().add(progress);
        }
        tree.getColumns().add(priority);
    }

    private TreeTableColumn<FileNode, FileNode.Totals> totals(String key, double width) {
        TreeTableColumn<FileNode, FileNode.Totals> column = new TreeTableColumn<>(text.get(key));
        column.setCellValueFactory(features -> {
            ObservableValue<FileNode.Totals> value =
                    features.getValue().getValue().totals();
            return value;
        });
        column.setPrefWidth(width);
        return column;
    }

    private List<FileNode> selected() {
        List<FileNode> nodes = new ArrayList<>();
        for (TreeItem<FileNode> item : tree.getSelectionModel().getSelectedItems()) {
            if (item != null) {
                nodes.add(item.getValue());
            }
        }
        return nodes;
    }

    private ContextMenu menu() {
        ContextMenu menu = new ContextMenu();
        if (use.isPresent()) {
            MenuItem opening = new MenuItem(text.get("files.open"));
            opening.setOnAction(event -> openSelected());
            MenuItem renaming = new MenuItem(text.get("command.rename"));
            renaming.setId("files-rename");
            renaming.setOnAction(event -> renameSelected());
            menu.getItems().addAll(opening, renaming, new SeparatorMenuItem());
        }
        for (FilePriority priority :
                List.of(FilePriority.HIGH, FilePriority.NORMAL, FilePriority.LOW, FilePriority.SKIP)) {
            MenuItem item = new MenuItem(text.of("priority", priority));
            item.setId("priority-" + priority.name().toLowerCase(Locale.ROOT));
            item.setOnAction(event -> set(selected(), priority));
            menu.getItems().add(item);
        }
        return menu;
    }

    private void openSelected() {
        use.ifPresent(using -> selected().stream().findFirst().ifPresent(using.open()));
    }

    private void renameSelected() {
        use.ifPresent(using -> selected().stream().findFirst().ifPresent(using.rename()));
    }

    private void toggle(List<FileNode> nodes) {
        if (!nodes.isEmpty()) {
            boolean wanted = nodes.getFirst().totals().get().wanted() > 0;
            set(nodes, wanted ? FilePriority.SKIP : FilePriority.NORMAL);
        }
    }

    private void set(List<FileNode> nodes, FilePriority priority) {
        Set<Integer> files = new LinkedHashSet<>();
        nodes.forEach(node -> files.addAll(node.files()));
        if (!files.isEmpty()) {
            setPriority.accept(files, priority);
        }
    }

    private final class NameCell extends TreeTableCell<FileNode, FileNode> {
        private final CheckBox box = new CheckBox();
        private Optional<FileNode> shown = Optional.empty();

        NameCell() {
            box.setFocusTraversable(false);
            box.setOnAction(event -> shown.ifPresent(
                    node -> set(List.of(node), box.isSelected() ? FilePriority.NORMAL : FilePriority.SKIP)));
        }

        @Override
        protected void updateItem(FileNode node, boolean empty) {
            super.updateItem(node, empty);
            shown.ifPresent(before -> before.totals().removeListener(changes));
            if (empty || node == null) {
                shown = Optional.empty();
                setText(null);
                setGraphic(null);
                return;
            }
            shown = Optional.of(node);
            node.totals().addListener(changes);
            setText(DisplayText.directed(node.name()));
            mark(node.totals().get());
            setGraphic(box);
        }

        private final ChangeListener<FileNode.Totals> changes = (property, before, now) -> mark(now);

        private void mark(FileNode.Totals totals) {
            boolean skipped = totals.priority().equals(Optional.of(FilePriority.SKIP));
            boolean some = totals.priority().isEmpty() && totals.wanted() < totals.length();
            box.setIndeterminate(some);
            box.setSelected(!skipped && !some);
            box.setAccessibleText(getText());
        }
    }

    private static final class TotalsCell extends TreeTableCell<FileNode, FileNode.Totals> {
        private final Function<FileNode.Totals, String> words;

        TotalsCell(Pos alignment, Function<FileNode.Totals, String> words) {
            this.words = words;
            setAlignment(alignment);
        }

        @Override
        protected void updateItem(FileNode.Totals totals, boolean empty) {
            super.updateItem(totals, empty);
            setText(empty || totals == null ? "" : words.apply(totals));
        }
    }

    private final class ShareCell extends TreeTableCell<FileNode, FileNode.Totals> {
        private final ShareBar bar = new ShareBar();

        ShareCell() {
            getStyleClass().add("progress-cell");
        }

        @Override
        protected void updateItem(FileNode.Totals totals, boolean empty) {
            super.updateItem(totals, empty);
            if (empty || totals == null) {
                setGraphic(null);
                return;
            }
            boolean skipped = totals.priority().equals(Optional.of(FilePriority.SKIP));
            bar.show(
                    totals.progress(),
                    formats.percent(totals.progress()),
                    skipped ? "tone-idle" : totals.progress() == 1 ? "tone-done" : "tone-active");
            setGraphic(bar);
        }

        @Override
        protected void layoutChildren() {
            bar.setPrefWidth(getWidth() - snappedLeftInset() - snappedRightInset());
            super.layoutChildren();
        }
    }
}
