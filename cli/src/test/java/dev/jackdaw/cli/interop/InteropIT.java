package dev.jackdaw.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jackdaw.cli.interop.ForeignClient.Link;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Each client that exists, in both directions, by `.torrent` and by magnet link; encrypted and over uTP; all of them
/// in one swarm; and a download that is killed: every byte equal.
///
/// Without root or without a program its cases are skipped, but never where `CI` is set.
final class InteropIT {
    private static final int TRACKER_PORT = 6969;
    private static final int FOREIGN_PORT = 7010;
    private static final int OUR_PORT = 7002;
    private static final int OUR_SECOND_PORT = 7003;
    private static final long DEADLINE_SECONDS = 90;
    private static final Path LAUNCHER = Path.of("target/jackdaw/bin/jackdaw").toAbsolutePath();

    /// What a client is given to begin with.
    enum Source {
        TORRENT,
        MAGNET
    }

    @TempDir
    Path directory;

    private NetworkNamespace network;
    private Path original;
    private Path torrent;
    private String magnet;

    static Stream<Arguments> everyClientAndSource() {
        return Arrays.stream(ForeignClient.values())
                .flatMap(client -> Arrays.stream(Source.values()).map(source -> Arguments.of(client, source)));
    }

    @BeforeEach
    void createTorrentAndTracker() throws Exception {
        boolean root = "root".equals(System.getProperty("user.name"));
        assumeTrue(root || System.getenv("CI") != null, "needs root for a network namespace");
        network = new NetworkNamespace();
        original = SampleContent.write(Files.createDirectories(directory.resolve("original")));
        torrent = directory.resolve("sample.torrent");
        Path log = directory.resolve("create.log");
        String tracker = "http://" + NetworkNamespace.HOST + ":" + TRACKER_PORT + "/announce";
        Process create = jackdaw(log, "create", original.toString(), "-o", torrent.toString(), "--tracker", tracker);
        assertTrue(create.waitFor(60, TimeUnit.SECONDS) && create.exitValue() == 0, () -> read(log));
        magnet = Arrays.stream(read(log).split("\\s+"))
                .filter(word -> word.startsWith("magnet:"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no magnet link in: " + read(log)));
        jackdaw(directory.resolve("tracker.log"), "tracker", "--http", NetworkNamespace.HOST + ":" + TRACKER_PORT);
        awaitLine("tracker.log", "http port");
    }

    @AfterEach
    void endPrograms() throws Exception {
        if (network != null) {
            network.close();
        }
    }

    @ParameterizedTest
    @MethodSource("everyClientAndSource")
    void downloadsFrom(ForeignClient client, Source source) throws Exception {
        downloadsFrom(client, source, Link.USUAL);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "USUAL")
    void downloadsFromLibtorrent(Link link) throws Exception {
        downloadsFrom(ForeignClient.LIBTORRENT, Source.TORRENT, link);
    }

    private void downloadsFrom(ForeignClient client, Source source, Link link) throws Exception {
        requireInstalled(client);
        foreign(client, torrent.toString(), directory.resolve("original"), true, link);
        Path ours = directory.resolve("ours");

        Process download = download(source(source), ours, options(link));

        assertComplete(download, ours);
    }

    @ParameterizedTest
    @MethodSource("everyClientAndSource")
    void seedsTo(ForeignClient client, Source source) throws Exception {
        seedsTo(client, source, Link.USUAL);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "USUAL")
    void seedsToLibtorrent(Link link) throws Exception {
        seedsTo(ForeignClient.LIBTORRENT, Source.TORRENT, link);
    }

    private void seedsTo(ForeignClient client, Source source, Link link) throws Exception {
        requireInstalled(client);
        seed(options(link));
        Path theirs = Files.createDirectories(directory.resolve("theirs"));
        foreign(client, source(source), theirs, false, link);

        awaitSame(theirs);
    }

    /// One seeder that is too slow to serve them all: they must take from each other.
    @Test
    void allClientsShareOneSwarm() throws Exception {
        List<ForeignClient> clients = Arrays.stream(ForeignClient.values())
                .filter(ForeignClient::isInstalled)
                .toList();
        seed(List.of("--max-up", "4M"));
        List<Path> copies = new ArrayList<>();
        for (ForeignClient client : clients) {
            Path copy = Files.createDirectories(directory.resolve("copy-" + client));
            copies.add(copy);
            foreign(client, torrent.toString(), copy, false, Link.USUAL);
        }
        Path ours = directory.resolve("ours");

        Process download = download(torrent.toString(), ours, List.of());

        assertComplete(download, ours);
        for (Path copy : copies) {
            awaitSame(copy);
        }
    }

    @Test
    void goesOnAfterItWasKilled() throws Exception {
        seed(List.of("--max-up", "4M"));
        Path ours = directory.resolve("ours");
        Process first = download(torrent.toString(), ours, List.of("--json"));
        awaitLine("download.log", "\"event\":\"piece\"");
        NetworkNamespace.kill(first);
        assertFalse(read(directory.resolve("download.log")).contains("\"event\":\"complete\""), this::logs);

        Process second = download(torrent.toString(), ours, List.of());

        assertComplete(second, ours);
    }

    private static List<String> options(Link link) {
        return switch (link) {
            case USUAL -> List.of();
            case ENCRYPTED -> List.of("--encryption", "require");
            case UTP -> List.of("--transport", "utp");
        };
    }

    /// Starts our seeder, and waits until it seeds.
    private void seed(List<String> options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "seed",
                torrent.toString(),
                "--dir",
                directory.resolve("original").toString(),
                "--port",
                "" + OUR_PORT,
                "--no-dht",
                "--no-lsd"));
        arguments.addAll(options);
        jackdaw(directory.resolve("jackdaw.log"), arguments.toArray(String[]::new));
        awaitLine("jackdaw.log", "seeding");
    }

    private Process download(String source, Path ours, List<String> options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "download",
                source,
                "--dir",
                Files.createDirectories(ours).toString(),
                "--port",
                "" + OUR_SECOND_PORT,
                "--no-dht",
                "--no-lsd"));
        arguments.addAll(options);
        return jackdaw(directory.resolve("download.log"), arguments.toArray(String[]::new));
    }

    private void assertComplete(Process download, Path ours) throws Exception {
        assertTrue(download.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS), this::logs);
        assertEquals(0, download.exitValue(), this::logs);
        SampleContent.assertSame(original, ours);
    }

    private void awaitSame(Path copy) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!(SampleContent.looksComplete(original, copy) && SampleContent.isSame(original, copy))) {
            assertTrue(System.nanoTime() < deadline, () -> copy + "\n" + logs());
            Thread.sleep(100);
        }
    }

    /// Waits until a program has said so. A client that finds no tracker at first asks again only after many seconds.
    private void awaitLine(String log, String words) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!read(directory.resolve(log)).contains(words)) {
            assertTrue(System.nanoTime() < deadline, this::logs);
            Thread.sleep(50);
        }
    }

    private String source(Source source) {
        return source == Source.TORRENT ? torrent.toString() : magnet;
    }

    private static void requireInstalled(ForeignClient client) {
        boolean installed = client.isInstalled();
        if (System.getenv("CI") != null) {
            assertTrue(installed, () -> client + " is not installed");
        }
        assumeTrue(installed, () -> client + " is not installed");
    }

    private Process jackdaw(Path log, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
        command.addAll(List.of(arguments));
        return network.start(
                log,
                Map.of("JACKDAW_HOME", directory.resolve("home-" + arguments[0]).toString()),
                command);
    }

    private void foreign(ForeignClient client, String source, Path content, boolean seed, Link link)
            throws IOException {
        Path work = Files.createDirectories(directory.resolve("work-" + client));
        ForeignClient.Start start = client.start(source, content, work, FOREIGN_PORT + client.ordinal(), seed, link);
        network.start(directory.resolve(client + ".log"), start.environment(), start.command());
    }

    private String logs() {
        StringBuilder all = new StringBuilder();
        List<String> names = new ArrayList<>(List.of("tracker.log", "jackdaw.log", "download.log"));
        for (ForeignClient client : ForeignClient.values()) {
            names.add(client + ".log");
        }
        names.add("work-" + ForeignClient.RTORRENT + "/rtorrent.log");
        for (String name : names) {
            if (Files.exists(directory.resolve(name))) {
                all.append("---- ")
                        .append(name)
                        .append('\n')
                        .append(tail(read(directory.resolve(name))))
                        .append('\n');
            }
        }
        return all.toString();
    }

    private static String tail(String text) {
        return text.substring(Math.max(0, text.length() - 4_000));
    }

    private static String read(Path log) {
        try {
            return Files.readString(log, Charset.defaultCharset());
        } catch (IOException e) {
            return e.toString();
        }
    }
}
