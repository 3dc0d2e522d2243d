package dev.jackdaw.protocol.tracker;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A tracker's bencoded answers over HTTP as a server writes them (BEP 3, 7, 23, 24, 31, 48): straight into
/// the response, keys in their order.
///
/// The buffer must have room. 150 bytes a peer, a torrent or a text's 25 characters are always enough, and 500
/// for the rest.
public final class HttpTrackerWriter {
    private static final byte[] COMPLETE = ascii("d8:completei");
    private static final byte[] EXTERNAL_IP_V4 = ascii("e11:external ip4:");
    private static final byte[] EXTERNAL_IP_V6 = ascii("e11:external ip16:");
    private static final byte[] INCOMPLETE = ascii("10:incompletei");
    private static final byte[] INTERVAL = ascii("e8:intervali");
    private static final byte[] MIN_INTERVAL = ascii("e12:min intervali");
    private static final byte[] PEERS = ascii("e5:peers");
    private static final byte[] PEERS_V6 = ascii("e5:peers0:6:peers6");

    private HttpTrackerWriter() {}

    /// Appends the answer to an announce.
    ///
    /// @param compact whether peers are in compact form, IPv6 ones under `peers6`; else they are
    ///                dictionaries, without peer ids
    public static void write(AnnounceReply reply, boolean compact, ByteBuffer out) {
        switch (reply) {
            case AnnounceReply.Peers peers -> writePeers(peers, compact, out);
            case AnnounceReply.Failure failure -> {
                out.put((byte) 'd');
                writeText("failure reason", failure.reason(), out);
                if (failure.never()) {
                    writeText("retry in", "never", out);
                } else {
                    failure.retryIn().ifPresent(retryIn -> writeText("retry in", Long.toString(minutes(retryIn)), out));
                }
                out.put((byte) 'e');
            }
        }
    }

    /// Appends what [#write(AnnounceReply, boolean, ByteBuffer)] does for compact peers of one family, without
    /// values in between, and allocates nothing: this is what nearly every answer is.
    ///
    /// @param asker  the address as the tracker sees it; its port does not matter
    /// @param peers  in compact form, of the asker's family
    /// @param length bytes of `peers` to be written
    public static void writeCompact(
            int seeders,
            int leechers,
            int intervalSeconds,
            int minIntervalSeconds,
            boolean v6,
            long askerHigh,
            long askerLow,
            byte[] peers,
            int length,
            ByteBuffer out) {
        out.put(COMPLETE);
        writeNumber(seeders, out);
        if (v6) {
            out.put(EXTERNAL_IP_V6).putLong(askerHigh).putLong(askerLow);
        } else {
            out.put(EXTERNAL_IP_V4).putInt((int) askerLow);
        }
        out.put(INCOMPLETE);
        writeNumber(leechers, out);
        out.put(INTERVAL);
        writeNumber(intervalSeconds, out);
        out.put(MIN_INTERVAL);
        writeNumber(minIntervalSeconds, out);
        out.put(v6 ? PEERS_V6 : PEERS);
        writeNumber(length, out);
        out.put((byte) ':').put(peers, 0, length).put((byte) 'e');
    }

    /// Appends the answer to a scrape.
    public static void write(ScrapeReply reply, ByteBuffer out) {
        out.put((byte) 'd');
        switch (reply) {
            case ScrapeReply.Failure(String reason) -> writeText("failure reason", reason, out);
            case ScrapeReply.Swarms(Map<InfoHash, ScrapeReply.Counts> swarms) -> {
                writeString("files", out);
                out.put((byte) 'd');
                new TreeMap<>(swarms).forEach((infoHash, counts) -> {
                    writeBytes(infoHash.toBytes(), out);
                    out.put((byte) 'd');
                    writeInteger("complete", counts.seeders(), out);
                    writeInteger("downloaded", counts.completed(), out);
                    if (counts.downloaders() >= 0) {
                        writeInteger("downloaders", counts.downloaders(), out);
                    }
                    writeInteger("incomplete", counts.leechers(), out);
                    out.put((byte) 'e');
                });
                out.put((byte) 'e');
            }
        }
        out.put((byte) 'e');
    }

    /// Appends a number in decimal.
    ///
    /// @param value 0 or more
    public static void writeNumber(int value, ByteBuffer out) {
        int digits = 1;
        for (int rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        int end = out.position() + digits;
        int rest = value;
        for (int at = end - 1; at >= out.position(); at--) {
            out.put(at, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        out.position(end);
    }

    private static void writePeers(AnnounceReply.Peers reply, boolean compact, ByteBuffer out) {
        out.put((byte) 'd');
        if (reply.seeders() >= 0) {
            writeInteger("complete", reply.seeders(), out);
        }
        reply.externalIp().ifPresent(ip -> {
            writeString("external ip", out);
            writeBytes(ip, out);
        });
        if (reply.leechers() >= 0) {
            writeInteger("incomplete", reply.leechers(), out);
        }
        writeInteger("interval", reply.interval().toSeconds(), out);
        reply.minInterval().ifPresent(interval -> writeInteger("min interval", interval.toSeconds(), out));
        if (compact) {
            writeCompact(reply.peers(), out);
        } else {
            writeDictionaries(reply.peers(), out);
        }
        reply.trackerId().ifPresent(id -> {
            writeString("tracker id", out);
            writeBytes(id.getBytes(StandardCharsets.ISO_8859_1), out);
        });
        reply.warning().ifPresent(warning -> writeText("warning message", warning, out));
        out.put((byte) 'e');
    }

    private static void writeCompact(List<PeerAddress> peers, ByteBuffer out) {
        int v6Count = 0;
        for (PeerAddress peer : peers) {
            v6Count += peer.v6() ? 1 : 0;
        }
        writeString("peers", out); // also when empty: some clients insist on it
        writeCompactFamily(peers, false, (peers.size() - v6Count) * PeerAddress.COMPACT_V4_LENGTH, out);
        if (v6Count > 0) {
            writeString("peers6", out);
            writeCompactFamily(peers, true, v6Count * PeerAddress.COMPACT_V6_LENGTH, out);
        }
    }

    private static void writeCompactFamily(List<PeerAddress> peers, boolean v6, int length, ByteBuffer out) {
        writeNumber(length, out);
        out.put((byte) ':');
        for (PeerAddress peer : peers) {
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

    private static void writeDictionaries(List<PeerAddress> peers, ByteBuffer out) {
        writeString("peers", out);
        out.put((byte) 'l');
        for (PeerAddress peer : peers) {
            out.put((byte) 'd');
            writeText("ip", peer.host().getHostAddress(), out);
            writeInteger("port", peer.port(), out);
            out.put((byte) 'e');
        }
        out.put((byte) 'e');
    }

    /// Rounded up, so that nobody comes too early.
    private static long minutes(Duration duration) {
        return Math.max(1, (duration.toSeconds() + 59) / 60);
    }

    private static void writeInteger(String key, long value, ByteBuffer out) {
        writeString(key, out);
        out.put(ascii("i" + value + "e"));
    }

    private static void writeText(String key, String value, ByteBuffer out) {
        writeString(key, out);
        writeBytes(value.getBytes(StandardCharsets.UTF_8), out);
    }

    private static void writeString(String ascii, ByteBuffer out) {
        writeBytes(ascii(ascii), out);
    }

    private static void writeBytes(byte[] bytes, ByteBuffer out) {
        writeNumber(bytes.length, out);
        out.put((byte) ':').put(bytes);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
