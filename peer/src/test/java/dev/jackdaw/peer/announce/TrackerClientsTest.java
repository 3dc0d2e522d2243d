package dev.jackdaw.peer.announce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.http.HttpAgent;
import dev.jackdaw.peer.http.ScriptedServer;
import dev.jackdaw.peer.http.SystemResolver;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.tracker.AnnounceEvent;
import dev.jackdaw.protocol.tracker.AnnounceReply;
import dev.jackdaw.protocol.tracker.AnnounceRequest;
import dev.jackdaw.protocol.tracker.ScrapeReply;
import dev.jackdaw.protocol.tracker.UdpTrackerCodec;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrackerClientsTest {
    private static final InfoHash HASH = new InfoHash(0x1234567812345678L, -1, 7);
    private static final AnnounceRequest REQUEST = new AnnounceRequest(
            HASH,
            PeerId.random("-JD0001-", new SplittableRandom(1)),
            6881,
            1,
            2,
            3,
            AnnounceEvent.STARTED,
            0x2a,
            50,
            Optional.empty());

    private final SystemResolver resolver = new SystemResolver();
    private final HttpAgent agent = new HttpAgent(resolver, Optional.empty(), "test/1");
    private final TrackerClients clients = open(agent, resolver);

    private static TrackerClients open(HttpAgent agent, SystemResolver resolver) {
        try {
            return new TrackerClients(agent, resolver, Optional.empty(), new SplittableRandom(3));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @AfterEach
    void close() {
        clients.close();
        agent.close();
        resolver.close();
    }

    private static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    private String failure(String url) throws Exception {
        return assertInstanceOf(
                        AnnounceReply.Failure.class,
                        await(clients.announce(url, REQUEST)).reply())
                .reason();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void announcesOverHttp() throws Exception {
        try (var server = new ScriptedServer(
                exchange -> exchange.reply(
                        200,
                        bytes(
                                "d8:completei5e10:incompletei6e8:intervali900e5:peers6:\u0001\u0002\u0003\u0004\u001a\u00e1e")))) {
            var answer = await(clients.announce(server.url("/announce?passkey=x"), REQUEST));

            var peers = assertInstanceOf(AnnounceReply.Peers.class, answer.reply());
            assertEquals(List.of(PeerAddress.of(new byte[] {1, 2, 3, 4}, 6881)), peers.peers());
            assertEquals(Duration.ofMinutes(15), peers.interval());
            assertTrue(answer.local(), "the tracker is on this machine");
            assertTrue(server.targets().getFirst().startsWith("/announce?passkey=x&info_hash=%124Vx%124Vx"));
        }
    }

    @Test
    void takesTheTrackersReasonWhateverTheStatus() throws Exception {
        try (var server = new ScriptedServer(
                exchange -> exchange.reply(403, bytes("d14:failure reason7:go away8:retry in5:nevere")))) {
            var reply =
                    await(clients.announce(server.url("/announce"), REQUEST)).reply();

            assertEquals(new AnnounceReply.Failure("go away", Optional.empty(), true), reply);
        }
    }

    @Test
    void takesTheStatusWhenTheBodySaysNothing() throws Exception {
        try (var server =
                new ScriptedServer(exchange -> exchange.reply(503, bytes("<html>busy</html>"), "Retry-After: 120"))) {
            var reply =
                    await(clients.announce(server.url("/announce"), REQUEST)).reply();

            assertEquals(
                    new AnnounceReply.Failure("HTTP status 503 Whatever", Optional.of(Duration.ofMinutes(2)), false),
                    reply);
        }
    }

    @Test
    void saysWhatIsWrongWithAnAnswerThatIsNoTrackers() throws Exception {
        try (var server = new ScriptedServer(exchange -> exchange.reply(200, bytes("<html>hello</html>")))) {
            assertTrue(failure(server.url("/announce")).startsWith("an answer that is no tracker's"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "ws://a/announce", "file:///etc/passwd", "http://", "udp://a:0", "udp://"})
    void refusesUrlsThatAreNone(String url) throws Exception {
        assertFalse(failure(url).isEmpty());
    }

    @Test
    void failsWhenNobodyListens() throws Exception {
        try (Socket taken = new Socket()) { // so that nobody else comes to listen there
            taken.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));

            assertTrue(failure("http://127.0.0.1:" + taken.getLocalPort() + "/announce")
                    .startsWith("cannot connect to 127.0.0.1"));
        }
    }

    @Test
    void answersManyCallsThoughAFewRunAtATime() throws Exception {
        try (var server = new ScriptedServer(exchange -> exchange.reply(200, bytes("d8:intervali900e5:peers0:e")))) {
            List<CompletableFuture<TrackerAnswer>> answers = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                answers.add(clients.announce(server.url("/announce"), REQUEST));
            }
            for (var answer : answers) {
                assertInstanceOf(AnnounceReply.Peers.class, await(answer).reply());
            }
        }
    }

    @Test
    void closingEndsCallsUnderWay() throws Exception {
        try (var server = new ScriptedServer(exchange -> clients.close());
                var silent = new FakeUdpTracker(_ -> List.of())) {
            var http = clients.announce(server.url("/announce"), REQUEST);
            var udp = clients.announce(silent.url(""), REQUEST);

            assertInstanceOf(AnnounceReply.Failure.class, await(http).reply());
            assertInstanceOf(AnnounceReply.Failure.class, await(udp).reply());
            assertEquals("the tracker clients are closed", failure(server.url("/announce")));
        }
    }

    @Test
    void scrapesOverHttp() throws Exception {
        String hash = new String(HASH.toBytes(), StandardCharsets.ISO_8859_1);
        try (var server = new ScriptedServer(exchange -> exchange.reply(
                200, bytes("d5:filesd20:" + hash + "d8:completei1e10:downloadedi2e10:incompletei3eeee")))) {
            var reply = await(clients.scrape(server.url("/announce"), List.of(HASH)));

            var swarms = assertInstanceOf(ScrapeReply.Swarms.class, reply).swarms();
            assertEquals(new ScrapeReply.Counts(1, 2, 3), swarms.get(HASH));
            assertTrue(server.targets().getFirst().startsWith("/scrape?info_hash="));
        }
    }

    /// A tracker's socket that answers each request as told.
    private static final class FakeUdpTracker implements AutoCloseable {
        final List<UdpTrackerPacket.Request> requests = new CopyOnWriteArrayList<>();
        private final DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"));

        FakeUdpTracker(Function<UdpTrackerPacket.Request, List<UdpTrackerPacket.Reply>> script) throws IOException {
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        var packet = new DatagramPacket(new byte[4096], 4096);
                        socket.receive(packet);
                        var request =
                                UdpTrackerCodec.readRequest(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
                        requests.add(request);
                        for (var reply : script.apply(request)) {
                            var out = ByteBuffer.allocate(UdpTrackerCodec.MAX_DATAGRAM);
                            UdpTrackerCodec.write(reply, out, false);
                            socket.send(new DatagramPacket(out.array(), out.position(), packet.getSocketAddress()));
                        }
                    }
                } catch (Exception _) {
                    // closed
                }
            });
        }

        String url(String path) {
            return "udp://127.0.0.1:" + socket.getLocalPort() + path;
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    @Test
    void announcesAndScrapesOverUdp() throws Exception {
        PeerAddress peer = PeerAddress.of(new byte[] {1, 2, 3, 4}, 5);
        try (var tracker = new FakeUdpTracker(request -> switch (request) {
            case UdpTrackerPacket.Connect connect ->
                List.of(
                        new UdpTrackerPacket.Connected(connect.transactionId() + 1, 13),
                        new UdpTrackerPacket.Connected(connect.transactionId(), 42));
            case UdpTrackerPacket.Announce announce ->
                List.of(new UdpTrackerPacket.Announced(announce.transactionId(), 900, 6, 5, List.of(peer)));
            case UdpTrackerPacket.Scrape scrape ->
                List.of(new UdpTrackerPacket.Scraped(scrape.transactionId(), List.of(new ScrapeReply.Counts(1, 2, 3))));
        })) {
            var answer = await(clients.announce(tracker.url("/announce?passkey=x"), REQUEST));

            var peers = assertInstanceOf(AnnounceReply.Peers.class, answer.reply());
            assertEquals(List.of(peer), peers.peers());
            assertEquals(5, peers.seeders());
            assertTrue(answer.local());
            var announce = assertInstanceOf(UdpTrackerPacket.Announce.class, tracker.requests.getLast());
            assertEquals(42, announce.connectionId());
            assertEquals(REQUEST, announce.request());
            assertEquals("/announce?passkey=x", announce.urlData());

            var counts = await(clients.scrape(tracker.url(""), List.of(HASH)));
            assertEquals(
                    new ScrapeReply.Counts(1, 2, 3),
                    assertInstanceOf(ScrapeReply.Swarms.class, counts).swarms().get(HASH));
        }
    }

    @Test
    void aUdpRefusalIsAFailure() throws Exception {
        try (var tracker = new FakeUdpTracker(
                request -> List.of(new UdpTrackerPacket.Failed(request.transactionId(), "go away")))) {
            assertEquals("go away", failure(tracker.url("")));
        }
    }
}
