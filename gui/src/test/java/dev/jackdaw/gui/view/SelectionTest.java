package dev.jackdaw.gui.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.gui.Desk;
import dev.jackdaw.gui.model.Fixtures;
import dev.jackdaw.gui.model.Formats;
import dev.jackdaw.gui.model.MainViewModel;
import dev.jackdaw.gui.model.WindowState;
import dev.jackdaw.peer.TorrentState;
import dev.jackdaw.peer.TorrentStatus;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SelectionTest {
    private static final TorrentStatus RUNNING = Fixtures.status(1, "running", new TorrentState.Downloading());
    private static final TorrentStatus PAUSED = Fixtures.status(1, "running", new TorrentState.Paused());
    private static final TorrentStatus CHECKED = Fixtures.status(2, "checked", new TorrentState.Checking(0.5));

    private final MainViewModel model = new MainViewModel(Fixtures.ENGLISH);
    private int changes;

    @BeforeAll
    static void startToolkit() {
        Desk.startToolkit();
    }

    /// Two torrents, of which those rows are selected.
    private Selection of(int... rows) {
        TorrentTable table = new TorrentTable(model, new Formats(Fixtures.ENGLISH), WindowState.initial());
        Selection selection = new Selection(table, model, () -> changes++);
        model.accept(Fixtures.frame(RUNNING, CHECKED));
        for (int row : rows) {
            table.node().getSelectionModel().select(row);
        }
        return selection;
    }

    @Test
    void nothingCanBeDoneWithNothing() {
        Desk.run(() -> {
            Selection selection = of();

            assertTrue(selection.isEmpty().get());
            assertTrue(selection.isNotOne().get());
            assertTrue(selection.hasNothingToPause().get());
            assertTrue(selection.hasNothingToResume().get());
            assertTrue(selection.hasNothingChecked().get());
            assertTrue(selection.isNotNameable().get());
            assertEquals(Optional.empty(), selection.one());
        });
    }

    @Test
    void followsATorrentThatChangesWhileTheSessionsTotalsDoNot() {
        Desk.run(() -> {
            Selection selection = of(0);
            assertFalse(selection.hasNothingToPause().get());
            assertTrue(selection.hasNothingToResume().get());

            model.accept(Fixtures.frame(PAUSED, CHECKED));

            assertTrue(selection.hasNothingToPause().get());
            assertFalse(selection.hasNothingToResume().get());
        });
    }

    @Test
    void namesOfSeveralThoseWhoseContentIsBeingChecked() {
        Desk.run(() -> {
            Selection selection = of(0, 1);

            assertTrue(selection.isNotOne().get());
            assertFalse(selection.hasNothingChecked().get());
            assertEquals(List.of(CHECKED.infoHash()), selection.checked());
            assertEquals(2, selection.torrents().size());
        });
    }

    @Test
    void tellsWhenOthersAreSelectedAndNotWithEveryFrame() {
        Desk.run(() -> {
            of(0);
            int before = changes;
            assertTrue(before > 0);

            model.accept(Fixtures.frame(PAUSED, CHECKED));

            assertEquals(before, changes);
        });
    }
}
