package dev.jackdaw.protocol.tracker;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import dev.jackdaw.protocol.tracker.QueryReader.Key;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A scrape as a tracker finds it in the query of an HTTP request (BEP 48).
///
/// @param infoHashes the torrents it asks for, at most [HttpTrackerCodec#MAX_SCRAPE]; none if it asks for all
/// @param passkey    the parameter by which some private trackers tell their users apart; empty if there is none
public record HttpScrapeQuery(List<InfoHash> infoHashes, String passkey) {
    private static final Key INFO_HASH = Key.of("info_hash");
    private static final Key PASSKEY = Key.of("passkey");

    public HttpScrapeQuery {
        infoHashes = List.copyOf(infoHashes);
    }

    /// Reads a query.
    ///
    /// @param query has it between the two indexes
    public static HttpScrapeQuery read(ByteBuffer query, int from, int to) throws ProtocolException {
        QueryReader in = new QueryReader();
        in.read(query, from, to);
        List<InfoHash> infoHashes = new ArrayList<>();
        String passkey = "";
        while (in.next()) {
            if (in.keyIs(INFO_HASH)) {
                if (infoHashes.size() == HttpTrackerCodec.MAX_SCRAPE) {
                    throw new ProtocolException(
                            Violation.LIMIT_EXCEEDED,
                            "scrape of more than " + HttpTrackerCodec.MAX_SCRAPE + " torrents");
                }
                in.identity();
                infoHashes.add(new InfoHash(in.high(), in.middle(), in.low()));
            } else if (in.keyIs(PASSKEY)) {
                passkey = new String(in.bytes(), StandardCharsets.ISO_8859_1);
            }
        }
        return new HttpScrapeQuery(infoHashes, passkey);
    }
}
