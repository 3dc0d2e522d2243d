package dev.jackdaw.peer.net;

import dev.jackdaw.peer.SessionException;
import dev.jackdaw.peer.announce.TrackerAnswer;
import dev.jackdaw.peer.announce.TrackerClients;
import dev.jackdaw.peer.http.HttpAgent;
import dev.jackdaw.peer.http.SystemResolver;
import dev.jackdaw.protocol.tracker.AnnounceReply;
import dev.jackdaw.protocol.tracker.AnnounceRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/// The tracker clients of a session with what they stand on.
final class SessionTrackers implements Announcer, AutoCloseable {
    private final SystemResolver resolver = new SystemResolver();
    private final HttpAgent agent;
    private final TrackerClients clients;

    /// @param random unguessable
    /// @throws SessionException if the system has no more sockets to give
    SessionTrackers(Optional<InetAddress> bindAddress, RandomGenerator random) {
        agent = new HttpAgent(resolver, bindAddress, SessionContext.CLIENT_NAME);
        try {
            clients = new TrackerClients(agent, resolver, bindAddress, random);
        } catch (IOException e) {
            agent.close();
            resolver.close();
            throw new SessionException("cannot open a socket for trackers: " + e.getMessage(), e);
        }
    }

    @Override
    public CompletableFuture<AnnounceReply> announce(String tracker, AnnounceRequest request) {
        return clients.announce(tracker, request).thenApply(TrackerAnswer::reply);
    }

    @Override
    public void close() {
        clients.close();
        agent.close();
        resolver.close();
    }
}
