package dev.jackdaw.gui.view;

import dev.jackdaw.gui.model.Notice;
import dev.jackdaw.gui.model.Text;
import java.util.Locale;
import javafx.animation.PauseTransition;
import javafx.collections.ListChangeListener;
import javafx.collections.ObservableList;
import javafx.geometry.Pos;
import javafx.scene.AccessibleRole;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.util.Duration;

/// Notices in the corner of the window. Good news goes by itself; an error stays until it is closed.
final class Toasts {
    private static final Duration SHOWN = Duration.seconds(6);
    /// More wait until there is room.
    private static final int MAX_SHOWN = 4;

    private final Text text;
    private final ObservableList<Notice> notices;
    private final VBox node = new VBox();

    Toasts(Text text, ObservableList<Notice> notices) {
        this.text = text;
        this.notices = notices;
        node.setId("toasts");
        node.getStyleClass().add("toasts");
        node.setPickOnBounds(false);
        node.setMaxSize(Region.USE_PREF_SIZE, Region.USE_PREF_SIZE);
        notices.addListener((ListChangeListener<Notice>) change -> show());
        show();
    }

    Region node() {
        return node;
    }

    private void show() {
        node.getChildren().removeIf(toast -> !notices.contains(toast.getUserData()));
        for (Notice notice : notices) {
            boolean shown = node.getChildren().stream().anyMatch(toast -> toast.getUserData() == notice);
            if (!shown && node.getChildren().size() < MAX_SHOWN) {
                node.getChildren().add(toast(notice));
            }
        }
    }

    private Node toast(Notice notice) {
        Label title = new Label(notice.title());
        title.getStyleClass().add("toast-title");
        title.setWrapText(true);
        VBox words = new VBox(title);
        if (!notice.detail().isEmpty()) {
            Label detail = new Label(notice.detail());
            detail.setWrapText(true);
            words.getChildren().add(detail);
        }
        HBox.setHgrow(words, Priority.ALWAYS);
        Button close = new Button("", Glyph.CLOSE.node());
        close.getStyleClass().addAll("flat", "tool-button");
        close.setAccessibleText(text.get("toast.close"));
        close.setOnAction(event -> notices.remove(notice));
        HBox toast = new HBox(glyph(notice.kind()).node(), words, close);
        toast.setAlignment(Pos.TOP_LEFT);
        toast.setUserData(notice);
        toast.setAccessibleRole(AccessibleRole.TEXT);
        toast.setAccessibleText(notice.title() + ". " + notice.detail());
        toast.getStyleClass().addAll("toast", "toast-" + notice.kind().name().toLowerCase(Locale.ROOT));
        if (notice.kind() == Notice.Kind.INFO || notice.kind() == Notice.Kind.SUCCESS) {
            PauseTransition pause = new PauseTransition(SHOWN);
            pause.setOnFinished(event -> notices.remove(notice));
            pause.play();
        }
        return toast;
    }

    private static Glyph glyph(Notice.Kind kind) {
        return switch (kind) {
            case INFO -> Glyph.BOLT;
            case SUCCESS -> Glyph.CHECK;
            case WARNING, ERROR -> Glyph.WARNING;
        };
    }
}
