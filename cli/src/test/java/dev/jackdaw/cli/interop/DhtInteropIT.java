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

    @Test
    void itemsThatLibtorrentPutsAreFound() throws Exception {
        libtorrentItem("their-put", "put", "of libtorrent");
        Matcher target = Pattern.compile("target (\\p{XDigit}{40})").matcher(read("their-put"));
        assertTrue(target.find(), this::logs);
        Path key = directory.resolve("publisher.key");
        ask("make-key", "put", "first", "--key", key.toString());
        libtorrentItem("their-sign", "sign", key.toString(), "song", "newest of libtorrent");

        assertTrue(ask("get", "get", target.group(1)).contains("of libtorrent"), this::logs);
        String newest = ask("get-newest", "get", "--key", publicKey(key), "--salt", "song");

        assertTrue(newest.contains("newest of libtorrent"), this::logs);
    }

    @Test
    void libtorrentFindsTheItemsThatArePut() throws Exception {
        String put = ask("put", "put", "of Jackdaw");
        Matcher target = Pattern.compile("\\b(\\p{XDigit}{40})\\b").matcher(put);
        assertTrue(target.find(), this::logs);
        Path key = directory.resolve("publisher.key");
        ask("sign", "put", "newest of Jackdaw", "--key", key.toString(), "--salt", "song");

        assertTrue(libtorrentItem("their-get", "get", target.group(1)).contains("of Jackdaw"), this::logs);
        String newest = libtorrentItem("their-newest", "newest", publicKey(key), "song");

        assertTrue(newest.contains("newest of Jackdaw"), this::logs);
    }

    @Test
    void libtorrentFindsAPublishedTorrent() throws Exception {
        Path key = directory.resolve("publisher.key");
        Process publish = jackdaw(
                "publish",
                "publish",
                torrent.toString(),
                "--key",
                key.toString(),
                "--bootstrap",
                ENTRY,
                "--allow-local",
                "--bind",
                NetworkNamespace.HOST);
        assertTrue(publish.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS) && publish.exitValue() == 0, this::logs);

        String newest = libtorrentItem("their-newest", "newest", publicKey(key), "");

        // a dictionary with a good signature; libtorrent's Python binding does not show what is in it
        assertTrue(newest.contains("no string, number "), this::logs);
    }

    private static String publicKey(Path keyFile) throws IOException {
        return Files.readString(keyFile).strip().substring(64);
    }

    /// Has `jackdaw dht` do something, and gives what it printed.
    private String ask(String name, String verb, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("dht", verb));
        command.addAll(List.of(arguments));
        command.addAll(
                List.of("--bind", NetworkNamespace.HOST, "--bootstrap", ENTRY, "--allow-local", "--timeout", "30"));
        Process process = jackdaw(name, command.toArray(String[]::new));
        assertTrue(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0, () -> read(name));
        return read(name);
    }

    /// Has libtorrent do something with an item, and gives what it printed.
    private String libtorrentItem(String name, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "/usr/bin/python3",
                script("libtorrent_dht_items.py").toString(),
                NetworkNamespace.HOST + ":" + LEECH_PORT,
                ENTRY));
        command.addAll(List.of(arguments));
        Process process = network.start(directory.resolve(name + ".log"), Map.of(), command);
        assertTrue(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0, () -> read(name));
        return read(name);
    }

    private Path script(String name) throws IOException {
        Path script = directory.resolve(name);
        try (var in = DhtInteropIT.class.getResourceAsStream("/interop/" + name)) {
            Files.write(script, in.readAllBytes());
        }
        return script;
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
        Path script = script("libtorrent_dht_client.py");
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
        for (String name : Arrays.asList("create", "node0", "seed", "publish", "libtorrent", "download")) {
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
