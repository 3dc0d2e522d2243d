package dev.jackdaw.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `create`, `show` and `verify`, which belong together: what the first writes the others read.
class ContentCommandsTest {
    @TempDir
    Path directory;

    private TestTerminal terminal;

    @BeforeEach
    void makeContent() throws IOException {
        terminal = TestTerminal.in(directory);
        Path content = Files.createDirectories(directory.resolve("set/inner"));
        Files.write(content.resolveSibling("first.bin"), new byte[40_000]);
        Files.writeString(content.resolve("second.txt"), "second");
    }

    @Test
    void createWritesATorrentAndPrintsItsMagnetLink() {
        assertEquals(0, terminal.run("create", "set", "-o", "out.torrent", "--tracker", "udp://tracker.example:80"));

        assertEquals(
                "created out.torrent: 39.1 KiB in 2 files, 3 pieces of 16.0 KiB",
                terminal.outLines().get(0));
        assertTrue(terminal.outLines().get(2).startsWith("magnet magnet:?xt=urn:btih:"), terminal.out());
        assertTrue(Files.exists(directory.resolve("out.torrent")));
    }

    @Test
    void createMakesTheSameTorrentFromTheSameContent() throws IOException {
        terminal.run("create", "set", "-o", "a.torrent", "--no-date");
        terminal.run("create", "set", "-o", "b.torrent", "--no-date");

        assertArrayEquals(
                Files.readAllBytes(directory.resolve("a.torrent")), Files.readAllBytes(directory.resolve("b.torrent")));
    }

    @Test
    void createOverwritesOnlyWhenForced() {
        terminal.run("create", "set");

        assertEquals(2, terminal.run("create", "set"));
        assertEquals(
                "jackdaw: set.torrent exists already; name another file with -o, or overwrite it with --force\n",
                terminal.err());
        assertEquals(0, terminal.run("create", "set", "--force"));
    }

    @Test
    void createReplacesNothingButFiles() throws IOException {
        Path socket = directory.resolve("socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));

            assertEquals(2, terminal.run("create", "set", "-o", "socket", "--force"));
        }

        assertEquals("jackdaw: socket is no ordinary file; name another one with -o\n", terminal.err());
        assertFalse(Files.isRegularFile(socket));
    }

    @Test
    void createRefusesWhatMakesNoTorrent() {
        assertEquals(2, terminal.run("create", "nothing"));
        assertEquals(2, terminal.run("create", ""));
        assertEquals(2, terminal.run("create", "set", "--piece-length", "17K"));
        assertEquals(2, terminal.run("create", "set", "--tracker", "gopher://x"));
        assertEquals(2, terminal.run("create", "set", "--private"));
        assertEquals(5, terminal.err().lines().count(), terminal.err());
        assertFalse(Files.exists(directory.resolve("set.torrent")));
    }

    @Test
    void createIsStoppedByAnInterrupt() {
        terminal.interruption().request();

        assertEquals(130, terminal.run("create", "set"));

        assertFalse(Files.exists(directory.resolve("set.torrent")));
    }

    @Test
    void showPrintsWhatIsInATorrent() {
        terminal.run(
                "create",
                "set",
                "--no-date",
                "--comment",
                "rude \u001b[31m comment",
                "--web-seed",
                "http://web.example/");
        String created = terminal.out();

        assertEquals(0, terminal.run("show", "set.torrent"));

        String shown = terminal.out().substring(created.length());
        assertTrue(shown.contains("size        39.1 KiB (40006 bytes) in 2 files"), shown);
        assertTrue(shown.contains("comment     rude \\x{1b}[31m comment"), shown);
        assertTrue(shown.contains("web seeds   http://web.example/"), shown);
        assertTrue(shown.contains("1         6 B  set/inner/second.txt"), shown);
        assertFalse(shown.contains("\u001b"), shown);
    }

    @Test
    void showPrintsAPublishersLink() {
        String link = "magnet:?xs=urn:btpk:8543d3e6115f0f98c944077a4493dcd543e49c739fd998550a1f614ab36ed63e&s=6e";

        assertEquals(0, terminal.run("show", link), terminal.err());
        assertTrue(
                terminal.out().contains("publisher   8543d3e6")
                        && terminal.out().contains("salt        n"),
                terminal.out());

        var json = TestTerminal.in(directory);
        assertEquals(0, json.run("show", "--json", link), json.err());
        assertTrue(json.out().contains("\"magnet\":\"" + link + "\""), json.out());
    }

    @Test
    void showPrintsAMagnetLink() {
        assertEquals(0, terminal.run("show", "magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567&dn=x&so=1"));

        assertTrue(terminal.out().contains("files       only 1"), terminal.out());
    }

    @Test
    void showPrintsOneJsonObject() {
        terminal.run("create", "set", "-q");

        assertEquals(0, terminal.run("show", "--json", "set.torrent"));

        assertEquals(1, terminal.outLines().size());
        assertTrue(
                terminal.out().contains("\"index\":1,\"path\":\"set/inner/second.txt\",\"bytes\":6"), terminal.out());
    }

    @Test
    void verifyFindsGoodContentGood() {
        terminal.run("create", "set", "-q");

        assertEquals(0, terminal.run("verify", "set.torrent"));

        assertEquals("good set: 39.1 KiB, all 3 pieces", terminal.outLines().getLast());
    }

    @Test
    void verifyListsBadPiecesAndFiles() throws IOException {
        terminal.run("create", "set", "-q");
        byte[] damaged = new byte[40_000];
        damaged[20_000] = 1;
        Files.write(directory.resolve("set/first.bin"), damaged);
        Files.delete(directory.resolve("set/inner/second.txt"));

        assertEquals(1, terminal.run("verify", "set.torrent"));

        assertTrue(terminal.out().contains("corrupt set/first.bin: pieces 1"), terminal.out());
        assertTrue(terminal.out().contains("missing set/inner/second.txt"), terminal.out());
        assertTrue(terminal.out().contains("bad pieces 1-2"), terminal.out());
    }

    @Test
    void verifyTellsProgramsTheSame() throws IOException {
        terminal.run("create", "set", "-q");
        Files.delete(directory.resolve("set/inner/second.txt"));

        assertEquals(1, terminal.run("verify", "--json", "set.torrent"));

        assertTrue(
                terminal.out().contains("\"good\":false,\"pieces\":3,\"goodPieces\":2,\"badPieces\":[2]"),
                terminal.out());
    }

    /// No shell puts it in for `--dir=~/x` or the configuration file.
    @Test
    void verifyFindsADirectoryBelowHome() {
        terminal.environment("HOME", directory.toString());
        terminal.run("create", "set");

        assertEquals(0, terminal.run("verify", "set.torrent", "--dir=~"), terminal.err());
        assertEquals(0, terminal.run("verify", "~/set.torrent", "--dir=~/set/.."), terminal.err());
    }

    @Test
    void verifyNamesAMissingDirectory() {
        terminal.run("create", "set", "-q");

        assertEquals(2, terminal.run("verify", "set.torrent", "--dir", "nowhere"));

        assertEquals("jackdaw: --dir: nowhere is no directory\n", terminal.err());
    }
}
