package dev.jackdaw.gui.view;

import dev.jackdaw.gui.model.Text;
import javafx.beans.value.ObservableBooleanValue;
import javafx.scene.control.Button;
import javafx.scene.control.MenuItem;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCombination;
import org.jspecify.annotations.Nullable;

/// Something that can be done, by menu, by button or by key: one definition for all of them.
///
/// @param key      of its words: `key` for the menu, `key.short` for a button
/// @param keys     its shortcut; null for none
/// @param disabled while it makes no sense
record Command(
        String key, Glyph glyph, @Nullable KeyCombination keys, ObservableBooleanValue disabled, Runnable action) {

    /// Does it, unless it makes no sense now.
    void perform() {
        if (!disabled.get()) {
            action.run();
        }
    }

    MenuItem menuItem(Text text) {
        MenuItem item = new MenuItem(text.get(key), glyph.node());
        item.setId("menu-" + key.replace('.', '-'));
        item.setAccelerator(keys);
        item.disableProperty().bind(disabled);
        item.setOnAction(event -> action.run());
        return item;
    }

    /// A menu item without the shortcut, for a menu that is not the window's.
    MenuItem contextItem(Text text) {
        MenuItem item = menuItem(text);
        item.setId("context-" + key.replace('.', '-'));
        return item;
    }

    Button button(Text text, boolean withWords) {
        String words = text.get(key).replace("_", "");
        Button button = new Button(withWords ? text.get(key + ".short") : "", glyph.node());
        button.setId("button-" + key.replace('.', '-'));
        button.getStyleClass().addAll("flat", "tool-button");
        button.setAccessibleText(words);
        button.setTooltip(new Tooltip(keys == null ? words : words + "  (" + keys.getDisplayText() + ")"));
        button.disableProperty().bind(disabled);
        button.setOnAction(event -> action.run());
        return button;
    }
}
