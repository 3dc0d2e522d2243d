package dev.jackdaw.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.FilePriority;
import dev.jackdaw.peer.SessionConfig;
import dev.jackdaw.peer.SessionException;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.peer.TorrentState;
import dev.jackdaw.peer.TorrentStatus;
import dev.jackdaw.peer.TrackerStatus;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.metainfo.MetainfoBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DownloadCommandTest {
    private static final String MAGNET = "magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567&dn=thing";

    private static final String PUBLISHER =
            "magnet:?xs=urn:btpk:8543d3e6115f0f98c944077a4493dcd543e49c739fd998550a1f614ab36ed63e&s=6e";

    @TempDir
    Path directory;

    @BeforeEach
    void makeTorrent() throws IOException, InterruptedException {
        Path content = Files.createDirectories(directory.resolve("photos"));
        Files.writeString(content.resolve("a.txt"), "a".repeat(600));
        Files.writeString(content.resolve("b.txt"), "b".repeat(400));
        Files.write(
                directory.resolve("photos.torrent"),
                MetainfoBuilder.of(content).build().toBytes());
    }

    @Test
    void printsALineThatStartsWithCompleteAndExitsZero() {
        var session = new FakeSession(
                new TorrentState.Checking(0), new TorrentState.Downloading(), new TorrentState.Seeding());
        var terminal = TestTerminal.in(directory);

        int status = terminal.run(session.sessions(), "download", "photos.torrent");

        assertEquals(0, status, terminal.err());
        assertEquals("listening on port 51413", terminal.outLines().get(0));
        assertTrue(
                terminal.outLines().get(1).startsWith("added photos: 1000 B in 2 files, 1 piece, info-hash "),
                terminal.out());
        assertTrue(
                terminal.outLines().getLast().startsWith("complete photos: 1000 B downloaded and verified in "),
                terminal.out());
        assertTrue(session.isClosed());
    }

    @Test
    void aPublishersTorrentIsWaitedForAndDownloaded() {
        var session = new FakeSession(new TorrentState.Downloading(), new TorrentState.Seeding());
        var terminal = TestTerminal.in(directory);
        TorrentSource offered = TorrentSource.file(directory.resolve("photos.torrent"));
        session.whenFollowed(() -> session.publish(offered, 7));

        int status = terminal.run(session.sessions(), "download", PUBLISHER, "--check-publisher", "30s");

        assertEquals(0, status, terminal.err());
        assertEquals(PUBLISHER, session.followed().getFirst().toUri());
        assertEquals(Duration.ofSeconds(30), session.config().publisherCheck());
        assertTrue(
                terminal.outLines()
                        .contains("publisher 8543d3e6... offers torrent " + offered.infoHash() + " (number 7)"),
                terminal.out());
        assertTrue(terminal.outLines().getLast().startsWith("complete "), terminal.out());
    }

    @Test
    void whatAPublisherOfferedBeforeIsNoLongerWaitedFor() {
        var session = new FakeSession(new TorrentState.Downloading(), new TorrentState.Downloading());
        var terminal = TestTerminal.in(directory);
        TorrentSource old = TorrentSource.magnet(MAGNET);
        TorrentSource fresh = TorrentSource.file(directory.resolve("photos.torrent"));
        session.whenFollowed(() -> session.publish(old, 7));
        session.afterScript(() -> {
            session.publish(fresh, 8);
            session.completeAll();
        });

        assertEquals(0, terminal.run(session.sessions(), "download", PUBLISHER), terminal.err());

        assertEquals(fresh.infoHash(), session.onlyTorrent().infoHash());
        assertEquals(
                1,
                terminal.outLines().stream()
                        .filter(line -> line.startsWith("complete "))
                        .count());
    }

    @Test
    void aPublishersLinkNeedsTheDht() {
        var terminal = TestTerminal.in(directory);

        assertEquals(2, terminal.run(new FakeSession().sessions(), "download", PUBLISHER, "--no-dht"));
        assertTrue(terminal.err().contains("--no-dht"), terminal.err());
    }

    @Test
    void saysSoWhenEverythingWasThereAlready() {
        var session = new FakeSession(new TorrentState.Checking(0), new TorrentState.Seeding());
        var terminal = TestTerminal.in(directory);

        assertEquals(0, terminal.run(session.sessions(), "download", "photos.torrent"));

        assertEquals(
                "complete photos: 1000 B was already here and is verified, in /content/photos",
                terminal.outLines().getLast());
    }

    @Test
    void reportsAFailedTorrentAndExitsOne() {
        var session = new FakeSession(
                new TorrentState.FetchingMetadata(), new TorrentState.Failed("the metadata is no torrent", false));
        var terminal = TestTerminal.in(directory);

        assertEquals(1, terminal.run(session.sessions(), "download", "photos.torrent"));

        assertEquals("jackdaw: photos: the metadata is no torrent\n", terminal.err());
    }

    @Test
    void tellsWhyNoTrackerWorks() {
        var session = new FakeSession(new TorrentState.Downloading());
        session.afterScript(() -> {
            session.onlyTorrent().hear(List.of(tracker("http://a/", false, "unregistered torrent")));
            session.completeAll();
        });
        var terminal = TestTerminal.in(directory);

        assertEquals(0, terminal.run(session.sessions(), "download", "photos.torrent"));

        assertEquals("jackdaw: warning: photos: no tracker works: http://a/: unregistered torrent\n", terminal.err());
    }

    @Test
    void aTrackerThatDoesNotWorkIsOfNoInterestWhileAnotherDoesOrMayYet() {
        TorrentStatus status = FakeTorrent.status(
                InfoHash.of(new byte[20]), "photos", new TorrentState.Downloading(), Optional.empty(), 0, 1000);
        TrackerStatus down = tracker("http://a/", false, "connection refused");

        assertEquals(Optional.empty(), TransferText.trackers(status, List.of()));
        assertEquals(Optional.empty(), TransferText.trackers(status, List.of(down, tracker("http://b/", false, ""))));
        assertEquals(Optional.empty(), TransferText.trackers(status, List.of(down, tracker("http://b/", true, ""))));
        assertEquals(
                Optional.of("photos: tracker http://b/: client too old"),
                TransferText.trackers(status, List.of(down, tracker("http://b/", true, "client too old"))));
    }

    private static TrackerStatus tracker(String url, boolean working, String message) {
        return new TrackerStatus(url, 0, working, message, Optional.empty(), -1, -1, 0);
    }

    @Test
    void waitsForADiskThatIsFullAndGoesOnWhenItIsMended() {
        TorrentState full = new TorrentState.Failed("write a.txt: No space left on device", true);
        var session = new FakeSession(
                new TorrentState.Downloading(),
                full,
                new TorrentState.Checking(0),
                full,
                new TorrentState.Downloading(),
                new TorrentState.Seeding());
        var terminal = TestTerminal.in(directory);

        assertEquals(0, terminal.run(session.sessions(), "download", "photos.torrent"), terminal.err());

        assertEquals("""
                jackdaw: photos: write a.txt: No space left on device; trying again every 10 s
                jackdaw: photos: goes on
                """, terminal.err());
        assertTrue(terminal.outLines().getLast().startsWith("complete photos: "), terminal.out());
    }

    @Test
    void tellsAProgramThatAFailureIsTriedAgain() {
        TorrentState full = new TorrentState.Failed("write a.txt: No space left on device", true);
        var session = new FakeSession(new TorrentState.Downloading(), full, new TorrentState.Seeding());
        var terminal = TestTerminal.in(directory);

        assertEquals(0, terminal.run(session.sessions(), "download", "--json", "photos.torrent"), terminal.err());

        List<String> failures = terminal.outLines().stream()
                .filter(line -> line.startsWith("{\"event\":\"failed\""))
                .toList();
        assertEquals(1, failures.size(), terminal.out());
        assertTrue(
                failures.getFirst().endsWith("\"reason\":\"write a.txt: No space left on device\",\"retried\":true}"),
                terminal.out());
    }

    @Test
    void interruptedWhileItWaitsForADiskItExits130() {
        var terminal = TestTerminal.in(directory);
        var session = new FakeSession(new TorrentState.Failed("write a.txt: read-only file system", true))
                .afterScript(terminal.interruption()::request);

        assertEquals(130, terminal.run(session.sessions(), "download", "photos.torrent"));

        assertTrue(terminal.err().endsWith("run the same command to continue\n"), terminal.err());
    }

    @Test
    void savesAndExits130WhenInterrupted() {
        var terminal = TestTerminal.in(directory);
        var session = new FakeSession(new TorrentState.Downloading()).afterScript(terminal.interruption()::request);

        assertEquals(130, terminal.run(session.sessions(), "download", "photos.torrent"));

        assertTrue(session.isClosed());
        assertEquals(
                "jackdaw: interrupted with 1 torrent to go; saving, run the same command to continue\n",
                terminal.err());
    }

    @Test
    void goesOnSeedingUntilTheRatioIsReached() {
        var session = new FakeSession(new TorrentState.Downloading(), new TorrentState.Seeding());
        var terminal = TestTerminal.in(directory);

        assertEquals(0, terminal.run(session.sessions(), "download", "photos.torrent", "--seed-ratio", "1.5"));

        assertTrue(
                terminal.outLines().getLast().startsWith("seeded photos: sent 1.95 KiB, ratio 2.00"), terminal.out());
        assertTrue(session.onlyTorrent().isPaused());
    }

    @Test
    void passesItsOptionsToTheSession() {
        var session = new FakeSession(new TorrentState.Seeding());

        TestTerminal.in(directory)
                .run(
                        session.sessions(),
                        "download",
                        "photos.torrent",
                        "--dir",
                        "there",
                        "--port",
                        "0",
                        "--bind",
                        "127.0.0.1",
                        "--peer",
                        "127.0.0.1:1",
                        "--peer",
                        "127.0.0.2:2",
                        "--no-dht",
                        "--no-lsd",
                        "--no-pex",
                        "--no-trackers",
                        "--max-down",
                        "2M",
                        "--max-up",
                        "500K",
                        "--encryption",
                        "require",
                        "--transport",
                        "both",
                        "--select",
                        "1",
                        "--sequential");

        SessionConfig config = session.config();
        AddOptions options = session.added().getFirst();
        assertFalse(config.dht()
                || config.localDiscovery()
                || config.peerExchange()
                || config.trackers()
                || config.restore());
        assertEquals(0, config.port());
        assertEquals("127.0.0.1", config.bindAddress().orElseThrow().getHostAddress());
        assertEquals(2 << 20, config.maxDownloadRate());
        assertEquals(500 << 10, config.maxUploadRate());
        assertEquals(SessionConfig.Encryption.REQUIRE, config.encryption());
        assertEquals(SessionConfig.Transport.BOTH, config.transport());
        assertEquals(directory.resolve("state"), config.stateDirectory().orElseThrow());
        assertEquals(directory.resolve("there"), options.directory());
        assertEquals(2, options.peers().size());
        assertTrue(options.sequential());
        assertTrue(options.onlyListed());
        assertEquals(Map.of(1, FilePriority.NORMAL), options.priorities());
    }

    @Test
    void selectsWhatAMagnetLinkSelects() {
        var terminal = TestTerminal.in(directory);
        var session =
                new FakeSession(new TorrentState.FetchingMetadata()).afterScript(terminal.interruption()::request);

        terminal.run(session.sessions(), "download", MAGNET + "&so=0,2-3", "photos.torrent");

        assertEquals(
                List.of(0, 2, 3),
                session.added().get(0).priorities().keySet().stream().sorted().toList());
        assertFalse(session.added().get(1).onlyListed());
    }

    @Test
    void aSelectionThatMissesAllFilesOfAMagnetLinkIsNoCompleteDownload() throws Exception {
        var terminal = TestTerminal.in(directory);
        var session = new FakeSession(new TorrentState.FetchingMetadata());
        Info info = MetainfoBuilder.of(directory.resolve("photos")).build().info();
        session.afterScript(() -> session.onlyTorrent()
                .become(FakeTorrent.status(
                        info.infoHash(), "photos", new TorrentState.Seeding(), Optional.of(info), 0, 0)));

        assertEquals(1, terminal.run(session.sessions(), "download", MAGNET, "--select", "9"));

        assertEquals("jackdaw: photos: nothing of it is selected: its files are 0 to 1\n", terminal.err());
        assertFalse(terminal.out().contains("complete"), terminal.out());
    }

    @Test
    void refusesTorrentsThatWouldWriteOverEachOther() throws Exception {
        Path content = directory.resolve("photos");
        Files.writeString(content.resolve("c.txt"), "new");
        Files.write(
                directory.resolve("more.torrent"), MetainfoBuilder.of(content).build().toBytes());
        Files.writeString(content.resolve("b.txt"), "changed");
        Files.write(
                directory.resolve("newer.torrent"), MetainfoBuilder.of(content).build().toBytes());
        var terminal = TestTerminal.in(directory);

        assertEquals(2, terminal.run("download", "photos.torrent", "newer.torrent"));

        assertEquals(
                "jackdaw: two of the torrents have photos/b.txt, and not the same; download one of them into another"
                        + " --dir\n",
                terminal.err());
        var session = new FakeSession(new TorrentState.Seeding());
        assertEquals(0, terminal.run(session.sessions(), "download", "photos.torrent", "more.torrent"));
    }

    @Test
    void takesAnotherPortWhenTheUsualOneIsTaken() {
        var session = new FakeSession(new TorrentState.Seeding());
        List<Integer> ports = new ArrayList<>();
        Sessions sessions = config -> {
            ports.add(config.port());
            if (config.port() == 6881) {
                throw new SessionException("cannot listen on port 6881: Address already in use");
            }
            return session;
        };

        assertEquals(0, TestTerminal.in(directory).run(sessions, "download", "photos.torrent"));

        assertEquals(List.of(6881, 0), ports);
    }

    @Test
    void insistsOnThePortThatWasAskedFor() {
        var terminal = TestTerminal.in(directory);

        int status = terminal.run(
                config -> {
                    throw new SessionException("cannot listen on port 7000: Address already in use");
                },
                "download",
                "photos.torrent",
                "--port",
                "7000");

        assertEquals(1, status);
        assertEquals("jackdaw: cannot listen on port 7000: Address already in use\n", terminal.err());
    }

    @Test
    void remembersNothingWhileAnotherProcessHoldsTheState() {
        var session = new FakeSession(new TorrentState.Seeding());
        var terminal = TestTerminal.in(directory);

        try (StateDirectory _ = StateDirectory.take(directory.resolve("state"))) {
            terminal.run(session.sessions(), "download", "photos.torrent");
        }

        assertTrue(session.config().stateDirectory().isEmpty());
        assertTrue(terminal.err().startsWith("jackdaw: note: another jackdaw uses "), terminal.err());
    }

    @Test
    void drawsAPictureOnATerminalAndCleansUp() {
        var session = new FakeSession(
                new TorrentState.Downloading(), new TorrentState.Downloading(), new TorrentState.Seeding());
        var terminal = TestTerminal.in(directory).interactive(60, 20);

        terminal.run(session.sessions(), "download", "photos.torrent");

        assertTrue(terminal.out().contains("7 peers (2 seeds)"), terminal.out());
        assertTrue(terminal.out().endsWith("\u001b[J\u001b[?25h"), terminal.out());
        assertTrue(terminal.out().contains("complete photos: "), terminal.out());
    }

    @Test
    void printsOneJsonObjectALine() {
        var session = new FakeSession(
                new TorrentState.Checking(0.5), new TorrentState.Downloading(), new TorrentState.Seeding());
        var terminal = TestTerminal.in(directory);

        terminal.run(session.sessions(), "download", "--json", "photos.torrent");

        assertTrue(
                terminal.outLines().stream().allMatch(line -> line.startsWith("{\"event\":\"") && line.endsWith("}")),
                terminal.out());
        assertTrue(terminal.out().contains("\"event\":\"progress\""), terminal.out());
        assertTrue(terminal.outLines().getLast().contains("\"event\":\"complete\""), terminal.out());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "download|missing required parameter: 'SOURCE'; see 'jackdaw download --help'",
                "download nothing.torrent|cannot read nothing.torrent: no such file or directory",
                "download photos|photos is a directory, not a .torrent file; 'jackdaw seed' and 'jackdaw create' take directories",
                "download photos/a.txt|photos/a.txt is not a torrent: unexpected byte 97 at offset 0",
                "download magnet:?dn=x|not a usable magnet link: ",
                "download ftp://x/y|cannot read ftp:/x/y: no such file or directory",
                "download photos.torrent --select 2|--select: photos has no file 2, only 0 to 1; see 'jackdaw show'",
                "download photos.torrent --port 70000|--port: 70000 is no port; it goes from 0 to 65535",
                "download photos.torrent --max-down fast|invalid value for option '--max-down': 'fast' is not a size",
                "download photos.torrent --encryption never|invalid value for option '--encryption'",
                "download photos.torrent --seed-ratio -1|--seed-ratio: -1.0 is no ratio",
                "download photos.torrent --sequentail|unknown option: '--sequentail'; did you mean --sequential?; see"
            })
    void wrongInputIsOneLineAndExitsTwo(String commandLine, String message) {
        var terminal = TestTerminal.in(directory);

        assertEquals(2, terminal.run(commandLine.split(" ")));

        assertTrue(terminal.err().startsWith("jackdaw: " + message), terminal.err());
        assertEquals(1, terminal.err().lines().count(), terminal.err());
        assertEquals("", terminal.out());
    }
}
