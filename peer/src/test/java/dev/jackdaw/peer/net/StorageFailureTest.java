package dev.jackdaw.peer.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionConfig;
import dev.jackdaw.peer.Torrent;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.peer.TorrentState;
import dev.jackdaw.protocol.metainfo.Metainfo;
import dev.jackdaw.protocol.metainfo.MetainfoBuilder;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Files that vanish, shrink or cannot be written under a running torrent. What the session does every ten
/// seconds by itself, the tests ask for.
class StorageFailureTest {
    @TempDir
    Path root;

    private Swarm swarm;

    @BeforeEach
    void makeContent() throws Exception {
        swarm = new Swarm(root);
    }

    private static void retry(Torrent torrent) throws InterruptedException {
        RunningTorrent running = ((TorrentHandle) torrent).torrent();
        CountDownLatch asked = new CountDownLatch(1);
        running.driver().loop().execute(() -> {
            running.retry();
            asked.countDown();
        });
        asked.await();
    }

    private static TorrentState await(Torrent torrent, Predicate<TorrentState> which) throws InterruptedException {
        long deadline = System.nanoTime() + Swarm.SOON.toNanos();
        TorrentState state = torrent.status().state();
        while (!which.test(state)) {
            assertTrue(System.nanoTime() < deadline, () -> "still " + torrent.status());
            TimeUnit.MILLISECONDS.sleep(5);
            state = torrent.status().state();
        }
        return state;
    }

    private static String awaitFailure(Torrent torrent) throws InterruptedException {
        TorrentState.Failed failed =
                assertInstanceOf(TorrentState.Failed.class, await(torrent, TorrentState.Failed.class::isInstance));
        assertTrue(failed.retried(), "what a disk has refused is tried again");
        return failed.reason();
    }

    private Session remembering() {
        UnaryOperator<SessionConfig.Builder> state = config -> config.stateDirectory(root.resolve("state"));
        return Swarm.session(state);
    }

    /// A session that seeds what it has by its record, and has not opened a file yet.
    private Session seeder() throws Exception {
        try (Session first = remembering()) {
            swarm.seed(first);
        }
        Session again = remembering();
        again.torrents().getFirst().awaitComplete(Swarm.SOON);
        return again;
    }

    private Path large() {
        return swarm.seedDirectory.resolve("album/nested/c.bin");
    }

    @Test
    void aFileThatVanishesUnderASeedStopsThatTorrentUntilItIsBack() throws Exception {
        Path aside = root.resolve("aside");
        try (Session seeder = seeder();
                Session leecher = Swarm.session()) {
            Torrent seed = seeder.torrents().getFirst();
            Files.move(large(), aside);
            Torrent torrent = leecher.add(swarm.file(), Swarm.from(seeder, swarm.directory("leech")));

            assertEquals("open " + large() + ": no such file or directory", awaitFailure(seed));
            retry(seed);
            assertTrue(awaitFailure(seed).contains("no such file"));
            assertFalse(Files.exists(large()), "what vanished is not made anew");

            Files.move(aside, large());
            retry(seed);
            await(seed, TorrentState.Seeding.class::isInstance);
            torrent.addPeers(List.of(Swarm.address(seeder)));
            torrent.awaitComplete(Swarm.SOON);
        }
        assertTrue(swarm.isWhole(root.resolve("leech")));
    }

    /// Of a single piece, so that the check is at its end when it fails, and has that to tell.
    @Test
    void aCheckThatCannotReadAFileFailsUntilItCan() throws Exception {
        Path folder = Files.createDirectories(swarm.directory("small").resolve("notes/nested"));
        Files.writeString(folder.resolve("a.txt"), "to be read");
        Metainfo metainfo = MetainfoBuilder.of(folder.getParent()).build();
        Path aside = Files.move(folder, root.resolve("aside"));
        Files.createSymbolicLink(folder, aside);
        try (Session seeder = Swarm.session()) {
            Torrent seed =
                    seeder.add(new TorrentSource.TorrentFile(metainfo), AddOptions.into(swarm.directory("small")));

            assertTrue(awaitFailure(seed).endsWith("nested is a symbolic link, which is not followed"));
            TimeUnit.MILLISECONDS.sleep(100);
            assertInstanceOf(TorrentState.Failed.class, seed.status().state());

            Files.delete(folder);
            Files.move(aside, folder);
            retry(seed);
            await(seed, TorrentState.Seeding.class::isInstance);
        }
    }

    @Test
    void whatAShrunkenFileIsReplacedByIsHashedBeforeItIsServed() throws Exception {
        byte[] good = Files.readAllBytes(large());
        try (Session seeder = seeder();
                Session leecher = Swarm.session()) {
            Torrent seed = seeder.torrents().getFirst();
            try (RandomAccessFile file = new RandomAccessFile(large().toFile(), "rw")) {
                file.setLength(100_000);
            }
            leecher.add(swarm.file(), Swarm.from(seeder, swarm.directory("leech")));
            awaitFailure(seed);

            byte[] bad = good.clone();
            bad[2_000_000] ^= 1;
            Files.write(large(), bad);
            retry(seed);
            await(seed, TorrentState.Downloading.class::isInstance);

            assertEquals(
                    swarm.metainfo.info().layout().totalLength() - Swarm.PIECE_LENGTH,
                    seed.status().completedBytes());
        }
    }

    /// By a seed that has it open, and by one that has not.
    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void whatAnotherProgramPutsInPlaceOfAFileIsNeverServed(boolean isOpen, boolean inPlace) throws Exception {
        byte[] bad = Files.readAllBytes(large());
        bad[2_000_000] ^= 1;
        try (Session seeder = seeder();
                Session leecher = Swarm.session()) {
            Torrent seed = seeder.torrents().getFirst();
            if (isOpen) {
                try (Session first = Swarm.session()) {
                    first.add(swarm.file(), Swarm.from(seeder, swarm.directory("first")))
                            .awaitComplete(Swarm.SOON);
                }
            }
            if (inPlace) {
                Files.write(large(), bad);
            } else {
                Files.move(Files.write(root.resolve("bad"), bad), large(), StandardCopyOption.ATOMIC_MOVE);
            }
            TimeUnit.NANOSECONDS.sleep(isOpen ? 1_100_000_000 : 0); // a file that is open is looked at once a second
            Torrent torrent = leecher.add(swarm.file(), Swarm.from(seeder, swarm.directory("leech")));

            assertEquals(
                    "read " + large() + ": another program has changed the file; it has to be checked",
                    awaitFailure(seed));
            retry(seed);
            await(seed, TorrentState.Downloading.class::isInstance);
            assertEquals(
                    swarm.metainfo.info().layout().totalLength() - Swarm.PIECE_LENGTH,
                    seed.status().completedBytes());
            torrent.addPeers(List.of(Swarm.address(seeder)));
            long deadline = System.nanoTime() + Swarm.SOON.toNanos();
            while (torrent.status().completedBytes() < seed.status().completedBytes()) {
                assertTrue(System.nanoTime() < deadline, () -> "still " + torrent.status());
                TimeUnit.MILLISECONDS.sleep(5);
            }
            assertEquals(0, torrent.status().wastedBytes(), "nothing wrong was served");
        }
    }

    @Test
    void whatWasChangedUnderASeedThatEndsIsCheckedByTheNext() throws Exception {
        byte[] bad = Files.readAllBytes(large());
        bad[2_000_000] ^= 1;
        try (Session seeder = seeder()) {
            Files.write(large(), bad);
            seeder.torrents().getFirst().setRateLimits(0, 1 << 20); // something for the record
        }
        try (Session again = remembering()) {
            Torrent torrent = again.torrents().getFirst();
            await(torrent, TorrentState.Downloading.class::isInstance);
            assertEquals(
                    swarm.metainfo.info().layout().totalLength() - Swarm.PIECE_LENGTH,
                    torrent.status().completedBytes());
        }
    }

    @Test
    void aPieceThatCouldNotBeWrittenIsWrittenWhenItCanBeAndOtherTorrentsGoOn() throws Exception {
        Path directory = swarm.directory("leech");
        Path obstacle = Files.createDirectories(directory.resolve("album/nested/c.bin"));
        try (Session seeder = Swarm.session();
                Session leecher = remembering()) {
            swarm.seed(seeder);
            Torrent torrent = leecher.add(swarm.file(), Swarm.from(seeder, directory));

            assertEquals("open " + obstacle + ": is a directory, expected a file", awaitFailure(torrent));
            retry(torrent);
            assertInstanceOf(TorrentState.Failed.class, torrent.status().state());

            Path other = swarm.directory("other");
            try (Session third = Swarm.session()) {
                third.add(swarm.file(), Swarm.from(seeder, other)).awaitComplete(Swarm.SOON);
            }
            Files.delete(obstacle);
            retry(torrent);
            await(torrent, state -> !(state instanceof TorrentState.Failed));
            torrent.addPeers(List.of(Swarm.address(seeder)));
            torrent.awaitComplete(Swarm.SOON);
        }
        assertTrue(swarm.isWhole(directory));
    }

    @Test
    void resumingByHandFetchesAnewWhatIsGone() throws Exception {
        Path other = swarm.directory("other");
        try (Session damaged = seeder();
                Session whole = Swarm.session()) {
            whole.add(swarm.file(), Swarm.from(damaged, other)).awaitComplete(Swarm.SOON);
        }
        try (Session damaged = remembering();
                Session whole = Swarm.session();
                Session leecher = Swarm.session()) {
            whole.add(swarm.file(), AddOptions.into(other)).awaitComplete(Swarm.SOON);
            Torrent torrent = damaged.torrents().getFirst();
            torrent.awaitComplete(Swarm.SOON);
            Files.delete(large());
            leecher.add(swarm.file(), Swarm.from(damaged, swarm.directory("leech")));
            awaitFailure(torrent);

            torrent.resume();
            await(torrent, TorrentState.Downloading.class::isInstance);
            torrent.addPeers(List.of(Swarm.address(whole)));
            torrent.awaitComplete(Swarm.SOON);
        }
        assertTrue(swarm.isWhole(other));
    }
}
