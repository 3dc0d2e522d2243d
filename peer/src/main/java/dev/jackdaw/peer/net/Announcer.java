package dev.jackdaw.peer.net;

import dev.jackdaw.protocol.tracker.AnnounceReply;
import dev.jackdaw.protocol.tracker.AnnounceRequest;
import java.util.concurrent.CompletableFuture;

/// Announces to trackers.
@FunctionalInterface
interface Announcer {
    /// @return ends within a bounded time, with [AnnounceReply.Failure] rather than an exception
    CompletableFuture<AnnounceReply> announce(String tracker, AnnounceRequest request);
}
