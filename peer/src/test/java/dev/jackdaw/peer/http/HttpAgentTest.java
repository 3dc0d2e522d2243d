package dev.jackdaw.peer.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.http.ScriptedServer.Script;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpAgentTest {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.ISO_8859_1);
    private static final int MAX_BODY = 64 * 1024;

    /// In these tests 127.0.0.1 plays a public address and 127.0.0.2 one of the private network.
    private static final String PUBLIC = "127.0.0.1";

    private static final String PRIVATE = "127.0.0.2";
    private static final String PRIVATE_TOO = "127.0.0.4";

    private final Map<String, List<String>> names = new java.util.HashMap<>();
    private final HttpAgent agent = new HttpAgent(
            (host, _) -> resolve(host),
            Optional.empty(),
            "test/1",
            address -> List.of(PRIVATE, PRIVATE_TOO).contains(address.getHostAddress()),
            () -> (SSLSocketFactory) SSLSocketFactory.getDefault());

    @AfterEach
    void closeAgent() {
        agent.close();
    }

    private List<InetAddress> resolve(String host) throws IOException {
        var addresses = new java.util.ArrayList<InetAddress>();
        for (String address : names.getOrDefault(host, List.of(host))) {
            addresses.add(InetAddress.getByName(address));
        }
        return addresses;
    }

    private byte[] get(String url) throws IOException {
        return get(HttpRequest.of(HttpUrl.parse(url)), Duration.ofSeconds(20));
    }

    private byte[] get(HttpRequest request, Duration limit) throws IOException {
        try (var timer = agent.timer(limit);
                var response = agent.get(request, timer)) {
            return response.readBody(MAX_BODY);
        }
    }

    private String failure(Script script) throws IOException {
        try (var server = new ScriptedServer(script)) {
            return assertThrows(IOException.class, () -> get(server.url("/"))).getMessage();
        }
    }

    @Test
    void sendsARequestAndReadsTheAnswer() throws IOException {
        try (var server = new ScriptedServer(exchange -> {
            assertEquals("test/1", exchange.headers().get("user-agent"));
            assertEquals("close", exchange.headers().get("connection"));
            exchange.reply(200, HELLO);
        })) {
            assertArrayEquals(HELLO, get(server.url("/a?b")));
            assertEquals(List.of("/a?b"), server.targets());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.0 200 OK\r\n\r\nhello",
                "HTTP/1.1 200\nX: y\n\nhello",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nT: r\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\nContent-Length: 1\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"
            })
    void understandsEveryFramingWhereverItIsCut(String answer) throws IOException {
        for (int cut = 0; cut <= answer.length(); cut += 7) {
            int at = cut;
            try (var server = new ScriptedServer(exchange -> {
                exchange.send(answer.substring(0, at));
                exchange.send(answer.substring(at));
                exchange.close();
            })) {
                assertArrayEquals(HELLO, get(server.url("/")));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\r\n\r\n",
                "SSH-2.0-OpenSSH\r\n",
                "HTTP/2.0 200 OK\r\n\r\n",
                "HTTP/1.1 2x0 OK\r\n\r\n",
                "HTTP/1.1 101 Switching\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999999\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello!\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
            })
    void refusesBrokenAnswers(String answer) throws IOException {
        failure(exchange -> {
            exchange.send(answer);
            exchange.close();
        });
    }

    @Test
    void boundsTheHead() throws IOException {
        assertTrue(failure(exchange -> {
                    exchange.send("HTTP/1.1 200 OK\r\n");
                    while (true) {
                        exchange.send("X-Filler: " + "x".repeat(1000) + "\r\n");
                    }
                })
                .contains("head of more than"));
    }

    @Test
    void boundsTheBody() throws IOException {
        assertTrue(failure(exchange -> {
                    exchange.send("HTTP/1.1 200 OK\r\n\r\n");
                    while (true) {
                        exchange.send(new byte[4096]);
                    }
                })
                .contains("more than " + MAX_BODY));
    }

    @Test
    void inflatesGzip() throws IOException {
        try (var server = new ScriptedServer(
                exchange -> exchange.reply(200, ScriptedServer.gzip(HELLO), "Content-Encoding: gzip"))) {
            assertArrayEquals(HELLO, get(server.url("/")));
        }
    }

    @Test
    void boundsWhatGzipInflatesTo() throws IOException {
        byte[] bomb = ScriptedServer.gzip(new byte[16 << 20]);

        assertTrue(failure(exchange -> exchange.reply(200, bomb, "Content-Encoding: gzip"))
                .contains("more than " + MAX_BODY));
    }

    @Test
    void endsACallThatTricklesOnAndOn() throws IOException {
        try (var server = new ScriptedServer(exchange -> {
            exchange.send("HTTP/1.1 200 OK\r\n\r\n");
            while (true) {
                exchange.send("x");
                java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
            }
        })) {
            var request = HttpRequest.of(HttpUrl.parse(server.url("/")));

            var failure = assertThrows(IOException.class, () -> get(request, Duration.ofMillis(200)));
            assertTrue(failure.getMessage().contains("no complete answer"), failure.getMessage());
        }
    }

    @Test
    void closingTheAgentEndsCalls() throws IOException {
        try (var server = new ScriptedServer(_ -> agent.close())) {
            assertThrows(IOException.class, () -> get(server.url("/")));
            assertThrows(IOException.class, () -> get(server.url("/")));
        }
    }

    @Test
    void followsRedirects() throws IOException {
        try (var server = new ScriptedServer(exchange -> {
            int hop = Integer.parseInt(exchange.target().substring(1));
            if (hop < HttpAgent.MAX_REDIRECTS) {
                exchange.reply(302, new byte[0], "Location: /" + (hop + 1));
            } else {
                exchange.reply(200, HELLO);
            }
        })) {
            assertArrayEquals(HELLO, get(server.url("/0")));
        }
    }

    @Test
    void stopsAtTooManyRedirects() throws IOException {
        try (var server = new ScriptedServer(exchange -> exchange.reply(301, new byte[0], "Location: /"))) {
            var failure = assertThrows(IOException.class, () -> get(server.url("/")));

            assertTrue(failure.getMessage().contains("more than 5 redirects"));
            assertEquals(HttpAgent.MAX_REDIRECTS + 1, server.targets().size());
        }
    }

    @Test
    void refusesARedirectFromAPublicHostToAPrivateOne() throws IOException {
        try (var inside = new ScriptedServer(PRIVATE, exchange -> exchange.reply(200, HELLO));
                var outside = new ScriptedServer(
                        PUBLIC, exchange -> exchange.reply(302, new byte[0], "Location: " + inside.url("/")))) {
            var failure = assertThrows(IOException.class, () -> get(outside.url("/")));

            assertTrue(failure.getMessage().contains("private network"), failure.getMessage());
            assertEquals(0, inside.accepted());
        }
    }

    @Test
    void refusesARedirectToANameWithOnePrivateAddress() throws IOException {
        names.put("mixed.test", List.of(PUBLIC, PRIVATE));
        try (var outside = new ScriptedServer(
                PUBLIC, exchange -> exchange.reply(302, new byte[0], "Location: http://mixed.test/"))) {
            var failure = assertThrows(IOException.class, () -> get(outside.url("/")));

            assertTrue(failure.getMessage().contains("private network"), failure.getMessage());
        }
    }

    @Test
    void aPublicHostInBetweenEndsTheTrustInPrivateOnes() throws IOException {
        try (var inside = new ScriptedServer(PRIVATE, exchange -> exchange.reply(200, HELLO));
                var outside = new ScriptedServer(
                        PUBLIC, exchange -> exchange.reply(302, new byte[0], "Location: " + inside.url("/")));
                var first = new ScriptedServer(
                        PRIVATE, exchange -> exchange.reply(302, new byte[0], "Location: " + outside.url("/")))) {
            assertThrows(IOException.class, () -> get(first.url("/")));
        }
    }

    @Test
    void aPrivateHostMayRedirectToItself() throws IOException {
        try (var second = new ScriptedServer(PRIVATE, exchange -> exchange.reply(200, HELLO));
                var first = new ScriptedServer(
                        PRIVATE, exchange -> exchange.reply(307, new byte[0], "Location: " + second.url("/")))) {
            assertArrayEquals(HELLO, get(first.url("/")));
        }
    }

    @Test
    void aPrivateHostMayNotRedirectToAnother() throws IOException {
        try (var other = new ScriptedServer(PRIVATE_TOO, exchange -> exchange.reply(200, HELLO));
                var first = new ScriptedServer(
                        PRIVATE, exchange -> exchange.reply(307, new byte[0], "Location: " + other.url("/")))) {
            assertThrows(IOException.class, () -> get(first.url("/")));
        }
    }

    @Test
    void refusesAPrivateHostWhenToldTo() throws IOException {
        try (var server = new ScriptedServer(PRIVATE, exchange -> exchange.reply(200, HELLO))) {
            var request = HttpRequest.range(HttpUrl.parse(server.url("/")), 0, 4, false);

            assertThrows(IOException.class, () -> get(request, Duration.ofSeconds(20)));
            assertEquals(0, server.accepted());
        }
    }

    @Test
    void triesTheNextAddressOfAName() throws IOException {
        names.put("two.test", List.of("127.0.0.3", PUBLIC));
        try (var server = new ScriptedServer(PUBLIC, exchange -> exchange.reply(200, HELLO))) {
            assertArrayEquals(HELLO, get("http://two.test:" + server.port() + "/"));
        }
    }

    @Test
    void keepsAConnectionForTheNextRange() throws IOException {
        try (var server = new ScriptedServer(exchange -> exchange.reply(206, HELLO))) {
            for (int i = 0; i < 3; i++) {
                var request = HttpRequest.range(HttpUrl.parse(server.url("/f")), 0, 4, true);
                assertArrayEquals(HELLO, get(request, Duration.ofSeconds(20)));
            }
            assertEquals(1, server.accepted());
        }
    }

    @Test
    void replacesAKeptConnectionThatTheServerHasClosed() throws IOException {
        try (var server = new ScriptedServer(exchange -> {
            exchange.reply(206, HELLO);
            exchange.close();
        })) {
            for (int i = 0; i < 3; i++) {
                var request = HttpRequest.range(HttpUrl.parse(server.url("/f")), 0, 4, true);
                assertArrayEquals(HELLO, get(request, Duration.ofSeconds(20)));
            }
            assertEquals(3, server.accepted());
        }
    }

    @Test
    void doesNotKeepAConnectionInTheMiddleOfALongBody() throws IOException {
        try (var server = new ScriptedServer(exchange -> exchange.reply(200, new byte[1 << 20]))) {
            for (int i = 0; i < 2; i++) {
                var request = HttpRequest.range(HttpUrl.parse(server.url("/f")), 0, 4, true);
                try (var timer = agent.timer(Duration.ofSeconds(20));
                        var response = agent.get(request, timer)) {
                    assertEquals(200, response.head().status());
                }
            }
            assertEquals(2, server.accepted());
        }
    }

    @Test
    void failsWhenTheServerDoesNotSpeakTls() throws IOException {
        try (var server = new ScriptedServer(exchange -> exchange.reply(200, HELLO))) {
            assertThrows(IOException.class, () -> get(server.url("/").replace("http:", "https:")));
        }
    }

    @Test
    void failsOnlyWithIoExceptionsWhateverTheServerSays() throws IOException {
        Random random = new Random(7);
        byte[] good = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
                .getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = good.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                var in = new java.io.ByteArrayInputStream(bytes);
                byte[] body = new HttpBody(in, HttpHead.read(in)).readAllBytes();
                assertTrue(body.length <= bytes.length);
            } catch (IOException expected) {
                assertFalse(expected.getMessage().isEmpty());
            }
        }
    }
}
