package dev.jackdaw.peer.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.FilePriority;
import dev.jackdaw.peer.FileStatus;
import dev.jackdaw.peer.PeerStatus;
import dev.jackdaw.peer.Reachability;
import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionEvent;
import dev.jackdaw.peer.SessionException;
import dev.jackdaw.peer.Torrent;
import dev.jackdaw.peer.TorrentSettings;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.peer.TorrentState;
import dev.jackdaw.peer.TorrentStatus;
import dev.jackdaw.protocol.metainfo.Info;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkSessionTest {
    @TempDir
    Path root;

    private Swarm swarm;

    @BeforeEach
    void makeContent() throws Exception {
        swarm = new Swarm(root);
    }

    @Test
    void downloadsATorrentOfManyFiles() throws Exception {
        Path directory = swarm.directory("leech");
        try (Session seeder = Swarm.session();
                Session leecher = Swarm.session()) {
            swarm.seed(seeder);

            Torrent torrent = leecher.add(swarm.file(), Swarm.from(seeder, directory));
            torrent.awaitComplete(Swarm.SOON);

            assertTrue(torrent.status().isComplete());
            assertEquals(1.0, torrent.status().progress());
            assertTrue(torrent.files().stream().allMatch(file -> file.completedBytes() == file.length()));
        }
        assertTrue(swarm.isWhole(directory));
    }

    @Test
    void saysHowPeersWereFoundAndWhetherTheyCanConnect() throws Exception {
        try (Session seeder = Swarm.session(config -> config.maxUploadRate(20_000));
                Session leecher = Swarm.session()) {
            swarm.seed(seeder);
            assertEquals(Reachability.UNKNOWN, seeder.status().reachability());

            Torrent torrent = leecher.add(swarm.file(), Swarm.from(seeder, swarm.directory("leech")));
            Torrent seeding = seeder.torrents().getFirst();
            Swarm.await(() -> !torrent.peers().isEmpty() && !seeding.peers().isEmpty());

            assertEquals(PeerStatus.Source.USER, torrent.peers().getFirst().source());
            assertEquals(PeerStatus.Source.INCOMING, seeding.peers().getFirst().source());
            assertEquals(Reachability.LOCAL, seeder.status().reachability());
            assertEquals(Reachability.UNKNOWN, leecher.status().reachability());
        }
    }

    @Test
    void whoeverHearsOfMetadataFindsItThere() throws Exception {
        try (Session seeder = Swarm.session();
                Session leecher = Swarm.session()) {
            swarm.seed(seeder);
            List<Boolean> found = Collections.synchronizedList(new ArrayList<>());
            leecher.addListener(event -> {
                if (event instanceof SessionEvent.MetadataResolved(var infoHash, var info)) {
                    found.add(leecher.torrent(infoHash).orElseThrow().metainfo().isPresent());
                }
            });
            Torrent torrent = leecher.add(swarm.magnet(), Swarm.from(seeder, swarm.directory("leech")));
            Swarm.await(() -> {
                torrent.status(); // what was read a moment ago must not be what the listener sees
                return !found.isEmpty();
            });

            assertEquals(List.of(true), found);
        }
    }

    @Test
    void tellsStatusAndSettingsOfAllTorrentsAtOnce() throws Exception {
        Path directory = swarm.directory("leech");
        try (Session session = Swarm.session()) {
            Torrent torrent = session.add(
                    swarm.file(), AddOptions.builder(directory).paused(true).build());
            session.add(TorrentSource.magnet("magnet:?xt=urn:btih:" + "ab".repeat(20)), AddOptions.into(directory));
            torrent.setSequential(true);
            torrent.setRateLimits(3000, 2000);
            torrent.setTrackers(List.of(List.of("http://tracker.invalid/announce")));

            List<TorrentStatus> statuses = session.statuses();

            assertEquals(
                    session.torrents().stream().map(Torrent::infoHash).toList(),
                    statuses.stream().map(TorrentStatus::infoHash).toList());
            assertEquals(
                    new TorrentSettings(true, true, 3000, 2000, List.of(List.of("http://tracker.invalid/announce"))),
                    statuses.getFirst().settings());
        }
    }

    @Test
    void makesATorrentFileOfAMagnetLinkOnceItsMetadataIsKnown() throws Exception {
        try (Session seeder = Swarm.session();
                Session leecher = Swarm.session()) {
            swarm.seed(seeder);
            Torrent torrent = leecher.add(swarm.magnet(), Swarm.from(seeder, swarm.directory("leech")));
            assertTrue(torrent.metainfo().isEmpty() || torrent.status().info().isPresent());

            torrent.awaitMetadata(Swarm.SOON);

            assertEquals(swarm.metainfo.info(), torrent.metainfo().orElseThrow().info());
        }
    }

    @Test
    void downloadsByMagnetLink() throws Exception {
        Path directory = swarm.directory("leech");
        List<SessionEvent> events = Collections.synchronizedList(new ArrayList<>());
        try (Session seeder = Swarm.session();
                Session leecher = Swarm.session()) {
            swarm.seed(seeder);
            leecher.addListener(events::add);

            Torrent torrent = leecher.add(swarm.magnet(), Swarm.from(seeder, directory));
            Info info = torrent.awaitMetadata(Swarm.SOON);
            torrent.awaitComplete(Swarm.SOON);

            assertEquals(swarm.metainfo.info(), info);
        }
        assertTrue(swarm.isWhole(directory));
        assertTrue(events.stream().anyMatch(SessionEvent.MetadataResolved.class::isInstance));
        assertEquals(
                1,
                events.stream()
                        .filter(SessionEvent.TorrentCompleted.class::isInstance)
                        .count());
    }

    @Test
    void createsOnlyTheFilesThatAreWanted() throws Exception {
        Path directory = swarm.directory("leech");
        int wanted = indexOf("album/a.bin");
        try (Session seeder = Swarm.session();
                Session leecher = Swarm.session()) {
            swarm.seed(seeder);

            Torrent torrent = leecher.add(
                    swarm.file(),
                    AddOptions.builder(directory)
                            .peers(List.of(Swarm.address(seeder)))
                            .priorities(Map.of(wanted, FilePriority.NORMAL))
                            .onlyListed(true)
                            .build());
            torrent.awaitComplete(Swarm.SOON);

            assertEquals(100_003, torrent.status().wantedBytes());
            assertTrue(Files.exists(directory.resolve("album/a.bin")));
            assertFalse(Files.exists(directory.resolve("album/nested/c.bin")));

            torrent.setFilePriorities(Map.of(
                    indexOf("album/nested/deep/b.bin"), FilePriority.HIGH,
                    indexOf("album/nested/empty.bin"), FilePriority.NORMAL,
                    indexOf("album/nested/c.bin"), FilePriority.LOW));
            Swarm.await(() -> torrent.status().wantedBytes() > 200_000);
            torrent.awaitComplete(Swarm.SOON);
        }
        assertTrue(swarm.isWhole(directory));
    }

    @Test
    void theLastChoiceOfFilesCountsHoweverQuicklyTheyFollow() throws Exception {
        Path directory = swarm.directory("leech");
        int file = indexOf("album/a.bin");
        try (Session seeder = Swarm.session();
                Session leecher = Swarm.session()) {
            swarm.seed(seeder);
            Torrent torrent = leecher.add(swarm.file(), Swarm.from(seeder, directory));
            for (int choice = 0; choice < 300; choice++) {
                torrent.setFilePriorities(Map.of(file, choice % 2 == 0 ? FilePriority.SKIP : FilePriority.NORMAL));
            }
            Swarm.await(() -> torrent.files().get(file).priority() == FilePriority.NORMAL
                    && torrent.files().get(file).completedBytes() == 100_003);
            torrent.awaitComplete(Swarm.SOON);
        }
        assertTrue(swarm.isWhole(directory));
    }

    private int indexOf(String path) {
        for (int i = 0; i < swarm.metainfo.info().files().size(); i++) {
            if (swarm.metainfo.info().files().get(i).displayPath().equals(path)) {
                return i;
            }
        }
        throw new AssertionError(path);
    }

    @Test
    void pausesAndGoesOn() throws Exception {
        Path directory = swarm.directory("leech");
        try (Session seeder = Swarm.session();
                Session leecher = Swarm.session()) {
            swarm.seed(seeder);

            Torrent torrent = leecher.add(
                    swarm.file(),
                    AddOptions.builder(directory)
                            .peers(List.of(Swarm.address(seeder)))
                            .paused(true)
                            .build());
            Swarm.await(() -> torrent.status().state() instanceof TorrentState.Paused);
            assertEquals(0, torrent.status().completedBytes());

            torrent.resume();
            torrent.awaitComplete(Swarm.SOON);
            torrent.pause();
            Swarm.await(() -> torrent.status().state() instanceof TorrentState.Paused);

            assertEquals(0, torrent.status().connectedPeers());
            assertTrue(torrent.status().isComplete());
        }
    }

    @Test
    void whatCountedBeforeACheckCountsAgainIfItIsCancelled() throws Exception {
        Path state = swarm.directory("state");
        try (Session earlier = Swarm.session(config -> config.stateDirectory(state))) {
            swarm.seed(earlier); // at its end the record says what counts
        }
        try (Session session =
                Swarm.session(config -> config.stateDirectory(state).restore(false))) {
            Torrent torrent = swarm.seed(session);

            ((TorrentHandle) torrent).torrent().driver().loop().execute(() -> {
                torrent.recheck();
                torrent.cancelCheck(); // comes before any answer of the disk
            });
            Swarm.await(() -> torrent.status().state() instanceof TorrentState.Paused
                    && torrent.status().isComplete());

            torrent.resume();
            Swarm.await(() -> torrent.status().state() instanceof TorrentState.Seeding);
        }
    }

    @Test
    void aCheckThatWasCancelledBeforeAnythingCountedBeginsAnewWhenItsTorrentIsResumed() throws Exception {
        try (Session session = Swarm.session()) {
            Torrent torrent = swarm.seed(session);
            RunningTorrent running = ((TorrentHandle) torrent).torrent();

            running.driver().loop().execute(() -> {
                running.storageFailed("read", "a.bin", "the disk was away");
                torrent.resume();
                torrent.cancelCheck(); // comes before any answer of the disk
            });
            Swarm.await(() -> torrent.status().state() instanceof TorrentState.Paused);

            torrent.resume();
            Swarm.await(() -> torrent.status().state() instanceof TorrentState.Seeding);
            assertTrue(torrent.status().isComplete());
        }
    }

    @Test
    void goesOnAfterARestartWithoutDownloadingAgain() throws Exception {
        Path directory = swarm.directory("leech");
        Path state = root.resolve("state");
        try (Session seeder = Swarm.session()) {
            swarm.seed(seeder);
            try (Session leecher = Swarm.session(config -> config.stateDirectory(state))) {
                leecher.add(swarm.magnet(), Swarm.from(seeder, directory)).awaitComplete(Swarm.SOON);
            }
        }

        try (Session again = Swarm.session(config -> config.stateDirectory(state))) {
            Torrent torrent = again.torrents().getFirst();
            torrent.awaitComplete(Swarm.SOON);

            assertEquals(swarm.metainfo.info().infoHash(), torrent.infoHash());
            assertEquals("album", torrent.status().name());
            assertEquals(directory, torrent.status().directory());
            assertTrue(torrent.status().completed().isPresent());
            assertEquals(
                    swarm.metainfo.info().layout().totalLength(),
                    torrent.status().downloadedBytes());
        }
    }

    @Test
    void remembersATorrentAsSoonAsItsContentIsKnown() throws Exception {
        Path state = root.resolve("state");
        try (Session session = Swarm.session(config -> config.stateDirectory(state))) {
            Torrent torrent = swarm.seed(session);

            Path record =
                    state.resolve("torrents").resolve(torrent.infoHash().hex()).resolve("resume");
            Swarm.await(() -> Files.exists(record));
        }
    }

    @Test
    void believesOnlyWhatIsOnDiskAfterARestart() throws Exception {
        Path state = root.resolve("state");
        try (Session first = Swarm.session(config -> config.stateDirectory(state))) {
            swarm.seed(first);
        }
        Files.write(swarm.seedDirectory.resolve("album/a.bin"), new byte[100_003]);

        try (Session again = Swarm.session(config -> config.stateDirectory(state))) {
            Torrent torrent = again.torrents().getFirst();
            Swarm.await(() -> torrent.status().state() instanceof TorrentState.Downloading);

            assertFalse(torrent.status().have().get(0));
            assertTrue(torrent.status().have().cardinality() > 0);
        }
    }

    @Test
    void keepsAPausedTorrentPausedOverARestart() throws Exception {
        Path state = root.resolve("state");
        try (Session first = Swarm.session(config -> config.stateDirectory(state))) {
            swarm.seed(first).pause();
            Swarm.await(() -> first.torrents().getFirst().status().state() instanceof TorrentState.Paused);
        }

        try (Session again = Swarm.session(config -> config.stateDirectory(state))) {
            Swarm.await(() -> again.torrents().getFirst().status().state() instanceof TorrentState.Paused);
        }
    }

    @Test
    void leavesTorrentsAloneThatAreNotToBeRestored() throws Exception {
        Path state = root.resolve("state");
        try (Session first = Swarm.session(config -> config.stateDirectory(state))) {
            swarm.seed(first);
        }

        try (Session other =
                Swarm.session(config -> config.stateDirectory(state).restore(false))) {
            assertEquals(List.of(), other.torrents());
        }

        try (Session again = Swarm.session(config -> config.stateDirectory(state))) {
            assertEquals(1, again.torrents().size());
        }
    }

    @Test
    void remembersWhichFilesOfAMagnetAreWantedBeforeItsMetadataIsKnown() throws Exception {
        Path directory = swarm.directory("leech");
        Path state = root.resolve("state");
        try (Session first = Swarm.session(config -> config.stateDirectory(state))) {
            first.add(
                    swarm.magnet(),
                    AddOptions.builder(directory)
                            .priorities(Map.of(1, FilePriority.HIGH))
                            .onlyListed(true)
                            .build());
        }
        try (Session seeder = Swarm.session();
                Session again = Swarm.session(config -> config.stateDirectory(state))) {
            swarm.seed(seeder);
            Torrent torrent = again.torrents().getFirst();
            torrent.addPeers(List.of(Swarm.address(seeder)));
            torrent.awaitComplete(Swarm.SOON);

            assertEquals(
                    List.of(1),
                    torrent.files().stream()
                            .filter(file -> file.priority() != FilePriority.SKIP)
                            .map(FileStatus::index)
                            .toList());
        }
    }

    @Test
    void failsOneTorrentWhenTheDiskRefusesAndNotTheOthers() throws Exception {
        Path blocked = swarm.directory("blocked");
        Files.writeString(blocked.resolve("album"), "a file where a directory must be");
        Path directory = swarm.directory("leech");
        try (Session seeder = Swarm.session();
                Session leecher = Swarm.session();
                Session other = Swarm.session()) {
            swarm.seed(seeder);

            Torrent torrent = leecher.add(swarm.file(), Swarm.from(seeder, blocked));
            SessionException failure = assertThrows(SessionException.class, () -> torrent.awaitComplete(Swarm.SOON));
            Torrent fine = other.add(swarm.file(), Swarm.from(seeder, directory));
            fine.awaitComplete(Swarm.SOON);

            assertTrue(failure.getMessage().contains("album"), failure.getMessage());
            assertInstanceOf(TorrentState.Failed.class, torrent.status().state());
        }
    }

    @Test
    void goesOnWhenTheDiskIsMendedAndTheTorrentResumed() throws Exception {
        Path directory = swarm.directory("leech");
        Path obstacle = Files.writeString(directory.resolve("album"), "a file where a directory must be");
        try (Session seeder = Swarm.session();
                Session leecher = Swarm.session()) {
            swarm.seed(seeder);
            Torrent torrent = leecher.add(swarm.file(), Swarm.from(seeder, directory));
            assertThrows(SessionException.class, () -> torrent.awaitComplete(Swarm.SOON));

            Files.delete(obstacle);
            torrent.resume();
            Swarm.await(() -> !(torrent.status().state() instanceof TorrentState.Failed));
            torrent.awaitComplete(Swarm.SOON);
        }
        assertTrue(swarm.isWhole(directory));
    }

    @Test
    void keepsTheSessionsUploadLimit() throws Exception {
        Path directory = swarm.directory("leech");
        long limit = 2 << 20;
        try (Session seeder = Swarm.session(config -> config.maxUploadRate(limit));
                Session leecher = Swarm.session()) {
            swarm.seed(seeder);

            long begun = System.nanoTime();
            leecher.add(swarm.file(), Swarm.from(seeder, directory)).awaitComplete(Swarm.SOON);

            double seconds = (System.nanoTime() - begun) / 1e9;
            long burst = limit / 2;
            assertTrue(seconds * limit + burst >= swarm.metainfo.info().layout().totalLength(), seconds + " s");
        }
    }

    @Test
    void refusesASecondTorrentOfTheSameHash() throws Exception {
        try (Session session = Swarm.session()) {
            swarm.seed(session);

            assertThrows(SessionException.class, () -> session.add(swarm.magnet(), AddOptions.into(root)));
        }
    }

    @Test
    void saysWhichPortIsTaken() {
        try (Session session = Swarm.session()) {
            int port = session.status().port();

            SessionException taken =
                    assertThrows(SessionException.class, () -> Swarm.session(config -> config.port(port)));

            assertTrue(taken.getMessage().contains(String.valueOf(port)), taken.getMessage());
        }
    }

    @Test
    void leavesNoThreadOrDescriptorBehind() throws Exception {
        Path directory = swarm.directory("leech");
        warmUp();
        long descriptors = descriptors();

        try (Session seeder = Swarm.session(config -> config.stateDirectory(root.resolve("a")));
                Session leecher = Swarm.session(config -> config.stateDirectory(root.resolve("b")))) {
            swarm.seed(seeder);
            leecher.add(swarm.file(), Swarm.from(seeder, directory)).awaitComplete(Swarm.SOON);
        }

        Swarm.await(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("jackdaw-")));
        Swarm.await(() -> descriptors() <= descriptors);
    }

    /// What the first session of a process opens and keeps: native libraries, jars.
    private static void warmUp() {
        Swarm.session().close();
    }

    private static long descriptors() {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        } catch (IOException e) {
            return 0; // not on this system
        }
    }
}
