package dev.jackdaw.tracker;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The connections of one [HttpLoop]: by their descriptors, in the order of their deadlines, and what is held for
/// them.
final class HttpConnections {
    private @Nullable HttpConnection[] byDescriptor = new HttpConnection[64];
    /// The end of a ring of all: its next one has the earliest deadline.
    private final HttpConnection ring = new HttpConnection(-1, 0);

    private int lastSerial;
    private long heldBytes;

    HttpConnection add(int socket, long deadlineNanos) {
        lastSerial = lastSerial == -1 ? 1 : lastSerial + 1;
        HttpConnection connection = new HttpConnection(socket, lastSerial);
        if (socket >= byDescriptor.length) {
            byDescriptor = Arrays.copyOf(byDescriptor, Math.max(socket + 1, 2 * byDescriptor.length));
        }
        byDescriptor[socket] = connection;
        schedule(connection, deadlineNanos);
        return connection;
    }

    /// What `epoll` is to say when it tells of a connection: its descriptor and its serial. Descriptors are used
    /// again, at once, and there may be an event left that was meant for the one before.
    static long tag(HttpConnection connection) {
        return (long) connection.serial << 32 | connection.socket;
    }

    /// Whether a tag is a connection's, and not the bare descriptor of a listener.
    static boolean isConnection(long tag) {
        return tag >>> 32 != 0;
    }

    /// The connection of a tag; null if there is none any more.
    @Nullable
    HttpConnection tagged(long tag) {
        int socket = (int) tag;
        HttpConnection connection = socket < byDescriptor.length ? byDescriptor[socket] : null;
        return connection != null && connection.serial == (int) (tag >>> 32) ? connection : null;
    }

    /// Whether it was not removed.
    boolean has(HttpConnection connection) {
        return byDescriptor[connection.socket] == connection;
    }

    /// Sets when the connection is to be closed, later than that of any other, or nearly.
    void schedule(HttpConnection connection, long deadlineNanos) {
        connection.deadlineNanos = deadlineNanos;
        unlink(connection);
        connection.previous = ring.previous;
        connection.next = ring;
        ring.previous.next = connection;
        ring.previous = connection;
    }

    /// The one with the earliest deadline; null if there is none.
    @Nullable
    HttpConnection first() {
        return ring.next == ring ? null : ring.next;
    }

    /// Holds the part of a request that has come, or nothing of it any more.
    void holdRequest(HttpConnection connection, byte @Nullable [] request) {
        heldBytes -= connection.held();
        connection.request = request;
        heldBytes += connection.held();
    }

    /// Holds the part of an answer that the system has not taken, or nothing of it any more.
    void holdAnswer(HttpConnection connection, byte @Nullable [] answer) {
        heldBytes -= connection.held();
        connection.answer = answer;
        heldBytes += connection.held();
    }

    /// Bytes that are held for all of them.
    long heldBytes() {
        return heldBytes;
    }

    void remove(HttpConnection connection) {
        heldBytes -= connection.held();
        byDescriptor[connection.socket] = null;
        unlink(connection);
    }

    private static void unlink(HttpConnection connection) {
        connection.previous.next = connection.next;
        connection.next.previous = connection.previous;
    }
}
