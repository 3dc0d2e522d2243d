package dev.jackdaw.peer.net;

import dev.jackdaw.peer.SessionException;
import dev.jackdaw.peer.announce.TrackerAnswer;
import dev.jackdaw.peer.announce.TrackerClients;
import dev.jackdaw.peer.http.HostResolver;
import dev.jackdaw.peer.http.HttpAgent;
import dev.jackdaw.protocol.tracker.AnnounceRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/// The tracker clients of a session.
final class SessionTrackers implements Announcer, AutoCloseable {
    private final TrackerClients clients;

    /// @param agent  closed by its owner, after this
    /// @param random unguessable
    /// @throws SessionException if the system has no more sockets to give
    SessionTrackers(HttpAgent agent, HostResolver resolver, Optional<InetAddress> bindAddress, RandomGenerator random) {
        try {
            clients = new TrackerClients(agent, resolver, bindAddress, random);
        } catch (IOException e) {
            throw new SessionException("cannot open a socket for trackers: " + e.getMessage(), e);
        }
    }

    @Override
    public CompletableFuture<TrackerAnswer> announce(String tracker, AnnounceRequest request) {
        return clients.announce(tracker, request);
    }

    @Override
    public void close() {
        clients.close();
    }
}
