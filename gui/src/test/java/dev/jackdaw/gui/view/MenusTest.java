package dev.jackdaw.gui.view;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.gui.Desk;
import dev.jackdaw.gui.FakeSession;
import dev.jackdaw.gui.model.Fixtures;
import dev.jackdaw.gui.model.Settings;
import dev.jackdaw.peer.TorrentState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javafx.scene.control.Menu;
import javafx.scene.control.MenuBar;
import javafx.scene.control.MenuItem;
import javafx.scene.control.TableView;
import javafx.scene.input.KeyCombination;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MenusTest {
    @TempDir
    Path root;

    private static MenuBar bar(Desk desk) {
        return (MenuBar) desk.stage.getScene().getRoot().lookup(".menu-bar");
    }

    private static TableView<?> table() {
        return Desk.find("torrents", TableView.class);
    }

    private static List<MenuItem> all(List<? extends MenuItem> items) {
        List<MenuItem> found = new ArrayList<>();
        for (MenuItem item : items) {
            found.add(item);
            if (item instanceof Menu menu) {
                found.addAll(all(menu.getItems()));
            }
        }
        return found;
    }

    private Desk in(String language) throws Exception {
        Desk.settle(
                root,
                settings -> settings.withAppearance(new Settings.Appearance(
                        settings.appearance().theme(), settings.appearance().fontPercent(), language)));
        return Desk.open(root, config -> new FakeSession());
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "de"})
    void noTwoItemsOfAMenuHaveTheSameLetter(String language) throws Exception {
        try (Desk desk = in(language)) {
            Desk.run(() -> {
                assertLettersDiffer(bar(desk).getMenus());
                bar(desk).getMenus().forEach(menu -> assertLettersDiffer(menu.getItems()));
            });
        }
    }

    private static void assertLettersDiffer(List<? extends MenuItem> items) {
        Map<Character, String> byLetter = new HashMap<>();
        for (MenuItem item : items) {
            String words = item.getText() == null ? "" : item.getText();
            int mark = words.indexOf('_');
            if (mark >= 0) {
                String other = byLetter.put(Character.toLowerCase(words.charAt(mark + 1)), words);
                assertTrue(other == null, () -> words + " and " + other);
            }
        }
        assertFalse(byLetter.isEmpty());
    }

    @Test
    void noTwoItemsHaveTheSameKeys() throws Exception {
        try (Desk desk = in("en")) {
            Desk.run(() -> {
                Map<KeyCombination, String> byKeys = new HashMap<>();
                for (MenuItem item : all(bar(desk).getMenus())) {
                    if (item.getAccelerator() != null) {
                        String other = byKeys.put(item.getAccelerator(), item.getText());
                        assertTrue(other == null, () -> item.getText() + " and " + other);
                    }
                }
                assertTrue(byKeys.size() > 15, byKeys::toString);
            });
        }
    }

    @Test
    void theContextMenuHasEveryCommandOfTheTorrentMenu() throws Exception {
        try (Desk desk = in("en")) {
            Desk.run(() -> {
                List<String> context = all(table().getContextMenu().getItems()).stream()
                        .map(MenuItem::getText)
                        .toList();
                Menu torrent = bar(desk).getMenus().get(1);
                for (MenuItem item : all(torrent.getItems())) {
                    assertTrue(context.contains(item.getText()), item.getText());
                }
            });
        }
    }

    @Test
    void itemsMakeSenseOnlyForWhatIsSelected() throws Exception {
        FakeSession session = new FakeSession();
        session.statuses.add(Fixtures.status(1, "one", new TorrentState.Checking(0.1)));
        try (Desk desk = Desk.open(root, config -> session)) {
            Desk.await("the torrent", () -> !table().getItems().isEmpty());
            Desk.run(() -> {
                assertTrue(item(desk, "menu-command-recheck-cancel").isDisable());
                table().getSelectionModel().clearAndSelect(0);
                assertFalse(item(desk, "menu-command-recheck-cancel").isDisable());
                assertTrue(item(desk, "menu-command-resume").isDisable());
                assertTrue(item(desk, "menu-command-move-cancel").isDisable());
            });
        }
    }

    private static MenuItem item(Desk desk, String id) {
        return all(bar(desk).getMenus()).stream()
                .filter(item -> id.equals(item.getId()))
                .findFirst()
                .orElseThrow();
    }
}
