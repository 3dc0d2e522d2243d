package dev.jackdaw.tracker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.tracker.AnnounceEvent;
import dev.jackdaw.protocol.tracker.AnnounceReply;
import dev.jackdaw.protocol.tracker.HttpTrackerCodec;
import dev.jackdaw.protocol.tracker.ScrapeReply;
import dev.jackdaw.tracker.Counters.Protocol;
import dev.jackdaw.tracker.HttpFrontend.After;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The frontend without a socket: requests in, responses out.
class HttpFrontendTest {
    private static final InfoHash HASH = InfoHash.of("aaaaaaaaaaaaaaaaaaaa".getBytes(ISO_8859_1));
    private static final String REQUIRED = "info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=bbbbbbbbbbbbbbbbbbbb";

    private final Counters counters = new Counters();
    private final SwarmStore store = new MemorySwarmStore(100_000, 1000, Duration.ofHours(1), 5);
    private HttpFrontend frontend = frontend(AnnouncePolicy.OPEN);
    private String client = "192.0.2.7";
    private After after = After.READ;

    private HttpFrontend frontend(AnnouncePolicy policy, String... trustedProxies) {
        var config = TrackerConfig.builder().interval(Duration.ofMinutes(10)).build();
        var proxies = Arrays.stream(trustedProxies).map(AddressRange::parse).toList();
        return new HttpFrontend(new AnnounceService(store, policy, config), proxies, () -> 0, counters);
    }

    /// All that comes back.
    private String exchange(String sent) {
        var source = new Announcement();
        source.source(InetAddress.ofLiteral(client));
        ByteBuffer in = ByteBuffer.wrap(sent.getBytes(ISO_8859_1));
        ByteBuffer out = ByteBuffer.allocate(HttpFrontend.MAX_RESPONSE + 100);
        StringBuilder answers = new StringBuilder();
        do {
            out.clear();
            after = frontend.serve(in, source.family, source.high, source.low, out);
            answers.append(new String(out.array(), 0, out.position(), ISO_8859_1));
        } while (after == After.SEND);
        return answers.toString();
    }

    private static String get(String target, String... fields) {
        return "GET " + target + " HTTP/1.1\r\nHost: t\r\n" + String.join("", fields) + "\r\n";
    }

    private static String body(String response) {
        int head = response.indexOf("\r\n\r\n");
        assertTrue(head > 0, response);
        String body = response.substring(head + 4);
        String length = response.replaceAll("(?s).*?Content-Length: ([0-9]+)\r\n.*", "$1");
        assertEquals(Integer.parseInt(length), body.length());
        return body;
    }

    private AnnounceReply announce(String query, String... fields) throws ProtocolException {
        String response = exchange(get("/announce?" + query, fields));
        assertTrue(response.startsWith("HTTP/1.1 200 OK\r\n"), response);
        return HttpTrackerCodec.readAnnounceReply(body(response).getBytes(ISO_8859_1));
    }

    private AnnounceReply.Peers peers(String query, String... fields) throws ProtocolException {
        return assertInstanceOf(AnnounceReply.Peers.class, announce(query, fields));
    }

    private AnnounceReply.Failure failure(String query) throws ProtocolException {
        return assertInstanceOf(AnnounceReply.Failure.class, announce(query));
    }

    private static Set<String> addresses(AnnounceReply.Peers reply) {
        return reply.peers().stream().map(PeerAddress::toString).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void whatIsReadAheadIsAnsweredAsItWouldBeOtherwise() {
        String good = get("/announce?" + REQUIRED + "&port=1001&left=0");
        List<String> sent = List.of(
                good,
                good + get("/scrape?info_hash=aaaaaaaaaaaaaaaaaaaa") + good,
                good + good.substring(0, 50),
                good.substring(0, 50),
                get("/announce?" + REQUIRED + "&port=none"),
                get("/somewhere"),
                "POST /announce HTTP/1.1\r\n\r\n",
                "GET /announce HTTP/2.0\r\n\r\n",
                "\r\n\r\nnonsense\r\n");
        List<HttpExchange> exchanges = new ArrayList<>();
        List<ByteBuffer> buffers = new ArrayList<>();

        for (String request : sent) {
            exchanges.add(new HttpExchange());
            buffers.add(ByteBuffer.wrap(request.getBytes(ISO_8859_1)));
            frontend.readAhead(exchanges.getLast(), buffers.getLast());
        }
        frontend.bringNear();

        for (int i = 0; i < sent.size(); i++) {
            ByteBuffer in = ByteBuffer.wrap(sent.get(i).getBytes(ISO_8859_1));
            ByteBuffer out = ByteBuffer.allocate(2 * HttpFrontend.MAX_RESPONSE);
            After expected = frontend.serve(in, Family.V4, 0, 7, out);
            ByteBuffer ahead = ByteBuffer.allocate(2 * HttpFrontend.MAX_RESPONSE);

            assertEquals(expected, frontend.serve(exchanges.get(i), buffers.get(i), Family.V4, 0, 7, ahead));
            assertEquals(out.flip(), ahead.flip());
            assertEquals(in.position(), buffers.get(i).position());
        }
    }

    @Test
    void introducesPeersAndTellsTheCounts() throws ProtocolException {
        peers(REQUIRED + "&port=1001&left=0&downloaded=1&event=started");
        client = "192.0.2.8";
        peers(REQUIRED + "&port=1002&left=5");

        var reply = peers(REQUIRED + "&port=1003&left=5");

        assertEquals(Set.of("192.0.2.7:1001", "192.0.2.8:1002"), addresses(reply));
        assertEquals(1, reply.seeders());
        assertEquals(2, reply.leechers());
        assertEquals(Duration.ofMinutes(10), reply.interval());
        assertEquals(Optional.of(Duration.ofMinutes(1)), reply.minInterval());
        assertEquals(
                InetAddress.ofLiteral("192.0.2.8"),
                PeerAddress.of(reply.externalIp().orElseThrow(), 1).host());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&compact=1", "&compact=0", "&compact=0&no_peer_id=1"})
    void answersInTheFormThatIsAskedFor(String form) throws ProtocolException {
        peers(REQUIRED + "&port=1&left=5");
        client = "2001:db8::7";
        peers(REQUIRED + "&port=1&left=5");
        client = "2001:db8::8";

        String response = body(exchange(get("/announce?" + REQUIRED + "&port=2&left=5" + form)));

        assertEquals(form.contains("compact=0"), response.contains("2:ip"));
        var reply = HttpTrackerCodec.readAnnounceReply(response.getBytes(ISO_8859_1));
        assertEquals(Set.of("[2001:db8::7]:1"), addresses((AnnounceReply.Peers) reply));
    }

    @ParameterizedTest
    @CsvSource({"&numwant=0, 0", "&numwant=3, 3", "&numwant=-1, 50", "&numwant=99999999999999, 200", "'', 50"})
    void givesAsManyPeersAsWantedWithinItsLimits(String numWant, int expected) throws ProtocolException {
        for (int port = 1; port <= 300; port++) {
            peers(REQUIRED + "&left=5&port=" + port);
        }
        assertEquals(
                expected, peers(REQUIRED + "&left=5&port=9" + numWant).peers().size());
        assertEquals(
                expected,
                peers(REQUIRED + "&left=5&port=9&compact=0" + numWant).peers().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "info_hash=aaaaaaaaaaaaaaaaaaaa&port=1",
                "peer_id=bbbbbbbbbbbbbbbbbbbb&port=1",
                REQUIRED,
                REQUIRED + "&port=0",
                REQUIRED + "&port=-1",
                REQUIRED + "&port=65536",
                REQUIRED + "&port=99999999999999999999",
                REQUIRED + "&port=1&left=x",
                REQUIRED + "&port=1&info_hash=short",
                REQUIRED + "&port=1&info_hash=aaaaaaaaaaaaaaaaaaaaa",
                REQUIRED + "&port=1&info_hash=%0",
                REQUIRED + "&port=1&peer_id="
            })
    void refusesInWordsAndWithStatus200(String query) throws ProtocolException {
        assertFalse(failure(query).reason().isEmpty());
        assertEquals(After.READ, after, "the connection stays");
        assertEquals(0, store.peers());
        assertEquals(1, counters.refused());
    }

    @Test
    void theAddressThatAClientClaimsDoesNotMatter() throws ProtocolException {
        peers(REQUIRED + "&port=1&left=5&ip=203.0.113.9&ipv4=203.0.113.9:7&ipv6=2001:db8::9");
        client = "192.0.2.8";
        assertEquals(Set.of("192.0.2.7:1"), addresses(peers(REQUIRED + "&port=1&left=5")));
    }

    @Test
    void whoStopsIsToldNoPeersAndForgotten() throws ProtocolException {
        peers(REQUIRED + "&port=1&left=5");
        peers(REQUIRED + "&port=2&left=5");
        assertEquals(List.of(), peers(REQUIRED + "&port=2&left=5&event=stopped").peers());
        assertEquals(1, store.peers());
    }

    @Test
    void scrapesSeveralTorrents() throws ProtocolException {
        peers(REQUIRED + "&port=1&left=5");
        peers(REQUIRED + "&port=1&left=0&event=completed");

        String body = body(exchange(get("/scrape?info_hash=aaaaaaaaaaaaaaaaaaaa&info_hash=%63%63cccccccccccccccccc")));

        var swarms =
                assertInstanceOf(ScrapeReply.Swarms.class, HttpTrackerCodec.readScrapeReply(body.getBytes(ISO_8859_1)));
        assertEquals(2, swarms.swarms().size());
        assertEquals(new ScrapeReply.Counts(1, 1, 0, 0), swarms.swarms().get(HASH));
    }

    @Test
    void aScrapeTellsDownloadersFromPartialSeeds() throws ProtocolException {
        peers(REQUIRED + "&port=1&left=5");
        peers(REQUIRED + "&port=2&left=5&event=paused");

        String body = body(exchange(get("/scrape?info_hash=aaaaaaaaaaaaaaaaaaaa")));

        assertTrue(body.contains("d8:completei0e10:downloadedi0e11:downloadersi1e10:incompletei2ee"), body);
    }

    @Test
    void doesNotScrapeEverything() throws ProtocolException {
        peers(REQUIRED + "&port=1&left=5");
        for (String all : List.of("/scrape", "/scrape?", "/scrape?x=y")) {
            assertTrue(body(exchange(get(all))).startsWith("d14:failure reason"));
        }
    }

    @Test
    void scrapesNoMoreTorrentsThanItsLimit() {
        String many = "info_hash=aaaaaaaaaaaaaaaaaaaa&".repeat(101);
        assertTrue(body(exchange(get("/scrape?" + many))).startsWith("d14:failure reason"));
    }

    @Test
    void aHeadRequestGetsTheHeadAlone() {
        String response = exchange("HEAD /announce?" + REQUIRED + "&port=1 HTTP/1.1\r\n\r\n");
        assertTrue(response.startsWith("HTTP/1.1 200 OK\r\n"), response);
        assertTrue(response.endsWith("\r\n\r\n"), response);
        assertFalse(response.contains("Content-Length: 0"), response);
    }

    @ParameterizedTest
    @CsvSource({
        "'POST /announce HTTP/1.1\r\n\r\n', 405, READ",
        "'POST /announce HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc', 405, LINGER",
        "'PUT / HTTP/1.1\r\nConnection: close\r\n\r\n', 405, CLOSE",
        "'OPTIONS * HTTP/1.1\r\n\r\n', 405, READ",
        "'GET /nothing HTTP/1.1\r\n\r\n', 404, READ",
        "'GET / HTTP/3.0\r\n\r\n', 505, LINGER",
        "'hello\r\n\r\n', 400, LINGER"
    })
    void answersWithAStatusWhatIsNoTrackerRequest(String request, int status, After expected) {
        String response = exchange(request);
        assertTrue(response.startsWith("HTTP/1.1 " + status + " "), response);
        assertEquals(expected, after);
        assertEquals(status == 405, response.contains("Allow: GET, HEAD"));
        assertEquals(expected != After.READ, response.contains("Connection: close"));
    }

    @Test
    void aHeadThatIsTooLongEndsTheConnection() {
        assertTrue(exchange(get("/announce?x=" + "x".repeat(9000))).startsWith("HTTP/1.1 431 "));
        assertEquals(After.LINGER, after);
    }

    @Test
    void saysWhetherTheConnectionStays() {
        String target = " /announce?" + REQUIRED + "&port=1 HTTP/1.";
        assertFalse(exchange("GET" + target + "1\r\n\r\n").contains("Connection:"));
        assertTrue(exchange("GET" + target + "0\r\n\r\n").contains("\r\nConnection: close\r\n"));
        assertEquals(After.CLOSE, after);
        assertTrue(exchange("GET" + target + "0\r\nConnection: keep-alive\r\n\r\n")
                .contains("\r\nConnection: keep-alive\r\n"));
        assertEquals(After.READ, after);
    }

    @Test
    void answersPipelinedRequestsInTheirOrder() {
        StringBuilder requests = new StringBuilder();
        for (int port = 1; port <= 500; port++) {
            requests.append(get("/announce?" + REQUIRED + "&left=5&numwant=1&port=" + port));
        }
        String responses = exchange(requests + get("/x", "Connection: close\r\n") + get("/never"));

        assertEquals(502, responses.split("HTTP/1.1 ", -1).length);
        assertTrue(responses.contains("10:incompletei500e"));
        assertEquals(After.LINGER, after, "something was sent after the last request");
    }

    @Test
    void believesAProxyThatIsTrustedAndNobodyElse() throws ProtocolException {
        frontend = frontend(AnnouncePolicy.OPEN, "10.0.0.0/8", "::1");
        String announce = REQUIRED + "&left=5&port=";
        client = "10.1.2.3";
        peers(announce + 1, "X-Forwarded-For: 203.0.113.66, 203.0.113.1, 10.9.9.9\r\n");
        peers(announce + 2, "X-Forwarded-For: 2001:db8::1\r\n");
        peers(announce + 3, "X-Forwarded-For: unknown\r\n");
        peers(announce + 4);
        client = "192.0.2.7";
        var reply = peers(announce + 5, "X-Forwarded-For: 203.0.113.5\r\n");

        assertEquals(Set.of("203.0.113.1:1", "10.1.2.3:3", "10.1.2.3:4"), addresses(reply));
        client = "2001:db8::2";
        assertEquals(Set.of("[2001:db8::1]:2"), addresses(peers(announce + 6)));
    }

    @Test
    void findsThePasskeyInThePathOrTheQuery() {
        var seen = new java.util.ArrayList<String>();
        frontend = frontend(new AnnouncePolicy() {
            @Override
            public Verdict announce(Announcement announcement) {
                seen.add(announcement.passkey);
                return new Refused("not you", Optional.of(Duration.ofMinutes(5)), false);
            }

            @Override
            public Verdict scrape(Announcement query) {
                return announce(query);
            }

            @Override
            public boolean readsPasskey() {
                return true;
            }
        });
        String query = "?" + REQUIRED + "&port=1";
        for (String target : List.of(
                "/k1/announce" + query,
                "/announce/k2" + query,
                "/announce" + query + "&passkey=k3",
                "/announce" + query,
                "/k4/scrape" + query,
                "/scrape" + query + "&passkey=k5")) {
            assertEquals("d14:failure reason7:not you8:retry in1:5e", body(exchange(get(target))));
        }
        assertEquals(List.of("k1", "k2", "k3", "", "k4", "k5"), seen);
    }

    @Test
    void countsByFamilyAndEvent() throws ProtocolException {
        peers(REQUIRED + "&port=1&event=started");
        client = "2001:db8::1";
        peers(REQUIRED + "&port=1&event=paused");

        assertEquals(
                1,
                counters.announces(Protocol.HTTP, Family.V4, AnnounceEvent.STARTED)
                        .sum());
        assertEquals(
                1,
                counters.announces(Protocol.HTTP, Family.V6, AnnounceEvent.PAUSED)
                        .sum());
    }

    @Test
    void anAnnounceAllocatesNothing() {
        byte[] request = get("/announce?info_hash=%00%01%02aaaaaaaaaaaaaaaaa&peer_id=-LG0001-000000000001&port=6881"
                        + "&uploaded=0&downloaded=0&left=1000&compact=1&numwant=50&key=0badcafe&event=started")
                .getBytes(ISO_8859_1);
        ByteBuffer in = ByteBuffer.allocateDirect(request.length).put(request);
        ByteBuffer out = ByteBuffer.allocateDirect(HttpFrontend.MAX_RESPONSE);
        HttpExchange exchange = new HttpExchange();
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().threadId();
        long allocated = Long.MAX_VALUE;
        long answered = 0;
        // the first rounds load classes and compile
        for (int round = 0; round < 5; round++) {
            long before = threads.getThreadAllocatedBytes(thread);
            for (int i = 0; i < 20_000; i++) {
                in.clear();
                out.clear();
                frontend.readAhead(exchange, in);
                frontend.bringNear();
                frontend.serve(exchange, in, Family.V4, 0, 1 + i % 100, out);
                answered += out.position();
            }
            allocated = Math.min(allocated, threads.getThreadAllocatedBytes(thread) - before);
        }

        assertTrue(answered > 100_000 * 300L);
        assertTrue(allocated < 1000, allocated + " bytes for 20,000 announces"); // the measurement itself takes some
    }
}
