package dev.jackdaw.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Bare magnet links, without a tracker: peers find each other in a private DHT of nodes of ours and libtorrent's.
///
/// Without root or without libtorrent its cases are skipped, but never where `CI` is set.
final class DhtInteropIT {
    private static final int NODES = 4;
    private static final int FIRST_NODE_PORT = 7100;
    private static final int SEED_PORT = 7201;
    private static final int LEECH_PORT = 7202;
    private static final long DEADLINE_SECONDS = 90;
    private static final Path LAUNCHER = Path.of("target/jackdaw/bin/jackdaw").toAbsolutePath();
    private static final Pattern INFO_HASH = Pattern.compile("btih:(\\p{XDigit}{40})");
    private static final String ENTRY = NetworkNamespace.HOST + ":" + FIRST_NODE_PORT;

    @TempDir
    Path directory;

    private NetworkNamespace network;
    private Path original;
    private Path torrent;
    private String magnet;

    @BeforeEach
    void startNodes() throws Exception {
        boolean root = "root".equals(System.getProperty("user.name"));
        assumeTrue(root || System.getenv("CI") != null, "needs root for a network namespace");
        assumeTrue(ForeignClient.LIBTORRENT.isInstalled() || System.getenv("CI") != null, "needs libtorrent");
        network = new NetworkNamespace();
        original = SampleContent.write(Files.createDirectories(directory.resolve("original")));
        torrent = directory.resolve("sample.torrent");
        Process create = jackdaw("create", "create", original.toString(), "-o", torrent.toString());
        assertTrue(create.waitFor(60, TimeUnit.SECONDS) && create.exitValue() == 0, this::logs);
        Matcher infoHash = INFO_HASH.matcher(read("create"));
        assertTrue(infoHash.find(), this::logs);
        magnet = "magnet:?xt=urn:btih:" + infoHash.group(1);
        for (int node = 0; node < NODES; node++) {
            String port = "" + (FIRST_NODE_PORT + node);
            jackdaw(
                    "node" + node,
                    "dht",
                    "node",
                    "--bind",
                    NetworkNamespace.HOST,
                    "--port",
                    port,
                    "--allow-local",
                    "--bootstrap",
                    ENTRY);
        }
        awaitLine("node0", "id ");
    }

    @AfterEach
    void endPrograms() throws Exception {
        if (network != null) {
            network.close();
        }
    }

    @Test
    void twoJackdawsFindEachOther() throws Exception {
        seedOurs();

        downloadOurs();
    }

    @Test
    void findsASeedOfLibtorrent() throws Exception {
        libtorrent(torrent.toString(), directory.resolve("original"), SEED_PORT);

        downloadOurs();
    }

    @Test
    void isFoundByLibtorrent() throws Exception {
        seedOurs();
        Path theirs = Files.createDirectories(directory.resolve("theirs"));
        libtorrent(magnet, theirs, LEECH_PORT);

        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!(SampleContent.looksComplete(original, theirs) && SampleContent.isSame(original, theirs))) {
            assertTrue(System.nanoTime() < deadline, this::logs);
            Thread.sleep(100);
        }
    }

    private void seedOurs() throws Exception {
        jackdaw(
                "seed",
                "seed",
                torrent.toString(),
                "--dir",
                directory.resolve("original").toString(),
                "--port",
                "" + SEED_PORT,
                "--no-lsd",
                "--no-trackers",
                "--bootstrap",
                ENTRY);
        awaitLine("seed", "seeding");
    }

    private void downloadOurs() throws Exception {
        Path ours = Files.createDirectories(directory.resolve("ours"));

        Process download = jackdaw(
                "download",
                "download",
                magnet,
                "--dir",
                ours.toString(),
                "--port",
                "" + LEECH_PORT,
                "--no-lsd",
                "--no-trackers",
                "--bootstrap",
                ENTRY);

        assertTrue(download.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS), this::logs);
        assertEquals(0, download.exitValue(), this::logs);
        SampleContent.assertSame(original, ours);
    }

    private void libtorrent(String source, Path content, int port) throws IOException {
        Path script = directory.resolve("libtorrent_dht_client.py");
        try (var in = DhtInteropIT.class.getResourceAsStream("/interop/libtorrent_dht_client.py")) {
            Files.write(script, in.readAllBytes());
        }
        network.start(
                directory.resolve("libtorrent.log"),
                Map.of(),
                List.of(
                        "/usr/bin/python3",
                        script.toString(),
                        source,
                        content.toString(),
                        NetworkNamespace.HOST + ":" + port,
                        ENTRY));
    }

    private Process jackdaw(String name, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
        command.addAll(List.of(arguments));
        Map<String, String> environment =
                Map.of("JACKDAW_HOME", directory.resolve("home-" + name).toString());
        return network.start(directory.resolve(name + ".log"), environment, command);
    }

    private void awaitLine(String name, String words) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!read(name).contains(words)) {
            assertTrue(System.nanoTime() < deadline, this::logs);
            Thread.sleep(50);
        }
    }

    private String logs() {
        StringBuilder all = new StringBuilder();
        for (String name : Arrays.asList("create", "node0", "seed", "libtorrent", "download")) {
            String text = read(name);
            all.append("---- ").append(name).append('\n');
            all.append(text.substring(Math.max(0, text.length() - 2_000))).append('\n');
        }
        return all.toString();
    }

    private String read(String name) {
        try {
            return Files.readString(directory.resolve(name + ".log"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
