package dev.jackdaw.peer.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionConfig;
import dev.jackdaw.peer.SessionEvent;
import dev.jackdaw.peer.Torrent;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.peer.http.ScriptedServer;
import dev.jackdaw.peer.http.ScriptedServer.Exchange;
import dev.jackdaw.protocol.metainfo.MagnetLink;
import dev.jackdaw.protocol.metainfo.Metainfo;
import dev.jackdaw.protocol.metainfo.MetainfoBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sessions that download from web servers.
class WebSeedDownloadTest {
    /// Outlasts one rest of a seed after a failure.
    private static final Duration PATIENCE = Duration.ofSeconds(80);

    @TempDir
    Path root;

    private Swarm swarm;

    @BeforeEach
    void begin() throws Exception {
        swarm = new Swarm(root);
    }

    @Test
    void downloadsFromAWebServerAlone() throws Exception {
        Path directory = swarm.directory("leech");
        try (var server = new ScriptedServer(this::serve);
                Session session = Swarm.session()) {
            Torrent torrent = session.add(file(server), AddOptions.into(directory));
            torrent.awaitComplete(Swarm.SOON);

            assertEquals(0, torrent.status().wastedBytes());
            await(() -> torrent.peers().isEmpty());
        }
        assertTrue(swarm.isWhole(directory));
    }

    @Test
    void downloadsFromAScriptThatIsBusyAtFirst() throws Exception {
        Path directory = swarm.directory("leech");
        AtomicInteger asked = new AtomicInteger();
        byte[] whole = swarm.content();
        try (var server = new ScriptedServer(exchange -> {
                    if (asked.getAndIncrement() == 0) {
                        exchange.reply(503, new byte[] {'1'});
                        return;
                    }
                    String target = exchange.target();
                    int piece = Integer.parseInt(target.replaceAll(".*&piece=([0-9]+).*", "$1"));
                    int from = piece * Swarm.PIECE_LENGTH;
                    int to = Math.min(whole.length, from + Swarm.PIECE_LENGTH);
                    if (target.contains("&ranges=")) {
                        String[] range = target.replaceAll(".*&ranges=", "").split("-");
                        to = from + Integer.parseInt(range[1]) + 1;
                        from += Integer.parseInt(range[0]);
                    }
                    exchange.reply(200, Arrays.copyOfRange(whole, from, to));
                });
                Session session = Swarm.session()) {
            Metainfo plain = metainfo();
            Metainfo metainfo = new Metainfo(
                    plain.info(),
                    List.of(),
                    List.of(),
                    List.of(server.url("/seed.php")),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of());
            session.add(new TorrentSource.TorrentFile(metainfo), AddOptions.into(directory))
                    .awaitComplete(Swarm.SOON);
        }
        assertTrue(swarm.isWhole(directory));
    }

    @Test
    void downloadsFromAServerThatIgnoresRanges() throws Exception {
        Path directory = swarm.directory("leech");
        try (var server = new ScriptedServer(exchange -> exchange.reply(200, content(exchange.target())));
                Session session = Swarm.session()) {
            session.add(file(server), AddOptions.into(directory)).awaitComplete(Swarm.SOON);
        }
        assertTrue(swarm.isWhole(directory));
    }

    @Test
    void takesWhatThereIsFromAServerThatLacksAFile() throws Exception {
        try (var server = new ScriptedServer(exchange -> {
                    if (exchange.target().endsWith("c.bin")) {
                        exchange.reply(404, new byte[0]);
                    } else {
                        serve(exchange);
                    }
                });
                Session session = Swarm.session()) {
            Torrent torrent = session.add(file(server), AddOptions.into(swarm.directory("leech")));

            await(() -> torrent.status().have().cardinality() == 100_003 / Swarm.PIECE_LENGTH);
            assertEquals(
                    1,
                    server.targets().stream()
                            .filter(target -> target.endsWith("c.bin"))
                            .count());
        }
    }

    @Test
    void goesOnWithTheNextServerWhenOneHasNothing() throws Exception {
        Path directory = swarm.directory("leech");
        try (var empty = new ScriptedServer(exchange -> exchange.reply(404, new byte[0]));
                var server = new ScriptedServer(this::serve);
                Session session = Swarm.session()) {
            session.add(file(empty, server), AddOptions.into(directory)).awaitComplete(Swarm.SOON);
        }
        assertTrue(swarm.isWhole(directory));
    }

    @Test
    void dropsAServerThatLiesButBansNoPeerForIt() throws Exception {
        Path directory = swarm.directory("leech");
        List<SessionEvent> events = new CopyOnWriteArrayList<>();
        try (var server = new ScriptedServer(this::lie);
                Session seeder = Swarm.session();
                Session session = Swarm.session()) {
            session.addListener(events::add);
            swarm.seed(seeder);
            Torrent torrent = session.add(file(server), AddOptions.into(directory));

            await(() -> events.stream()
                    .anyMatch(event -> event instanceof SessionEvent.Warning(String message)
                            && message.contains(server.url("/"))));
            torrent.addPeers(List.of(Swarm.address(seeder)));
            torrent.awaitComplete(Swarm.SOON);

            assertFalse(events.stream().anyMatch(SessionEvent.PeerBanned.class::isInstance));
        }
        assertTrue(swarm.isWhole(directory));
    }

    @Test
    void goesOnAfterAPause() throws Exception {
        Path directory = swarm.directory("leech");
        try (var server = new ScriptedServer(this::serve);
                Session session = Swarm.session(config -> config.maxDownloadRate(20_000))) {
            Torrent torrent = session.add(file(server), AddOptions.into(directory));
            await(() -> !torrent.peers().isEmpty());
            assertTrue(torrent.peers().getFirst().client().startsWith("web seed http://127.0.0.1"));

            torrent.pause();
            await(() -> torrent.peers().isEmpty());
            torrent.resume();
            session.setRateLimits(0, 0);
            torrent.awaitComplete(Swarm.SOON);
        }
        assertTrue(swarm.isWhole(directory));
    }

    @Test
    void usesTheWebSeedsOfAMagnetLinkOncePeersHaveGivenTheMetadata() throws Exception {
        Path directory = swarm.directory("leech");
        try (var server = new ScriptedServer(this::serve);
                Session seeder = Swarm.session(config -> config.maxUploadRate(1));
                Session session = Swarm.session()) {
            swarm.seed(seeder);
            Torrent torrent = session.add(
                    TorrentSource.magnet(MagnetLink.of(metainfo(server)).toUri()), Swarm.from(seeder, directory));
            torrent.awaitComplete(Swarm.SOON);
        }
        assertTrue(swarm.isWhole(directory));
    }

    @Test
    void asksLocalServersOnlyWhenItCanReachNoOthers() throws Exception {
        SessionConfig.Builder config = SessionConfig.builder();

        assertFalse(TorrentDriver.isConfinedToThisHost(config.build()));
        assertFalse(TorrentDriver.isConfinedToThisHost(
                config.bindAddress(InetAddress.getByName("192.168.0.7")).build()));
        assertTrue(TorrentDriver.isConfinedToThisHost(
                config.bindAddress(InetAddress.getByName("127.0.0.2")).build()));
    }

    private Metainfo metainfo(ScriptedServer... servers) throws IOException, InterruptedException {
        MetainfoBuilder builder =
                MetainfoBuilder.of(swarm.seedDirectory.resolve("album")).pieceLength(Swarm.PIECE_LENGTH);
        for (ScriptedServer server : servers) {
            builder.webSeed(server.url("/"));
        }
        return builder.build();
    }

    private TorrentSource file(ScriptedServer... servers) throws IOException, InterruptedException {
        return new TorrentSource.TorrentFile(metainfo(servers));
    }

    private byte[] content(String target) throws IOException {
        return Files.readAllBytes(swarm.seedDirectory.resolve(target.substring(1)));
    }

    private void serve(Exchange exchange) throws IOException {
        reply(exchange, content(exchange.target()));
    }

    private void lie(Exchange exchange) throws IOException {
        reply(exchange, new byte[content(exchange.target()).length]);
    }

    private static void reply(Exchange exchange, byte[] file) throws IOException {
        String[] range =
                exchange.headers().get("range").substring("bytes=".length()).split("-");
        int first = Integer.parseInt(range[0]);
        int last = Integer.parseInt(range[1]);
        exchange.reply(
                206,
                Arrays.copyOfRange(file, first, last + 1),
                "Content-Range: bytes " + first + "-" + last + "/" + file.length);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "not in time");
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
