package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.tracker.HttpRequest.Method;
import dev.jackdaw.tracker.HttpRequest.Outcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRequestTest {
    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static Outcome outcome(String text) {
        return new HttpRequest().read(bytes(text));
    }

    private static HttpRequest read(String text) {
        HttpRequest request = new HttpRequest();
        ByteBuffer in = bytes(text);
        assertEquals(Outcome.COMPLETE, request.read(in));
        assertFalse(in.hasRemaining());
        return request;
    }

    @Test
    void takesARequestApart() {
        String text = "GET /announce?a=b?c HTTP/1.1\r\nHost: x\r\n\r\n";
        var request = read(text);

        assertEquals(Method.GET, request.method());
        assertEquals("/announce", request.path());
        assertEquals("a=b?c", text.substring(request.queryStart(), request.queryEnd()));
        assertTrue(request.keepAlive());
        assertEquals("", request.forwardedFor());
    }

    @ParameterizedTest
    @CsvSource({
        "/announce, '', announce",
        "/announce?x, x, announce",
        "/key/announce?, '', announce",
        "/announce/key, '', announce",
        "http://t.example:80/announce?x=/, x=/, announce",
        "/a/b/scrape?x, x, scrape",
        "HTTP://t.example/announce?x, x, announce",
        "/%61nnounc%65?x, x, announce",
        "/%zz/announce, '', announce",
        "/%/announce, '', announce"
    })
    void findsTheEndpointAndTheQuery(String target, String query, String endpoint) {
        String text = "GET " + target + " HTTP/1.1\r\n\r\n";
        var request = read(text);

        assertEquals(query, text.substring(request.queryStart(), request.queryEnd()));
        assertTrue(request.pathHas(endpoint.getBytes(StandardCharsets.US_ASCII)));
        assertFalse(request.pathHas("announc".getBytes(StandardCharsets.US_ASCII)));
        assertFalse(request.pathHas("announcement".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void isCompleteAtTheLastByteAndNotBefore() {
        for (String text : new String[] {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\r\nGET / HTTP/1.0\n\n"}) {
            for (int length = 0; length < text.length(); length++) {
                ByteBuffer in = bytes(text.substring(0, length));
                assertEquals(Outcome.INCOMPLETE, new HttpRequest().read(in));
                assertEquals(0, in.position());
            }
            ByteBuffer in = bytes(text + "GET");
            assertEquals(Outcome.COMPLETE, new HttpRequest().read(in));
            assertEquals(3, in.remaining());
        }
    }

    @Test
    void keepsTheConnectionAsTheVersionAndTheClientSay() {
        assertTrue(read("GET / HTTP/1.1\r\n\r\n").keepAlive());
        assertFalse(read("GET / HTTP/1.1\r\nCONNECTION: Close\r\n\r\n").keepAlive());
        assertFalse(read("GET / HTTP/1.0\r\n\r\n").keepAlive());
        assertTrue(read("GET / HTTP/1.0\r\nconnection: Keep-Alive\r\n\r\n").keepAlive());
        assertTrue(read("GET / HTTP/1.1\r\nContent-Length: 0\r\n\r\n").keepAlive());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 5", "content-length:  10", "Transfer-Encoding: chunked"})
    void aBodyEndsTheConnection(String field) {
        var request = read("POST /announce HTTP/1.1\r\n" + field + "\r\n\r\n");

        assertEquals(Method.OTHER, request.method());
        assertTrue(request.hasBody());
        assertFalse(request.keepAlive());
    }

    @ParameterizedTest
    @CsvSource({
        "1.1, closer, true",
        "1.1, 'foo, \tClose ', false",
        "1.1, ',close', false",
        "1.1, 'keep-alive, close', false",
        "1.1, '', true",
        "1.0, 'Keep-Alive, close', false",
        "1.0, 'not-keep-alive', false",
        "1.0, 'x,keep-alive', true"
    })
    void theWordsOfAConnectionFieldAreWhole(String version, String field, boolean keepAlive) {
        assertEquals(
                keepAlive,
                read("GET / HTTP/" + version + "\r\nConnection: " + field + "\r\n\r\n")
                        .keepAlive());
    }

    @Test
    void oneConnectionFieldIsEnoughToClose() {
        String text = "GET / HTTP/1.1\r\nConnection: close\r\nConnection: keep-alive\r\n\r\n";

        assertFalse(read(text).keepAlive());
    }

    @Test
    void findsWhoAProxyForwardsFor() {
        assertEquals(
                "192.0.2.1, 10.0.0.1",
                read("GET / HTTP/1.1\r\nX-FORWARDED-FOR:   192.0.2.1, 10.0.0.1  \r\n\r\n")
                        .forwardedFor());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET\r\n\r\n",
                "GET \r\n\r\n",
                "GET /\r\n\r\n",
                "GET announce HTTP/1.1\r\n\r\n",
                "GET http://host HTTP/1.1\r\n\r\n",
                "GET http://host?x=/announce HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
                "GET / / HTTP/1.1\r\n\r\n",
                " / HTTP/1.1\r\n\r\n",
                "x\r\n\r\n",
                "\26\3\1\2\0\1\0\1\374\n"
            })
    void whatIsNotHttpIsMalformed(String text) {
        assertEquals(Outcome.MALFORMED, outcome(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/2.0\r\n\r\n", "PRI * HTTP/2.0\r\n\r\n", "GET / HTTP/1.2\r\n\r\n"})
    void anotherVersionIsNotKnown(String text) {
        assertEquals(Outcome.UNKNOWN_VERSION, outcome(text));
    }

    @Test
    void aHeadHasALimit() {
        String start = "GET /announce?";
        String end = " HTTP/1.1\r\n\r\n";
        int most = HttpRequest.MAX_HEAD - start.length() - end.length();
        assertEquals(Outcome.COMPLETE, outcome(start + "x".repeat(most) + end));
        assertEquals(Outcome.TOO_LONG, outcome(start + "x".repeat(most + 1) + end));
        assertEquals(Outcome.TOO_LONG, outcome("x".repeat(HttpRequest.MAX_HEAD + 1)));
        assertEquals(Outcome.TOO_LONG, outcome("GET / HTTP/1.1\r\n" + "a: b\r\n".repeat(2000)));
    }

    @Test
    void readsAnyBytes() {
        Random random = new Random(2);
        byte[] good = "GET /announce?info_hash=x HTTP/1.1\r\nConnection: close\r\nX-Forwarded-For: b\r\n\r\n"
                .getBytes(StandardCharsets.ISO_8859_1);
        HttpRequest request = new HttpRequest();
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = good.clone();
            for (int change = random.nextInt(6); change > 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) (random.nextBoolean() ? '\n' : random.nextInt());
            }
            ByteBuffer in = ByteBuffer.wrap(bytes);
            if (request.read(in) == Outcome.COMPLETE) {
                assertTrue(in.position() > 0);
                request.path();
                request.forwardedFor();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X: a\r\n b",
                "Transfer-Encoding: x\r\n\tchunked",
                " X: a",
                "Content-Length : 5",
                "Content-Length\t: 5",
                ": a",
                "no colon"
            })
    void fieldsThatAreReadInMoreThanOneWayAreRefused(String field) {
        assertEquals(Outcome.MALFORMED, outcome("GET / HTTP/1.1\r\nHost: x\r\n" + field + "\r\n\r\n"));
    }
}
