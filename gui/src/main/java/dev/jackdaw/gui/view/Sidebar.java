package dev.jackdaw.gui.view;

import dev.jackdaw.gui.model.Formats;
import dev.jackdaw.gui.model.MainViewModel;
import dev.jackdaw.gui.model.MainViewModel.TrackerCount;
import dev.jackdaw.gui.model.StateFilter;
import dev.jackdaw.gui.model.Text;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javafx.collections.FXCollections;
import javafx.collections.ListChangeListener;
import javafx.collections.ObservableList;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/// The filters beside the table, each with the number of torrents that pass it.
final class Sidebar {
    private static final double ROW_EM = 2.1;

    /// An entry of the list of trackers.
    private sealed interface TrackerItem {
        record Every() implements TrackerItem {}

        record Of(TrackerCount count) implements TrackerItem {}
    }

    private final Text text;
    private final Formats formats;
    private final MainViewModel model;
    private final VBox node = new VBox();

    Sidebar(MainViewModel model, Formats formats) {
        this.text = model.text();
        this.formats = formats;
        this.model = model;
        node.getStyleClass().add("sidebar");
        ListView<TrackerItem> trackers = trackers();
        VBox.setVgrow(trackers, Priority.ALWAYS);
        node.getChildren().addAll(heading("sidebar.state"), states(), heading("sidebar.trackers"), trackers);
        node.setMinWidth(120);
    }

    Region node() {
        return node;
    }

    private Label heading(String key) {
        Label heading = new Label(text.get(key));
        heading.getStyleClass().add("sidebar-heading");
        return heading;
    }

    private ListView<StateFilter> states() {
        ListView<StateFilter> list = new ListView<>(FXCollections.observableArrayList(StateFilter.values()));
        list.setId("states");
        list.setAccessibleText(text.get("sidebar.state"));
        list.setCellFactory(view -> new FilterCell<>(
                filter -> text.of("filter", filter),
                Sidebar::glyph,
                filter -> model.count(filter).get()));
        for (StateFilter filter : StateFilter.values()) {
            model.count(filter).addListener((property, before, now) -> list.refresh());
        }
        fit(list, StateFilter.values().length);
        list.getSelectionModel().select(model.stateFilter().get());
        list.getSelectionModel().selectedItemProperty().addListener((property, before, now) -> {
            if (now != null) {
                model.stateFilter().set(now);
            }
        });
        return list;
    }

    private ListView<TrackerItem> trackers() {
        ObservableList<TrackerItem> items = FXCollections.observableArrayList(new TrackerItem.Every());
        ListView<TrackerItem> list = new ListView<>(items);
        list.setId("trackers-filter");
        list.setAccessibleText(text.get("sidebar.trackers"));
        list.setCellFactory(view -> new FilterCell<>(this::name, item -> Glyph.GLOBE, this::count));
        Supplier<Optional<String>> selected = () ->
                Optional.ofNullable(list.getSelectionModel().getSelectedItem()).flatMap(Sidebar::host);
        list.getSelectionModel().selectFirst();
        list.getSelectionModel().selectedItemProperty().addListener((property, before, now) -> {
            if (now != null) {
                model.trackerFilter().set(host(now));
            }
        });
        model.trackers().addListener((ListChangeListener<TrackerCount>) change -> {
            Optional<String> before = selected.get();
            items.setAll(Stream.concat(
                            Stream.of((TrackerItem) new TrackerItem.Every()),
                            model.trackers().stream().map(TrackerItem.Of::new))
                    .toList());
            items.stream()
                    .filter(item -> host(item).equals(before))
                    .findFirst()
                    .ifPresentOrElse(
                            item -> list.getSelectionModel().select(item),
                            () -> list.getSelectionModel().selectFirst());
        });
        list.setStyle("-fx-fixed-cell-size: " + ROW_EM + "em;");
        list.setMinHeight(60);
        return list;
    }

    private static Optional<String> host(TrackerItem item) {
        return item instanceof TrackerItem.Of(TrackerCount count) ? Optional.of(count.host()) : Optional.empty();
    }

    private String name(TrackerItem item) {
        return switch (item) {
            case TrackerItem.Every every -> text.get("sidebar.every");
            case TrackerItem.Of(TrackerCount count) -> count.host().isEmpty() ? text.get("sidebar.none") : count.host();
        };
    }

    private int count(TrackerItem item) {
        return item instanceof TrackerItem.Of(TrackerCount count)
                ? count.count()
                : model.count(StateFilter.ALL).get();
    }

    private void fit(ListView<?> list, int rows) {
        list.setStyle("-fx-fixed-cell-size: " + ROW_EM + "em; -fx-pref-height: " + (rows * ROW_EM + 0.3) + "em;"
                + " -fx-min-height: " + (rows * ROW_EM + 0.3) + "em;");
    }

    private static Glyph glyph(StateFilter filter) {
        return switch (filter) {
            case ALL -> Glyph.LIST;
            case DOWNLOADING -> Glyph.DOWN;
            case SEEDING -> Glyph.UP;
            case COMPLETED -> Glyph.CHECK;
            case ACTIVE -> Glyph.BOLT;
            case INACTIVE -> Glyph.MOON;
            case PAUSED -> Glyph.PAUSE;
            case QUEUED -> Glyph.CLOCK;
            case CHECKING -> Glyph.REFRESH;
            case FAILED -> Glyph.WARNING;
        };
    }

    /// Icon, name, and the count at the right.
    private final class FilterCell<T> extends ListCell<T> {
        private final Function<T, String> name;
        private final Function<T, Glyph> glyph;
        private final Function<T, Integer> count;
        private final Label label = new Label();
        private final Label number = new Label();
        private final HBox box = new HBox();

        FilterCell(Function<T, String> name, Function<T, Glyph> glyph, Function<T, Integer> count) {
            this.name = name;
            this.glyph = glyph;
            this.count = count;
            Region gap = new Region();
            HBox.setHgrow(gap, Priority.ALWAYS);
            number.getStyleClass().add("sidebar-count");
            number.setMinWidth(Region.USE_PREF_SIZE);
            label.setMinWidth(0);
            box.setAlignment(Pos.CENTER_LEFT);
            box.getChildren().addAll(label, gap, number);
            box.setMinWidth(0);
            box.setPrefWidth(1);
            getStyleClass().add("filter-cell");
        }

        @Override
        protected void updateItem(T item, boolean empty) {
            super.updateItem(item, empty);
            if (empty || item == null) {
                setGraphic(null);
                return;
            }
            if (!name.apply(item).equals(label.getText())) {
                label.setText(name.apply(item));
                label.setGraphic(glyph.apply(item).node());
            }
            number.setText(formats.count(count.apply(item)));
            setAccessibleText(label.getText() + ", " + number.getText());
            setGraphic(box);
        }
    }
}
