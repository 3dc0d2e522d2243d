package dev.jackdaw.tracker;

import dev.jackdaw.protocol.Ticker;
import dev.jackdaw.tracker.Counters.Protocol;
import dev.jackdaw.tracker.Counters.Refusal;
import dev.jackdaw.tracker.HttpFrontend.After;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;

/// A thread that owns HTTP connections on Linux: it reads what has come into one buffer, and writes the answers
/// into another, so that a connection between two requests holds no memory but its own few fields.
///
/// A turn has three parts: what has come over all connections is read, then answered, then the answers are sent.
/// Before they are answered, the swarms that the requests are about are brought near ([Lookahead]), all at the
/// same time.
///
/// The answers of one turn are sent together when all its requests are answered. A client that sleeps has to be
/// woken by what is sent to it, and that costs the sender more than sending; where many share a machine or a
/// proxy, the first answer wakes it and the others find it awake.
///
/// Which connections there are, for how long, and which of them are to be looked at, is a matter of [HttpSockets].
/// While a client does not read its answers, nothing more is read from it.
final class HttpLoop implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HttpLoop.class.getName());

    private static final int BUFFER = 64 * 1024;
    /// Requests that are read before they are answered.
    private static final int GROUP = Lookahead.MOST;
    /// What is left in the buffer for a connection's bytes, beside those that are held for it.
    private static final int LEAST_ROOM = 2 * HttpRequest.MAX_HEAD;
    /// How long a closing connection may take to read its answer.
    private static final Duration LINGER = Duration.ofSeconds(2);

    private final Linux linux = new Linux();
    private final HttpFrontend frontend;
    private final Counters counters;
    private final Ticker ticker;
    private final HttpConnections connections = new HttpConnections();
    private final HttpSockets sockets;
    private final HttpSockets.Reader reader = this::handle;
    private final Thread thread;
    private volatile boolean closed;

    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER);
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER);
    private final long inAddress = Linux.address(in);
    private final long outAddress = Linux.address(out);
    private final Announcement client = new Announcement();
    private final ProxyHeader header = new ProxyHeader();
    /// Whose bytes are in [#in] and not looked at yet, and what was read of each.
    private final ConnectionSlices received = new ConnectionSlices(GROUP);

    private final HttpExchange[] exchanges = new HttpExchange[GROUP];

    /// Whose answers are in [#out].
    private final ConnectionSlices answers = new ConnectionSlices(HttpSockets.EVENTS);

    /// @param listeners not blocking; shared with other loops, and closed by whoever opened them
    HttpLoop(
            int[] listeners, HttpFrontend frontend, Counters counters, Ticker ticker, TrackerConfig config, String name)
            throws IOException {
        this.frontend = frontend;
        this.counters = counters;
        this.ticker = ticker;
        this.sockets = new HttpSockets(listeners, connections, linux, counters, config);
        Arrays.setAll(exchanges, _ -> new HttpExchange());
        this.thread = Thread.ofPlatform().name(name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (!closed) {
            int count = sockets.await();
            long now = ticker.nanos();
            for (int i = 0; i < count; i++) {
                sockets.handle(i, reader, now);
            }
            serveReceived(now);
            sendAnswers(now);
            sockets.closeOverdue(now);
        }
    }

    private void handle(HttpConnection connection, long now) {
        try {
            if (connection.answer == null && connection.after != After.LINGER) {
                receive(connection, now);
                return;
            }
            serveReceived(now); // what follows needs the buffer
            if (connection.answer != null) {
                sendRest(connection, now);
            } else {
                discard(connection);
            }
        } catch (RuntimeException | AssertionError e) {
            closeForBug(connection, e);
        }
    }

    private void closeForBug(HttpConnection connection, Throwable bug) {
        LOG.log(System.Logger.Level.ERROR, "an HTTP connection is closed because of a bug", bug);
        sockets.close(connection);
    }

    /// Takes what has come, to be served later in this turn.
    private void receive(HttpConnection connection, long now) {
        int held = connection.request == null ? 0 : connection.request.length;
        if (received.isFull() || BUFFER - received.end() < held + LEAST_ROOM) {
            serveReceived(now);
        }
        int start = received.end();
        in.clear().position(start);
        takeRequest(connection);
        int at = in.position();
        int room = BUFFER - at;
        int length = linux.receive(connection.socket, inAddress + at, room, Linux.MSG_DONTWAIT);
        if (length > 0) {
            connection.again |= length == room;
            received.add(connection, start, at + length);
        } else if (length == -Linux.EAGAIN || length == -Linux.EINTR) {
            connection.again |= length == -Linux.EINTR;
            in.position(start).limit(at);
            holdRequest(connection);
            sockets.watch(connection);
        } else {
            sockets.close(connection);
        }
    }

    /// Answers all that was received.
    private void serveReceived(long now) {
        for (int i = 0; i < received.count(); i++) {
            HttpConnection connection = received.owner(i);
            if (connection != null && !readAhead(connection, i)) {
                received.drop(i);
            }
        }
        frontend.bringNear();
        for (int i = 0; i < received.count(); i++) {
            HttpConnection connection = received.owner(i);
            if (connection != null && connections.has(connection)) {
                in.limit(received.end(i)).position(received.start(i));
                try {
                    serve(connection, exchanges[i], now);
                } catch (RuntimeException | AssertionError e) {
                    closeForBug(connection, e);
                }
            }
            exchanges[i].waits = false; // of one that was closed meanwhile
        }
        received.clear();
    }

    /// Reads the first request of what a connection has sent; says whether it is to be served.
    private boolean readAhead(HttpConnection connection, int i) {
        if (!connections.has(connection)) {
            return false;
        }
        in.limit(received.end(i)).position(received.start(i));
        try {
            if (connection.awaitsHeader && !hasReadHeader(connection)) {
                return false;
            }
            frontend.readAhead(exchanges[i], in);
        } catch (RuntimeException | AssertionError e) {
            closeForBug(connection, e);
            return false;
        }
        received.startAt(i, in.position());
        return true;
    }

    /// Reads who the client of a proxy is; says whether that is known now.
    private boolean hasReadHeader(HttpConnection connection) {
        switch (header.read(in)) {
            case COMPLETE -> {
                connection.awaitsHeader = false;
                header.client().ifPresent(address -> {
                    client.source(address);
                    connection.comesFrom(client);
                });
                return true;
            }
            case INCOMPLETE -> {
                holdRequest(connection);
                sockets.watch(connection);
            }
            case MALFORMED -> {
                counters.refused(Protocol.HTTP, Refusal.MALFORMED).increment();
                sockets.close(connection);
            }
        }
        return false;
    }

    /// Answers what is in [#in].
    private void serve(HttpConnection connection, HttpExchange exchange, long now) {
        while (true) {
            if (answers.isFull() || out.remaining() < HttpFrontend.MAX_RESPONSE) {
                sendAnswers(now);
            }
            boolean complete = exchange.waits && exchange.outcome == HttpRequest.Outcome.COMPLETE;
            int before = in.position();
            int start = out.position();
            connection.after = frontend.serve(exchange, in, connection.family, connection.high, connection.low, out);
            if (complete || in.position() != before) {
                sockets.renew(connection, now);
            }
            if (out.position() > start) {
                answers.add(connection, start, out.position());
            }
            if (connection.after != After.SEND) {
                break;
            }
            sendAnswers(now);
            if (!connections.has(connection)) {
                return;
            }
            if (connection.answer != null) {
                break;
            }
        }
        if (connection.after == After.READ || connection.after == After.SEND) {
            holdRequest(connection);
        }
        if (!answers.lastIsOf(connection)) {
            settle(connection, now);
        }
    }

    /// Sends what is in [#out].
    private void sendAnswers(long now) {
        for (int i = 0; i < answers.count(); i++) {
            HttpConnection connection = answers.owner(i);
            if (connection != null && connections.has(connection)) {
                sendAnswer(connection, answers.start(i), answers.end(i) - answers.start(i), now);
            }
        }
        answers.clear();
        out.clear();
    }

    private void sendAnswer(HttpConnection connection, int start, int length, long now) {
        int sent = send(connection, outAddress + start, length);
        if (sent < 0) {
            sockets.close(connection);
        } else if (sent < length) {
            byte[] rest = new byte[length - sent];
            out.get(start + sent, rest);
            connections.holdAnswer(connection, rest);
            sockets.watch(connection);
        } else {
            settle(connection, now);
        }
    }

    /// Does what is to be done when all answers are sent, or there are none.
    private void settle(HttpConnection connection, long now) {
        switch (connection.after) {
            case READ -> sockets.watch(connection);
            case SEND -> {} // `serve` goes on
            case CLOSE -> sockets.close(connection);
            case LINGER -> {
                linux.shutdown(connection.socket, Linux.SHUT_WR);
                connections.schedule(connection, now + LINGER.toNanos());
                connection.again = true;
                sockets.watch(connection);
            }
        }
    }

    private void sendRest(HttpConnection connection, long now) {
        byte[] answer = connection.answer;
        if (answer == null) {
            return;
        }
        in.clear().put(answer); // it was a part of `out`, which is as large
        int sent = send(connection, inAddress, answer.length);
        if (sent < 0) {
            sockets.close(connection);
            return;
        }
        if (sent < answer.length) {
            connections.holdAnswer(connection, Arrays.copyOfRange(answer, sent, answer.length));
            return;
        }
        connections.holdAnswer(connection, null);
        connection.again = true; // requests may have come meanwhile
        if (connection.after == After.SEND) {
            in.clear();
            takeRequest(connection);
            in.flip();
            serve(connection, exchanges[0], now);
        } else {
            settle(connection, now);
        }
    }

    private void discard(HttpConnection connection) {
        int length = linux.receive(connection.socket, inAddress, BUFFER, Linux.MSG_DONTWAIT);
        if (length == 0 || (length < 0 && length != -Linux.EAGAIN && length != -Linux.EINTR)) {
            sockets.close(connection);
        } else {
            connection.again |= length == BUFFER;
            sockets.watch(connection);
        }
    }

    /// @return how many bytes the system has taken; negative if the connection is broken
    private int send(HttpConnection connection, long address, int length) {
        int sent = linux.send(connection.socket, address, length, Linux.MSG_DONTWAIT | Linux.MSG_NOSIGNAL);
        return sent == -Linux.EAGAIN || sent == -Linux.EINTR ? 0 : sent;
    }

    /// Puts the part of a request that is held into [#in].
    private void takeRequest(HttpConnection connection) {
        byte[] request = connection.request;
        if (request != null) {
            in.put(request);
            connections.holdRequest(connection, null);
        }
    }

    /// Keeps what is left in [#in] until there is more of it.
    private void holdRequest(HttpConnection connection) {
        if (in.hasRemaining()) {
            byte[] request = new byte[in.remaining()];
            in.get(request);
            connections.holdRequest(connection, request);
        }
    }

    /// Closes all connections and waits for the thread to end: up to [DatagramBatch#WAIT_MILLIS].
    @Override
    public void close() {
        closed = true;
        UdpLoop.join(thread);
        sockets.close();
    }
}
