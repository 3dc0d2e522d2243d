package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.tracker.AnnounceEvent;
import dev.jackdaw.protocol.tracker.AnnounceReply;
import dev.jackdaw.protocol.tracker.AnnounceRequest;
import dev.jackdaw.protocol.tracker.HttpTrackerCodec;
import dev.jackdaw.protocol.tracker.ScrapeReply;
import dev.jackdaw.protocol.tracker.TrackerUrls;
import dev.jackdaw.protocol.tracker.UdpTrackerCodec;
import dev.jackdaw.protocol.tracker.UdpTrackerLayout;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrackerServerTest {
    private static final InfoHash HASH = new InfoHash(1, -2, 3);

    private TrackerServer server;

    @BeforeEach
    void start() throws IOException {
        server = TrackerServer.start(
                TrackerConfig.loopback().interval(Duration.ofMinutes(10)).build());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aServerThatIsClosedTwiceLeavesAloneWhatIsOthersByThen(@TempDir Path directory) throws IOException {
        server.close();
        List<FileChannel> others = new ArrayList<>();
        for (int i = 0; i < 32; i++) { // with the descriptors that were the server's
            others.add(FileChannel.open(
                    directory.resolve(String.valueOf(i)), StandardOpenOption.CREATE, StandardOpenOption.WRITE));
        }

        server.close();

        for (FileChannel other : others) {
            assertEquals(1, other.write(ByteBuffer.allocate(1)));
            other.close();
        }
    }

    private static AnnounceRequest request(int port, long left, AnnounceEvent event) {
        return new AnnounceRequest(
                HASH,
                PeerId.random("-XX0001-", new SplittableRandom(port)),
                port,
                0,
                0,
                left,
                event,
                7,
                -1,
                Optional.empty());
    }

    // ---- HTTP

    private static String get(String target, String... headers) {
        return "GET " + target + " HTTP/1.1\r\nHost: t\r\n" + String.join("", headers) + "\r\n";
    }

    private static String announceTarget(AnnounceRequest request) {
        return TrackerUrls.announce("/announce", request);
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.httpPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    /// Reads one response of known length.
    private static byte[] body(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("closed after: " + head);
            }
            head.append((char) b);
        }
        assertTrue(head.toString().startsWith("HTTP/1.1 "), head.toString());
        String length = head.toString().replaceAll("(?s).*Content-Length: ([0-9]+).*", "$1");
        return in.readNBytes(Integer.parseInt(length));
    }

    private AnnounceReply http(AnnounceRequest request, String more) throws Exception {
        try (Socket socket = connect()) {
            send(socket, get(announceTarget(request) + more, "Connection: close\r\n"));
            byte[] body = body(socket);
            assertEquals(-1, socket.getInputStream().read());
            return HttpTrackerCodec.readAnnounceReply(body);
        }
    }

    private static List<Integer> ports(AnnounceReply reply) {
        return assertInstanceOf(AnnounceReply.Peers.class, reply).peers().stream()
                .map(PeerAddress::port)
                .sorted()
                .toList();
    }

    @Test
    void introducesPeersOverHttp() throws Exception {
        http(request(1001, 0, AnnounceEvent.STARTED), "");
        http(request(1002, 5, AnnounceEvent.STARTED), "");

        var reply = assertInstanceOf(AnnounceReply.Peers.class, http(request(1003, 5, AnnounceEvent.STARTED), ""));

        assertEquals(List.of(1001, 1002), ports(reply));
        assertEquals(1, reply.seeders());
        assertEquals(2, reply.leechers());
        assertEquals(Duration.ofMinutes(10), reply.interval());
        assertEquals(Optional.of(Duration.ofMinutes(1)), reply.minInterval());
        assertEquals(
                "127.0.0.1",
                InetAddress.getByAddress(reply.externalIp().orElseThrow()).getHostAddress());
    }

    @Test
    void answersInTheLongFormToo() throws Exception {
        http(request(1001, 0, AnnounceEvent.STARTED), "");

        assertEquals(List.of(1001), ports(http(request(1002, 5, AnnounceEvent.STARTED), "&compact=0")));
    }

    @Test
    void answersPipelinedRequestsHoweverTheyAreCut() throws Exception {
        String one = get(announceTarget(request(1001, 0, AnnounceEvent.STARTED)));
        String two = get(announceTarget(request(1002, 5, AnnounceEvent.STARTED)));
        for (int cut = 0; cut < 2 * one.length(); cut += 31) {
            try (Socket socket = connect()) {
                socket.setTcpNoDelay(true);
                String all = one + two + one;
                send(socket, all.substring(0, cut));
                send(socket, all.substring(cut));
                for (int i = 0; i < 3; i++) {
                    assertInstanceOf(AnnounceReply.Peers.class, HttpTrackerCodec.readAnnounceReply(body(socket)));
                }
            }
        }
    }

    @Test
    void answersManyClientsAtOnceWhoseRequestsDoNotFitIntoOneBuffer() throws Exception {
        String field = "X-Padding: " + "x".repeat(7000) + "\r\n";
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                sockets.add(connect());
            }
            for (int turn = 0; turn < 3; turn++) {
                for (int i = 0; i < sockets.size(); i++) {
                    String head = get(announceTarget(request(1001 + i, 5, AnnounceEvent.STARTED)));
                    String all = head.substring(0, head.length() - 2) + field + "\r\n";
                    send(sockets.get(i), all.substring(0, 6000));
                    send(sockets.get(i), all.substring(6000));
                }
                for (Socket socket : sockets) {
                    assertInstanceOf(AnnounceReply.Peers.class, HttpTrackerCodec.readAnnounceReply(body(socket)));
                }
            }
            assertEquals(40, server.snapshot().peers());
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void scrapesOverHttp() throws Exception {
        http(request(1001, 0, AnnounceEvent.STARTED), "");
        http(request(1002, 5, AnnounceEvent.STARTED), "");
        http(request(1002, 0, AnnounceEvent.COMPLETED), "");
        try (Socket socket = connect()) {
            String url = TrackerUrls.scrape("http://t/announce", List.of(HASH)).orElseThrow();
            send(socket, get(url.substring("http://t".length())));

            var reply = HttpTrackerCodec.readScrapeReply(body(socket));
            assertEquals(
                    new ScrapeReply.Counts(2, 1, 0, 0),
                    assertInstanceOf(ScrapeReply.Swarms.class, reply).swarms().get(HASH));
        }
    }

    @Test
    void refusesInWordsWhatItCannotAnswer() throws Exception {
        assertInstanceOf(AnnounceReply.Failure.class, http(request(0, 1, AnnounceEvent.NONE), ""));
        assertInstanceOf(AnnounceReply.Failure.class, http(request(5, 1, AnnounceEvent.NONE), "&info_hash=short"));
        try (Socket socket = connect()) {
            send(socket, get("/scrape"));
            assertInstanceOf(ScrapeReply.Failure.class, HttpTrackerCodec.readScrapeReply(body(socket)));
            send(socket, get("/announce"));
            assertInstanceOf(AnnounceReply.Failure.class, HttpTrackerCodec.readAnnounceReply(body(socket)));
            send(socket, get("/nothing"));
            assertTrue(new String(body(socket), StandardCharsets.US_ASCII).contains("BitTorrent tracker"));
        }
        assertEquals(5, server.snapshot().refused());
    }

    @Test
    void tellsAndClosesConnectionsThatSendTooMuch() throws Exception {
        try (Socket socket = connect()) {
            send(socket, "GET /announce?" + "x".repeat(100_000));

            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

            assertTrue(answer.startsWith("HTTP/1.1 431 "), answer);
        }
    }

    @Test
    void closesConnectionsThatAreTooSlow() throws Exception {
        var hasty = TrackerConfig.loopback()
                .udp(List.of())
                .maxConnections(2)
                .requestTimeout(Duration.ofMillis(300))
                .build();
        try (var impatient = TrackerServer.start(hasty)) {
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), impatient.httpPort());
                socket.setSoTimeout(20_000);
                send(socket, "GET /");
                sockets.add(socket);
            }
            // the third at once, being one too many, the others when their time is over
            for (Socket socket : sockets) {
                try (socket) {
                    assertEquals(-1, socket.getInputStream().read());
                } catch (IOException reset) {
                    assertTrue(!(reset instanceof SocketTimeoutException), "still open");
                }
            }
        }
    }

    @Test
    void silentConnectionsKeepNobodyOut() throws Exception {
        int most = 50;
        var config = TrackerConfig.loopback()
                .udp(List.of())
                .maxConnections(most)
                .threads(1)
                .build();
        List<Socket> silent = new ArrayList<>();
        try (var crowded = TrackerServer.start(config)) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), crowded.httpPort());
            for (int round = 0; round < 10; round++) {
                for (int i = 0; i < most; i++) {
                    Socket socket = new Socket(address.getAddress(), address.getPort());
                    if (i % 2 == 0) {
                        send(socket, "GET /announce?info_hash=");
                    }
                    silent.add(socket);
                }
                try (Socket good = new Socket(address.getAddress(), address.getPort())) {
                    good.setSoTimeout(20_000);
                    send(good, get(announceTarget(request(1000 + round, 5, AnnounceEvent.NONE))));
                    assertEquals(
                            round,
                            ports(HttpTrackerCodec.readAnnounceReply(body(good)))
                                    .size());
                }
            }
            assertTrue(crowded.snapshot().httpConnections() <= most);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void aClientThatDoesNotReadItsAnswersIsNotReadFromAndLosesNone() throws Exception {
        int requests = 20_000;
        for (int port = 1; port <= 200; port++) {
            http(request(port, 5, AnnounceEvent.NONE), "");
        }
        try (Socket socket = connect()) {
            byte[] one = get(announceTarget(request(1000, 5, AnnounceEvent.NONE)) + "&numwant=200&compact=0")
                    .getBytes(StandardCharsets.ISO_8859_1);
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < requests; i++) {
                        socket.getOutputStream().write(one);
                    }
                } catch (IOException e) {
                    // the answers that are missing tell
                }
            });
            for (int i = 0; i < requests; i++) {
                byte[] body = body(socket);
                if (i % 1000 == 0) {
                    assertEquals(
                            200, ports(HttpTrackerCodec.readAnnounceReply(body)).size());
                }
            }
            sender.join();
        }
    }

    @Test
    void aClientThatHasSentAllItWillGetsItsAnswersAndIsLetGo() throws Exception {
        var patient = TrackerConfig.loopback()
                .udp(List.of())
                .requestTimeout(Duration.ofMinutes(10))
                .build();
        String whole = get(announceTarget(request(1001, 5, AnnounceEvent.NONE)));
        try (var tracker = TrackerServer.start(patient)) {
            for (String sent : List.of("", "GET /", whole, whole + whole, whole + "GET /ann")) {
                try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), tracker.httpPort())) {
                    socket.setSoTimeout(20_000);
                    send(socket, sent);
                    socket.shutdownOutput();

                    for (int at = sent.indexOf(whole); at >= 0; at = sent.indexOf(whole, at + 1)) {
                        assertInstanceOf(AnnounceReply.Peers.class, HttpTrackerCodec.readAnnounceReply(body(socket)));
                    }
                    assertEquals(-1, socket.getInputStream().read());
                }
            }
        }
    }

    @Test
    void believesTheHeaderOfAProxyThatIsTrustedAndNobodyElses() throws Exception {
        String announce = get(announceTarget(request(1001, 5, AnnounceEvent.NONE)));
        String header = "PROXY TCP4 192.0.2.7 198.51.100.1 40000 80\r\n";
        var behindProxy = TrackerConfig.loopback()
                .udp(List.of())
                .trustedProxies(List.of(AddressRange.parse("127.0.0.1")))
                .proxyProtocol(true)
                .build();
        try (var proxied = TrackerServer.start(behindProxy);
                Socket proxy = new Socket(InetAddress.ofLiteral("127.0.0.1"), proxied.httpPort());
                Socket rude = new Socket(InetAddress.ofLiteral("127.0.0.1"), proxied.httpPort());
                Socket other = new Socket(
                        InetAddress.ofLiteral("127.0.0.1"),
                        proxied.httpPort(),
                        InetAddress.ofLiteral("127.0.0.2"),
                        0)) {
            proxy.setTcpNoDelay(true);
            for (int at = 0; at < header.length(); at++) {
                send(proxy, header.substring(at, at + 1));
            }
            send(proxy, announce + announce);
            send(rude, announce);
            send(other, announce);

            for (int i = 0; i < 2; i++) {
                assertEquals("192.0.2.7", externalIp(proxy));
            }
            assertEquals("127.0.0.2", externalIp(other));
            rude.setSoTimeout(20_000);
            assertEquals(-1, rude.getInputStream().read());
        }
        try (Socket socket = connect()) {
            send(socket, header + announce);
            assertEquals('H', socket.getInputStream().read());
            assertTrue(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .startsWith("TTP/1.1 400 "));
        }
    }

    private static String externalIp(Socket socket) throws Exception {
        var reply = (AnnounceReply.Peers) HttpTrackerCodec.readAnnounceReply(body(socket));
        return InetAddress.getByAddress(reply.externalIp().orElseThrow()).getHostAddress();
    }

    @Test
    void answersManyWhoAskAtOnceEachWithItsOwn() throws Exception {
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                sockets.add(connect());
            }
            for (int round = 0; round < 5; round++) {
                for (int i = 0; i < sockets.size(); i++) {
                    // each in a swarm of its own, of a size of its own
                    var request = new AnnounceRequest(
                            new InfoHash(i, 0, 0),
                            PeerId.random("-XX0001-", new SplittableRandom(i)),
                            1000 + round,
                            0,
                            0,
                            i % 2,
                            AnnounceEvent.NONE,
                            7,
                            -1,
                            Optional.empty());
                    send(sockets.get(i), get(announceTarget(request)));
                }
                for (int i = 0; i < sockets.size(); i++) {
                    var reply = HttpTrackerCodec.readAnnounceReply(body(sockets.get(i)));
                    var peers = assertInstanceOf(AnnounceReply.Peers.class, reply);
                    assertEquals(i % 2 == 0 ? round + 1 : 0, peers.seeders());
                    assertEquals(i % 2 == 0 ? 0 : round + 1, peers.leechers());
                }
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void tellsOverTlsAndShowsANewCertificateWithoutARestart(@TempDir Path directory) throws Exception {
        Path certificates = directory.resolve("certificates.pem");
        Path key = directory.resolve("key.pem");
        TestCertificate.write("first", certificates, key);
        var config = TrackerConfig.builder()
                .https(TrackerConfig.loopback().build().http())
                .tls(new TrackerConfig.TlsFiles(certificates, key))
                .build();
        try (var secure = TrackerServer.start(config)) {
            assertEquals("CN=first", TestCertificate.nameShownBy(secure.httpsPort(), socket -> {
                send(socket, get(announceTarget(request(1001, 0, AnnounceEvent.STARTED))));
                send(socket, get(announceTarget(request(1002, 5, AnnounceEvent.STARTED))));
                assertEquals(List.of(), ports(HttpTrackerCodec.readAnnounceReply(body(socket))));
                assertEquals(List.of(1001), ports(HttpTrackerCodec.readAnnounceReply(body(socket))));
            }));
            TestCertificate.write("second", certificates, key);
            String shown = "CN=first";
            while (shown.equals("CN=first")) { // until the tracker has looked at the files
                Thread.sleep(50);
                shown = TestCertificate.nameShownBy(secure.httpsPort(), socket -> {});
            }
            assertEquals("CN=second", shown);
        }
    }

    // ---- UDP

    private static UdpTrackerPacket.Reply ask(DatagramSocket socket, int port, UdpTrackerPacket.Request request)
            throws Exception {
        var out = ByteBuffer.allocate(UdpTrackerCodec.MAX_DATAGRAM);
        boolean v6 = socket.getLocalAddress() instanceof Inet6Address;
        UdpTrackerCodec.write(request, out, v6);
        var reply = exchange(socket, port, Arrays.copyOf(out.array(), out.position()));
        return UdpTrackerCodec.readReply(ByteBuffer.wrap(reply), v6);
    }

    private static byte[] exchange(DatagramSocket socket, int port, byte[] bytes) throws IOException {
        socket.send(new DatagramPacket(bytes, bytes.length, target(socket), port));
        var in = new DatagramPacket(new byte[8192], 8192);
        socket.receive(in);
        return Arrays.copyOf(in.getData(), in.getLength());
    }

    private static InetAddress target(DatagramSocket socket) {
        return InetAddress.ofLiteral(socket.getLocalAddress() instanceof Inet6Address ? "::1" : "127.0.0.1");
    }

    private static DatagramSocket socket(String host) throws IOException {
        var socket = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(host), 0));
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static long connectionId(DatagramSocket socket, int port) throws Exception {
        var connected =
                assertInstanceOf(UdpTrackerPacket.Connected.class, ask(socket, port, new UdpTrackerPacket.Connect(99)));
        assertEquals(99, connected.transactionId());
        return connected.connectionId();
    }

    @Test
    void introducesPeersOverUdp() throws Exception {
        try (var socket = socket("127.0.0.1")) {
            long id = connectionId(socket, server.udpPort());
            ask(
                    socket,
                    server.udpPort(),
                    new UdpTrackerPacket.Announce(1, id, request(1001, 0, AnnounceEvent.STARTED), ""));
            http(request(1002, 5, AnnounceEvent.STARTED), "");

            var reply = assertInstanceOf(
                    UdpTrackerPacket.Announced.class,
                    ask(
                            socket,
                            server.udpPort(),
                            new UdpTrackerPacket.Announce(
                                    2, id, request(1003, 5, AnnounceEvent.STARTED), "/announce")));

            assertEquals(2, reply.transactionId());
            assertEquals(600, reply.intervalSeconds());
            assertEquals(1, reply.seeders());
            assertEquals(2, reply.leechers());
            assertEquals(List.of(1001, 1002), ports(reply.toAnnounceReply()));

            var scraped = ask(
                    socket, server.udpPort(), new UdpTrackerPacket.Scrape(3, id, List.of(new InfoHash(9, 9, 9), HASH)));
            assertEquals(
                    new UdpTrackerPacket.Scraped(
                            3, List.of(new ScrapeReply.Counts(0, 0, 0), new ScrapeReply.Counts(1, 0, 2))),
                    scraped);
        }
        assertEquals(2, server.snapshot().udpAnnounces());
        assertEquals(1, server.snapshot().httpAnnounces());
        assertEquals(3, server.snapshot().peers());
    }

    @Test
    void believesNoOneWithoutAConnectionIdOfTheirOwn() throws Exception {
        try (var socket = socket("127.0.0.1");
                var other = socket("127.0.0.2")) {
            long id = connectionId(other, server.udpPort());
            for (long wrong : new long[] {0, UdpTrackerLayout.PROTOCOL_ID, id}) {
                var reply = ask(
                        socket,
                        server.udpPort(),
                        new UdpTrackerPacket.Announce(5, wrong, request(1, 1, AnnounceEvent.NONE), ""));
                assertInstanceOf(UdpTrackerPacket.Failed.class, reply);
            }
        }
        assertEquals(0, server.snapshot().peers());
    }

    @Test
    void doesNotAnswerWhatIsNoRequest() throws Exception {
        try (var socket = socket("127.0.0.1")) {
            socket.setSoTimeout(300);
            byte[] connect = new byte[16];
            ByteBuffer.wrap(connect).putLong(UdpTrackerLayout.PROTOCOL_ID);
            for (int length = 0; length < 16; length++) {
                byte[] cut = Arrays.copyOf(connect, length);
                socket.send(new DatagramPacket(cut, length, socket.getLocalAddress(), server.udpPort()));
            }
            byte[] garbage = new byte[200];
            for (int action = 0; action < 6; action++) {
                garbage[11] = (byte) action;
                if (action == 1 || action == 2) {
                    continue; // those are answered with an error
                }
                socket.send(new DatagramPacket(garbage, 200, socket.getLocalAddress(), server.udpPort()));
            }
            assertThrows(SocketTimeoutException.class, () -> exchange(socket, server.udpPort(), new byte[] {1, 2, 3}));
        }
    }

    @Test
    void servesBothFamiliesInOneProcess() throws Exception {
        var six = new InetSocketAddress(InetAddress.ofLiteral("::1"), 0);
        TrackerServer both;
        try {
            both = TrackerServer.start(
                    TrackerConfig.builder().http(List.of(six)).udp(List.of(six)).build());
        } catch (IOException _) {
            return; // a machine without IPv6
        }
        try (both;
                var socket = socket("::1")) {
            long id = connectionId(socket, both.udpPort());
            for (int port = 1; port <= 3; port++) {
                var reply = assertInstanceOf(
                        UdpTrackerPacket.Announced.class,
                        ask(
                                socket,
                                both.udpPort(),
                                new UdpTrackerPacket.Announce(port, id, request(port, port, AnnounceEvent.NONE), "")));
                assertEquals(port - 1, reply.peers().size());
                assertTrue(reply.peers().stream().allMatch(PeerAddress::v6));
            }
            try (Socket tcp = new Socket(InetAddress.ofLiteral("::1"), both.httpPort())) {
                send(tcp, get(announceTarget(request(4, 4, AnnounceEvent.NONE))));
                assertEquals(List.of(1, 2, 3), ports(HttpTrackerCodec.readAnnounceReply(body(tcp))));
            }
        }
    }

    @Test
    void saysWhichAddressIsTaken() {
        var taken = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), server.httpPort());

        var failure = assertThrows(
                IOException.class,
                () -> TrackerServer.start(
                        TrackerConfig.builder().http(List.of(taken)).build()));
        assertTrue(failure.getMessage().contains("cannot listen for HTTP on /127.0.0.1"), failure.getMessage());
    }
}
