package dev.jackdaw.gui.view;

import dev.jackdaw.gui.model.DisplayText;
import dev.jackdaw.gui.model.Text;
import java.util.function.Consumer;
import javafx.beans.binding.Bindings;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.layout.VBox;
import javafx.stage.Window;

/// Asks for another name for a file, a folder or a torrent. Whether the name is possible is for the session to say.
final class RenameDialog {
    private final DialogWindow window;

    /// @param target takes the new name
    RenameDialog(Window owner, Theming theming, Text text, String name, Consumer<String> target) {
        TextField field = new TextField(name);
        field.setId("rename-name");
        Label label = new Label(text.get("rename.prompt", DisplayText.of(name)));
        label.setLabelFor(field);
        label.setWrapText(true);
        Label hint = new Label(text.get("rename.hint"));
        hint.getStyleClass().add("hint");
        hint.setWrapText(true);
        VBox content = new VBox(label, field, hint);
        content.getStyleClass().add("dialog-content");
        window = new DialogWindow(owner, theming, text.get("rename.title"), content, 520, 220);
        window.button("rename-cancel", text.get("dialog.cancel"), window::close);
        Button ok = window.button("rename-ok", text.get("rename.ok"), () -> {
            window.close();
            target.accept(field.getText().strip());
        });
        ok.setDefaultButton(true);
        ok.disableProperty()
                .bind(Bindings.createBooleanBinding(
                        () -> field.getText().isBlank()
                                || field.getText().strip().equals(name),
                        field.textProperty()));
        // the extension stays unless it is chosen, too
        int dot = name.lastIndexOf('.');
        field.selectRange(0, dot > 0 ? dot : name.length());
    }

    void open() {
        window.show();
    }
}
