package dev.jackdaw.peer.net;

import dev.jackdaw.peer.announce.TrackerAnswer;
import dev.jackdaw.protocol.tracker.AnnounceRequest;
import java.util.concurrent.CompletableFuture;

/// Announces to trackers.
@FunctionalInterface
interface Announcer {
    /// @return ends within a bounded time, with a failure rather than an exception
    CompletableFuture<TrackerAnswer> announce(String tracker, AnnounceRequest request);
}
