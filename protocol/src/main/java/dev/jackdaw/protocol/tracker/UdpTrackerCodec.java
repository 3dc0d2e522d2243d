package dev.jackdaw.protocol.tracker;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket.Announce;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket.Announced;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket.Connect;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket.Connected;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket.Failed;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket.Reply;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket.Request;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket.Scrape;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket.Scraped;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// [UdpTrackerPacket] ⇄ datagrams, for clients and trackers (BEP 15, 41).
///
/// Addresses in a reply are of the family of the datagram's own addresses, so that both directions are told
/// which that is.
public final class UdpTrackerCodec {
    /// Torrents in one scrape (BEP 15: "up to about 74").
    public static final int MAX_SCRAPE = 74;
    /// Characters of path and query; longer ones are refused.
    public static final int MAX_URL_DATA = 1024;
    /// No packet that is written is longer, provided that a reply has at most 200 addresses.
    public static final int MAX_DATAGRAM = 4096;

    private static final int OPTION_END = 0;
    private static final int OPTION_NOP = 1;
    private static final int OPTION_URL_DATA = 2;
    private static final int MAX_OPTION = 255;

    private UdpTrackerCodec() {}

    /// Reads a datagram from a client.
    public static Request readRequest(ByteBuffer in) throws ProtocolException {
        requireAtLeast(UdpTrackerLayout.REQUEST_HEAD, in, "request");
        long connectionId = in.getLong();
        int action = in.getInt();
        int transactionId = in.getInt();
        return switch (action) {
            case UdpTrackerLayout.CONNECT -> connect(transactionId, connectionId);
            case UdpTrackerLayout.ANNOUNCE -> announce(transactionId, connectionId, in);
            case UdpTrackerLayout.SCRAPE -> scrape(transactionId, connectionId, in);
            default -> throw new ProtocolException(Violation.BAD_VALUE, "request with action " + action);
        };
    }

    /// Reads a datagram from a tracker.
    ///
    /// @param v6 whether it came over IPv6
    public static Reply readReply(ByteBuffer in, boolean v6) throws ProtocolException {
        requireAtLeast(UdpTrackerLayout.REPLY_HEAD, in, "reply");
        int action = in.getInt();
        int transactionId = in.getInt();
        return switch (action) {
            case UdpTrackerLayout.CONNECT -> {
                requireAtLeast(Long.BYTES, in, "connect reply's rest");
                yield new Connected(transactionId, in.getLong());
            }
            case UdpTrackerLayout.ANNOUNCE -> announced(transactionId, in, v6);
            case UdpTrackerLayout.SCRAPE -> scraped(transactionId, in);
            case UdpTrackerLayout.ERROR -> {
                byte[] text = new byte[in.remaining()];
                in.get(text);
                yield new Failed(transactionId, TrackerText.bounded(text));
            }
            default -> throw new ProtocolException(Violation.BAD_VALUE, "reply with action " + action);
        };
    }

    /// Writes a packet, which must have room: at most [#MAX_DATAGRAM] bytes.
    ///
    /// @param v6 whether it goes over IPv6; addresses of the other family are left out
    public static void write(UdpTrackerPacket packet, ByteBuffer out, boolean v6) {
        switch (packet) {
            case Connect(int transactionId) ->
                out.putLong(UdpTrackerLayout.PROTOCOL_ID)
                        .putInt(UdpTrackerLayout.CONNECT)
                        .putInt(transactionId);
            case Connected(int transactionId, long connectionId) ->
                out.putInt(UdpTrackerLayout.CONNECT).putInt(transactionId).putLong(connectionId);
            case Announce announce -> writeAnnounce(announce, out);
            case Announced announced -> writeAnnounced(announced, out, v6);
            case Scrape(int transactionId, long connectionId, List<InfoHash> infoHashes) -> {
                if (infoHashes.isEmpty() || infoHashes.size() > MAX_SCRAPE) {
                    throw new IllegalArgumentException("scrape of " + infoHashes.size() + " torrents");
                }
                out.putLong(connectionId).putInt(UdpTrackerLayout.SCRAPE).putInt(transactionId);
                infoHashes.forEach(infoHash -> out.put(infoHash.toBytes()));
            }
            case Scraped(int transactionId, List<ScrapeReply.Counts> swarms) -> {
                out.putInt(UdpTrackerLayout.SCRAPE).putInt(transactionId);
                for (ScrapeReply.Counts counts : swarms) {
                    out.putInt(counts.seeders()).putInt(counts.completed()).putInt(counts.leechers());
                }
            }
            case Failed(int transactionId, String message) ->
                out.putInt(UdpTrackerLayout.ERROR).putInt(transactionId).put(message.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static Connect connect(int transactionId, long protocolId) throws ProtocolException {
        if (protocolId != UdpTrackerLayout.PROTOCOL_ID) {
            throw new ProtocolException(Violation.MISMATCH, "connect with protocol id " + Long.toHexString(protocolId));
        }
        return new Connect(transactionId);
    }

    private static Announce announce(int transactionId, long connectionId, ByteBuffer in) throws ProtocolException {
        requireAtLeast(UdpTrackerLayout.ANNOUNCE_LENGTH - UdpTrackerLayout.REQUEST_HEAD, in, "announce's rest");
        byte[] id = new byte[InfoHash.LENGTH];
        in.get(id);
        InfoHash infoHash = InfoHash.of(id);
        in.get(id);
        PeerId peerId = PeerId.of(id);
        long downloaded = TrackerNumbers.transferred(in.getLong());
        long left = TrackerNumbers.left(in.getLong());
        long uploaded = TrackerNumbers.transferred(in.getLong());
        int event = in.getInt();
        in.getInt(); // the address that the client claims: it could be a victim's
        int key = in.getInt();
        int numWant = TrackerNumbers.numWant(in.getInt());
        int port = in.getShort() & 0xffff;
        return new Announce(
                transactionId,
                connectionId,
                new AnnounceRequest(
                        infoHash,
                        peerId,
                        port,
                        uploaded,
                        downloaded,
                        left,
                        event(event),
                        key,
                        numWant,
                        Optional.empty()),
                urlData(in));
    }

    /// Reads the options that follow an announce (BEP 41): path and query of the tracker's URL, put together;
    /// empty if there is none. What is not in their form ends them, since other extensions have been tried in
    /// this place.
    ///
    /// @param in at [UdpTrackerLayout#ANNOUNCE_LENGTH]
    public static String urlData(ByteBuffer in) throws ProtocolException {
        StringBuilder url = new StringBuilder(0);
        while (in.hasRemaining()) {
            int option = in.get() & 0xff;
            if (option == OPTION_END) {
                break;
            }
            if (option == OPTION_NOP) {
                continue;
            }
            int length = in.hasRemaining() ? in.get() & 0xff : 0;
            if (length > in.remaining()) {
                break;
            }
            if (option == OPTION_URL_DATA) {
                if (url.length() + length > MAX_URL_DATA) {
                    throw new ProtocolException(
                            Violation.LIMIT_EXCEEDED, "URL data of more than " + MAX_URL_DATA + " characters");
                }
                byte[] part = new byte[length];
                in.get(part);
                url.append(new String(part, StandardCharsets.ISO_8859_1));
            } else {
                in.position(in.position() + length);
            }
        }
        return url.toString();
    }

    private static Scrape scrape(int transactionId, long connectionId, ByteBuffer in) throws ProtocolException {
        requireMultiple(InfoHash.LENGTH, in, "scrape");
        int count = in.remaining() / InfoHash.LENGTH;
        if (count == 0 || count > MAX_SCRAPE) {
            throw new ProtocolException(
                    Violation.LIMIT_EXCEEDED, "scrape of " + count + " torrents, expected 1 to " + MAX_SCRAPE);
        }
        List<InfoHash> infoHashes = new ArrayList<>(count);
        byte[] infoHash = new byte[InfoHash.LENGTH];
        for (int i = 0; i < count; i++) {
            in.get(infoHash);
            infoHashes.add(InfoHash.of(infoHash));
        }
        return new Scrape(transactionId, connectionId, infoHashes);
    }

    private static Announced announced(int transactionId, ByteBuffer in, boolean v6) throws ProtocolException {
        requireAtLeast(UdpTrackerLayout.ANNOUNCED_HEAD - UdpTrackerLayout.REPLY_HEAD, in, "announce reply's rest");
        int interval = in.getInt();
        int leechers = in.getInt();
        int seeders = in.getInt();
        requireMultiple(v6 ? PeerAddress.COMPACT_V6_LENGTH : PeerAddress.COMPACT_V4_LENGTH, in, "announce reply");
        List<PeerAddress> peers = new ArrayList<>();
        while (in.hasRemaining() && peers.size() < HttpTrackerCodec.MAX_PEERS) {
            PeerAddress peer = PeerAddress.readCompact(in, v6);
            if (peer.isDialable()) {
                peers.add(peer);
            }
        }
        return new Announced(transactionId, interval, leechers, seeders, peers);
    }

    private static Scraped scraped(int transactionId, ByteBuffer in) throws ProtocolException {
        requireMultiple(UdpTrackerLayout.SCRAPED_LENGTH, in, "scrape reply");
        List<ScrapeReply.Counts> swarms = new ArrayList<>();
        while (in.hasRemaining() && swarms.size() < MAX_SCRAPE) {
            swarms.add(new ScrapeReply.Counts(
                    TrackerNumbers.count(in.getInt()),
                    TrackerNumbers.count(in.getInt()),
                    TrackerNumbers.count(in.getInt())));
        }
        return new Scraped(transactionId, swarms);
    }

    private static void writeAnnounce(Announce announce, ByteBuffer out) {
        AnnounceRequest request = announce.request();
        out.putLong(announce.connectionId())
                .putInt(UdpTrackerLayout.ANNOUNCE)
                .putInt(announce.transactionId())
                .put(request.infoHash().toBytes())
                .put(request.peerId().toBytes())
                .putLong(request.downloaded())
                .putLong(request.left())
                .putLong(request.uploaded())
                .putInt(number(request.event()))
                .putInt(0) // the address: the datagram's own
                .putInt(request.key())
                .putInt(request.numWant())
                .putShort((short) request.port());
        byte[] url = announce.urlData().getBytes(StandardCharsets.ISO_8859_1);
        if (url.length > MAX_URL_DATA) {
            throw new IllegalArgumentException("URL data of " + url.length + " characters");
        }
        for (int at = 0; at < url.length; at += MAX_OPTION) {
            int length = Math.min(MAX_OPTION, url.length - at);
            out.put((byte) OPTION_URL_DATA).put((byte) length).put(url, at, length);
        }
    }

    private static void writeAnnounced(Announced announced, ByteBuffer out, boolean v6) {
        out.putInt(UdpTrackerLayout.ANNOUNCE)
                .putInt(announced.transactionId())
                .putInt(announced.intervalSeconds())
                .putInt(announced.leechers())
                .putInt(announced.seeders());
        for (PeerAddress peer : announced.peers()) {
            if (peer.v6() != v6) {
                continue;
            }
            if (v6) {
                out.putLong(peer.high()).putLong(peer.low());
            } else {
                out.putInt((int) peer.low());
            }
            out.putShort((short) peer.port());
        }
    }

    private static int number(AnnounceEvent event) {
        return switch (event) {
            case NONE -> 0;
            case COMPLETED -> 1;
            case STARTED -> 2;
            case STOPPED -> 3;
            case PAUSED -> 4;
        };
    }

    /// Another number counts as none. BEP 21 gives none for a partial seed; 4 is what libtorrent sends.
    private static AnnounceEvent event(int number) {
        return switch (number) {
            case 1 -> AnnounceEvent.COMPLETED;
            case 2 -> AnnounceEvent.STARTED;
            case 3 -> AnnounceEvent.STOPPED;
            case 4 -> AnnounceEvent.PAUSED;
            default -> AnnounceEvent.NONE;
        };
    }

    private static void requireAtLeast(int length, ByteBuffer in, String what) throws ProtocolException {
        if (in.remaining() < length) {
            throw new ProtocolException(
                    Violation.TRUNCATED, what + " of " + in.remaining() + " bytes, expected at least " + length);
        }
    }

    private static void requireMultiple(int length, ByteBuffer in, String what) throws ProtocolException {
        if (in.remaining() % length != 0) {
            throw new ProtocolException(
                    Violation.BAD_VALUE,
                    what + " with " + in.remaining() + " bytes of entries, expected a multiple of " + length);
        }
    }
}
