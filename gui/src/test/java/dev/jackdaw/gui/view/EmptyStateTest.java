package dev.jackdaw.gui.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.gui.Desk;
import dev.jackdaw.gui.model.Fixtures;
import dev.jackdaw.gui.model.MainViewModel;
import dev.jackdaw.peer.TorrentState;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EmptyStateTest {
    private final MainViewModel model = new MainViewModel(Fixtures.ENGLISH);
    private int added;

    @BeforeAll
    static void startToolkit() {
        Desk.startToolkit();
    }

    private EmptyState state() {
        SimpleBooleanProperty never = new SimpleBooleanProperty(false);
        return new EmptyState(
                model,
                new Command("command.add", Glyph.ADD, null, never, () -> added++),
                new Command("command.link", Glyph.LINK, null, never, () -> {}));
    }

    private static String title(EmptyState state) {
        return ((Label) state.node().lookup("#empty-title")).getText();
    }

    private static Button button(EmptyState state) {
        return (Button) state.node().lookup("#empty-add");
    }

    @Test
    void saysHowToAddATorrentAsLongAsThereIsNone() {
        Desk.run(() -> {
            EmptyState state = state();

            assertEquals(Fixtures.ENGLISH.get("empty.title"), title(state));
            assertTrue(button(state).getParent().isVisible());
            button(state).fire();
            assertEquals(1, added);
        });
    }

    @Test
    void saysThatTheFilterLetsNonePassOnceThereAreSome() {
        Desk.run(() -> {
            EmptyState state = state();

            model.accept(Fixtures.frame(Fixtures.status(1, "one", new TorrentState.Seeding())));

            assertEquals(Fixtures.ENGLISH.get("empty.filtered.title"), title(state));
            assertFalse(button(state).getParent().isVisible());
        });
    }
}
