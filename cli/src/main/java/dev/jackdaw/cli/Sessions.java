package dev.jackdaw.cli;

import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionConfig;

/// Opens sessions: the library's, or a test's.
@FunctionalInterface
interface Sessions {
    Session open(SessionConfig config);
}
