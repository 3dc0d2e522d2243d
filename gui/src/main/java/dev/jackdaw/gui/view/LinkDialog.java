package dev.jackdaw.gui.view;

import dev.jackdaw.gui.model.Sources;
import dev.jackdaw.gui.model.Text;
import java.util.List;
import java.util.function.Consumer;
import javafx.beans.binding.Bindings;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.input.Clipboard;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import javafx.stage.Window;

/// Asks for magnet links or info-hashes, one a line; a link on the clipboard is there already.
final class LinkDialog {
    private final DialogWindow window;

    /// @param target takes what was typed, line by line
    LinkDialog(Window owner, Theming theming, Text text, Consumer<List<String>> target) {
        TextArea links = new TextArea();
        links.setId("links");
        links.setWrapText(true);
        links.setPromptText("magnet:?xt=urn:btih:…");
        Label label = new Label(text.get("link.prompt"));
        label.setLabelFor(links);
        label.setWrapText(true);
        VBox.setVgrow(links, Priority.ALWAYS);
        String clip = Clipboard.getSystemClipboard().getString();
        if (clip != null && Sources.isMagnet(clip)) {
            links.setText(clip.strip());
            links.selectAll();
        }
        VBox content = new VBox(label, links);
        content.getStyleClass().add("dialog-content");
        window = new DialogWindow(owner, theming, text.get("link.title"), content, 560, 260);
        window.button("link-cancel", text.get("dialog.cancel"), window::close);
        Button ok = window.button("link-ok", text.get("link.ok"), () -> {
            window.close();
            target.accept(Sources.lines(links.getText()));
        });
        ok.setDefaultButton(true);
        ok.disableProperty()
                .bind(Bindings.createBooleanBinding(() -> links.getText().isBlank(), links.textProperty()));
    }

    void open() {
        window.show();
    }
}
