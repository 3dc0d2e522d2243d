package dev.jackdaw.tracker;

import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.ANNOUNCE;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.ANNOUNCED_HEAD;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.ANNOUNCE_LENGTH;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.CONNECT;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.CONNECTED_LENGTH;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.CONNECTION_ID;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.DOWNLOADED;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.ERROR;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.EVENT;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.INFO_HASH;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.INTERVAL;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.LEECHERS;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.LEFT;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.NEW_CONNECTION_ID;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.NUM_WANT;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.PEER_ID;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.PORT;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.PROTOCOL_ID;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.REPLY_ACTION;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.REPLY_HEAD;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.REPLY_TRANSACTION_ID;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.REQUEST_ACTION;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.REQUEST_HEAD;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.REQUEST_TRANSACTION_ID;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.SCRAPE;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.SCRAPED_COMPLETED;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.SCRAPED_LEECHERS;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.SCRAPED_LENGTH;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.SCRAPED_SEEDERS;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.SEEDERS;
import static dev.jackdaw.protocol.tracker.UdpTrackerLayout.UPLOADED;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.tracker.AnnounceEvent;
import dev.jackdaw.protocol.tracker.UdpTrackerCodec;
import dev.jackdaw.tracker.AnnouncePolicy.Refused;
import dev.jackdaw.tracker.Counters.Protocol;
import dev.jackdaw.tracker.Counters.Refusal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// UDP announces and scrapes (BEP 15, 41): one datagram in, at most one out. Each thread has its own.
///
/// Fields are taken from the datagram and put into the answer without values in between, and nothing is
/// allocated: this is the path that decides how many announces a core can answer.
///
/// Nobody gets more bytes than they sent before they have shown, by a connection id, that they receive at the
/// address they send from. What is not a whole request is not answered at all.
final class UdpFrontend {
    private static final AnnounceEvent[] EVENTS = AnnounceEvent.values();

    private final AnnounceService service;
    private final ConnectionIds connectionIds;
    private final Counters counters;
    private final Lookahead ahead = new Lookahead();
    /// Of the datagram that is being answered; the caller sets its source.
    final Announcement announcement = new Announcement();

    UdpFrontend(AnnounceService service, ConnectionIds connectionIds, Counters counters) {
        this.service = service;
        this.connectionIds = connectionIds;
        this.counters = counters;
    }

    /// Notes the torrent of a datagram that will be answered soon, if it is an announce: for [#bringNear].
    void lookAhead(ByteBuffer in, int at, int length) {
        if (length >= ANNOUNCE_LENGTH && in.getInt(at + REQUEST_ACTION) == ANNOUNCE) {
            int hash = at + INFO_HASH;
            ahead.add(in.getLong(hash), in.getLong(hash + 8), in.getInt(hash + 16));
        }
    }

    /// Has what was noted brought near, and forgets about it.
    void bringNear() {
        service.bringNear(ahead);
        ahead.clear();
    }

    /// Answers a datagram that came from the source of [#announcement].
    ///
    /// @param in  has it from `at` on, big-endian
    /// @param out has room for [DatagramBatch#MAX_REPLY] bytes from `to` on, big-endian
    /// @return the answer's length; 0 for none
    int answer(ByteBuffer in, int at, int length, ByteBuffer out, int to, long nowNanos) {
        if (length < REQUEST_HEAD) {
            return ignore(Refusal.MALFORMED);
        }
        long connectionId = in.getLong(at + CONNECTION_ID);
        int action = in.getInt(at + REQUEST_ACTION);
        out.putInt(to + REPLY_ACTION, action);
        out.putInt(to + REPLY_TRANSACTION_ID, in.getInt(at + REQUEST_TRANSACTION_ID));
        if (action == CONNECT) {
            if (connectionId != PROTOCOL_ID) {
                return ignore(Refusal.MALFORMED);
            }
            long id = connectionIds.issue(announcement.high, announcement.low, nowNanos);
            out.putLong(to + NEW_CONNECTION_ID, id);
            counters.connects(announcement.family).increment();
            return CONNECTED_LENGTH;
        }
        if (!connectionIds.verify(connectionId, announcement.high, announcement.low, nowNanos)) {
            // a client whose id is too old learns it at once; the answer is shorter than an announce or a scrape
            boolean answered = (action == ANNOUNCE || action == SCRAPE) && length >= REQUEST_HEAD + InfoHash.LENGTH;
            counters.refused(Protocol.UDP, Refusal.CONNECTION_ID).increment();
            return answered ? error("unknown connection id", out, to) : 0;
        }
        return switch (action) {
            case ANNOUNCE -> announce(in, at, length, out, to, nowNanos);
            case SCRAPE -> scrape(in, at, length, out, to);
            default -> refuse(Refusal.MALFORMED, "unknown action", out, to);
        };
    }

    private int announce(ByteBuffer in, int at, int length, ByteBuffer out, int to, long nowNanos) {
        if (length < ANNOUNCE_LENGTH) {
            return refuse(Refusal.MALFORMED, "announce is too short", out, to);
        }
        Announcement asked = announcement;
        int hash = at + INFO_HASH;
        asked.infoHash(in.getLong(hash), in.getLong(hash + 8), in.getInt(hash + 16));
        int peerId = at + PEER_ID;
        asked.peerIdHigh = in.getLong(peerId);
        asked.peerIdMiddle = in.getLong(peerId + 8);
        asked.peerIdLow = in.getInt(peerId + 16);
        asked.downloaded = Math.max(0, in.getLong(at + DOWNLOADED));
        long left = in.getLong(at + LEFT);
        asked.left = left < 0 ? Long.MAX_VALUE : left;
        asked.uploaded = Math.max(0, in.getLong(at + UPLOADED));
        int event = in.getInt(at + EVENT);
        asked.event = event >= 0 && event < EVENTS.length ? EVENTS[event] : AnnounceEvent.NONE;
        asked.numWant = in.getInt(at + NUM_WANT);
        asked.port = in.getShort(at + PORT) & 0xffff;
        if (asked.port == 0) {
            return refuse(Refusal.MALFORMED, "announce with port 0", out, to);
        }
        if (service.readsPasskey()) {
            try {
                asked.passkey = Passkey.ofUrl(
                        UdpTrackerCodec.urlData(in.slice(at + ANNOUNCE_LENGTH, length - ANNOUNCE_LENGTH)));
            } catch (ProtocolException e) {
                return refuse(Refusal.MALFORMED, e.getMessage(), out, to);
            }
        }
        if (service.announce(asked, nowNanos) instanceof Refused refused) {
            return refuse(Refusal.POLICY, refused.reason(), out, to);
        }
        counters.announces(Protocol.UDP, asked.family, asked.event).increment();
        int peers = asked.count * asked.family.compactLength;
        out.putInt(to + INTERVAL, service.interval());
        out.putInt(to + LEECHERS, asked.leechers);
        out.putInt(to + SEEDERS, asked.seeders);
        out.put(to + ANNOUNCED_HEAD, asked.peers, 0, peers);
        return ANNOUNCED_HEAD + peers;
    }

    /// Torrents after the first [UdpTrackerCodec#MAX_SCRAPE] are left out. One that is refused counts as one
    /// that is not there, unless all are.
    private int scrape(ByteBuffer in, int at, int length, ByteBuffer out, int to) {
        int torrents = Math.min((length - REQUEST_HEAD) / InfoHash.LENGTH, UdpTrackerCodec.MAX_SCRAPE);
        if (torrents == 0) {
            return refuse(Refusal.MALFORMED, "scrape without an info-hash", out, to);
        }
        announcement.passkey = "";
        int allowed = 0;
        for (int i = 0; i < torrents; i++) {
            int hash = at + REQUEST_HEAD + i * InfoHash.LENGTH;
            announcement.infoHash(in.getLong(hash), in.getLong(hash + 8), in.getInt(hash + 16));
            if (service.scrape(announcement) instanceof Refused refused) {
                if (i == torrents - 1 && allowed == 0) {
                    return refuse(Refusal.POLICY, refused.reason(), out, to);
                }
                announcement.clearAnswer();
            } else {
                allowed++;
            }
            int entry = to + REPLY_HEAD + i * SCRAPED_LENGTH;
            out.putInt(entry + SCRAPED_SEEDERS, announcement.seeders);
            out.putInt(entry + SCRAPED_COMPLETED, announcement.completed);
            out.putInt(entry + SCRAPED_LEECHERS, announcement.leechers);
        }
        counters.scrapes(Protocol.UDP, announcement.family).increment();
        return REPLY_HEAD + torrents * SCRAPED_LENGTH;
    }

    private int ignore(Refusal why) {
        counters.refused(Protocol.UDP, why).increment();
        return 0;
    }

    private int refuse(Refusal why, String reason, ByteBuffer out, int to) {
        counters.refused(Protocol.UDP, why).increment();
        return error(reason, out, to);
    }

    /// @param reason cut to what a datagram holds
    private static int error(String reason, ByteBuffer out, int to) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, DatagramBatch.MAX_REPLY - REPLY_HEAD);
        out.putInt(to + REPLY_ACTION, ERROR);
        out.put(to + REPLY_HEAD, text, 0, length);
        return REPLY_HEAD + length;
    }
}
