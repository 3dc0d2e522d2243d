package dev.jackdaw.gui.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.gui.Desk;
import dev.jackdaw.gui.FakeSession;
import dev.jackdaw.gui.model.Fixtures;
import dev.jackdaw.peer.TorrentState;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import javafx.scene.control.TableView;
import javafx.scene.input.Clipboard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the commands of the window ask of the session; with real transfers they are in `AppTest`.
class CommandsTest {
    @TempDir
    Path root;

    private final FakeSession session = new FakeSession();

    /// Opens the app with a torrent that downloads, one that rests and one whose content is being checked, and those
    /// rows selected.
    private void with(List<Integer> rows, Consumer<Desk> work) {
        session.statuses.add(Fixtures.status(1, "runs", new TorrentState.Downloading()));
        session.statuses.add(Fixtures.status(2, "rests", new TorrentState.Paused()));
        session.statuses.add(Fixtures.status(3, "is checked", new TorrentState.Checking(0.5)));
        try (Desk desk = Desk.open(root, config -> session)) {
            TableView<?> table = Desk.find("torrents", TableView.class);
            Desk.await("the torrents", () -> table.getItems().size() == 3);
            session.commands.clear(); // the queue's, as the app begins
            Desk.run(() -> {
                table.getSelectionModel().clearSelection();
                rows.forEach(row -> table.getSelectionModel().select((int) row));
            });
            work.accept(desk);
        }
    }

    private void assertAsked(Desk desk, String command, String... expected) {
        Desk.run(() -> desk.window.perform(command));
        Desk.await(List.of(expected) + "", () -> session.commands.containsAll(List.of(expected)));
    }

    @Test
    void pausesWhatIsSelected() {
        with(List.of(0, 2), desk -> assertAsked(desk, "command.pause", "pause runs", "pause is checked"));
    }

    @Test
    void endsChecksOfThoseThatAreChecked() {
        with(List.of(0, 2), desk -> {
            assertAsked(desk, "command.recheck.cancel", "cancel check of is checked");
            assertTrue(session.commands.stream().noneMatch(command -> command.endsWith("runs")));
        });
    }

    @Test
    void checksAndAsksTrackers() {
        with(List.of(1), desk -> {
            assertAsked(desk, "command.recheck", "recheck rests");
            assertAsked(desk, "command.announce", "announce rests");
        });
    }

    @Test
    void doesNothingThatMakesNoSense() {
        with(List.of(1), desk -> {
            Desk.run(() -> desk.window.perform("command.pause"));
            Desk.run(() -> desk.window.perform("command.recheck.cancel"));
            assertAsked(desk, "command.announce", "announce rests"); // behind the others, had they been done

            assertTrue(session.commands.stream().noneMatch(command -> command.contains("pause")));
            assertTrue(session.commands.stream().noneMatch(command -> command.contains("cancel")));
        });
    }

    @Test
    void copiesNamesAndHashes() {
        with(List.of(0, 1), desk -> {
            Desk.run(() -> desk.window.perform("command.copy.name"));
            assertEquals(
                    "runs\nrests",
                    Desk.onFx(() -> Clipboard.getSystemClipboard().getString()));

            Desk.run(() -> desk.window.perform("command.copy.hash"));
            assertEquals(
                    Fixtures.hash(1).hex() + "\n" + Fixtures.hash(2).hex(),
                    Desk.onFx(() -> Clipboard.getSystemClipboard().getString()));
        });
    }

    @Test
    void theContentOfOneTorrentIsOpenedOrElseItsFolder() {
        with(List.of(0), desk -> {
            Desk.run(() -> desk.window.perform("command.open"));
            assertEquals(List.of(Path.of("/content")), desk.opened);
        });
    }
}
