package dev.jackdaw.gui.view;

import dev.jackdaw.gui.model.Text;
import java.util.function.BiConsumer;
import javafx.beans.binding.Bindings;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Region;
import javafx.stage.Window;

/// Asks for the speed limits of some torrents, in KiB/s; 0 is none.
final class LimitsDialog {
    private static final String NUMBER = "\\s*[0-9]{1,12}\\s*";

    private final DialogWindow window;

    /// @param answer takes bytes per second down and up
    LimitsDialog(Window owner, Theming theming, Text text, long download, long upload, BiConsumer<Long, Long> answer) {
        TextField down = field("limits-down", download);
        TextField up = field("limits-up", upload);
        GridPane form = new GridPane();
        form.getStyleClass().addAll("form", "dialog-content");
        row(form, 0, text.get("limits.download"), down);
        row(form, 1, text.get("limits.upload"), up);
        Label hint = new Label(text.get("limits.hint"));
        hint.getStyleClass().add("hint");
        hint.setWrapText(true);
        form.add(hint, 0, 2, 2, 1);
        window = new DialogWindow(owner, theming, text.get("limits.title"), form, 420, 220);
        window.button("limits-cancel", text.get("dialog.cancel"), window::close);
        Button ok = window.button("limits-ok", text.get("dialog.ok"), () -> {
            window.close();
            answer.accept(bytes(down), bytes(up));
        });
        ok.setDefaultButton(true);
        ok.disableProperty()
                .bind(Bindings.createBooleanBinding(
                        () -> !down.getText().matches(NUMBER) || !up.getText().matches(NUMBER),
                        down.textProperty(),
                        up.textProperty()));
    }

    private static TextField field(String id, long bytesPerSecond) {
        TextField field = new TextField(String.valueOf(Math.ceilDiv(bytesPerSecond, 1024L)));
        field.setId(id);
        return field;
    }

    private static void row(GridPane form, int row, String words, Node node) {
        Label label = new Label(words);
        label.setLabelFor(node);
        label.setMinWidth(Region.USE_PREF_SIZE);
        form.addRow(row, label, node);
    }

    private static long bytes(TextField field) {
        return Long.parseLong(field.getText().strip()) * 1024;
    }

    void open() {
        window.show();
    }
}
