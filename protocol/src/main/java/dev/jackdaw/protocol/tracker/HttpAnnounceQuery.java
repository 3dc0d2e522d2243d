package dev.jackdaw.protocol.tracker;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An announce as a tracker finds it in the query of an HTTP request (BEP 3, 7, 23).
///
/// Any `ip`, `ipv4` or `ipv6` is ignored: an address that a client names could be a victim's.
///
/// @param compact  whether peers may be in compact form: unless the client said `compact=0`
/// @param noPeerId whether peer ids are to be left out of the other form
public record HttpAnnounceQuery(AnnounceRequest request, boolean compact, boolean noPeerId) {
    /// Bytes of a tracker id that is sent back; a longer one is refused.
    private static final int MAX_TRACKER_ID = 256;
    /// Characters of a key that are read as a hexadecimal number; another key counts by its hash.
    private static final int KEY_DIGITS = 8;

    /// Reads a query. Numbers out of range are brought into it, unknown parameters ignored; of a parameter that is
    /// repeated, the last one counts.
    ///
    /// @param query what is after the `?`
    /// @throws ProtocolException if `info_hash`, `peer_id` or `port` is missing, or any value makes no sense
    public static HttpAnnounceQuery read(String query) throws ProtocolException {
        QueryReader in = new QueryReader(query);
        @Nullable InfoHash infoHash = null;
        @Nullable PeerId peerId = null;
        long port = -1;
        long uploaded = 0;
        long downloaded = 0;
        long left = TrackerNumbers.LEFT_UNKNOWN;
        AnnounceEvent event = AnnounceEvent.NONE;
        int key = 0;
        int numWant = -1;
        Optional<String> trackerId = Optional.empty();
        boolean compact = true;
        boolean noPeerId = false;
        while (in.next()) {
            switch (in.key()) {
                case "info_hash" -> infoHash = in.infoHash();
                case "peer_id" -> peerId = PeerId.of(in.bytes(PeerId.LENGTH));
                case "port" -> port = in.integer();
                case "uploaded" -> uploaded = TrackerNumbers.transferred(in.integer());
                case "downloaded" -> downloaded = TrackerNumbers.transferred(in.integer());
                case "left" -> left = TrackerNumbers.left(in.integer());
                case "event" -> event = event(in);
                case "key" -> key = key(in.bytes());
                case "numwant" -> numWant = TrackerNumbers.numWant(in.integer());
                case "trackerid" -> trackerId = Optional.of(trackerId(in.bytes()));
                case "compact" -> compact = !in.valueIs("0");
                case "no_peer_id" -> noPeerId = in.valueIs("1");
                default -> {} // what other clients add is no concern of ours
            }
        }
        if (infoHash == null || peerId == null || port == -1) {
            throw new ProtocolException(
                    Violation.MISSING_FIELD,
                    "announce without " + (infoHash == null ? "info_hash" : peerId == null ? "peer_id" : "port"));
        }
        if (port < 0 || port > 0xffff) {
            throw new ProtocolException(Violation.BAD_VALUE, "announce with port " + port);
        }
        return new HttpAnnounceQuery(
                new AnnounceRequest(
                        infoHash, peerId, (int) port, uploaded, downloaded, left, event, key, numWant, trackerId),
                compact,
                noPeerId);
    }

    private static AnnounceEvent event(QueryReader in) {
        if (in.valueIs("started")) {
            return AnnounceEvent.STARTED;
        }
        if (in.valueIs("stopped")) {
            return AnnounceEvent.STOPPED;
        }
        return in.valueIs("completed") ? AnnounceEvent.COMPLETED : AnnounceEvent.NONE;
    }

    private static int key(byte[] value) {
        String text = new String(value, StandardCharsets.ISO_8859_1);
        if (text.length() == KEY_DIGITS && text.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
            return Integer.parseUnsignedInt(text, 16);
        }
        return text.hashCode();
    }

    private static String trackerId(byte[] value) throws ProtocolException {
        if (value.length > MAX_TRACKER_ID) {
            throw new ProtocolException(
                    Violation.LIMIT_EXCEEDED,
                    "trackerid of " + value.length + " bytes, the limit is " + MAX_TRACKER_ID);
        }
        return new String(value, StandardCharsets.ISO_8859_1);
    }
}
