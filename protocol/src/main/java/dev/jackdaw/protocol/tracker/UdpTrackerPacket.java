package dev.jackdaw.protocol.tracker;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import java.util.List;
import java.util.Optional;

/// A packet between a client and a tracker over UDP (BEP 15, 41).
public sealed interface UdpTrackerPacket {
    /// Chosen by the client, sent back by the tracker.
    int transactionId();

    /// From a client.
    sealed interface Request extends UdpTrackerPacket {}

    /// From a tracker.
    sealed interface Reply extends UdpTrackerPacket {}

    /// Asks for a connection id, by which the client proves that it receives what is sent to its address.
    record Connect(int transactionId) implements Request {}

    /// @param connectionId good for one minute for the client, two for the tracker
    record Connected(int transactionId, long connectionId) implements Reply {}

    /// @param request its tracker id has no place here
    /// @param urlData path and query of the tracker's URL (BEP 41), at most [UdpTrackerCodec#MAX_URL_DATA]
    ///                characters; empty for none
    record Announce(int transactionId, long connectionId, AnnounceRequest request, String urlData) implements Request {}

    /// @param intervalSeconds as it stands in the packet; [#toAnnounceReply()] brings it into range
    record Announced(int transactionId, int intervalSeconds, int leechers, int seeders, List<PeerAddress> peers)
            implements Reply {
        public Announced {
            peers = List.copyOf(peers);
        }

        /// What both kinds of tracker answer with.
        public AnnounceReply.Peers toAnnounceReply() {
            return new AnnounceReply.Peers(
                    AnnounceIntervals.clamp(intervalSeconds),
                    Optional.empty(),
                    TrackerNumbers.count(seeders),
                    TrackerNumbers.count(leechers),
                    peers,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }
    }

    /// @param infoHashes 1 … [UdpTrackerCodec#MAX_SCRAPE]
    record Scrape(int transactionId, long connectionId, List<InfoHash> infoHashes) implements Request {
        public Scrape {
            infoHashes = List.copyOf(infoHashes);
        }
    }

    /// @param swarms in the order of the request
    record Scraped(int transactionId, List<ScrapeReply.Counts> swarms) implements Reply {
        public Scraped {
            swarms = List.copyOf(swarms);
        }
    }

    /// A refusal.
    ///
    /// @param message from outside: escape it before showing it
    record Failed(int transactionId, String message) implements Reply {}
}
