package dev.jackdaw.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.dht.Dht;
import dev.jackdaw.dht.DhtConfig;
import dev.jackdaw.protocol.metainfo.MetainfoBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `jackdaw publish` as a user gives it, on a DHT of a single node on loopback.
class PublishCommandTest {
    private static final String TORRENT = "0123456789abcdef0123456789abcdef01234567";

    @TempDir
    Path directory;

    private Dht node;
    private TestTerminal terminal;

    @BeforeEach
    void startNode() throws Exception {
        node = Dht.start(DhtConfig.defaults()
                .withBind(List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0)))
                .withAllowLocal(true));
    }

    @AfterEach
    void closeNode() {
        node.close();
    }

    /// Runs a command with our node to begin with.
    private int run(String... arguments) {
        String address = "127.0.0.1:" + node.localAddresses().getFirst().getPort();
        terminal = TestTerminal.in(directory);
        return terminal.run(Stream.concat(
                        Arrays.stream(arguments),
                        Stream.of("--bind", "127.0.0.1", "--allow-local", "--bootstrap", address))
                .toArray(String[]::new));
    }

    private void assertOneLineOfError(String part) {
        assertEquals("", terminal.out());
        assertEquals(1, terminal.err().lines().count(), terminal.err());
        assertTrue(terminal.err().contains(part), terminal.err());
    }

    @Test
    void aTorrentIsPublishedUnderALinkThatStaysTheSame() {
        assertEquals(0, run("publish", "magnet:?xt=urn:btih:" + TORRENT, "--key", "my.key"), () -> terminal.err());
        assertTrue(terminal.outLines().getFirst().startsWith("published " + TORRENT + " as number "), terminal.out());
        String link = terminal.outLines().getLast();
        assertTrue(link.matches("magnet magnet:\\?xs=urn:btpk:[0-9a-f]{64}"), link);

        String other = TORRENT.replace('0', '1');
        assertEquals(0, run("publish", "magnet:?xt=urn:btih:" + other, "--key", "my.key"), () -> terminal.err());
        assertEquals(link, terminal.outLines().getLast());

        String key = link.substring(link.length() - 64);
        assertEquals(0, run("dht", "get", "--key", key, "--json"), () -> terminal.err());
        assertTrue(terminal.out().contains("\"bencodedHex\":\"64323a696832303a" + other + "65\""), terminal.out());
    }

    @Test
    void aFileThatIsNoKeyIsNotOverwritten() throws Exception {
        Files.writeString(directory.resolve("note.txt"), "hello");

        assertEquals(2, run("publish", "magnet:?xt=urn:btih:" + TORRENT, "--key", "note.txt"));
        assertOneLineOfError("note.txt");
        assertEquals("hello", Files.readString(directory.resolve("note.txt")));
    }

    @Test
    void aPrivateTorrentIsNotPublished() throws Exception {
        Path content = Files.writeString(directory.resolve("note.txt"), "hello");
        Files.write(
                directory.resolve("note.torrent"),
                MetainfoBuilder.of(content).isPrivate(true).build().toBytes());

        assertEquals(2, run("publish", "note.torrent", "--key", "my.key"));
        assertOneLineOfError("private");
    }
}
