package dev.jackdaw.protocol.tracker;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A tracker's bencoded answers over HTTP as a server writes them (BEP 3, 7, 23, 24, 31, 48): straight into
/// the response, keys in their order.
public final class HttpTrackerWriter {
    private HttpTrackerWriter() {}

    /// Appends the answer to an announce.
    ///
    /// @param compact whether peers are in compact form, IPv6 ones under `peers6`; else they are
    ///                dictionaries, without peer ids
    public static void write(AnnounceReply reply, boolean compact, ByteBuf out) {
        switch (reply) {
            case AnnounceReply.Peers peers -> writePeers(peers, compact, out);
            case AnnounceReply.Failure failure -> {
                out.writeByte('d');
                writeText("failure reason", failure.reason(), out);
                if (failure.never()) {
                    writeText("retry in", "never", out);
                } else {
                    failure.retryIn().ifPresent(retryIn -> writeText("retry in", Long.toString(minutes(retryIn)), out));
                }
                out.writeByte('e');
            }
        }
    }

    /// Appends the answer to a scrape.
    public static void write(ScrapeReply reply, ByteBuf out) {
        out.writeByte('d');
        switch (reply) {
            case ScrapeReply.Failure(String reason) -> writeText("failure reason", reason, out);
            case ScrapeReply.Swarms(Map<InfoHash, ScrapeReply.Counts> swarms) -> {
                writeString("files", out);
                out.writeByte('d');
                new TreeMap<>(swarms).forEach((infoHash, counts) -> {
                    writeBytes(infoHash.toBytes(), out);
                    out.writeByte('d');
                    writeInteger("complete", counts.seeders(), out);
                    writeInteger("downloaded", counts.completed(), out);
                    writeInteger("incomplete", counts.leechers(), out);
                    out.writeByte('e');
                });
                out.writeByte('e');
            }
        }
        out.writeByte('e');
    }

    private static void writePeers(AnnounceReply.Peers reply, boolean compact, ByteBuf out) {
        out.writeByte('d');
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
        out.writeByte('e');
    }

    private static void writeCompact(List<PeerAddress> peers, ByteBuf out) {
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

    private static void writeCompactFamily(List<PeerAddress> peers, boolean v6, int length, ByteBuf out) {
        writeAscii(length + ":", out);
        for (PeerAddress peer : peers) {
            if (peer.v6() != v6) {
                continue;
            }
            if (v6) {
                out.writeLong(peer.high()).writeLong(peer.low());
            } else {
                out.writeInt((int) peer.low());
            }
            out.writeShort(peer.port());
        }
    }

    private static void writeDictionaries(List<PeerAddress> peers, ByteBuf out) {
        writeString("peers", out);
        out.writeByte('l');
        for (PeerAddress peer : peers) {
            out.writeByte('d');
            writeText("ip", peer.host().getHostAddress(), out);
            writeInteger("port", peer.port(), out);
            out.writeByte('e');
        }
        out.writeByte('e');
    }

    /// Rounded up, so that nobody comes too early.
    private static long minutes(Duration duration) {
        return Math.max(1, (duration.toSeconds() + 59) / 60);
    }

    private static void writeInteger(String key, long value, ByteBuf out) {
        writeString(key, out);
        writeAscii("i" + value + "e", out);
    }

    private static void writeText(String key, String value, ByteBuf out) {
        writeString(key, out);
        writeBytes(value.getBytes(StandardCharsets.UTF_8), out);
    }

    private static void writeString(String ascii, ByteBuf out) {
        writeAscii(ascii.length() + ":" + ascii, out);
    }

    private static void writeBytes(byte[] bytes, ByteBuf out) {
        writeAscii(bytes.length + ":", out);
        out.writeBytes(bytes);
    }

    private static void writeAscii(String text, ByteBuf out) {
        out.writeCharSequence(text, StandardCharsets.US_ASCII);
    }
}
