package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Real sockets over loopback, and a time that is made up. The listener is told of a client when it has connected:
/// unlike a tracker's, it does not wait for the request.
class HttpSocketsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final TrackerConfig CONFIG = TrackerConfig.loopback()
            .maxConnections(3)
            .requestTimeout(Duration.ofSeconds(10))
            .build();

    private final List<HttpConnection> seen = new ArrayList<>();
    private final List<Socket> clients = new ArrayList<>();
    private final HttpConnections connections = new HttpConnections();
    private final Counters counters = new Counters();
    private Linux linux;
    private HttpSockets sockets;
    private int listener;
    private int port;
    private long nowNanos;

    @BeforeEach
    void listen() throws IOException {
        assumeTrue(Linux.isHere());
        linux = new Linux();
        listener = linux.open(
                new InetSocketAddress(LOOPBACK, 0), Linux.SOCK_STREAM | Linux.SOCK_NONBLOCK, Linux.SO_REUSEADDR);
        Linux.check(linux.listen(listener, 16), "listen");
        port = linux.port(listener);
        sockets = new HttpSockets(new int[] {listener}, connections, linux, counters, CONFIG);
    }

    @AfterEach
    void close() throws IOException {
        if (sockets != null) {
            sockets.close();
            linux.close(listener);
        }
        for (Socket client : clients) {
            client.close();
        }
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(LOOPBACK, port);
        clients.add(client);
        client.setSoTimeout(10_000);
        return client;
    }

    /// Has sockets looked at until there is nothing to look at.
    private void turn() {
        for (int count = sockets.await(); count > 0; count = sockets.await()) {
            for (int i = 0; i < count; i++) {
                sockets.handle(i, this::look, nowNanos);
            }
        }
    }

    private void look(HttpConnection connection, long now) {
        assertEquals(nowNanos, now);
        seen.add(connection);
        sockets.watch(connection);
    }

    /// The connection of a client that connects now.
    private HttpConnection accepted() throws IOException {
        connect();
        turn();
        return seen.getLast();
    }

    private static boolean isClosed(Socket client) throws IOException {
        return client.getInputStream().read() < 0;
    }

    @Test
    void aClientIsLookedAtWhenItHasConnectedAndComesFromItsAddress() throws IOException {
        HttpConnection connection = accepted();

        assertTrue(connections.has(connection));
        assertEquals(Family.V4, connection.family);
        assertEquals(0x7f000001L, connection.low);
        assertEquals(10 * SECOND, connection.deadlineNanos);
        assertEquals(1, counters.httpConnections.get());
    }

    @Test
    void aConnectionIsLookedAtAgainWhenBytesCome() throws IOException {
        HttpConnection connection = accepted();
        seen.clear();

        clients.getFirst().getOutputStream().write('G');
        turn();

        assertSame(connection, seen.getLast());
        assertFalse(connection.again, "nothing was left behind");
    }

    @Test
    void ofAConnectionThatHasEndedThereMayBeSomethingLeft() throws IOException {
        HttpConnection connection = accepted();
        List<Boolean> again = new ArrayList<>();

        clients.getFirst().shutdownOutput();
        int count = sockets.await();
        for (int i = 0; i < count; i++) {
            sockets.handle(i, (ended, _) -> again.add(ended == connection && ended.again), nowNanos);
        }

        assertTrue(again.contains(true));
    }

    @Test
    void oneTooManyHasTheFirstOneClosedThatHasLongestCompletedNoRequest() throws IOException {
        HttpConnection first = accepted();
        HttpConnection second = accepted();
        accepted();
        nowNanos = SECOND;
        sockets.renew(first, nowNanos);

        accepted();

        assertFalse(connections.has(second));
        assertTrue(isClosed(clients.get(1)));
        assertEquals(3, counters.httpConnections.get());
        assertEquals(
                1,
                counters.refused(Counters.Protocol.HTTP, Counters.Refusal.LIMIT).sum());
    }

    @Test
    void aConnectionIsClosedWhenItsTimeIsOver() throws IOException {
        HttpConnection slow = accepted();
        nowNanos = SECOND;
        HttpConnection later = accepted();

        sockets.closeOverdue(10 * SECOND);
        assertTrue(connections.has(slow));
        sockets.closeOverdue(10 * SECOND + 1);

        assertFalse(connections.has(slow));
        assertTrue(isClosed(clients.getFirst()));
        assertTrue(connections.has(later));
    }

    @Test
    void anEventOfAConnectionThatWasClosedMeanwhileIsNobodys() throws IOException {
        HttpConnection first = accepted();
        HttpConnection second = accepted();
        turn();
        seen.clear();
        clients.get(0).getOutputStream().write('G');
        clients.get(1).getOutputStream().write('G');

        int count = sockets.await();
        sockets.close(first);
        sockets.close(first);
        for (int i = 0; i < count; i++) {
            sockets.handle(i, this::look, nowNanos);
        }
        turn();

        assertFalse(seen.contains(first));
        assertTrue(seen.contains(second));
        assertEquals(1, counters.httpConnections.get());
    }

    @Test
    void aConnectionForWhichTooMuchWouldBeHeldIsClosed() throws IOException {
        HttpConnection greedy = accepted();
        HttpConnection other = accepted();
        connections.holdAnswer(other, new byte[HttpSockets.MAX_HELD_BYTES]);
        sockets.watch(other);
        assertTrue(connections.has(other));

        connections.holdRequest(greedy, new byte[1]);
        sockets.watch(greedy);

        assertFalse(connections.has(greedy));
        assertEquals(HttpSockets.MAX_HELD_BYTES, connections.heldBytes());
        assertEquals(
                1,
                counters.refused(Counters.Protocol.HTTP, Counters.Refusal.LIMIT).sum());
    }

    @Test
    void closingClosesAllConnections() throws IOException {
        accepted();
        accepted();

        sockets.close();
        sockets = null;
        linux.close(listener);

        for (Socket client : clients) {
            assertTrue(isClosed(client));
        }
        assertEquals(0, counters.httpConnections.get());
    }
}
