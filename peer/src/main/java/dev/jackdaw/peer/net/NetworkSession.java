package dev.jackdaw.peer.net;

import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionConfig;

/// The [Session] over real sockets and files.
public final class NetworkSession {
    private NetworkSession() {}

    public static Session open(SessionConfig config) {
        throw new UnsupportedOperationException(config.toString());
    }
}
