package dev.jackdaw.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.dht.Dht;
import dev.jackdaw.dht.DhtConfig;
import dev.jackdaw.dht.DhtItem;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The commands as a user gives them, on a DHT of a single node on loopback.
class DhtCommandsTest {
    private static final String TORRENT = "0123456789abcdef0123456789abcdef01234567";
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @TempDir
    Path directory;

    private Dht node;
    private String address;
    private TestTerminal terminal;

    @BeforeEach
    void startNode() throws Exception {
        node = Dht.start(DhtConfig.defaults()
                .withBind(List.of(new InetSocketAddress(LOOPBACK, 0)))
                .withAllowLocal(true));
        address = "127.0.0.1:" + node.localAddresses().getFirst().getPort();
    }

    @AfterEach
    void closeNode() {
        node.close();
    }

    /// Runs `jackdaw dht …` with our node to begin with, on a new terminal.
    private int dht(String... arguments) {
        return run(Stream.concat(
                Arrays.stream(arguments), Stream.of("--bind", "127.0.0.1", "--allow-local", "--bootstrap", address)));
    }

    private int run(Stream<String> arguments) {
        terminal = TestTerminal.in(directory);
        return terminal.run(Stream.concat(Stream.of("dht"), arguments).toArray(String[]::new));
    }

    private void assertOneLineOfError(String part) {
        assertEquals("", terminal.out());
        assertEquals(1, terminal.err().lines().count(), terminal.err());
        assertTrue(terminal.err().startsWith("jackdaw: ") && terminal.err().contains(part), terminal.err());
    }

    @Test
    void pingSaysWhoAnswers() throws Exception {
        String id = node.snapshot().get().v4().orElseThrow().id().hex();

        assertEquals(0, run(Stream.of("ping", address, "--bind", "127.0.0.1")), () -> terminal.err());
        assertTrue(terminal.out().startsWith(id + " answers at " + address + " after "), terminal.out());

        assertEquals(0, dht("ping", address, "--json"));
        assertTrue(
                terminal.out()
                        .startsWith("{\"id\":\"" + id + "\",\"address\":\"" + address + "\",\"roundTripMillis\":"),
                terminal.out());
    }

    @Test
    void aPingThatNobodyAnswersFails() throws Exception {
        try (DatagramSocket silent = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0))) {
            assertEquals(1, dht("ping", "127.0.0.1:" + silent.getLocalPort(), "--timeout", "1"));
            assertOneLineOfError("no node answers at 127.0.0.1:" + silent.getLocalPort());
        }
    }

    @Test
    void whatWasPutIsGot() {
        assertEquals(0, dht("put", "Hello World!"), () -> terminal.err());
        assertEquals("e5f96f6f38320f0f33959cb4d3d656452117aadb\n", terminal.out()); // BEP 44's test vector

        assertEquals(0, dht("get", "e5f96f6f38320f0f33959cb4d3d656452117aadb"), () -> terminal.err());
        assertEquals("Hello World!\n", terminal.out());

        assertEquals(0, dht("get", "e5f96f6f38320f0f33959cb4d3d656452117aadb", "--json"));
        assertEquals(
                "{\"target\":\"e5f96f6f38320f0f33959cb4d3d656452117aadb\",\"value\":\"Hello World!\","
                        + "\"bencodedHex\":\"31323a48656c6c6f20576f726c6421\"}\n",
                terminal.out());
    }

    @Test
    void aPublishersNewestItemIsGotByKeyAndSaltAndItsEscapesDoNotReachTheTerminal() throws Exception {
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] encoded = keys.getPublic().getEncoded(); // X.509: the key is its last 32 bytes
        byte[] key = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
        publish(keys, key, "foobar", 7, "3:a\u001bb");
        publish(keys, key, "", 1, "5:plain");
        String hex = HexFormat.of().formatHex(key);

        assertEquals(0, dht("get", "--key", hex, "--salt", "foobar"), () -> terminal.err());
        assertEquals("a\\x{1b}b\n", terminal.out());

        assertEquals(0, dht("get", "--key", hex, "--json"), () -> terminal.err());
        assertTrue(
                terminal.out().contains("\"value\":\"plain\"") && terminal.out().contains("\"seq\":1,"),
                terminal.out());

        String target = DhtItem.Mutable.target(key, new byte[0]).hex();
        assertEquals(1, dht("get", target));
        assertOneLineOfError("no such item was found");
    }

    @Test
    void whatIsPutUnderAKeyReplacesWhatWasThere() throws Exception {
        assertEquals(0, dht("put", "first", "--key", "my.key", "--salt", "s", "--json"), () -> terminal.err());
        String key = Files.readString(directory.resolve("my.key")).substring(64, 128);
        String target = DhtItem.Mutable.target(HexFormat.of().parseHex(key), new byte[] {'s'})
                .hex();
        assertTrue(
                terminal.out().startsWith("{\"target\":\"" + target + "\",\"key\":\"" + key + "\",\"seq\":"),
                terminal.out());

        assertEquals(0, dht("put", "second", "--key", "my.key", "--salt", "s"), () -> terminal.err());
        assertEquals(target + "\n", terminal.out());

        assertEquals(0, dht("get", "--key", key, "--salt", "s"), () -> terminal.err());
        assertEquals("second\n", terminal.out());
    }

    @Test
    void aPutUnderAnOldNumberOrForAnotherOneIsRefused() {
        assertEquals(0, dht("put", "five", "--key", "my.key", "--seq", "5"), () -> terminal.err());

        assertEquals(1, dht("put", "four", "--key", "my.key", "--seq", "4"));
        assertOneLineOfError("--seq");
        assertEquals(1, dht("put", "six", "--key", "my.key", "--seq", "6", "--cas", "4"));
        assertOneLineOfError("--cas");
        assertEquals(0, dht("put", "six", "--key", "my.key", "--seq", "6", "--cas", "5"), () -> terminal.err());
    }

    @Test
    void createPublishesWhatItMakes() throws Exception {
        Files.writeString(directory.resolve("note.txt"), "hello");

        assertEquals(
                0,
                publishing("create", "note.txt", "--mutable", "my.key", "--salt", "n", "--no-date"),
                () -> terminal.err());

        String publisher = terminal.outLines().getLast();
        assertTrue(publisher.matches("publisher magnet:\\?xs=urn:btpk:[0-9a-f]{64}&s=6e"), publisher);
        String infoHash = terminal.outLines().get(1).substring("info-hash ".length());
        String key = publisher.replaceAll(".*btpk:|&.*", "");
        assertEquals(0, dht("get", "--key", key, "--salt", "n", "--json"), () -> terminal.err());
        assertTrue(terminal.out().contains("64323a696832303a" + infoHash + "65"), terminal.out());
    }

    @Test
    void aTorrentThatCannotBePublishedIsWrittenAllTheSame() throws Exception {
        Files.writeString(directory.resolve("note.txt"), "hello");
        try (DatagramSocket silent = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0))) {
            address = "127.0.0.1:" + silent.getLocalPort();

            assertEquals(1, publishing("create", "note.txt", "--mutable", "my.key", "--timeout", "1"));
        }
        assertTrue(terminal.err().contains("note.txt.torrent is written, but not published"), terminal.err());
        assertTrue(Files.exists(directory.resolve("note.txt.torrent")));
    }

    /// Runs a command with our node to begin with.
    private int publishing(String... arguments) {
        terminal = TestTerminal.in(directory);
        return terminal.run(Stream.concat(
                        Arrays.stream(arguments),
                        Stream.of("--bind", "127.0.0.1", "--allow-local", "--bootstrap", address))
                .toArray(String[]::new));
    }

    /// Stores an item at our node, by another one.
    private void publish(KeyPair keys, byte[] key, String salt, long seq, String bencoded) throws Exception {
        try (Dht publisher = Dht.start(DhtConfig.defaults()
                .withBind(List.of(new InetSocketAddress(LOOPBACK, 0)))
                .withBootstrap(List.of(node.localAddresses().getFirst()))
                .withAllowLocal(true))) {
            DhtItem item = DhtItem.Mutable.signed(
                    key,
                    keys.getPrivate(),
                    salt.getBytes(StandardCharsets.UTF_8),
                    seq,
                    bencoded.getBytes(StandardCharsets.UTF_8));
            assertTrue(publisher.put(item, OptionalLong.empty()).get().stored() > 0);
        }
    }

    @Test
    void whoWasAnnouncedIsFoundCountedAndSampled() {
        assertEquals(0, dht("announce", TORRENT, "--announce-port", "7777"), () -> terminal.err());
        assertEquals("announced port 7777 at nodes: 1\n", terminal.out());

        assertEquals(0, dht("lookup", TORRENT), () -> terminal.err());
        assertEquals("127.0.0.1:7777\n", terminal.out());

        assertEquals(0, dht("lookup", TORRENT, "--json"), () -> terminal.err());
        assertEquals("{\"peer\":\"127.0.0.1:7777\"}\n", terminal.out());

        assertEquals(0, dht("scrape", TORRENT, "--json"), () -> terminal.err());
        assertEquals("{\"infoHash\":\"" + TORRENT + "\",\"seeds\":0,\"peers\":1}\n", terminal.out());

        assertEquals(0, dht("sample"), () -> terminal.err());
        assertEquals(TORRENT + "\n", terminal.out());
    }

    @Test
    void lookupOfNodesNamesThemWithTheirAddresses() throws Exception {
        String id = node.snapshot().get().v4().orElseThrow().id().hex();

        assertEquals(0, dht("lookup", "--nodes", TORRENT), () -> terminal.err());
        assertTrue(terminal.outLines().contains(id + " " + address), terminal.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"lookup", "scrape", "get", "sample"})
    void whatNobodyKnowsIsAFailure(String command) {
        String[] line = command.equals("sample") ? new String[] {command} : new String[] {command, TORRENT};

        assertEquals(1, dht(line));
        assertOneLineOfError("no");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lookup 0123",
                "announce 0123 --announce-port 1",
                "announce " + TORRENT,
                "announce " + TORRENT + " --announce-port 0",
                "get",
                "get --key 0123",
                "get " + TORRENT + " --salt s",
                "scrape xyz",
                "sample xyz",
                "ping 127.0.0.1",
                "put",
                "put x --seq 1",
                "put x --salt s",
                "put x --key my.key --seq y",
                "lookup " + TORRENT + " --timeout 0",
                "lookup " + TORRENT + " --port 65536"
            })
    void wrongUsageIsSaidInOneLine(String line) {
        assertEquals(2, dht(line.split(" ")));
        assertOneLineOfError("");
    }

    @Test
    void aSimulationPrintsWhatCameOfItAndTheSameSeedGivesTheSame() {
        String[] line = {
            "simulate", "--nodes", "300", "--lookups", "20", "--torrents", "1", "--dead", "0.1", "--seed", "4"
        };

        assertEquals(0, run(Arrays.stream(line)), () -> terminal.err());
        String first = digest();
        assertEquals(0, run(Arrays.stream(line)), () -> terminal.err());

        assertEquals(first, digest());
        assertEquals(2, run(Stream.of("simulate", "--dead", "1.5")));
        assertOneLineOfError("1.5");
    }

    private String digest() {
        return terminal.outLines().stream()
                .filter(line -> line.contains("digest"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(terminal.out()));
    }

    @Test
    void aNodeOnLoopbackDoesNotTurnToPublicNodes() {
        assertEquals(2, run(Stream.of("lookup", TORRENT, "--bind", "127.0.0.1", "--allow-local")));
        assertOneLineOfError("--bootstrap");
    }

    @Test
    void aLocalNodeToBeginWithNeedsAllowLocal() {
        assertEquals(2, run(Stream.of("lookup", TORRENT, "--bind", "127.0.0.1", "--bootstrap", address)));
        assertOneLineOfError("--allow-local");
    }

    @Test
    void whenNoNodeAnswersThatIsSaid() throws Exception {
        try (DatagramSocket silent = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0))) {
            address = "127.0.0.1:" + silent.getLocalPort();

            assertEquals(1, dht("lookup", TORRENT, "--timeout", "1"));
            assertOneLineOfError("no node of the DHT answered");
        }
    }
}
