package dev.jackdaw.protocol.tracker;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import dev.jackdaw.protocol.bencode.Bencode;
import dev.jackdaw.protocol.bencode.BencodeLimits;
import dev.jackdaw.protocol.bencode.BencodeValue;
import dev.jackdaw.protocol.bencode.BencodeValue.ByteString;
import dev.jackdaw.protocol.bencode.BencodeValue.Dictionary;
import dev.jackdaw.protocol.bencode.BencodeValue.Int;
import dev.jackdaw.protocol.bencode.BencodeValue.Items;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// A tracker's bencoded answers over HTTP as a client reads them (BEP 3, 7, 23, 24, 31, 48). The other
/// directions are [TrackerUrls], [HttpAnnounceQuery], [HttpScrapeQuery] and [HttpTrackerWriter].
public final class HttpTrackerCodec {
    /// Addresses kept of a reply, all forms together; the rest is ignored.
    public static final int MAX_PEERS = 2_000;
    /// Torrents in one scrape, asked for or answered; more are refused when asked for and ignored in an answer.
    public static final int MAX_SCRAPE = 100;

    /// Bytes of a tracker id that we would send back; a longer one is left out.
    private static final int MAX_TRACKER_ID = 256;

    private HttpTrackerCodec() {}

    /// Reads the answer to an announce: a failure if it has a `failure reason`, else peers.
    ///
    /// Times are brought into the range of [AnnounceIntervals], addresses that cannot be dialled left out.
    public static AnnounceReply readAnnounceReply(byte[] body) throws ProtocolException {
        Dictionary root = Bencode.readDictionary(body, BencodeLimits.TRACKER);
        Optional<byte[]> failure = root.bytes("failure reason");
        if (failure.isPresent()) {
            return failure(TrackerText.bounded(failure.get()), root);
        }
        OptionalLong interval = root.integer("interval");
        OptionalLong minInterval = root.integer("min interval");
        return new AnnounceReply.Peers(
                interval.isPresent() ? AnnounceIntervals.clamp(interval.getAsLong()) : AnnounceIntervals.DEFAULT,
                minInterval.isPresent()
                        ? Optional.of(AnnounceIntervals.clamp(minInterval.getAsLong()))
                        : Optional.empty(),
                TrackerNumbers.count(root.integer("complete").orElse(-1)),
                TrackerNumbers.count(root.integer("incomplete").orElse(-1)),
                peers(root),
                root.bytes("tracker id")
                        .filter(id -> id.length <= MAX_TRACKER_ID)
                        .map(id -> new String(id, StandardCharsets.ISO_8859_1)),
                root.bytes("external ip").filter(ip -> ip.length == 4 || ip.length == 16),
                root.bytes("warning message").map(TrackerText::bounded));
    }

    /// Reads the answer to a scrape.
    public static ScrapeReply readScrapeReply(byte[] body) throws ProtocolException {
        Dictionary root = Bencode.readDictionary(body, BencodeLimits.TRACKER);
        Optional<byte[]> failure = root.bytes("failure reason");
        if (failure.isPresent()) {
            return new ScrapeReply.Failure(TrackerText.bounded(failure.get()));
        }
        Dictionary files = root.dictionary("files")
                .orElseThrow(() -> new ProtocolException(Violation.MISSING_FIELD, "scrape reply without files"));
        Map<InfoHash, ScrapeReply.Counts> swarms = new HashMap<>();
        for (Map.Entry<String, BencodeValue> file : files.entries().entrySet()) {
            if (swarms.size() == MAX_SCRAPE) {
                break;
            }
            if (file.getKey().length() == InfoHash.LENGTH && file.getValue() instanceof Dictionary counts) {
                swarms.put(
                        InfoHash.of(file.getKey().getBytes(StandardCharsets.ISO_8859_1)),
                        new ScrapeReply.Counts(
                                TrackerNumbers.count(counts.integer("complete").orElse(-1)),
                                TrackerNumbers.count(
                                        counts.integer("downloaded").orElse(-1)),
                                TrackerNumbers.count(
                                        counts.integer("incomplete").orElse(-1)),
                                TrackerNumbers.count(
                                        counts.integer("downloaders").orElse(-1))));
            }
        }
        return new ScrapeReply.Swarms(swarms);
    }

    private static AnnounceReply.Failure failure(String reason, Dictionary root) {
        return switch (root.entries().get("retry in")) {
            case Int(long minutes) -> retry(reason, minutes);
            case ByteString text
            when text.text().equals("never") -> new AnnounceReply.Failure(reason, Optional.empty(), true);
            case ByteString text
            when text.bytes().length <= 9 && isDecimal(text.bytes()) -> retry(reason, Long.parseLong(text.text()));
            case null, default -> new AnnounceReply.Failure(reason); // absent, or nothing that can be followed
        };
    }

    private static AnnounceReply.Failure retry(String reason, long minutes) {
        return new AnnounceReply.Failure(reason, Optional.of(AnnounceIntervals.clampRetry(minutes)), false);
    }

    private static boolean isDecimal(byte[] text) {
        for (byte b : text) {
            if (b < '0' || b > '9') {
                return false;
            }
        }
        return text.length > 0;
    }

    private static List<PeerAddress> peers(Dictionary root) throws ProtocolException {
        List<PeerAddress> peers = new ArrayList<>();
        switch (root.entries().get("peers")) {
            case null -> {} // perhaps there are only IPv6 ones
            case ByteString(byte[] compact) -> addCompact("peers", compact, false, peers);
            case Items(List<BencodeValue> items) -> addDictionaries(items, peers);
            case Int other -> throw new ProtocolException(Violation.BAD_VALUE, "\"peers\" is an integer");
            case Dictionary other -> throw new ProtocolException(Violation.BAD_VALUE, "\"peers\" is a dictionary");
        }
        Optional<byte[]> peers6 = root.bytes("peers6");
        if (peers6.isPresent()) {
            addCompact("peers6", peers6.get(), true, peers);
        }
        return peers;
    }

    private static void addCompact(String key, byte[] compact, boolean v6, List<PeerAddress> into)
            throws ProtocolException {
        int length = v6 ? PeerAddress.COMPACT_V6_LENGTH : PeerAddress.COMPACT_V4_LENGTH;
        if (compact.length % length != 0) {
            throw new ProtocolException(
                    Violation.BAD_VALUE,
                    "\"" + key + "\" of " + compact.length + " bytes, expected a multiple of " + length);
        }
        ByteBuffer in = ByteBuffer.wrap(compact);
        while (in.hasRemaining() && into.size() < MAX_PEERS) {
            PeerAddress address = PeerAddress.readCompact(in, v6);
            if (address.isDialable()) {
                into.add(address);
            }
        }
    }

    private static void addDictionaries(List<BencodeValue> items, List<PeerAddress> into) throws ProtocolException {
        for (BencodeValue item : items) {
            if (into.size() == MAX_PEERS) {
                return;
            }
            if (!(item instanceof Dictionary peer)) {
                throw new ProtocolException(Violation.BAD_VALUE, "peer that is not a dictionary");
            }
            if (peer.entries().get("ip") instanceof ByteString(byte[] ip)
                    && peer.entries().get("port") instanceof Int(long port)
                    && port > 0
                    && port <= 0xffff) {
                IpLiteral.parse(ip)
                        .map(host -> PeerAddress.of(host, (int) port))
                        .filter(PeerAddress::isDialable)
                        .ifPresent(into::add);
            }
        }
    }
}
