package dev.jackdaw.gui.view;

import dev.jackdaw.gui.model.Activity;
import dev.jackdaw.gui.model.DisplayText;
import dev.jackdaw.gui.model.Formats;
import dev.jackdaw.gui.model.LiveRow;
import dev.jackdaw.gui.model.MainViewModel;
import dev.jackdaw.gui.model.Text;
import dev.jackdaw.gui.model.TorrentSnapshot;
import dev.jackdaw.gui.model.WindowState;
import dev.jackdaw.protocol.InfoHash;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.SelectionMode;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.control.Tooltip;
import org.jspecify.annotations.Nullable;

/// The table of torrents. Every column shows the row's one value, so a row that has changed redraws its cells
/// and nothing else.
final class TorrentTable {
    /// Sorts behind every real time.
    private static final Duration NEVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final Text text;
    private final Formats formats;
    private final MainViewModel model;
    private final TableView<LiveRow<TorrentSnapshot>> table = new TableView<>();
    private final Map<String, TableColumn<LiveRow<TorrentSnapshot>, TorrentSnapshot>> columns = new HashMap<>();
    private final Map<String, Comparator<TorrentSnapshot>> comparators = new HashMap<>();

    TorrentTable(MainViewModel model, Formats formats, WindowState state) {
        this.text = model.text();
        this.formats = formats;
        this.model = model;
        table.setId("torrents");
        table.setAccessibleText(text.get("table.accessible"));
        table.getStyleClass().addAll("dense", "torrent-table", "edge-to-edge");
        table.getSelectionModel().setSelectionMode(SelectionMode.MULTIPLE);
        table.setTableMenuButtonVisible(true);
        table.setItems(model.rows());
        table.setSortPolicy(sorted -> {
            sort();
            return true;
        });
        addColumns();
        restore(state);
    }

    TableView<LiveRow<TorrentSnapshot>> node() {
        return table;
    }

    List<InfoHash> selection() {
        return table.getSelectionModel().getSelectedItems().stream()
                .filter(Objects::nonNull)
                .map(row -> row.get().infoHash())
                .toList();
    }

    /// The columns as they are now, and what sorts.
    List<WindowState.Column> columns() {
        return table.getColumns().stream()
                .map(column -> new WindowState.Column(column.getId(), column.getWidth(), column.isVisible()))
                .toList();
    }

    Optional<WindowState.Sorting> sorting() {
        return table.getSortOrder().stream()
                .findFirst()
                .map(column -> new WindowState.Sorting(
                        column.getId(), column.getSortType() == TableColumn.SortType.DESCENDING));
    }

    private void restore(WindowState state) {
        List<TableColumn<LiveRow<TorrentSnapshot>, ?>> ordered = new ArrayList<>();
        for (WindowState.Column saved : state.columns()) {
            TableColumn<LiveRow<TorrentSnapshot>, TorrentSnapshot> column = columns.get(saved.id());
            if (column != null && !ordered.contains(column)) {
                column.setPrefWidth(Math.clamp(saved.width(), 30, 3000));
                column.setVisible(saved.visible());
                ordered.add(column);
            }
        }
        table.getColumns().stream().filter(column -> !ordered.contains(column)).forEach(ordered::add);
        table.getColumns().setAll(ordered);
        state.sorting().ifPresent(sorting -> {
            TableColumn<LiveRow<TorrentSnapshot>, TorrentSnapshot> column = columns.get(sorting.column());
            if (column != null) {
                column.setSortType(
                        sorting.descending() ? TableColumn.SortType.DESCENDING : TableColumn.SortType.ASCENDING);
                table.getSortOrder().setAll(List.of(column));
            }
        });
    }

    private void sort() {
        @Nullable Comparator<TorrentSnapshot> chosen = null;
        for (TableColumn<LiveRow<TorrentSnapshot>, ?> column : table.getSortOrder()) {
            Comparator<TorrentSnapshot> one = comparators.get(column.getId());
            if (one != null) {
                Comparator<TorrentSnapshot> directed =
                        column.getSortType() == TableColumn.SortType.DESCENDING ? one.reversed() : one;
                chosen = chosen == null ? directed : chosen.thenComparing(directed);
            }
        }
        model.setOrder(chosen);
    }

    private void addColumns() {
        add(
                "position",
                34,
                true,
                Comparator.comparingInt(this::place),
                torrent -> torrent.position() == 0 ? "" : formats.count(torrent.position()));
        addName();
        add(
                "size",
                78,
                true,
                byLong(torrent -> torrent.status().wantedBytes()),
                torrent -> torrent.status().info().isEmpty()
                        ? ""
                        : formats.bytes(torrent.status().wantedBytes()));
        addProgress();
        addState();
        add(
                "seeds",
                52,
                true,
                Comparator.comparingInt(torrent -> torrent.status().connectedSeeds()),
                torrent -> formats.count(torrent.status().connectedSeeds()));
        add(
                "peers",
                58,
                true,
                Comparator.comparingInt(torrent -> torrent.status().connectedPeers()),
                torrent -> text.get(
                        "table.peers.value",
                        torrent.status().connectedPeers() - torrent.status().connectedSeeds(),
                        torrent.status().knownPeers()));
        add(
                "down",
                92,
                true,
                byLong(torrent -> torrent.status().downloadRate()),
                torrent -> formats.rateOrNothing(torrent.status().downloadRate()));
        add(
                "up",
                92,
                true,
                byLong(torrent -> torrent.status().uploadRate()),
                torrent -> formats.rateOrNothing(torrent.status().uploadRate()));
        add(
                "eta",
                88,
                true,
                Comparator.comparing(torrent -> torrent.status().eta().orElse(NEVER)),
                this::timeLeft);
        add(
                "ratio",
                52,
                true,
                Comparator.comparingDouble(torrent -> torrent.status().ratio()),
                torrent -> formats.ratio(torrent.status().ratio()));
        add(
                "added",
                118,
                false,
                Comparator.comparing(torrent -> torrent.status().added()),
                torrent -> formats.date(torrent.status().added()));
        add(
                "completed",
                118,
                false,
                Comparator.comparing(torrent -> torrent.status().completed().orElse(Instant.MAX)),
                torrent -> torrent.status().completed().map(formats::date).orElse(""));
        add(
                "remaining",
                84,
                true,
                byLong(TorrentTable::remaining),
                torrent -> remaining(torrent) == 0 ? "" : formats.bytes(remaining(torrent)));
        add(
                "downloaded",
                84,
                true,
                byLong(torrent -> torrent.status().downloadedBytes()),
                torrent -> formats.bytes(torrent.status().downloadedBytes()));
        add(
                "uploaded",
                84,
                true,
                byLong(torrent -> torrent.status().uploadedBytes()),
                torrent -> formats.bytes(torrent.status().uploadedBytes()));
        add(
                "availability",
                76,
                true,
                Comparator.comparingDouble(torrent -> torrent.status().availability()),
                torrent -> formats.ratio(torrent.status().availability()));
        add(
                "tracker",
                150,
                false,
                Comparator.comparing(torrent -> String.join(",", torrent.trackers())),
                torrent ->
                        torrent.trackers().isEmpty() ? "" : torrent.trackers().getFirst());
        add(
                "folder",
                180,
                false,
                Comparator.comparing(torrent -> torrent.status().directory().toString()),
                torrent -> DisplayText.of(torrent.status().directory().toString()));
        for (String hidden : List.of(
                "added", "completed", "remaining", "downloaded", "uploaded", "availability", "tracker", "folder")) {
            Objects.requireNonNull(columns.get(hidden)).setVisible(false);
        }
    }

    private static Comparator<TorrentSnapshot> byLong(ToLongFunction<TorrentSnapshot> value) {
        return Comparator.comparingLong(value);
    }

    /// Nothing for a torrent that rests: its rate takes a few seconds to run out.
    private String timeLeft(TorrentSnapshot torrent) {
        return torrent.activity() == Activity.DOWNLOADING
                ? torrent.status().eta().map(formats::duration).orElse("")
                : "";
    }

    private int place(TorrentSnapshot torrent) {
        return torrent.position() == 0 ? Integer.MAX_VALUE : torrent.position();
    }

    private static long remaining(TorrentSnapshot torrent) {
        return torrent.status().wantedBytes() - torrent.status().completedBytes();
    }

    private TableColumn<LiveRow<TorrentSnapshot>, TorrentSnapshot> column(
            String id, double width, Comparator<TorrentSnapshot> comparator) {
        TableColumn<LiveRow<TorrentSnapshot>, TorrentSnapshot> column = new TableColumn<>(text.get("table." + id));
        column.setId(id);
        column.setPrefWidth(width);
        column.setMinWidth(30);
        column.setComparator(comparator);
        column.setCellValueFactory(features -> features.getValue().value());
        columns.put(id, column);
        comparators.put(id, comparator);
        table.getColumns().add(column);
        return column;
    }

    private void add(
            String id,
            double width,
            boolean numeric,
            Comparator<TorrentSnapshot> comparator,
            Function<TorrentSnapshot, String> words) {
        TableColumn<LiveRow<TorrentSnapshot>, TorrentSnapshot> column = column(id, width, comparator);
        column.setCellFactory(made -> new TextCell(words, numeric));
        if (numeric) {
            column.getStyleClass().add("numeric");
        }
    }

    private void addName() {
        column("name", 290, Comparator.comparing(TorrentSnapshot::nameKey)).setCellFactory(column -> new NameCell());
    }

    private void addProgress() {
        column("progress", 92, Comparator.comparingDouble(TorrentSnapshot::progress))
                .setCellFactory(column -> new ProgressCell<>(
                        TorrentSnapshot::progress, torrent -> formats.percent(torrent.progress()), TorrentTable::tone));
    }

    private void addState() {
        column("state", 124, Comparator.comparing(TorrentSnapshot::activity)).setCellFactory(column -> new StateCell());
    }

    /// The style class that colours a torrent's bar and icon.
    static String tone(TorrentSnapshot torrent) {
        return switch (torrent.activity()) {
            case DOWNLOADING, METADATA -> "tone-active";
            case SEEDING -> "tone-done";
            case FAILED -> "tone-failed";
            case CHECKING, MOVING -> "tone-busy";
            case STALLED, QUEUED, COMPLETED, PAUSED -> torrent.status().isComplete() ? "tone-done" : "tone-idle";
        };
    }

    private static Glyph glyph(Activity activity) {
        return switch (activity) {
            case DOWNLOADING, STALLED -> Glyph.DOWN;
            case SEEDING -> Glyph.UP;
            case COMPLETED -> Glyph.CHECK;
            case PAUSED -> Glyph.PAUSE;
            case QUEUED -> Glyph.CLOCK;
            case CHECKING, MOVING -> Glyph.REFRESH;
            case METADATA -> Glyph.LINK;
            case FAILED -> Glyph.WARNING;
        };
    }

    private static final class TextCell extends TableCell<LiveRow<TorrentSnapshot>, TorrentSnapshot> {
        private final Function<TorrentSnapshot, String> words;

        TextCell(Function<TorrentSnapshot, String> words, boolean numeric) {
            this.words = words;
            if (numeric) {
                setAlignment(Pos.CENTER_RIGHT);
            }
        }

        @Override
        protected void updateItem(TorrentSnapshot torrent, boolean empty) {
            super.updateItem(torrent, empty);
            String now = empty || torrent == null ? "" : words.apply(torrent);
            if (!now.equals(getText())) {
                setText(now);
            }
        }
    }

    private final class NameCell extends TableCell<LiveRow<TorrentSnapshot>, TorrentSnapshot> {
        private Optional<Activity> shown = Optional.empty();
        private final Tooltip tip = new Tooltip();

        @Override
        protected void updateItem(TorrentSnapshot torrent, boolean empty) {
            super.updateItem(torrent, empty);
            if (empty || torrent == null) {
                setText(null);
                setGraphic(null);
                setTooltip(null);
                shown = Optional.empty();
                return;
            }
            String name = DisplayText.directed(torrent.name());
            if (!name.equals(getText())) {
                setText(name);
                tip.setText(name);
                setTooltip(tip);
            }
            if (!shown.equals(Optional.of(torrent.activity()))) {
                shown = Optional.of(torrent.activity());
                Node icon = glyph(torrent.activity()).node();
                icon.getStyleClass().addAll("state-glyph", tone(torrent));
                setGraphic(icon);
            }
        }
    }

    private final class StateCell extends TableCell<LiveRow<TorrentSnapshot>, TorrentSnapshot> {
        @Override
        protected void updateItem(TorrentSnapshot torrent, boolean empty) {
            super.updateItem(torrent, empty);
            if (empty || torrent == null) {
                setText(null);
                setTooltip(null);
                return;
            }
            String words = text.of("activity", torrent.activity());
            String failure = torrent.failure();
            if (!words.equals(getText())) {
                setText(words);
            }
            getStyleClass().remove("failed-text");
            if (failure.isEmpty()) {
                setTooltip(null);
            } else {
                getStyleClass().add("failed-text");
                setText(words + ": " + failure);
                setTooltip(new Tooltip(torrent.advice(text)));
            }
        }
    }
}
