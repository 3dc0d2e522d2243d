package dev.jackdaw.protocol.tracker;

import dev.jackdaw.protocol.InfoHash;
import java.util.Map;

/// A tracker's answer to a scrape (BEP 48).
public sealed interface ScrapeReply {
    record Swarms(Map<InfoHash, Counts> swarms) implements ScrapeReply {
        public Swarms {
            swarms = Map.copyOf(swarms);
        }
    }

    record Failure(String reason) implements ScrapeReply {}

    /// @param seeders     complete peers
    /// @param completed   how often the torrent was downloaded
    /// @param leechers    incomplete peers
    /// @param downloaders those of them that download, and are no partial seeds (BEP 21); -1 if the tracker does
    ///                    not say
    record Counts(int seeders, int completed, int leechers, int downloaders) {
        public Counts(int seeders, int completed, int leechers) {
            this(seeders, completed, leechers, -1);
        }
    }
}
