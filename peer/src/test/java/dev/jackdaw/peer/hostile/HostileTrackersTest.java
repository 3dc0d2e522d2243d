package dev.jackdaw.peer.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionConfig;
import dev.jackdaw.peer.Torrent;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.peer.TrackerStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A torrent with some fifty trackers of which one is honest: it completes, the others cost little, and none is asked
/// twice within half a minute.
class HostileTrackersTest {
    private static final long MAX_GROWTH = 64L << 20;
    /// How long the trackers are watched after that: the system property `jackdaw.watchTrackers` in seconds. A
    /// build has no time for it, nor need: when to announce is tested in virtual time.
    private static final Duration WATCHED = Duration.ofSeconds(Integer.getInteger("jackdaw.watchTrackers", 0));

    /// A UDP tracker whose answers come from another port than it was asked at.
    private static final String ELSEWHERE = "udp: from elsewhere";

    private static final String ANNOUNCED = ", announced";

    @TempDir
    Path root;

    private final List<AutoCloseable> servers = new ArrayList<>();
    private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
    /// Ports of this host that nobody may ask for anything.
    private final Set<String> forbidden = ConcurrentHashMap.newKeySet();

    private byte[] bomb;

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable server : servers) {
            server.close();
        }
    }

    @FunctionalInterface
    private interface Answer {
        void write(OutputStream out) throws IOException, InterruptedException;
    }

    @BeforeEach
    void makeBomb() throws IOException {
        bomb = gzipBomb();
    }

    @Test
    void oneHonestTrackerAmongManyIsEnough() throws Exception {
        HostileTorrent torrent = HostileTorrent.of(root, 1 << 20, 64 << 10);
        try (ScriptedPeer honest = new ScriptedPeer("honest", torrent)) {
            Map<String, String> urls = new LinkedHashMap<>();
            http().forEach((name, answer) -> urls.put(name, httpTracker(name, answer)));
            udp().forEach((name, answer) -> urls.put(name, udpTracker(name, answer)));
            byte[] peer = honest.address().toCompact();
            urls.put("honest", httpTracker("honest", out -> {
                out.write(bytes("HTTP/1.0 200 OK\r\n\r\nd8:intervali1800e5:peers6:"));
                out.write(peer);
                out.write('e');
            }));
            List<List<String>> tiers = urls.values().stream().map(List::of).toList();

            try (Session session = Session.open(SessionConfig.builder()
                    .bindAddress(InetAddress.getLoopbackAddress())
                    .port(0)
                    .dht(false)
                    .localDiscovery(false)
                    .build())) {
                long before = memory();
                long began = System.nanoTime();
                Torrent added = session.add(
                        new TorrentSource.TorrentFile(torrent.metainfo()),
                        AddOptions.into(Files.createDirectories(root.resolve("download"))));
                added.setTrackers(tiers);

                added.awaitComplete();
                double seconds = (System.nanoTime() - began) / 1e9;
                Thread.sleep(WATCHED);

                System.out.printf(
                        "%d trackers: complete after %.1f s, memory grew by %.1f MiB%n",
                        tiers.size(), seconds, (memory() - before) / 1048576.0);
                // an announce of `completed` may follow the first, but no sooner than half a minute later
                int most = 2 + (int) (seconds / 30);
                asked.forEach((name, count) ->
                        assertTrue(count.get() <= most, () -> name + " was asked " + count + " times"));
                assertEquals(Set.of(), forbidden);
                assertFalse(asked.containsKey(ELSEWHERE + ANNOUNCED), "an answer from elsewhere was believed");
                assertTrue(memory() - before <= MAX_GROWTH);
                for (TrackerStatus status : added.trackers()) {
                    assertTrue(status.message().length() <= 400, status::toString);
                    assertTrue(status.message().chars().noneMatch(Character::isISOControl), status::toString);
                }
            }
        }
    }

    private static long memory() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    // ---- HTTP

    private Map<String, Answer> http() {
        Map<String, Answer> all = new LinkedHashMap<>();
        all.put("closes at once", out -> out.close());
        all.put("noise", out -> out.write(new byte[100_000]));
        all.put("no end of noise", HostileTrackersTest::endless);
        all.put("an endless header", out -> {
            out.write(bytes("HTTP/1.1 200 OK\r\nX: "));
            endless(out);
        });
        all.put("endless headers", out -> {
            out.write(bytes("HTTP/1.1 200 OK\r\n"));
            for (int i = 0; i < 10_000_000; i++) {
                out.write(bytes("X-" + i + ": y\r\n"));
            }
        });
        all.put(
                "a truncated body",
                out -> out.write(bytes("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nd8:interval")));
        all.put("a body that is no bencode", body("<html>not a tracker</html>"));
        all.put("an empty body", body(""));
        all.put("a list", body("l4:spame"));
        all.put("a body that is 500,000 deep", body("l".repeat(500_000)));
        all.put("nested dictionaries", body("d1:a".repeat(100_000)));
        all.put("a string longer than the body", body("d8:intervali60e5:peers2147483647:xe"));
        all.put("a length that does not fit", body("d8:intervali60e5:peers99999999999999999999:xe"));
        all.put("1 GiB, announced", out -> {
            out.write(bytes("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n"));
            endless(out);
        });
        all.put("1 GiB in chunks", out -> {
            out.write(bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40000000\r\n"));
            endless(out);
        });
        all.put(
                "a chunk of negative length",
                out -> out.write(bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nxxxx")));
        all.put("a gzip bomb", this::bomb);
        all.put("a gzip bomb in chunks", this::bombInChunks);
        all.put(
                "gzip that is none",
                out -> out.write(bytes("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nnot gzip at all")));
        String loop = "loop";
        all.put(
                loop,
                out -> out.write(bytes("HTTP/1.1 302 Found\r\nLocation: /announce\r\nContent-Length: 0\r\n\r\n")));
        String inside = forbiddenServer(new byte[] {127, 0, 0, 9});
        for (String target : List.of(
                inside,
                "file:///etc/passwd",
                "ftp://127.0.0.1/x",
                "gopher://127.0.0.1:70/",
                "javascript:alert(1)",
                "udp://127.0.0.1:1/",
                "http://[::ffff:127.0.0.9]:1/",
                "http://169.254.169.254/latest/meta-data/",
                "http://10.0.0.1/",
                "//127.0.0.9:1/")) {
            all.put(
                    "redirect to " + target,
                    out -> out.write(
                            bytes("HTTP/1.1 301 Moved\r\nLocation: " + target + "\r\nContent-Length: 0\r\n\r\n")));
        }
        all.put("a redirect to nowhere", out -> out.write(bytes("HTTP/1.1 302 Found\r\nLocation: \r\n\r\n")));
        all.put("a byte a second", out -> {
            for (byte each : bytes("HTTP/1.1 200 OK\r\n\r\nd8:intervali60e5:peers0:e")) {
                out.write(each);
                out.flush();
                Thread.sleep(1_000);
            }
        });
        all.put("silence", out -> Thread.sleep(60_000));
        for (String interval : List.of("-1", "0", "1", "2147483647", "9223372036854775807", "-9223372036854775808")) {
            all.put(
                    "interval " + interval,
                    body("d8:intervali" + interval + "e12:min intervali" + interval + "e5:peers0:e"));
        }
        all.put("intervals of the wrong type", body("d8:interval2:hi12:min intervalle5:peers0:e"));
        all.put("peers of the wrong type", body("d8:intervali60e5:peersi7ee"));
        all.put("peers that are lists", body("d8:intervali60e5:peersll1:aeee"));
        all.put("7 bytes of peers", body("d8:intervali60e5:peers7:1234567e"));
        all.put(
                "10,000 peers on port 1",
                body("d8:intervali60e5:peers60000:" + "\u007f\u0000\u0000\u0009\u0000\u0001".repeat(10_000) + "e"));
        StringBuilder peers = new StringBuilder("d8:intervali60e5:peers60000:");
        for (int i = 0; i < 10_000; i++) {
            peers.append("\u007f\u0000")
                    .append((char) (1 + i / 250))
                    .append((char) (1 + i % 250))
                    .append("\u0000\u0001");
        }
        all.put("10,000 peers of different addresses", body(peers.append('e').toString()));
        all.put(
                "escapes in a warning",
                body("d8:intervali60e5:peers0:15:warning message12:\u001b[31mred\r\n\u0007\u009be"));
        all.put(
                "escapes in the reason",
                body("d14:failure reason48:\u001b[2J\u001b]0;owned\u0007\r\n\u0000\u009b31m" + "x".repeat(23) + "e"));
        all.put("1 MiB of reason", body("d14:failure reason1048576:" + "A".repeat(1 << 20) + "e"));
        all.put("retry in -5", body("d14:failure reason4:busy8:retry ini-5ee"));
        all.put("status 999", out -> out.write(bytes("HTTP/9.9 999 \u001b[31mred\r\n\r\n")));
        return all;
    }

    private static Answer body(String body) {
        return out -> out.write(bytes("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body));
    }

    private static void endless(OutputStream out) throws IOException {
        byte[] some = new byte[64 << 10];
        java.util.Arrays.fill(some, (byte) 'A');
        for (int i = 0; i < 16 << 10; i++) {
            out.write(some);
        }
    }

    private void bomb(OutputStream out) throws IOException {
        out.write(bytes("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + bomb.length + "\r\n\r\n"));
        out.write(bomb);
    }

    private void bombInChunks(OutputStream out) throws IOException {
        out.write(bytes("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"));
        for (int at = 0; at < bomb.length; at += 1_000) {
            int length = Math.min(1_000, bomb.length - at);
            out.write(bytes(Integer.toHexString(length) + "\r\n"));
            out.write(bomb, at, length);
            out.write(bytes("\r\n"));
        }
        out.write(bytes("0\r\n\r\n"));
    }

    /// 256 KiB that become 256 MiB.
    private static byte[] gzipBomb() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 256; i++) {
                gzip.write(zeros);
            }
        }
        return bomb.toByteArray();
    }

    private String httpTracker(String name, Answer answer) {
        ServerSocket server = listen(InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    asked.computeIfAbsent(name, _ -> new AtomicInteger()).incrementAndGet();
                    Thread.ofVirtual().start(() -> {
                        try (socket) {
                            socket.getInputStream().read(new byte[8 << 10]);
                            answer.write(socket.getOutputStream());
                        } catch (IOException | InterruptedException _) {
                            // the client has had enough
                        }
                    });
                } catch (IOException _) {
                    return;
                }
            }
        });
        // these ask six times in one announce
        if (name.equals("loop") || name.equals("a redirect to nowhere")) {
            asked.put(name, new AtomicInteger(-10));
        }
        return "http://127.0.0.1:" + server.getLocalPort() + "/announce";
    }

    /// A server on another address of this host, that a tracker has no business sending us to.
    private String forbiddenServer(byte[] address) {
        try {
            ServerSocket server = listen(InetAddress.getByAddress(address));
            String url = "http://127.0.0.9:" + server.getLocalPort() + "/";
            Thread.ofVirtual().start(() -> {
                try {
                    server.accept().close();
                    forbidden.add(url);
                } catch (IOException _) {
                    // nobody came
                }
            });
            return url;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ServerSocket listen(InetAddress address) {
        try {
            ServerSocket server = new ServerSocket(0, 50, address);
            servers.add(server);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- UDP

    /// Answers a datagram, or says nothing.
    @FunctionalInterface
    private interface UdpAnswer {
        List<byte[]> to(ByteBuffer request);
    }

    private static Map<String, UdpAnswer> udp() {
        Map<String, UdpAnswer> all = new LinkedHashMap<>();
        all.put("udp: another transaction", request -> List.of(connected(request.getInt(12) + 1)));
        all.put("udp: too short", request -> List.of(java.util.Arrays.copyOf(connected(request.getInt(12)), 7)));
        all.put("udp: empty", request -> List.of(new byte[0]));
        all.put("udp: 60,000 bytes", request -> List.of(new byte[60_000]));
        all.put(
                "udp: another action",
                request -> List.of(ByteBuffer.allocate(20)
                        .putInt(1)
                        .putInt(request.getInt(12))
                        .array()));
        all.put(
                "udp: an unknown action",
                request -> List.of(ByteBuffer.allocate(20)
                        .putInt(77)
                        .putInt(request.getInt(12))
                        .array()));
        all.put(
                "udp: an error with escapes",
                request -> List.of(ByteBuffer.allocate(20)
                        .putInt(3)
                        .putInt(request.getInt(12))
                        .put(bytes("\u001b[2J\u0000\r\n"))
                        .array()));
        all.put(
                "udp: 60 KiB of error",
                request -> List.of(ByteBuffer.allocate(60_000)
                        .putInt(3)
                        .putInt(request.getInt(12))
                        .array()));
        all.put(
                "udp: an interval of -1 and half a peer",
                request -> List.of(
                        request.getInt(8) == 0
                                ? connected(request.getInt(12))
                                : ByteBuffer.allocate(23)
                                        .putInt(1)
                                        .putInt(request.getInt(12))
                                        .putInt(-1)
                                        .putInt(-1)
                                        .putInt(-1)
                                        .array()));
        all.put(
                "udp: a thousand answers",
                request -> java.util.Collections.nCopies(1_000, connected(request.getInt(12))));
        all.put(ELSEWHERE, request -> List.of(connected(request.getInt(12))));
        all.put("udp: silence", request -> List.of());
        return all;
    }

    private static byte[] connected(int transaction) {
        return ByteBuffer.allocate(16).putInt(0).putInt(transaction).putLong(42).array();
    }

    private String udpTracker(String name, UdpAnswer answer) {
        try {
            DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            servers.add(socket);
            DatagramSocket answering = name.equals(ELSEWHERE)
                    ? new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    : socket;
            servers.add(answering);
            Thread.ofVirtual().start(() -> {
                while (!socket.isClosed()) {
                    try {
                        DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
                        socket.receive(packet);
                        ByteBuffer request = ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
                        // the first of each announce asks for a connection, and what was lost is asked for again
                        String what = name + (request.getInt(8) == 0 ? "" : ANNOUNCED);
                        asked.computeIfAbsent(what, _ -> new AtomicInteger()).incrementAndGet();
                        for (byte[] bytes : answer.to(request)) {
                            answering.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
                        }
                    } catch (SocketException _) {
                        return;
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            });
            return "udp://127.0.0.1:" + socket.getLocalPort() + "/announce";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
