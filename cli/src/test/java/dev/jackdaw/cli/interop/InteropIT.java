package dev.jackdaw.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Each client that exists, in both directions, by `.torrent` and by magnet link: every byte equal.
///
/// Without root or without a program its cases are skipped, but never where `CI` is set.
final class InteropIT {
    private static final int TRACKER_PORT = 6969;
    private static final int FOREIGN_PORT = 7001;
    private static final int OUR_PORT = 7002;
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
        requireInstalled(client);
        foreign(client, torrent.toString(), directory.resolve("original"), true);
        Path ours = Files.createDirectories(directory.resolve("ours"));
        Path log = directory.resolve("jackdaw.log");

        Process download = jackdaw(
                log, "download", source(source), "--dir", ours.toString(), "--port", "" + OUR_PORT, "--no-dht", "--no-lsd");

        assertTrue(download.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS), this::logs);
        assertEquals(0, download.exitValue(), this::logs);
        SampleContent.assertSame(original, ours);
    }

    @ParameterizedTest
    @MethodSource("everyClientAndSource")
    void seedsTo(ForeignClient client, Source source) throws Exception {
        requireInstalled(client);
        jackdaw(
                directory.resolve("jackdaw.log"), "seed", torrent.toString(), "--dir", directory.resolve("original").toString(),
                "--port", "" + OUR_PORT, "--no-dht", "--no-lsd");
        awaitLine("jackdaw.log", "seeding");
        Path theirs = Files.createDirectories(directory.resolve("theirs"));
        foreign(client, source(source), theirs, false);

        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!(SampleContent.looksComplete(original, theirs) && SampleContent.isSame(original, theirs))) {
            assertTrue(System.nanoTime() < deadline, this::logs);
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
        return network.start(log, Map.of("JACKDAW_HOME", directory.resolve("home-" + arguments[0]).toString()), command);
    }

    private void foreign(ForeignClient client, String source, Path content, boolean seed) throws IOException {
        Path work = Files.createDirectories(directory.resolve("foreign"));
        ForeignClient.Start start = client.start(source, content, work, FOREIGN_PORT, seed);
        network.start(directory.resolve("foreign.log"), start.environment(), start.command());
    }

    private String logs() {
        StringBuilder all = new StringBuilder();
        for (String name : List.of("tracker.log", "jackdaw.log", "foreign.log")) {
            all.append("---- ").append(name).append('\n').append(tail(read(directory.resolve(name)))).append('\n');
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
