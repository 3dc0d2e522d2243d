package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRequestLineTest {
    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    private static HttpRequestLine read(String text) {
        ByteBuf in = bytes(text);
        int end = HttpRequestLine.end(in, 0);
        assertEquals(in.writerIndex(), end);
        return HttpRequestLine.read(in, 0, end);
    }

    @Test
    void takesARequestApart() {
        assertEquals(
                new HttpRequestLine("/announce", "a=b?c", true, true),
                read("GET /announce?a=b?c HTTP/1.1\r\nHost: x\r\n\r\n"));
    }

    @Test
    void findsTheEndOfAHeadAtTheLastByteAndNotBefore() {
        for (String text : new String[] {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.0\n\n"}) {
            for (int length = 0; length < text.length(); length++) {
                assertEquals(-1, HttpRequestLine.end(bytes(text.substring(0, length)), 0));
            }
            assertEquals(text.length(), HttpRequestLine.end(bytes(text + "GET"), 0));
        }
    }

    @Test
    void keepsTheConnectionAsTheVersionAndTheClientSay() {
        assertTrue(read("GET / HTTP/1.1\r\n\r\n").keepAlive());
        assertFalse(read("GET / HTTP/1.1\r\nCONNECTION: Close\r\n\r\n").keepAlive());
        assertFalse(read("GET / HTTP/1.0\r\n\r\n").keepAlive());
        assertTrue(read("GET / HTTP/1.0\r\nconnection: Keep-Alive\r\n\r\n").keepAlive());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /announce HTTP/1.1\r\n\r\n",
                "GET\r\n\r\n",
                "GET \r\n\r\n",
                "GET /\r\n\r\n",
                "GET / HTTP/2.0\r\n\r\n",
                "GET announce HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nContent-Length: 5\r\n\r\n",
                "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
                "\r\nx\r\n\r\n"
            })
    void refusesWhatItCannotAnswerAndEndsTheConnection(String text) {
        var request = read(text);

        assertFalse(request.readable());
        assertFalse(request.keepAlive());
    }

    @Test
    void readsAnyBytes() {
        Random random = new Random(2);
        byte[] good = "GET /announce?info_hash=x HTTP/1.1\r\nConnection: close\r\nA: b\r\n\r\n"
                .getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = good.clone();
            for (int change = random.nextInt(6); change > 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) (random.nextBoolean() ? '\n' : random.nextInt());
            }
            ByteBuf in = Unpooled.wrappedBuffer(bytes);
            int end = HttpRequestLine.end(in, 0);
            if (end >= 0) {
                HttpRequestLine.read(in, 0, end);
            }
        }
    }
}
