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
/// one buffer, and writes the answers from another, so that a connection between two requests holds no memory
/// but its own few fields.
///
/// A client has a fixed time to send a request, however many bytes it sends meanwhile; the same time passes
/// between two requests. Connections wait in the order of their deadlines, which is the order in which they last
/// completed a request: when there are too many, the first of those is closed, so that no number of slow or
/// silent clients keeps a new one out. While a client does not read its answers, nothing more is read from it.
final class HttpLoop implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HttpLoop.class.getName());

    private static final int BUFFER = 64 * 1024;
    /// Connections looked at for one call of `epoll_wait`.
    private static final int EVENTS = 256;
    /// Connections accepted before others have their turn.
    private static final int ACCEPTS = 64;
    /// Of parts of requests, and of answers that are not read, of all connections; one that needs more is closed.
    private static final int MAX_HELD_BYTES = 32 << 20;
    /// How long a closing connection may take to read its answer.
    private static final Duration LINGER = Duration.ofSeconds(2);

    private final Linux linux = new Linux();
    private final HttpFrontend frontend;
    private final Counters counters;
    private final Ticker ticker;
    private final int maxConnections;
    private final long timeoutNanos;
    private final int[] listeners;
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
    private final @Nullable Connection[] fresh = new Connection[ACCEPTS];

    /// By descriptor.
    private @Nullable Connection[] connections = new Connection[64];
    /// The end of the ring of connections: its next one has the earliest deadline.
    private final Connection ring = new Connection();
    private long heldBytes;

    /// What is known of a client.
    private static final class Connection {
        int socket;
        Family family = Family.V4;
        long high;
        long low;
        /// What `epoll` is to tell of; 0 while it does not know the connection.
        int interest;
        long deadlineNanos;
        Connection previous = this;
        Connection next = this;
        /// The part of a request that has come, or null.
        byte @Nullable [] request;
        /// The part of an answer that the system has not taken, or null.
        byte @Nullable [] answer;
        /// What becomes of it when that is sent.
        After after = After.READ;
    }

    /// @param listeners not blocking; shared with other loops, and closed by whoever opened them
    HttpLoop(
            int[] listeners, HttpFrontend frontend, Counters counters, Ticker ticker, TrackerConfig config, String name)
            throws IOException {
        this.listeners = listeners.clone();
        this.frontend = frontend;
        this.counters = counters;
        this.ticker = ticker;
        this.maxConnections = config.maxConnections();
        this.timeoutNanos = config.requestTimeout().toNanos();
        this.epoll = Linux.check(linux.epollCreate(), "epoll_create1");
        this.thread = Thread.ofPlatform().name(name).unstarted(this::run);
        for (int listener : listeners) {
            Linux.check(watch(Linux.EPOLL_CTL_ADD, listener, Linux.EPOLLIN | Linux.EPOLLEXCLUSIVE), "epoll_ctl");
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
                int descriptor = events.getInt(i * Linux.EPOLL_EVENT_LENGTH + Linux.EPOLL_EVENT_DATA);
                @Nullable Connection connection = descriptor < connections.length ? connections[descriptor] : null;
                if (connection == null) {
                    accept(descriptor, now);
                } else {
                    handle(connection, now);
                }
            }
            while (ring.next != ring && ring.next.deadlineNanos - now < 0) {
                close(ring.next);
            }
        }
        while (ring.next != ring) {
            close(ring.next);
        }
    }

    /// @param listener or a connection that was closed after the event came
    private void accept(int listener, long now) {
        if (!isListener(listener)) {
            return;
        }
        int accepted = 0;
        while (accepted < ACCEPTS) {
            nameLength.putInt(0, Linux.SOCKADDR_LENGTH);
            int socket = linux.accept(listener, nameAddress, nameLengthAddress);
            if (socket < 0) {
                if (socket != -Linux.EAGAIN && ring.next != ring) {
                    close(ring.next); // most likely there are no descriptors left
                }
                break;
            }
            if (counters.httpConnections.incrementAndGet() > maxConnections && ring.next != ring) {
                counters.refused(Protocol.HTTP, Refusal.LIMIT).increment();
                close(ring.next);
            }
            Connection connection = new Connection();
            connection.socket = socket;
            client.source(name, 0);
            connection.family = client.family;
            connection.high = client.high;
            connection.low = client.low;
            if (socket >= connections.length) {
                connections = Arrays.copyOf(connections, Math.max(socket + 1, 2 * connections.length));
            }
            connections[socket] = connection;
            schedule(connection, now + timeoutNanos);
            fresh[accepted++] = connection;
        }
        // by now the requests of the first ones will have come
        for (int i = 0; i < accepted; i++) {
            Connection connection = fresh[i];
            if (connection != null && connections[connection.socket] == connection) {
                handle(connection, now);
            }
            fresh[i] = null;
        }
    }

    private boolean isListener(int descriptor) {
        for (int listener : listeners) {
            if (listener == descriptor) {
                return true;
            }
        }
        return false;
    }

    private void handle(Connection connection, long now) {
        try {
            if (connection.answer != null) {
                sendRest(connection, now);
            } else if (connection.after == After.LINGER) {
                discard(connection);
            } else {
                read(connection, now);
            }
        } catch (RuntimeException | AssertionError e) {
            LOG.log(System.Logger.Level.ERROR, "an HTTP connection is closed because of a bug", e);
            close(connection);
        }
    }

    private void read(Connection connection, long now) {
        in.clear();
        takeRequest(connection);
        int held = in.position();
        int length = linux.receive(connection.socket, inAddress + held, BUFFER - held, Linux.MSG_DONTWAIT);
        if (length > 0) {
            in.position(0).limit(held + length);
            serve(connection, now);
        } else if (length == -Linux.EAGAIN || length == -Linux.EINTR) {
            in.flip();
            holdRequest(connection);
            await(connection, Linux.EPOLLIN);
        } else {
            close(connection);
        }
    }

    /// Answers what is in [#in].
    private void serve(Connection connection, long now) {
        After after = After.SEND;
        while (after == After.SEND) {
            int before = in.position();
            out.clear();
            after = frontend.serve(in, connection.family, connection.high, connection.low, out);
            connection.after = after;
            if (in.position() != before) {
                schedule(connection, now + timeoutNanos);
            }
            int length = out.position();
            int sent = length == 0 ? 0 : send(connection, outAddress, length);
            if (sent < 0) {
                close(connection);
                return;
            }
            if (sent < length) {
                connection.answer = new byte[length - sent];
                out.get(sent, connection.answer);
                heldBytes += length - sent;
                holdRequest(connection);
                await(connection, Linux.EPOLLOUT);
                return;
            }
        }
        settle(connection, now);
    }

    /// Does what is to be done when all answers are sent.
    private void settle(Connection connection, long now) {
        switch (connection.after) {
            case READ, SEND -> {
                holdRequest(connection);
                await(connection, Linux.EPOLLIN);
            }
            case CLOSE -> close(connection);
            case LINGER -> {
                linux.shutdown(connection.socket, Linux.SHUT_WR);
                schedule(connection, now + LINGER.toNanos());
                await(connection, Linux.EPOLLIN);
            }
        }
    }

    private void sendRest(Connection connection, long now) {
        byte[] answer = connection.answer;
        if (answer == null) {
            return;
        }
        int length = Math.min(answer.length, BUFFER);
        out.clear().put(answer, 0, length);
        int sent = send(connection, outAddress, length);
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
        in.clear();
        takeRequest(connection);
        in.flip();
        if (connection.after == After.SEND) {
            serve(connection, now);
        } else {
            settle(connection, now);
        }
    }

    private void discard(Connection connection) {
        int length = linux.receive(connection.socket, inAddress, BUFFER, Linux.MSG_DONTWAIT);
        if (length == 0 || (length < 0 && length != -Linux.EAGAIN && length != -Linux.EINTR)) {
            close(connection);
        }
    }

    /// @return how many bytes the system has taken; negative if the connection is broken
    private int send(Connection connection, long address, int length) {
        int sent = linux.send(connection.socket, address, length, Linux.MSG_DONTWAIT | Linux.MSG_NOSIGNAL);
        return sent == -Linux.EAGAIN || sent == -Linux.EINTR ? 0 : sent;
    }

    /// Puts the part of a request that is held into [#in].
    private void takeRequest(Connection connection) {
        byte[] request = connection.request;
        if (request != null) {
            in.put(request);
            heldBytes -= request.length;
            connection.request = null;
        }
    }

    /// Keeps what is left in [#in] until there is more of it.
    private void holdRequest(Connection connection) {
        if (in.hasRemaining()) {
            byte[] request = new byte[in.remaining()];
            in.get(request);
            connection.request = request;
            heldBytes += request.length;
        }
    }

    /// Has the connection handled when that can be done; must be the last that is done to it.
    private void await(Connection connection, int interest) {
        if (heldBytes > MAX_HELD_BYTES) {
            counters.refused(Protocol.HTTP, Refusal.LIMIT).increment();
            close(connection);
            return;
        }
        if (connection.interest != interest) {
            int operation = connection.interest == 0 ? Linux.EPOLL_CTL_ADD : Linux.EPOLL_CTL_MOD;
            connection.interest = interest;
            watch(operation, connection.socket, interest);
        }
    }

    private int watch(int operation, int descriptor, int interest) {
        event.putInt(0, interest);
        event.putLong(Linux.EPOLL_EVENT_DATA, descriptor);
        return linux.epollControl(epoll, operation, descriptor, eventAddress);
    }

    /// Sets when the connection is closed, later than that of any other, or nearly.
    private void schedule(Connection connection, long deadlineNanos) {
        connection.deadlineNanos = deadlineNanos;
        unlink(connection);
        connection.previous = ring.previous;
        connection.next = ring;
        ring.previous.next = connection;
        ring.previous = connection;
    }

    private static void unlink(Connection connection) {
        connection.previous.next = connection.next;
        connection.next.previous = connection.previous;
    }

    private void close(Connection connection) {
        if (connections[connection.socket] != connection) {
            return;
        }
        connections[connection.socket] = null;
        unlink(connection);
        heldBytes -= (connection.request == null ? 0 : connection.request.length)
                + (connection.answer == null ? 0 : connection.answer.length);
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
