package dev.jackdaw.gui.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.gui.FakeSession;
import dev.jackdaw.protocol.InfoHash;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Look-ups in a session that never finds any metadata. The test's thread is the JavaFX thread.
class LookUpsTest {
    private static final Path FOLDER = Path.of("/home/somebody/Downloads");
    private static final InfoHash HASH = Fixtures.hash(1);

    private final FakeSession session = new FakeSession();
    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final TorrentQueue queue = new TorrentQueue(List.of(), List.of());
    private final Moves moves = new Moves();
    private final SnapshotFeed feed = new SnapshotFeed(session, queue, moves, tasks::add, frame -> {});
    private final TorrentActions actions = new TorrentActions(
            session, queue, moves, Optional.empty(), Text.of(Locale.ENGLISH), notice -> {}, () -> {});
    private int changes;
    private final LookUps lookUps = new LookUps(actions, feed, tasks::add, () -> changes++);

    @AfterEach
    void close() {
        actions.close();
        feed.close();
    }

    private AddTorrentViewModel dialog() {
        return new AddTorrentViewModel(
                Sources.parse("magnet:?xt=urn:btih:" + HASH.hex()), new Settings.Downloads(FOLDER, true, true, true));
    }

    private void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Runnable task = tasks.poll(30, TimeUnit.SECONDS);
            assertNotNull(task);
            task.run();
        }
    }

    @Test
    void aLinkIsAddedAndRememberedUntilItsDialogIsAnswered() throws InterruptedException {
        lookUps.begin(dialog(), FOLDER);

        assertTrue(lookUps.has(HASH));
        assertEquals(List.of(HASH), lookUps.unanswered());
        assertEquals(1, changes);
        await(() -> session.added.size() == 1);

        lookUps.end(HASH);
        await(() -> !lookUps.has(HASH));

        assertEquals(List.of("remove " + HASH.hex()), session.commands, "and its content is kept");
        assertEquals(2, changes);
    }

    @Test
    void answeringADialogThatHadNothingLookedUpChangesNothing() {
        lookUps.end(HASH);

        assertFalse(lookUps.has(HASH));
        assertEquals(0, changes);
        assertEquals(List.of(), session.commands);
    }
}
