package dev.jackdaw.gui.view;

import dev.jackdaw.gui.model.LiveRow;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import javafx.scene.control.TableCell;

/// A table's cell with a bar of progress and the figure on it.
final class ProgressCell<V> extends TableCell<LiveRow<V>, V> {
    private final ToDoubleFunction<V> share;
    private final Function<V, String> words;
    private final Function<V, String> tone;
    private final ShareBar bar = new ShareBar();

    /// @param share 0 … 1
    /// @param tone  the style class that colours the bar
    ProgressCell(ToDoubleFunction<V> share, Function<V, String> words, Function<V, String> tone) {
        this.share = share;
        this.words = words;
        this.tone = tone;
        getStyleClass().add("progress-cell");
    }

    @Override
    protected void updateItem(V value, boolean empty) {
        super.updateItem(value, empty);
        if (empty || value == null) {
            setGraphic(null);
        } else {
            bar.show(share.applyAsDouble(value), words.apply(value), tone.apply(value));
            bar.setPrefWidth(getWidth());
            if (getGraphic() == null) {
                setGraphic(bar);
            }
        }
    }

    @Override
    protected void layoutChildren() {
        bar.setPrefWidth(getWidth() - snappedLeftInset() - snappedRightInset());
        super.layoutChildren();
    }
}
