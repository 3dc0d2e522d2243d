package dev.jackdaw.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TorrentFetcherTest {
    private final TorrentFetcher fetcher = new TorrentFetcher(Duration.ofMinutes(5));
    private HttpServer server;
    private String url;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer("/torrent", 200, "", new byte[] {1, 2, 3});
        server.start();
        url = "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @Test
    void fetchesABody() {
        assertArrayEquals(new byte[] {1, 2, 3}, fetcher.fetch(url + "/torrent"));
    }

    @Test
    void followsRedirects() {
        answer("/moved", 302, "/torrent", new byte[0]);

        assertArrayEquals(new byte[] {1, 2, 3}, fetcher.fetch(url + "/moved"));
    }

    @Test
    void endsALoopOfRedirects() {
        answer("/loop", 301, "/loop", new byte[0]);

        assertMessage("more than 5 redirects", url + "/loop");
    }

    @Test
    void followsNoRedirectToAnotherScheme() {
        answer("/file", 302, "file:///etc/passwd", new byte[0]);

        assertMessage("is no http or https URL", url + "/file");
    }

    @Test
    void reportsTheServersAnswer() {
        answer("/gone", 404, "", new byte[0]);

        assertMessage("the server answered 404", url + "/gone");
    }

    @Test
    void refusesAnEndlessBody() {
        server.createContext("/endless", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                byte[] chunk = new byte[1 << 16];
                for (long sent = 0; sent <= 2L * TorrentFetcher.MAX_BYTES; sent += chunk.length) {
                    out.write(chunk);
                }
            } catch (IOException e) {
                // The fetcher hung up, as it should.
            }
        });

        assertMessage("no torrent", url + "/endless");
    }

    @Test
    void refusesWhatIsNoUrl() {
        assertMessage("is no http or https URL", "http://");
        assertMessage("is no http or https URL", "http://a b/");
    }

    private void answer(String path, int status, String location, byte[] body) {
        server.createContext(path, exchange -> {
            if (!location.isEmpty()) {
                exchange.getResponseHeaders().set("Location", location);
            }
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    private void assertMessage(String expected, String fetched) {
        CommandFailure failure = assertThrows(CommandFailure.class, () -> fetcher.fetch(fetched));
        String message = String.valueOf(failure.getMessage());
        assertTrue(message.contains(expected), message);
        assertEquals(1, message.lines().count());
    }
}
