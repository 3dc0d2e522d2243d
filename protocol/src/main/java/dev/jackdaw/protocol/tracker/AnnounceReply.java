package dev.jackdaw.protocol.tracker;

import dev.jackdaw.protocol.PeerAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A tracker's answer to an announce.
public sealed interface AnnounceReply {
    /// Peers, and when to come back.
    ///
    /// @param interval    when to announce again
    /// @param minInterval never sooner than this, if the tracker said so
    /// @param seeders     complete peers in the swarm, or -1 if the tracker did not say
    /// @param leechers    incomplete ones, or -1
    /// @param externalIp  4 or 16 bytes: our address as the tracker sees it (BEP 24)
    /// @param warning     text for the user, from the tracker: escape it before showing it
    record Peers(
            Duration interval,
            Optional<Duration> minInterval,
            int seeders,
            int leechers,
            List<PeerAddress> peers,
            Optional<String> trackerId,
            Optional<byte[]> externalIp,
            Optional<String> warning)
            implements AnnounceReply {
        public Peers {
            peers = List.copyOf(peers);
        }
    }

    /// A refusal, or no usable answer at all.
    ///
    /// @param reason  from the tracker or from us: escape it before showing it
    /// @param retryIn when to try again; [Optional#empty()] leaves it to the client's own back-off
    /// @param never   whether the tracker asked not to be asked again (BEP 31)
    record Failure(String reason, Optional<Duration> retryIn, boolean never) implements AnnounceReply {
        public Failure(String reason) {
            this(reason, Optional.empty(), false);
        }
    }
}
