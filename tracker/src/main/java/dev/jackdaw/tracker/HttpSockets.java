package dev.jackdaw.tracker;

import dev.jackdaw.tracker.Counters.Protocol;
import dev.jackdaw.tracker.Counters.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The sockets of an [HttpLoop]: accepts connections, waits for all of them with `epoll`, and closes them, at the
/// latest when there are too many, one takes too long, or too much is held for them.
///
/// A client has a fixed time to send a request, however many bytes it sends meanwhile; the same time passes
/// between two requests. Connections wait in the order of their deadlines, which is the order in which they last
/// completed a request: when there are too many, the first of those is closed, so that no number of slow or silent
/// clients keeps a new one out.
///
/// `epoll` tells of a change once (`EPOLLET`), which spares it a look at each connection that was served and the
/// loop a call each time that it waits for something else. So whatever leaves something behind, bytes or the end,
/// has to ask to be told again.
///
/// Not thread-safe.
final class HttpSockets implements AutoCloseable {
    /// Connections looked at in one turn.
    static final int EVENTS = 256;
    /// Of parts of requests, and of answers that are not read, of all connections; one that needs more is closed.
    static final int MAX_HELD_BYTES = 32 << 20;

    /// Connections accepted before others have their turn.
    private static final int ACCEPTS = 64;
    /// The client has closed its side, or the connection is broken.
    private static final int ENDED = Linux.EPOLLRDHUP | Linux.EPOLLHUP | Linux.EPOLLERR;

    /// Looks at a connection: there may be something to read, or room for what is to be sent.
    interface Reader {
        void handle(HttpConnection connection, long nowNanos);
    }

    private final Linux linux;
    private final HttpConnections connections;
    private final Counters counters;
    private final TrackerConfig config;
    private final long timeoutNanos;
    private final int epoll;

    private final ByteBuffer events = Linux.buffer(EVENTS * Linux.EPOLL_EVENT_LENGTH);
    private final ByteBuffer event = Linux.buffer(Linux.EPOLL_EVENT_LENGTH);
    private final ByteBuffer name = ByteBuffer.allocateDirect(Linux.SOCKADDR_LENGTH);
    private final ByteBuffer nameLength = Linux.buffer(Integer.BYTES);
    private final long eventsAddress = Linux.address(events);
    private final long eventAddress = Linux.address(event);
    private final long nameAddress = Linux.address(name);
    private final long nameLengthAddress = Linux.address(nameLength);
    private final Announcement client = new Announcement();
    private final @Nullable HttpConnection[] fresh = new HttpConnection[ACCEPTS];

    /// @param listeners   not blocking; shared with others, and closed by whoever opened them
    /// @param connections those whose sockets these are
    HttpSockets(int[] listeners, HttpConnections connections, Linux linux, Counters counters, TrackerConfig config)
            throws IOException {
        this.linux = linux;
        this.connections = connections;
        this.counters = counters;
        this.config = config;
        this.timeoutNanos = config.requestTimeout().toNanos();
        this.epoll = Linux.check(linux.epollCreate(), "epoll_create1");
        for (int listener : listeners) {
            int interest = Linux.EPOLLIN | Linux.EPOLLEXCLUSIVE;
            Linux.check(control(Linux.EPOLL_CTL_ADD, listener, interest, listener), "epoll_ctl");
        }
    }

    /// Waits until there is something to do, up to [DatagramBatch#WAIT_MILLIS].
    ///
    /// @return how many sockets are to be looked at; negative if none are
    int await() {
        return linux.epollWait(epoll, eventsAddress, EVENTS, DatagramBatch.WAIT_MILLIS);
    }

    /// Has the reader look at one of the sockets that [#await] was told of, or at those that it brings.
    void handle(int index, Reader reader, long nowNanos) {
        int at = index * Linux.EPOLL_EVENT_LENGTH;
        long tag = events.getLong(at + Linux.EPOLL_EVENT_DATA);
        if (!HttpConnections.isConnection(tag)) {
            accept((int) tag, reader, nowNanos);
            return;
        }
        HttpConnection connection = connections.tagged(tag);
        if (connection != null) {
            connection.again |= (events.getInt(at) & ENDED) != 0;
            reader.handle(connection, nowNanos);
        }
    }

    private void accept(int listener, Reader reader, long nowNanos) {
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
            HttpConnection connection = connections.add(socket, nowNanos + timeoutNanos);
            client.source(name, 0);
            connection.comesFrom(client);
            connection.awaitsHeader = config.beginsWithHeader(client);
            fresh[accepted++] = connection;
        }
        // by now the requests of the first ones will have come
        for (int i = 0; i < accepted; i++) {
            HttpConnection connection = fresh[i];
            if (connection != null && connections.has(connection)) {
                reader.handle(connection, nowNanos);
            }
            fresh[i] = null;
        }
    }

    /// Has [#await] tell of the connection when something changes, or at once if there may be something left; must
    /// be the last that is done to it.
    void watch(HttpConnection connection) {
        if (connections.heldBytes() > MAX_HELD_BYTES) {
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
        control(operation, connection.socket, interest, HttpConnections.tag(connection));
    }

    private int control(int operation, int descriptor, int interest, long tag) {
        event.putInt(0, interest);
        event.putLong(Linux.EPOLL_EVENT_DATA, tag);
        return linux.epollControl(epoll, operation, descriptor, eventAddress);
    }

    /// The connection has completed a request: its time begins anew.
    void renew(HttpConnection connection, long nowNanos) {
        connections.schedule(connection, nowNanos + timeoutNanos);
    }

    /// Closes the connections whose time is over.
    void closeOverdue(long nowNanos) {
        HttpConnection first = connections.first();
        while (first != null && first.deadlineNanos - nowNanos < 0) {
            close(first);
            first = connections.first();
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

    /// Closes a connection, if it was not closed already.
    void close(HttpConnection connection) {
        if (connections.has(connection)) {
            connections.remove(connection);
            linux.close(connection.socket);
            counters.httpConnections.decrementAndGet();
        }
    }

    /// Closes all connections, and waits for none any more.
    @Override
    public void close() {
        for (var first = connections.first(); first != null; first = connections.first()) {
            close(first);
        }
        linux.close(epoll);
    }
}
