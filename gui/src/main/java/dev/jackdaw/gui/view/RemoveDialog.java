package dev.jackdaw.gui.view;

import atlantafx.base.theme.Styles;
import dev.jackdaw.gui.model.Formats;
import dev.jackdaw.gui.model.Text;
import dev.jackdaw.gui.model.TorrentActions.Removal;
import dev.jackdaw.gui.model.TorrentSnapshot;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.RadioButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.VBox;
import javafx.stage.Stage;
import javafx.stage.Window;

/// Asks what becomes of the content before torrents are removed. Keeping it is the answer that Enter gives.
final class RemoveDialog {
    private static final int NAMES_SHOWN = 6;

    private final DialogWindow window;

    RemoveDialog(
            Window owner,
            Theming theming,
            Text text,
            Formats formats,
            List<TorrentSnapshot> torrents,
            boolean trash,
            Consumer<Removal> answer) {
        Label question = new Label(
                text.get("remove.question", torrents.size(), torrents.getFirst().name()));
        question.setWrapText(true);
        question.getStyleClass().add(Styles.TITLE_4);
        VBox content = new VBox(question);
        if (torrents.size() > 1) {
            torrents.stream()
                    .limit(NAMES_SHOWN)
                    .forEach(torrent -> content.getChildren().add(new Label("•  " + torrent.name())));
            if (torrents.size() > NAMES_SHOWN) {
                content.getChildren().add(new Label(text.get("remove.more", torrents.size() - NAMES_SHOWN)));
            }
        }
        ToggleGroup group = new ToggleGroup();
        long bytes = torrents.stream()
                .mapToLong(torrent -> torrent.status().completedBytes())
                .sum();
        RadioButton keep = choice(text.get("remove.keep"), Removal.KEEP, group);
        RadioButton toTrash = choice(text.get("remove.trash", formats.bytes(bytes)), Removal.TRASH, group);
        RadioButton delete = choice(text.get("remove.delete", formats.bytes(bytes)), Removal.DELETE, group);
        keep.setSelected(true);
        content.getChildren().add(keep);
        if (trash) {
            content.getChildren().add(toTrash);
        }
        content.getChildren().add(delete);
        content.getStyleClass().add("dialog-content");
        window = new DialogWindow(
                owner, theming, text.get("remove.title"), content, 500, torrents.size() > 1 ? 390 : 260);
        window.button("remove-cancel", text.get("dialog.cancel"), window::close);
        Button ok = window.button("remove-ok", text.get("remove.ok"), () -> {
            window.close();
            answer.accept((Removal) group.getSelectedToggle().getUserData());
        });
        ok.setDefaultButton(true);
        group.selectedToggleProperty().addListener((property, before, now) -> {
            ok.getStyleClass().remove(Styles.DANGER);
            if (now == delete) {
                ok.getStyleClass().add(Styles.DANGER);
            }
        });
    }

    private static RadioButton choice(String words, Removal removal, ToggleGroup group) {
        RadioButton button = new RadioButton(words);
        button.setId("remove-" + removal.name().toLowerCase(Locale.ROOT));
        button.setUserData(removal);
        button.setToggleGroup(group);
        button.setWrapText(true);
        return button;
    }

    void open() {
        window.show();
    }

    Stage stage() {
        return window.stage();
    }
}
