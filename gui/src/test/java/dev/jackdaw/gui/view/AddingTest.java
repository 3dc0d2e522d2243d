package dev.jackdaw.gui.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.gui.Desk;
import dev.jackdaw.gui.FakeSession;
import dev.jackdaw.gui.model.Fixtures;
import dev.jackdaw.gui.model.Notice;
import dev.jackdaw.gui.model.Settings;
import dev.jackdaw.peer.TorrentState;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The ways in which a torrent comes to the window, over a session that only writes down what comes.
class AddingTest {
    private static final String HASH = "c0ffee42".repeat(5);
    private static final String LINK = "magnet:?xt=urn:btih:" + HASH;

    @TempDir
    Path root;

    private final FakeSession session = new FakeSession();

    private void with(boolean asks, Consumer<Desk> work) throws Exception {
        Desk.settle(
                root,
                settings -> settings.withDownloads(
                        new Settings.Downloads(settings.downloads().folder(), asks, true, true)));
        try (Desk desk = Desk.open(root, config -> session)) {
            work.accept(desk);
        }
    }

    private void assertAdded() {
        Desk.await("the torrent is added", () -> session.added.size() == 1);
        assertEquals(HASH, session.added.getFirst().infoHash().hex());
    }

    private static void awaitNotice(Desk desk, Notice.Kind kind) {
        Desk.await(kind + "", () -> desk.workspace.main().notices().stream().anyMatch(notice -> notice.kind() == kind));
    }

    @Test
    void takesALinkWithoutAskingIfTheUserWantsThat() throws Exception {
        with(false, desk -> {
            Desk.run(() -> desk.window.add(List.of(LINK)));
            assertAdded();
        });
    }

    @Test
    void takesABareHash() throws Exception {
        with(false, desk -> {
            Desk.run(() -> desk.window.add(List.of(HASH)));
            assertAdded();
        });
    }

    @Test
    void asksFirstIfTheUserWantsThat() throws Exception {
        with(true, desk -> {
            Desk.run(() -> desk.window.add(List.of(LINK)));
            Desk.await("the dialog", () -> Desk.lookUp("add-ok").isPresent());
        });
    }

    @Test
    void saysThatATorrentIsThereAlready() throws Exception {
        session.statuses.add(Fixtures.status(1, "here", new TorrentState.Seeding()));
        with(false, desk -> {
            Desk.await("the torrent", () -> !desk.workspace.main().rows().isEmpty());
            Desk.run(() -> desk.window.add(List.of(Fixtures.hash(1).hex())));
            awaitNotice(desk, Notice.Kind.INFO);
            assertTrue(session.added.isEmpty());
        });
    }

    @Test
    void saysWhatIsNoTorrentAndTakesTheOthers() throws Exception {
        with(false, desk -> {
            Desk.run(() ->
                    desk.window.add(List.of(root.resolve("missing.torrent").toString(), LINK)));
            awaitNotice(desk, Notice.Kind.ERROR);
            assertAdded();
        });
    }

    @Test
    void takesEveryLineOfWhatIsPasted() throws Exception {
        with(false, desk -> {
            Desk.run(() -> {
                ClipboardContent clip = new ClipboardContent();
                clip.putString("\n  " + LINK + "\n");
                Clipboard.getSystemClipboard().setContent(clip);
                Desk.lookUp("torrents")
                        .orElseThrow()
                        .fireEvent(new KeyEvent(KeyEvent.KEY_PRESSED, "", "", KeyCode.V, false, true, false, false));
            });
            assertAdded();
        });
    }
}
