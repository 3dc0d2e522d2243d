package dev.jackdaw.tracker;

import dev.jackdaw.protocol.Ticker;
import dev.jackdaw.tracker.Counters.Protocol;
import dev.jackdaw.tracker.Counters.Refusal;
import dev.jackdaw.tracker.HttpFrontend.After;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A thread that owns HTTP connections on Linux: it waits for all of them with `epoll`, reads what has come into
/// one buffer, and writes the answers into another, so that a connection between two requests holds no memory
/// but its own few fields.
///
/// A turn has three parts: what has come over all connections is read, then answered, then the answers are sent. Before
/// they are answered, the swarms that the requests are about are brought near ([Lookahead]), all at the same time.
///
/// The answers of one turn are sent together when all its requests are answered. A client that sleeps has to be woken
/// by what is sent to it, and that costs the sender more than sending; where many share a machine or a proxy, the
/// first answer wakes it and the others find it awake.
///
/// `epoll` tells of a change once (`EPOLLET`), which spares it a look at each connection that was served and the
/// loop a call each time that it waits for something else. So whatever leaves something behind, bytes or the end,
/// has to ask to be told again.
///
/// A client has a fixed time to send a request, however many bytes it sends meanwhile; the same time passes
/// between two requests. Connections wait in the order of their deadlines, which is the order in which they last
/// completed a request: when there are too many, the first of those is closed, so that no number of slow or
/// silent clients keeps a new one out. While a client does not read its answers, nothing more is read from it.
final class HttpLoop implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HttpLoop.class.getName());

    private static final int BUFFER = 64 * 1024;
    /// Connections looked at in one turn.
    private static final int EVENTS = 256;
    /// Requests that are read before they are answered.
    private static final int GROUP = Lookahead.MOST;
    /// What is left in the buffer for a connection's bytes, beside those that are held for it.
    private static final int LEAST_ROOM = 2 * HttpRequest.MAX_HEAD;
    /// Connections accepted before others have their turn.
    private static final int ACCEPTS = 64;
    /// Of parts of requests, and of answers that are not read, of all connections; one that needs more is closed.
    private static final int MAX_HELD_BYTES = 32 << 20;
    /// How long a closing connection may take to read its answer.
    private static final Duration LINGER = Duration.ofSeconds(2);
    /// The client has closed its side, or the connection is broken.
    private static final int ENDED = Linux.EPOLLRDHUP | Linux.EPOLLHUP | Linux.EPOLLERR;

    private final Linux linux = new Linux();
    private final HttpFrontend frontend;
    private final Counters counters;
    private final Ticker ticker;
    private final TrackerConfig config;
    private final long timeoutNanos;
    private final int epoll;
    private final Thread thread;
    private volatile boolean closed;

    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER);
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER);
    private final ByteBuffer events = Linux.buffer(EVENTS * Linux.EPOLL_EVENT_LENGTH);
    private final ByteBuffer event = Linux.buffer(Linux.EPOLL_EVENT_LENGTH);
    private final ByteBuffer name = ByteBuffer.allocateDirect(Linux.SOCKADDR_LENGTH);
    private final ByteBuffer nameLength = Linux.buffer(Integer.BYTES);
    private final long inAddress = Linux.address(in);
    private final long outAddress = Linux.address(out);
    private final long eventsAddress = Linux.address(events);
    private final long eventAddress = Linux.address(event);
    private final long nameAddress = Linux.address(name);
    private final long nameLengthAddress = Linux.address(nameLength);
    private final Announcement client = new Announcement();
    private final ProxyHeader header = new ProxyHeader();
    private final @Nullable HttpConnection[] fresh = new HttpConnection[ACCEPTS];

    private final HttpConnections connections = new HttpConnections();
    private long heldBytes;

    /// Whose bytes are in [#in] and not looked at yet, and what was read of each.
    private final ConnectionSlices received = new ConnectionSlices(GROUP);

    private final HttpExchange[] exchanges = new HttpExchange[GROUP];

    /// Whose answers are in [#out].
    private final ConnectionSlices answers = new ConnectionSlices(EVENTS);

    /// @param listeners not blocking; shared with other loops, and closed by whoever opened them
    HttpLoop(
            int[] listeners, HttpFrontend frontend, Counters counters, Ticker ticker, TrackerConfig config, String name)
            throws IOException {
        this.frontend = frontend;
        this.counters = counters;
        this.ticker = ticker;
        this.config = config;
        this.timeoutNanos = config.requestTimeout().toNanos();
        this.epoll = Linux.check(linux.epollCreate(), "epoll_create1");
        Arrays.setAll(exchanges, _ -> new HttpExchange());
        this.thread = Thread.ofPlatform().name(name).unstarted(this::run);
        for (int listener : listeners) {
            int interest = Linux.EPOLLIN | Linux.EPOLLEXCLUSIVE;
            Linux.check(watch(Linux.EPOLL_CTL_ADD, listener, interest, listener), "epoll_ctl");
        }
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (!closed) {
            int count = linux.epollWait(epoll, eventsAddress, EVENTS, DatagramBatch.WAIT_MILLIS);
            long now = ticker.nanos();
            for (int i = 0; i < count; i++) {
                int at = i * Linux.EPOLL_EVENT_LENGTH;
                long tag = events.getLong(at + Linux.EPOLL_EVENT_DATA);
                if (!HttpConnections.isConnection(tag)) {
                    accept((int) tag, now);
                    continue;
                }
                HttpConnection connection = connections.tagged(tag);
                if (connection != null) {
                    connection.again |= (events.getInt(at) & ENDED) != 0;
                    handle(connection, now);
                }
            }
            serveReceived(now);
            sendAnswers(now);
            for (var first = connections.first(); first != null; first = connections.first()) {
                if (first.deadlineNanos - now >= 0) {
                    break;
                }
                close(first);
            }
        }
        for (var first = connections.first(); first != null; first = connections.first()) {
            close(first);
        }
    }

    private void accept(int listener, long now) {
        int accepted = 0;
        while (accepted < ACCEPTS) {
            nameLength.putInt(0, Linux.SOCKADDR_LENGTH);
            int socket = linux.accept(listener, nameAddress, nameLengthAddress);
            if (socket < 0) {
                if (socket != -Linux.EAGAIN) {
                    closeFirst(); // most likely there are no descriptors left
                }
                break;
            }
            if (counters.httpConnections.incrementAndGet() > config.maxConnections() && closeFirst()) {
                counters.refused(Protocol.HTTP, Refusal.LIMIT).increment();
            }
            HttpConnection connection = connections.add(socket, now + timeoutNanos);
            client.source(name, 0);
            connection.comesFrom(client);
            connection.awaitsHeader = config.beginsWithHeader(client);
            fresh[accepted++] = connection;
        }
        // by now the requests of the first ones will have come
        for (int i = 0; i < accepted; i++) {
            HttpConnection connection = fresh[i];
            if (connection != null && connections.has(connection)) {
                handle(connection, now);
            }
            fresh[i] = null;
        }
    }

    /// Closes the connection with the earliest deadline; says whether there was one.
    private boolean closeFirst() {
        HttpConnection first = connections.first();
        if (first == null) {
            return false;
        }
        close(first);
        return true;
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
        close(connection);
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
            await(connection);
        } else {
            close(connection);
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
                await(connection);
            }
            case MALFORMED -> {
                counters.refused(Protocol.HTTP, Refusal.MALFORMED).increment();
                close(connection);
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
                connections.schedule(connection, now + timeoutNanos);
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
            close(connection);
        } else if (sent < length) {
            connection.answer = new byte[length - sent];
            out.get(start + sent, connection.answer);
            heldBytes += length - sent;
            await(connection);
        } else {
            settle(connection, now);
        }
    }

    /// Does what is to be done when all answers are sent, or there are none.
    private void settle(HttpConnection connection, long now) {
        switch (connection.after) {
            case READ -> await(connection);
            case SEND -> {} // `serve` goes on
            case CLOSE -> close(connection);
            case LINGER -> {
                linux.shutdown(connection.socket, Linux.SHUT_WR);
                connections.schedule(connection, now + LINGER.toNanos());
                connection.again = true;
                await(connection);
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
            close(connection);
            return;
        }
        heldBytes -= sent;
        if (sent < answer.length) {
            connection.answer = Arrays.copyOfRange(answer, sent, answer.length);
            return;
        }
        connection.answer = null;
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
            close(connection);
        } else {
            connection.again |= length == BUFFER;
            await(connection);
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
            heldBytes -= request.length;
            connection.request = null;
        }
    }

    /// Keeps what is left in [#in] until there is more of it.
    private void holdRequest(HttpConnection connection) {
        if (in.hasRemaining()) {
            byte[] request = new byte[in.remaining()];
            in.get(request);
            connection.request = request;
            heldBytes += request.length;
        }
    }

    /// Has the connection handled when something changes, or at once if there may be something left; must be the last
    /// that is done to it.
    private void await(HttpConnection connection) {
        if (heldBytes > MAX_HELD_BYTES) {
            counters.refused(Protocol.HTTP, Refusal.LIMIT).increment();
            close(connection);
            return;
        }
        if (connection.watched && !connection.again) {
            return;
        }
        // both have `epoll` look at it now
        int operation = connection.watched ? Linux.EPOLL_CTL_MOD : Linux.EPOLL_CTL_ADD;
        connection.watched = true;
        connection.again = false;
        int interest = Linux.EPOLLIN | Linux.EPOLLOUT | Linux.EPOLLRDHUP | Linux.EPOLLET;
        watch(operation, connection.socket, interest, HttpConnections.tag(connection));
    }

    private int watch(int operation, int descriptor, int interest, long tag) {
        event.putInt(0, interest);
        event.putLong(Linux.EPOLL_EVENT_DATA, tag);
        return linux.epollControl(epoll, operation, descriptor, eventAddress);
    }

    private void close(HttpConnection connection) {
        if (!connections.has(connection)) {
            return;
        }
        connections.remove(connection);
        heldBytes -= connection.held();
        linux.close(connection.socket);
        counters.httpConnections.decrementAndGet();
    }

    /// Closes all connections and waits for the thread to end: up to [DatagramBatch#WAIT_MILLIS].
    @Override
    public void close() {
        closed = true;
        UdpLoop.join(thread);
        linux.close(epoll);
    }
}
