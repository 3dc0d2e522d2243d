package dev.jackdaw.tracker;

import dev.jackdaw.tracker.HttpFrontend.After;
import org.jspecify.annotations.Nullable;

/// What an [HttpLoop] knows of a client.
final class HttpConnection {
    final int socket;
    /// Tells it from others that had or will have the same descriptor; never 0.
    final int serial;
    /// Where it came from.
    Family family = Family.V4;

    long high;
    long low;
    /// Whether its first bytes are to be a [ProxyHeader].
    boolean awaitsHeader;
    /// Whether `epoll` knows it.
    boolean watched;
    /// Whether there may be something of which `epoll` has told already.
    boolean again;
    /// The part of a request that has come, or null.
    byte @Nullable [] request;
    /// The part of an answer that the system has not taken, or null.
    byte @Nullable [] answer;
    /// What becomes of it when its answers are sent.
    After after = After.READ;

    // in the ring of `HttpConnections`
    long deadlineNanos;
    HttpConnection previous = this;
    HttpConnection next = this;

    HttpConnection(int socket, int serial) {
        this.socket = socket;
        this.serial = serial;
    }

    /// Takes a client's address.
    void comesFrom(Announcement client) {
        family = client.family;
        high = client.high;
        low = client.low;
    }

    /// Bytes that are held for it.
    int held() {
        return (request == null ? 0 : request.length) + (answer == null ? 0 : answer.length);
    }
}
