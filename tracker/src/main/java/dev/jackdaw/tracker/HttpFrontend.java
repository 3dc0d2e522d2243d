package dev.jackdaw.tracker;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.Ticker;
import dev.jackdaw.protocol.tracker.AnnounceReply;
import dev.jackdaw.protocol.tracker.HttpAnnounceQuery;
import dev.jackdaw.protocol.tracker.HttpTrackerCodec;
import dev.jackdaw.protocol.tracker.HttpTrackerWriter;
import dev.jackdaw.protocol.tracker.ScrapeReply;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.FastThreadLocal;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// HTTP announces and scrapes (BEP 3, 7, 23, 24, 48): one request in, one response out. Shared by all connections;
/// [HttpConnectionHandler] is what each of them has.
final class HttpFrontend {
    private static final String OK = "200 OK";

    private final AnnounceService service;
    private final Ticker ticker;
    private final Counters counters;
    private final FastThreadLocal<Scratch> scratch = new FastThreadLocal<>() {
        @Override
        protected Scratch initialValue() {
            return new Scratch(new Announcement(), Unpooled.buffer(4096));
        }
    };

    /// What each event loop uses again and again.
    private record Scratch(Announcement announcement, ByteBuf body) {}

    HttpFrontend(AnnounceService service, Ticker ticker, Counters counters) {
        this.service = service;
        this.ticker = ticker;
        this.counters = counters;
    }

    /// Appends the response to a request.
    void answer(HttpRequestLine request, InetAddress source, ByteBuf out) {
        Scratch mine = scratch.get();
        ByteBuf body = mine.body().clear();
        String status = OK;
        if (!request.readable()) {
            status = "400 Bad Request";
            ByteBufUtil.writeAscii(body, "a GET without a body is all that is understood here\n");
            counters.refused(Counters.Protocol.HTTP, Counters.Refusal.MALFORMED).increment();
        } else if (request.path().endsWith("/announce")) {
            announce(request, source, mine.announcement(), body);
        } else if (request.path().endsWith("/scrape")) {
            scrape(request, mine.announcement(), body);
        } else {
            status = "404 Not Found";
            ByteBufUtil.writeAscii(body, "this is a BitTorrent tracker: /announce and /scrape\n");
            counters.refused(Counters.Protocol.HTTP, Counters.Refusal.MALFORMED).increment();
        }
        ByteBufUtil.writeAscii(out, "HTTP/1.1 ");
        ByteBufUtil.writeAscii(out, status);
        ByteBufUtil.writeAscii(out, "\r\nContent-Type: text/plain\r\nContent-Length: ");
        writeNumber(out, body.readableBytes());
        ByteBufUtil.writeAscii(out, request.keepAlive() ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n");
        out.writeBytes(body);
    }

    private void announce(HttpRequestLine request, InetAddress source, Announcement announcement, ByteBuf body) {
        HttpAnnounceQuery query;
        try {
            query = HttpAnnounceQuery.read(request.query());
        } catch (ProtocolException e) {
            refuse(String.valueOf(e.getMessage()), body);
            return;
        }
        if (query.request().port() == 0) {
            refuse("announce with port 0", body);
            return;
        }
        announcement.source(source);
        announcement.infoHash(query.request().infoHash());
        announcement.port = query.request().port();
        announcement.uploaded = query.request().uploaded();
        announcement.downloaded = query.request().downloaded();
        announcement.left = query.request().left();
        announcement.event = query.request().event();
        announcement.numWant = query.request().numWant();
        if (service.announce(announcement, ticker.nanos()) instanceof AnnouncePolicy.Refused refused) {
            refuse(refused.reason(), body);
            return;
        }
        counters.announces(Counters.Protocol.HTTP, announcement.family, announcement.event)
                .increment();
        if (query.compact()) {
            writeCompact(announcement, source, body);
        } else {
            HttpTrackerWriter.write(reply(announcement, source), false, body);
        }
    }

    /// What [HttpTrackerWriter] writes for the same answer, without the values in between.
    private void writeCompact(Announcement answer, InetAddress source, ByteBuf body) {
        writeEntry(body, "d8:complete", answer.seeders);
        byte[] externalIp = source.getAddress();
        ByteBufUtil.writeAscii(body, externalIp.length == 4 ? "11:external ip4:" : "11:external ip16:");
        body.writeBytes(externalIp);
        writeEntry(body, "10:incomplete", answer.leechers);
        writeEntry(body, "8:interval", service.interval());
        writeEntry(body, "12:min interval", service.minInterval());
        int length = answer.count * answer.family.compactLength;
        ByteBufUtil.writeAscii(
                body,
                switch (answer.family) {
                    case V4 -> "5:peers";
                    case V6 -> "5:peers0:6:peers6";
                });
        writeNumber(body, length);
        body.writeByte(':').writeBytes(answer.peers, 0, length).writeByte('e');
    }

    private AnnounceReply reply(Announcement answer, InetAddress source) {
        return new AnnounceReply.Peers(
                Duration.ofSeconds(service.interval()),
                Optional.of(Duration.ofSeconds(service.minInterval())),
                answer.seeders,
                answer.leechers,
                answer.peerAddresses(),
                Optional.empty(),
                Optional.of(source.getAddress()),
                Optional.empty());
    }

    /// A scrape names its torrents; one that names none would have to be answered with all there are, and is refused.
    private void scrape(HttpRequestLine request, Announcement query, ByteBuf body) {
        Map<InfoHash, ScrapeReply.Counts> swarms = new LinkedHashMap<>();
        try {
            for (InfoHash infoHash : HttpTrackerCodec.readScrapeQuery(request.query())) {
                query.infoHash(infoHash);
                if (service.scrape(query) instanceof AnnouncePolicy.Refused refused) {
                    refuse(refused.reason(), body);
                    return;
                }
                swarms.put(infoHash, new ScrapeReply.Counts(query.seeders, query.completed, query.leechers));
            }
        } catch (ProtocolException e) {
            refuse(String.valueOf(e.getMessage()), body);
            return;
        }
        if (swarms.isEmpty()) {
            refuse("scrape without info_hash", body);
            return;
        }
        HttpTrackerWriter.write(new ScrapeReply.Swarms(swarms), body);
    }

    private void refuse(String reason, ByteBuf body) {
        counters.refused(Counters.Protocol.HTTP, Counters.Refusal.MALFORMED).increment();
        HttpTrackerWriter.write(new AnnounceReply.Failure(reason), true, body);
    }

    private static void writeEntry(ByteBuf out, String key, int value) {
        ByteBufUtil.writeAscii(out, key);
        out.writeByte('i');
        writeNumber(out, value);
        out.writeByte('e');
    }

    private static void writeNumber(ByteBuf out, int value) {
        int divisor = 1;
        while (value / divisor >= 10) {
            divisor *= 10;
        }
        for (; divisor > 0; divisor /= 10) {
            out.writeByte('0' + value / divisor % 10);
        }
    }
}
