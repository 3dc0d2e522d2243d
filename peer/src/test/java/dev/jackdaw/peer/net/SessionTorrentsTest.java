package dev.jackdaw.peer.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionException;
import dev.jackdaw.peer.Torrent;
import dev.jackdaw.protocol.InfoHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionTorrentsTest {
    @TempDir
    Path root;

    private Swarm swarm;

    @BeforeEach
    void makeContent() throws Exception {
        swarm = new Swarm(root);
    }

    @Test
    void movesATorrentThatGoesOnInItsNewDirectoryWithoutACheck() throws Exception {
        Path first = swarm.directory("first");
        Path second = root.resolve("second/deeper");
        Path state = root.resolve("state");
        try (Session seeder = Swarm.session();
                Session leecher = Swarm.session(config -> config.stateDirectory(state))) {
            swarm.seed(seeder);
            Torrent torrent = leecher.add(swarm.file(), Swarm.from(seeder, first));
            torrent.awaitComplete(Swarm.SOON);
            long downloaded = torrent.status().downloadedBytes();
            List<Double> progress = new ArrayList<>();

            leecher.move(torrent.infoHash(), second, progress::add);
            Torrent moved = leecher.torrent(torrent.infoHash()).orElseThrow();
            moved.awaitComplete(Swarm.SOON);

            assertEquals(second, moved.status().directory());
            assertEquals(downloaded, moved.status().downloadedBytes());
            assertEquals(1.0, progress.getLast());
            assertFalse(Files.exists(first.resolve("album")));
        }
        assertTrue(swarm.isWhole(second));
        try (Session again = Swarm.session(config -> config.stateDirectory(state))) {
            Torrent restored = again.torrents().getFirst();
            restored.awaitComplete(Swarm.SOON);
            assertEquals(second, restored.status().directory());
        }
    }

    @Test
    void whoeverAwaitsOneThatIsMovedHearsThatItWas() throws Exception {
        try (Session session = Swarm.session()) {
            Torrent torrent = session.add(swarm.file(), AddOptions.into(swarm.directory("first")));

            session.move(torrent.infoHash(), root.resolve("second"), share -> {});

            SessionException failure = assertThrows(SessionException.class, () -> torrent.awaitComplete(Swarm.SOON));
            assertEquals("the torrent was moved or renamed before its completion", failure.getMessage());
        }
    }

    @Test
    void staysWhereItIsIfItsNewPlaceIsTaken() throws Exception {
        Path first = swarm.directory("first");
        Path second = swarm.directory("second");
        Files.createDirectories(second.resolve("album/nested"));
        Files.writeString(second.resolve("album/nested/c.bin"), "the user's own");
        try (Session seeder = Swarm.session();
                Session leecher = Swarm.session()) {
            swarm.seed(seeder);
            Torrent torrent = leecher.add(swarm.file(), Swarm.from(seeder, first));
            torrent.awaitComplete(Swarm.SOON);

            assertThrows(SessionException.class, () -> leecher.move(torrent.infoHash(), second, share -> {}));

            Torrent same = leecher.torrent(torrent.infoHash()).orElseThrow();
            same.awaitComplete(Swarm.SOON);
            assertEquals(first, same.status().directory());
        }
        assertTrue(swarm.isWhole(first));
        assertEquals("the user's own", Files.readString(second.resolve("album/nested/c.bin")));
    }

    @Test
    void goesBackWhereItWasIfTheMoveIsGivenUp() throws Exception {
        try (Session session = Swarm.session()) {
            Torrent torrent = swarm.seed(session);
            Path elsewhere = root.resolve("elsewhere");

            assertThrows(
                    SessionException.class,
                    () -> session.move(torrent.infoHash(), elsewhere, share -> {
                        throw new CancellationException("given up after the first file");
                    }));

            Torrent same = session.torrent(torrent.infoHash()).orElseThrow();
            same.awaitComplete(Swarm.SOON);
            assertEquals(swarm.seedDirectory, same.status().directory());
            assertFalse(Files.exists(elsewhere.resolve("album/a.bin")));
        }
        assertTrue(swarm.isWhole(swarm.seedDirectory));
    }

    @Test
    void whoeverAwaitsATorrentHearsThatItsSessionWasClosed() throws Exception {
        Session session = Swarm.session();
        Torrent torrent = session.add(swarm.magnet(), AddOptions.into(root));
        Thread closing = Thread.ofPlatform().start(session::close);

        SessionException end = assertThrows(SessionException.class, torrent::awaitComplete);

        assertTrue(end.getMessage().contains("closed"), end.getMessage());
        closing.join();
    }

    @Test
    void whoeverAwaitsATorrentThatIsMovedHearsThatItIsAnotherNow() throws Exception {
        try (Session session = Swarm.session()) {
            Torrent torrent = session.add(swarm.file(), AddOptions.into(swarm.directory("first")));
            Thread moving = Thread.ofPlatform()
                    .start(() -> session.move(torrent.infoHash(), root.resolve("second"), share -> {}));

            SessionException end = assertThrows(SessionException.class, torrent::awaitComplete);

            assertTrue(end.getMessage().contains("moved"), end.getMessage());
            moving.join();
        }
    }

    /// What a user's threads do with a session while another closes it; what comes too late is refused.
    private void use(Session session, int number, CountDownLatch begun, SplittableRandom random) {
        Path directory = root.resolve("user-" + number);
        InfoHash infoHash = swarm.metainfo.info().infoHash();
        begun.countDown();
        boolean closed = false;
        while (!closed) {
            try {
                switch (random.nextInt(5)) {
                    case 0 ->
                        session.add(random.nextBoolean() ? swarm.file() : swarm.magnet(), AddOptions.into(directory));
                    case 1 -> session.remove(infoHash, false);
                    case 2 -> session.move(infoHash, root.resolve("moved-" + random.nextInt(3)), share -> {});
                    case 3 -> session.torrent(infoHash).ifPresent(Torrent::recheck);
                    default -> session.torrent(infoHash).ifPresent(Torrent::cancelCheck);
                }
                session.statuses();
            } catch (SessionException e) { // or it is there already, or gone already
                closed = String.valueOf(e.getMessage()).contains("session is closed");
            }
        }
    }

    @Test
    void aSessionCanBeClosedWhileItIsUsed() throws Exception {
        for (int round = 0; round < 20; round++) {
            SplittableRandom random = new SplittableRandom(round);
            Path state = root.resolve("state-" + round);
            Session session = Swarm.session(config -> config.stateDirectory(state));
            CountDownLatch begun = new CountDownLatch(3);
            List<CompletableFuture<Void>> users = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int number = i;
                SplittableRandom own = random.split();
                users.add(CompletableFuture.runAsync(
                        () -> use(session, number, begun, own), task -> new Thread(task).start()));
            }
            begun.await();
            TimeUnit.MILLISECONDS.sleep(random.nextInt(50));

            session.close();

            for (CompletableFuture<Void> user : users) {
                user.join();
            }
        }
    }

    @Test
    void copiesAFileWithItsTimeAndLeavesNoHalfOfOne() throws Exception {
        Path source = swarm.seedDirectory.resolve("album/a.bin");
        Path target = root.resolve("copy");

        assertThrows(
                CancellationException.class,
                () -> ContentMove.copy(source, target, bytes -> {
                    throw new CancellationException();
                }));
        assertFalse(Files.exists(target));

        List<Long> copied = new ArrayList<>();
        ContentMove.copy(source, target, copied::add);
        assertEquals(-1, Files.mismatch(source, target));
        assertEquals(Files.getLastModifiedTime(source), Files.getLastModifiedTime(target));
        assertEquals(Files.size(source), copied.getLast());
    }

    @Test
    void renamesFilesAndFoldersForGoodWithoutACheck() throws Exception {
        Path directory = swarm.directory("leech");
        Path state = root.resolve("state");
        try (Session seeder = Swarm.session();
                Session leecher = Swarm.session(config -> config.stateDirectory(state))) {
            swarm.seed(seeder);
            Torrent torrent = leecher.add(swarm.magnet(), Swarm.from(seeder, directory));
            torrent.awaitComplete(Swarm.SOON);
            long downloaded = torrent.status().downloadedBytes();

            leecher.rename(torrent.infoHash(), List.of("album", "a.bin"), "ä.bin");
            leecher.rename(torrent.infoHash(), List.of("album"), "My album");
            leecher.rename(torrent.infoHash(), List.of("My album", "nested"), "inside");

            Torrent renamed = leecher.torrent(torrent.infoHash()).orElseThrow();
            renamed.awaitComplete(Swarm.SOON);
            assertEquals("My album", renamed.status().name());
            assertEquals(downloaded, renamed.status().downloadedBytes());
            assertFalse(Files.exists(directory.resolve("album")));
            assertRenamed(renamed, directory);
        }
        try (Session again = Swarm.session(config -> config.stateDirectory(state));
                Session friend = Swarm.session()) {
            Torrent restored = again.torrents().getFirst();
            restored.awaitComplete(Swarm.SOON);
            assertEquals("My album", restored.status().name());
            assertRenamed(restored, directory);
            assertEquals(
                    swarm.metainfo.info().infoHash(),
                    restored.metainfo().orElseThrow().info().infoHash());

            friend.add(swarm.magnet(), Swarm.from(again, swarm.directory("friend")))
                    .awaitComplete(Swarm.SOON);
        }
        assertTrue(swarm.isWhole(root.resolve("friend")), "others still see the torrent's own names");
    }

    private void assertRenamed(Torrent torrent, Path directory) throws IOException {
        assertEquals(
                -1, Files.mismatch(swarm.seedDirectory.resolve("album/a.bin"), directory.resolve("My album/ä.bin")));
        assertEquals(
                -1,
                Files.mismatch(
                        swarm.seedDirectory.resolve("album/nested/deep/b.bin"),
                        directory.resolve("My album/inside/deep/b.bin")));
        assertTrue(torrent.files().stream().anyMatch(file -> file.path().equals("My album/inside/c.bin")));
    }

    @Test
    void refusesANameThatIsTakenOrUnsafe() throws Exception {
        try (Session session = Swarm.session()) {
            Torrent torrent = swarm.seed(session);
            Path content = swarm.seedDirectory.resolve("album");
            Files.writeString(content.resolve("mine.txt"), "the user's own");

            for (String name : List.of("mine.txt", "nested", "NESTED", "..", "a/b", "", "NUL", "x\u202ey")) {
                assertThrows(
                        SessionException.class,
                        () -> session.rename(torrent.infoHash(), List.of("album", "a.bin"), name),
                        name);
            }
            assertThrows(
                    SessionException.class, () -> session.rename(torrent.infoHash(), List.of("album", "no"), "yes"));

            assertTrue(
                    session.torrent(torrent.infoHash()).orElseThrow().status().isComplete());
            assertEquals("the user's own", Files.readString(content.resolve("mine.txt")));
        }
        assertTrue(swarm.isWhole(swarm.seedDirectory));
    }

    @Test
    void removesATorrentButKeepsItsContent() throws Exception {
        Path state = root.resolve("state");
        try (Session session = Swarm.session(config -> config.stateDirectory(state))) {
            Torrent torrent = swarm.seed(session);

            session.remove(torrent.infoHash(), false);
            torrent.pause();

            assertEquals(List.of(), session.torrents());
            assertTrue(torrent.status().isComplete());
            assertEquals(0, Files.list(state.resolve("torrents")).count());
        }
        assertTrue(Files.exists(swarm.seedDirectory.resolve("album/nested/c.bin")));
    }

    @Test
    void removesContentButNothingThatIsNotTheTorrents() throws Exception {
        Path foreign = Files.writeString(swarm.seedDirectory.resolve("album/nested/notes.txt"), "mine");
        try (Session session = Swarm.session()) {
            Torrent torrent = swarm.seed(session);

            session.remove(torrent.infoHash(), true);
        }
        assertTrue(Files.exists(foreign));
        assertFalse(Files.exists(swarm.seedDirectory.resolve("album/a.bin")));
        assertFalse(Files.exists(swarm.seedDirectory.resolve("album/nested/deep")));
    }
}
