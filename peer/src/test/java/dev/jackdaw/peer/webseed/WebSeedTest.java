package dev.jackdaw.peer.webseed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.http.HostResolver;
import dev.jackdaw.peer.http.HttpAgent;
import dev.jackdaw.peer.http.ScriptedServer;
import dev.jackdaw.peer.http.ScriptedServer.Exchange;
import dev.jackdaw.peer.http.SystemResolver;
import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.wire.PeerMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebSeedTest {
    private static final int PIECE = 32 * 1024;
    private static final byte[] CONTENT = new byte[100_003];

    static {
        new Random(4).nextBytes(CONTENT);
    }

    private final SystemResolver resolver = new SystemResolver();
    private final HttpAgent agent = new HttpAgent(resolver, Optional.empty(), "test/1");

    @AfterEach
    void close() {
        agent.close();
        resolver.close();
    }

    /// Two files, the first of 40,000 bytes, or one.
    private static Info info(boolean many) throws Exception {
        var out = new ByteArrayOutputStream();
        String files = many
                ? "5:filesld6:lengthi40000e4:pathl3:sub5:a b#ceed6:lengthi60003e4:pathl5:b.bineee"
                : "6:lengthi100003e";
        out.writeBytes(("d" + files + "4:name4:n\u00e9w12:piece lengthi" + PIECE + "e6:pieces80:")
                .getBytes(StandardCharsets.UTF_8));
        out.writeBytes(new byte[80]);
        out.write('e');
        return Info.parse(out.toByteArray());
    }

    private static final String FIRST = "/base/n%C3%A9w/sub/a%20b%23c";
    private static final String SECOND = "/base/n%C3%A9w/b.bin";

    private static byte[] file(String target) {
        return target.equals(FIRST) ? Arrays.copyOf(CONTENT, 40_000) : Arrays.copyOfRange(CONTENT, 40_000, 100_003);
    }

    /// Answers as a good server does.
    private static void serve(Exchange exchange) throws IOException {
        byte[] file = file(exchange.target());
        String[] range =
                exchange.headers().get("range").substring("bytes=".length()).split("-");
        int first = Integer.parseInt(range[0]);
        int last = Integer.parseInt(range[1]);
        exchange.reply(
                206,
                Arrays.copyOfRange(file, first, last + 1),
                "Content-Range: bytes " + first + "-" + last + "/" + file.length);
    }

    private byte[] fetch(WebSeed seed, long offset, int length) throws IOException {
        byte[] bytes = new byte[length];
        seed.fetch(offset, bytes);
        return bytes;
    }

    @Test
    void fetchesAcrossFilesOverOneConnection() throws Exception {
        try (var server = new ScriptedServer(WebSeedTest::serve)) {
            var seed = new FileServer(info(true), server.url("/base/"), agent, true);

            assertArrayEquals(Arrays.copyOfRange(CONTENT, PIECE, 2 * PIECE), fetch(seed, PIECE, PIECE));
            assertArrayEquals(CONTENT, fetch(seed, 0, CONTENT.length));
            assertEquals(List.of(FIRST, SECOND, FIRST, SECOND), server.targets());
            assertEquals(1, server.accepted());
        }
    }

    @Test
    void aSingleFileIsAtTheUrlItselfUnlessThatIsAFolder() throws Exception {
        var at = new FileServer(info(false), "http://a/file.bin?x=1", agent, true);
        var below = new FileServer(info(false), "http://a/pub/", agent, true);

        assertEquals("http://a/file.bin?x=1", at.fileUrl(0).toString());
        assertEquals("http://a/pub/n%C3%A9w", below.fileUrl(0).toString());
    }

    @Test
    void putsUpWithAServerThatIgnoresRanges() throws Exception {
        try (var server = new ScriptedServer(exchange -> exchange.reply(200, file(exchange.target())))) {
            var seed = new FileServer(info(true), server.url("/base"), agent, true);

            assertArrayEquals(Arrays.copyOfRange(CONTENT, 50_000, 50_100), fetch(seed, 50_000, 100));
        }
    }

    @Test
    void aMissingFileTakesItsPiecesWithIt() throws Exception {
        try (var server = new ScriptedServer(exchange -> {
            if (exchange.target().equals(FIRST)) {
                exchange.reply(404, new byte[0]);
            } else {
                serve(exchange);
            }
        })) {
            var seed = new FileServer(info(true), server.url("/base/"), agent, true);

            assertThrows(WebSeed.FileMissing.class, () -> fetch(seed, 0, 100));
            assertThrows(WebSeed.FileMissing.class, () -> fetch(seed, 0, 100));
            assertEquals(1, server.targets().size(), "it is not asked for again");
            assertEquals(2, seed.have().cardinality());
            assertArrayEquals(Arrays.copyOfRange(CONTENT, 2 * PIECE, 3 * PIECE), fetch(seed, 2 * PIECE, PIECE));
        }
    }

    @Test
    void aFileOfAnotherLengthIsMissing() throws Exception {
        try (var server =
                new ScriptedServer(exchange -> exchange.reply(206, new byte[100], "Content-Range: bytes 0-99/41000"))) {
            var seed = new FileServer(info(true), server.url("/base/"), agent, true);

            assertThrows(WebSeed.FileMissing.class, () -> fetch(seed, 0, 100));
        }
    }

    @Test
    void anotherRangeOrAShortBodyIsAFailureThatMayPass() throws Exception {
        Map<Integer, String> ranges = new HashMap<>(Map.of(0, "bytes 1-100/40000", 1, "bytes 0-99/40000", 2, ""));
        for (int i = 0; i < ranges.size(); i++) {
            String range = ranges.get(i);
            try (var server =
                    new ScriptedServer(exchange -> exchange.reply(206, new byte[50], "Content-Range: " + range))) {
                var seed = new FileServer(info(true), server.url("/base/"), agent, true);

                var failure = assertThrows(IOException.class, () -> fetch(seed, 0, 100));
                assertTrue(!(failure instanceof WebSeed.FileMissing));
                assertTrue(seed.have().isFull());
            }
        }
    }

    @Test
    void aLocalServerIsNotAskedUnlessThatIsAllowed() throws Exception {
        try (var server = new ScriptedServer(WebSeedTest::serve)) {
            var seed = new FileServer(info(true), server.url("/base/"), agent, false);

            assertThrows(IOException.class, () -> fetch(seed, 0, 100));
            assertEquals(0, server.accepted());
        }
    }

    // ---- as a peer

    private static final class Recorder implements WebSeedPeer.Listener {
        final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();

        @Override
        public void received(PeerMessage message) {
            heard.add(message);
        }

        @Override
        public void readCompleted() {}

        @Override
        public void closed(String reason, Optional<Duration> retryIn) {
            heard.add(retryIn);
        }

        Object next() throws InterruptedException {
            return Optional.ofNullable(heard.poll(20, TimeUnit.SECONDS)).orElseThrow();
        }
    }

    @Test
    void answersRequestsAsAPeerDoes() throws Exception {
        try (var server = new ScriptedServer(WebSeedTest::serve)) {
            var seed = new FileServer(info(true), server.url("/base/"), agent, true);
            var recorder = new Recorder();
            try (var peer = new WebSeedPeer(seed, 0, recorder)) {
                assertEquals(List.of(new PeerMessage.HaveAll(), new PeerMessage.Unchoke()), peer.greeting());
                var layout = seed.info().layout();
                byte[] content = new byte[CONTENT.length];
                int blocks = 0;
                for (int piece = 0; piece < layout.pieceCount(); piece++) {
                    for (int block = 0; block < layout.blockCount(piece); block++) {
                        peer.send(new PeerMessage.Request(layout.block(piece, block)));
                        blocks++;
                    }
                }
                for (int i = 0; i < blocks; i++) {
                    var piece = assertInstanceOf(PeerMessage.Piece.class, recorder.next());
                    int at = piece.piece() * PIECE + piece.begin();
                    piece.data().get(content, at, piece.data().remaining());
                }
                assertArrayEquals(CONTENT, content);
                assertEquals(0, peer.failures());
            }
        }
    }

    @Test
    void rejectsWhatIsNotInTheTorrent() throws Exception {
        var recorder = new Recorder();
        try (var peer = new WebSeedPeer(new FileServer(info(true), "http://127.0.0.1:1/", agent, true), 0, recorder)) {
            var impossible = new BlockRequest(99, 0, 16384);
            peer.send(new PeerMessage.Request(impossible));

            assertEquals(new PeerMessage.Reject(impossible), recorder.next());
        }
    }

    @Test
    void endsWhenTheServerFailsAndComesBackLaterAndLaterAndThenNotAtAll() throws Exception {
        try (var server = new ScriptedServer(exchange -> exchange.reply(500, new byte[0]))) {
            var seed = new FileServer(info(true), server.url("/base/"), agent, true);
            Optional<Duration> before = Optional.of(Duration.ZERO);
            int failures = 0;
            while (before.isPresent()) {
                var recorder = new Recorder();
                try (var peer = new WebSeedPeer(seed, failures, recorder)) {
                    peer.send(new PeerMessage.Request(new BlockRequest(0, 0, 16384)));
                    Optional<?> retry = assertInstanceOf(Optional.class, recorder.next());
                    Optional<Duration> now = retry.map(Duration.class::cast);
                    assertTrue(now.isEmpty() || now.get().compareTo(before.get()) >= 0);
                    before = now;
                    failures = peer.failures();
                }
            }
            assertEquals(8, failures);
        }
    }

    @Test
    void endsForAFailureOfOurOwnToo() throws Exception {
        HostResolver broken = (host, timeout) -> {
            throw new IllegalStateException("a bug");
        };
        var recorder = new Recorder();
        try (var own = new HttpAgent(broken, Optional.empty(), "test");
                var peer = new WebSeedPeer(new FileServer(info(true), "http://web.example/", own, true), 0, recorder)) {
            peer.send(new PeerMessage.Request(new BlockRequest(0, 0, 16384)));

            assertInstanceOf(Optional.class, recorder.next());
        }
    }

    @Test
    void aScriptIsAskedForPiecesAndParts() throws Exception {
        try (var server = new ScriptedServer(exchange -> {
            String query = exchange.target().substring(exchange.target().indexOf('?') + 1);
            int piece = Integer.parseInt(query.replaceAll(".*&piece=([0-9]+).*", "$1"));
            int end = Math.min(CONTENT.length, (piece + 1) * PIECE);
            byte[] whole = Arrays.copyOfRange(CONTENT, piece * PIECE, end);
            if (query.contains("&ranges=")) {
                String[] range = query.replaceAll(".*&ranges=", "").split("-");
                whole = Arrays.copyOfRange(whole, Integer.parseInt(range[0]), Integer.parseInt(range[1]) + 1);
            }
            exchange.reply(200, whole);
        })) {
            var seed = new SeedScript(info(true), server.url("/seed.php?x=1"), agent, true);

            assertArrayEquals(
                    Arrays.copyOfRange(CONTENT, PIECE - 10, 3 * PIECE), fetch(seed, PIECE - 10, 2 * PIECE + 10));
            assertArrayEquals(
                    Arrays.copyOfRange(CONTENT, 3 * PIECE, CONTENT.length),
                    fetch(seed, 3 * PIECE, CONTENT.length - 3 * PIECE));

            String hash = info(true).infoHash().hex().toUpperCase().replaceAll("(..)", "%$1");
            String base = "/seed.php?x=1&info_hash=" + hash + "&piece=";
            assertEquals(List.of(base + "0&ranges=32758-32767", base + "1", base + "2", base + "3"), server.targets());
        }
    }

    @Test
    void aBusyScriptSaysWhenToComeAgain() throws Exception {
        for (var answer :
                Map.of("90", 90L, "0", 1L, "soon", 30L, "999999", 3600L).entrySet()) {
            try (var server = new ScriptedServer(
                    exchange -> exchange.reply(503, answer.getKey().getBytes(StandardCharsets.US_ASCII)))) {
                var seed = new SeedScript(info(false), server.url("/s"), agent, true);

                var busy = assertThrows(WebSeed.Busy.class, () -> fetch(seed, 0, 100));

                assertEquals(answer.getValue(), busy.retryIn().toSeconds());
            }
        }
    }
}
