package dev.jackdaw.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Clients that know nothing but our tracker find each other through it: libtorrent has the content, the others and
/// Jackdaw get it, every byte equal.
///
/// Without root or without a program its cases are skipped, but never where `CI` is set.
final class TrackerInteropIT {
    private static final int TRACKER_PORT = 6969;
    private static final int SEED_PORT = 7001;
    private static final int FIRST_LEECH_PORT = 7002;
    private static final long DEADLINE_SECONDS = 90;
    private static final Path LAUNCHER = Path.of("target/jackdaw/bin/jackdaw").toAbsolutePath();

    private static final List<ForeignClient> LEECHERS = List.of(ForeignClient.TRANSMISSION, ForeignClient.ARIA2);

    /// What the tracker is asked over.
    enum Protocol {
        HTTP("http"),
        UDP("udp");

        final String scheme;

        Protocol(String scheme) {
            this.scheme = scheme;
        }
    }

    @TempDir
    Path directory;

    private NetworkNamespace network;
    private Path original;
    private Path torrent;

    @BeforeEach
    void writeContent() throws Exception {
        boolean root = "root".equals(System.getProperty("user.name"));
        assumeTrue(root || System.getenv("CI") != null, "needs root for a network namespace");
        network = new NetworkNamespace();
        original = SampleContent.write(Files.createDirectories(directory.resolve("original")));
        torrent = directory.resolve("sample.torrent");
    }

    @AfterEach
    void endPrograms() throws Exception {
        if (network != null) {
            network.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void clientsFindEachOther(Protocol protocol) throws Exception {
        requireInstalled(ForeignClient.LIBTORRENT);
        LEECHERS.forEach(TrackerInteropIT::requireInstalled);
        String listen = NetworkNamespace.HOST + ":" + TRACKER_PORT;
        jackdaw("tracker", "tracker", "--" + protocol.scheme, listen);
        awaitLine("tracker.log", protocol.scheme + " port");
        String url = protocol.scheme + "://" + listen + "/announce";
        Process create = jackdaw("create", "create", original.toString(), "-o", torrent.toString(), "--tracker", url);
        assertTrue(create.waitFor(60, TimeUnit.SECONDS) && create.exitValue() == 0, this::logs);

        foreign(ForeignClient.LIBTORRENT, directory.resolve("original"), SEED_PORT, true);
        List<Path> got = new ArrayList<>();
        int port = FIRST_LEECH_PORT;
        for (ForeignClient client : LEECHERS) {
            Path theirs = Files.createDirectories(directory.resolve("got-" + client));
            foreign(client, theirs, port++, false);
            got.add(theirs);
        }
        Path ours = Files.createDirectories(directory.resolve("got-jackdaw"));
        Process download = jackdaw(
                "download",
                "download",
                torrent.toString(),
                "--dir",
                ours.toString(),
                "--port",
                String.valueOf(port),
                "--no-dht",
                "--no-lsd");

        assertTrue(download.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS), this::logs);
        assertEquals(0, download.exitValue(), this::logs);
        SampleContent.assertSame(original, ours);
        for (Path theirs : got) {
            awaitContent(theirs);
        }
    }

    private void awaitContent(Path theirs) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!(SampleContent.looksComplete(original, theirs) && SampleContent.isSame(original, theirs))) {
            assertTrue(System.nanoTime() < deadline, this::logs);
            Thread.sleep(100);
        }
    }

    private void awaitLine(String log, String words) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!read(directory.resolve(log)).contains(words)) {
            assertTrue(System.nanoTime() < deadline, this::logs);
            Thread.sleep(50);
        }
    }

    private static void requireInstalled(ForeignClient client) {
        boolean installed = client.isInstalled();
        if (System.getenv("CI") != null) {
            assertTrue(installed, () -> client + " is not installed");
        }
        assumeTrue(installed, () -> client + " is not installed");
    }

    private Process jackdaw(String name, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
        command.addAll(List.of(arguments));
        String home = directory.resolve("home-" + name).toString();
        return network.start(directory.resolve(name + ".log"), Map.of("JACKDAW_HOME", home), command);
    }

    private void foreign(ForeignClient client, Path content, int port, boolean seed) throws IOException {
        Path work = Files.createDirectories(directory.resolve("work-" + client));
        ForeignClient.Start start =
                client.start(torrent.toString(), content, work, port, seed, ForeignClient.Link.USUAL);
        network.start(directory.resolve(client + ".log"), start.environment(), start.command());
    }

    private String logs() {
        try (var files = Files.list(directory)) {
            StringBuilder all = new StringBuilder();
            files.filter(file -> file.toString().endsWith(".log"))
                    .forEach(file -> all.append("== ")
                            .append(file.getFileName())
                            .append('\n')
                            .append(read(file)));
            return all.toString();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static String read(Path log) {
        try {
            return Files.exists(log) ? Files.readString(log, Charset.defaultCharset()) : "";
        } catch (IOException e) {
            return e.toString();
        }
    }
}
