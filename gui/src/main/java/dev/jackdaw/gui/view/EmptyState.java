package dev.jackdaw.gui.view;

import dev.jackdaw.gui.model.MainViewModel;
import dev.jackdaw.gui.model.Text;
import javafx.collections.ListChangeListener;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/// What stands in the table while no torrent does: how to add one, or that the filter lets none pass.
final class EmptyState {
    private final Text text;
    private final MainViewModel model;
    private final Label title = new Label();
    private final Label hint = new Label();
    private final HBox buttons;
    private final VBox node;

    EmptyState(MainViewModel model, Command addFile, Command addLink) {
        this.text = model.text();
        this.model = model;
        title.setId("empty-title");
        title.getStyleClass().add("empty-title");
        hint.getStyleClass().add("empty-state");
        hint.setWrapText(true);
        buttons = new HBox(10, button(addFile, "empty-add"), button(addLink, "empty-link"));
        buttons.setAlignment(Pos.CENTER);
        node = new VBox(10, title, hint, buttons);
        node.getStyleClass().add("empty-box");
        node.setAlignment(Pos.CENTER);
        model.all().addListener((ListChangeListener<Object>) change -> show());
        show();
    }

    Region node() {
        return node;
    }

    private Button button(Command command, String id) {
        Button button = command.button(text, true);
        button.setId(id);
        button.getStyleClass().remove("flat");
        return button;
    }

    private void show() {
        boolean none = model.all().isEmpty();
        title.setText(text.get(none ? "empty.title" : "empty.filtered.title"));
        hint.setText(text.get(none ? "empty.hint" : "empty.filtered.hint"));
        buttons.setVisible(none);
    }
}
