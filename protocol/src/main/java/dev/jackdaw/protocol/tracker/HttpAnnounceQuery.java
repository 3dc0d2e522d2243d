package dev.jackdaw.protocol.tracker;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import dev.jackdaw.protocol.tracker.QueryReader.Key;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An announce as a tracker finds it in the query of an HTTP request (BEP 3, 7, 21, 23).
///
/// Any `ip`, `ipv4` or `ipv6` is ignored: an address that a client names could be a victim's.
///
/// A server has one for each thread and reads every request with it, so that an announce allocates nothing; the
/// fields are those of the last query that was read. [#toRequest] makes a value of them.
public final class HttpAnnounceQuery {
    /// Bytes of a tracker id that is sent back; a longer one is refused.
    private static final int MAX_TRACKER_ID = 256;

    private static final Key INFO_HASH = Key.of("info_hash");
    private static final Key PEER_ID = Key.of("peer_id");
    private static final Key PORT = Key.of("port");
    private static final Key UPLOADED = Key.of("uploaded");
    private static final Key DOWNLOADED = Key.of("downloaded");
    private static final Key LEFT = Key.of("left");
    private static final Key EVENT = Key.of("event");
    private static final Key KEY = Key.of("key");
    private static final Key NUM_WANT = Key.of("numwant");
    private static final Key TRACKER_ID = Key.of("trackerid");
    private static final Key COMPACT = Key.of("compact");
    private static final Key NO_PEER_ID = Key.of("no_peer_id");
    private static final Key PASSKEY = Key.of("passkey");
    private static final byte[] STARTED = ascii("started");
    private static final byte[] STOPPED = ascii("stopped");
    private static final byte[] COMPLETED = ascii("completed");
    private static final byte[] PAUSED = ascii("paused");
    private static final byte[] ZERO = ascii("0");
    private static final byte[] ONE = ascii("1");

    /// What WebTorrent 1 sends as `left` while it has no metadata.
    private static final byte[] NOTHING = {};

    private final QueryReader in = new QueryReader();

    private long hashHigh;
    private long hashMiddle;
    private int hashLow;
    private long peerIdHigh;
    private long peerIdMiddle;
    private int peerIdLow;
    private int port;
    private long uploaded;
    private long downloaded;
    private long left;
    private AnnounceEvent event = AnnounceEvent.NONE;
    private int key;
    private int numWant;
    private @Nullable String trackerId;
    private boolean compact;
    private boolean noPeerId;
    private String passkey = "";

    /// Reads a query. Numbers out of range are brought into it, unknown parameters ignored; of a parameter that is
    /// repeated, the last one counts.
    ///
    /// @param query has it between the two indexes
    /// @throws ProtocolException if `info_hash`, `peer_id` or `port` is missing, or any value makes no sense;
    ///                           then the fields are undefined
    public void read(ByteBuffer query, int from, int to) throws ProtocolException {
        in.read(query, from, to);
        boolean hasInfoHash = false;
        boolean hasPeerId = false;
        boolean hasPort = false;
        uploaded = 0;
        downloaded = 0;
        left = TrackerNumbers.LEFT_UNKNOWN;
        event = AnnounceEvent.NONE;
        key = 0;
        numWant = -1;
        trackerId = null;
        compact = true;
        noPeerId = false;
        passkey = "";
        while (in.next()) {
            if (in.keyIs(INFO_HASH)) {
                in.identity();
                hashHigh = in.high();
                hashMiddle = in.middle();
                hashLow = in.low();
                hasInfoHash = true;
            } else if (in.keyIs(PEER_ID)) {
                in.identity();
                peerIdHigh = in.high();
                peerIdMiddle = in.middle();
                peerIdLow = in.low();
                hasPeerId = true;
            } else if (in.keyIs(PORT)) {
                port = port(in.integer());
                hasPort = true;
            } else if (in.keyIs(UPLOADED)) {
                uploaded = TrackerNumbers.transferred(in.integer());
            } else if (in.keyIs(DOWNLOADED)) {
                downloaded = TrackerNumbers.transferred(in.integer());
            } else if (in.keyIs(LEFT)) {
                left = in.valueIs(NOTHING) ? TrackerNumbers.LEFT_UNKNOWN : TrackerNumbers.left(in.integer());
            } else if (in.keyIs(EVENT)) {
                event = readEvent();
            } else if (in.keyIs(KEY)) {
                key = in.key();
            } else if (in.keyIs(NUM_WANT)) {
                numWant = TrackerNumbers.numWant(in.integer());
            } else if (in.keyIs(TRACKER_ID)) {
                trackerId = trackerId(in.bytes());
            } else if (in.keyIs(COMPACT)) {
                compact = !in.valueIs(ZERO);
            } else if (in.keyIs(NO_PEER_ID)) {
                noPeerId = in.valueIs(ONE);
            } else if (in.keyIs(PASSKEY)) {
                passkey = new String(in.bytes(), StandardCharsets.ISO_8859_1);
            }
        }
        if (!hasInfoHash || !hasPeerId || !hasPort) {
            throw new ProtocolException(
                    Violation.MISSING_FIELD,
                    "announce without " + (!hasInfoHash ? "info_hash" : !hasPeerId ? "peer_id" : "port"));
        }
    }

    /// The info-hash's first 8 bytes.
    public long hashHigh() {
        return hashHigh;
    }

    /// Its next 8.
    public long hashMiddle() {
        return hashMiddle;
    }

    /// Its last 4.
    public int hashLow() {
        return hashLow;
    }

    /// The peer id's first 8 bytes.
    public long peerIdHigh() {
        return peerIdHigh;
    }

    /// Its next 8.
    public long peerIdMiddle() {
        return peerIdMiddle;
    }

    /// Its last 4.
    public int peerIdLow() {
        return peerIdLow;
    }

    /// 0 … 65,535.
    public int port() {
        return port;
    }

    /// Bytes since `started`.
    public long uploaded() {
        return uploaded;
    }

    /// Bytes since `started`.
    public long downloaded() {
        return downloaded;
    }

    /// Bytes missing; `Long.MAX_VALUE` if the client does not say or does not know.
    public long left() {
        return left;
    }

    public AnnounceEvent event() {
        return event;
    }

    /// How many peers are wanted, or -1 if it does not say.
    public int numWant() {
        return numWant;
    }

    /// Whether peers may be in compact form: unless the client said `compact=0`.
    public boolean compact() {
        return compact;
    }

    /// Whether peer ids are to be left out of the other form.
    public boolean noPeerId() {
        return noPeerId;
    }

    /// The parameter by which some private trackers tell their users apart; empty if there is none.
    public String passkey() {
        return passkey;
    }

    /// The announce as a value.
    public AnnounceRequest toRequest() {
        return new AnnounceRequest(
                new InfoHash(hashHigh, hashMiddle, hashLow),
                new PeerId(peerIdHigh, peerIdMiddle, peerIdLow),
                port,
                uploaded,
                downloaded,
                left,
                event,
                key,
                numWant,
                Optional.ofNullable(trackerId));
    }

    private static int port(long value) throws ProtocolException {
        if (value < 0 || value > 0xffff) {
            throw new ProtocolException(Violation.BAD_VALUE, "announce with port " + value);
        }
        return (int) value;
    }

    private AnnounceEvent readEvent() {
        if (in.valueIs(STARTED)) {
            return AnnounceEvent.STARTED;
        }
        if (in.valueIs(STOPPED)) {
            return AnnounceEvent.STOPPED;
        }
        if (in.valueIs(COMPLETED)) {
            return AnnounceEvent.COMPLETED;
        }
        return in.valueIs(PAUSED) ? AnnounceEvent.PAUSED : AnnounceEvent.NONE;
    }

    private static String trackerId(byte[] value) throws ProtocolException {
        if (value.length > MAX_TRACKER_ID) {
            throw new ProtocolException(
                    Violation.LIMIT_EXCEEDED,
                    "trackerid of " + value.length + " bytes, the limit is " + MAX_TRACKER_ID);
        }
        return new String(value, StandardCharsets.ISO_8859_1);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
