package dev.jackdaw.tracker;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.Ticker;
import dev.jackdaw.protocol.tracker.AnnounceReply;
import dev.jackdaw.protocol.tracker.HttpAnnounceQuery;
import dev.jackdaw.protocol.tracker.HttpScrapeQuery;
import dev.jackdaw.protocol.tracker.HttpTrackerWriter;
import dev.jackdaw.protocol.tracker.ScrapeReply;
import dev.jackdaw.tracker.AnnouncePolicy.Refused;
import dev.jackdaw.tracker.Counters.Protocol;
import dev.jackdaw.tracker.Counters.Refusal;
import dev.jackdaw.tracker.HttpExchange.Subject;
import dev.jackdaw.tracker.HttpRequest.Method;
import dev.jackdaw.tracker.HttpRequest.Outcome;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// HTTP announces and scrapes (BEP 3, 7, 23, 24, 31, 48): requests in, responses out, however the bytes are
/// moved. Each thread has its own.
///
/// What a tracker refuses it answers with a bencoded `failure reason` and status 200, as clients expect. An
/// announce that gets compact peers allocates nothing.
final class HttpFrontend {
    /// An answer is never longer: 100 torrents of a scrape, or 200 IPv6 peers as dictionaries.
    static final int MAX_RESPONSE = 24 * 1024;

    private static final byte[] ANNOUNCE = ascii("announce");
    private static final byte[] SCRAPE = ascii("scrape");

    private static final byte[] OK = ascii("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ");
    private static final byte[] END = ascii("\r\n\r\n");
    private static final byte[] END_AND_CLOSE = ascii("\r\nConnection: close\r\n\r\n");
    private static final byte[] END_AND_KEEP = ascii("\r\nConnection: keep-alive\r\n\r\n");

    /// What is to become of a connection.
    enum After {
        /// Wait for more bytes.
        READ,
        /// There are more requests, but no room for their answers: send these first.
        SEND,
        /// Close it when the answers are sent; all that the client has sent is read.
        CLOSE,
        /// Close it when the answers are sent and the client has read them: it may be sending still, and would
        /// not see them if the system had to say that nobody reads.
        LINGER
    }

    private final AnnounceService service;
    private final List<AddressRange> trustedProxies;
    private final Ticker ticker;
    private final Counters counters;
    private final Lookahead ahead = new Lookahead();
    /// For those that do not read ahead.
    private final HttpExchange own = new HttpExchange();

    private final Announcement announcement = new Announcement();
    private final ByteBuffer body = ByteBuffer.allocate(MAX_RESPONSE);

    /// @param trustedProxies whose word about their client's address is taken
    HttpFrontend(AnnounceService service, List<AddressRange> trustedProxies, Ticker ticker, Counters counters) {
        this.service = service;
        this.trustedProxies = trustedProxies;
        this.ticker = ticker;
        this.counters = counters;
    }

    /// Reads the first request of a buffer before it is answered, so that [#bringNear] can do something for several.
    ///
    /// @param in as it will be when the exchange is served
    void readAhead(HttpExchange exchange, ByteBuffer in) {
        read(exchange, in);
        exchange.waits = true;
        if (exchange.subject == Subject.ANNOUNCE && exchange.problem == null) {
            HttpAnnounceQuery query = exchange.query;
            ahead.add(query.hashHigh(), query.hashMiddle(), query.hashLow());
        }
    }

    /// Has what was read ahead brought near, and forgets about it.
    void bringNear() {
        service.bringNear(ahead);
        ahead.clear();
    }

    /// As the other one, for a buffer of which nothing was read ahead.
    After serve(ByteBuffer in, Family family, long high, long low, ByteBuffer out) {
        return serve(own, in, family, high, low, out);
    }

    /// Answers the requests that a buffer has, and moves its position behind them.
    ///
    /// @param exchange with the first of them, if that was read ahead
    /// @param in       from a client with this address
    /// @param out      at least [#MAX_RESPONSE] bytes are free
    After serve(HttpExchange exchange, ByteBuffer in, Family family, long high, long low, ByteBuffer out) {
        while (true) {
            if (out.remaining() < MAX_RESPONSE) {
                return in.hasRemaining() ? After.SEND : After.READ;
            }
            if (!exchange.waits) {
                read(exchange, in);
            }
            exchange.waits = false;
            switch (exchange.outcome) {
                case INCOMPLETE -> {
                    return After.READ;
                }
                case TOO_LONG -> {
                    return giveUp(out, Refusal.LIMIT, "431 Request Header Fields Too Large");
                }
                case MALFORMED -> {
                    return giveUp(out, Refusal.MALFORMED, "400 Bad Request");
                }
                case UNKNOWN_VERSION -> {
                    return giveUp(out, Refusal.MALFORMED, "505 HTTP Version Not Supported");
                }
                case COMPLETE -> {
                    announcement.family = family;
                    announcement.high = high;
                    announcement.low = low;
                    answer(exchange, in, out);
                    HttpRequest request = exchange.request;
                    if (!request.keepAlive()) {
                        return request.hasBody() || in.hasRemaining() ? After.LINGER : After.CLOSE;
                    }
                }
            }
        }
    }

    private static void read(HttpExchange exchange, ByteBuffer in) {
        HttpRequest request = exchange.request;
        exchange.outcome = request.read(in);
        exchange.subject = Subject.OTHER;
        exchange.problem = null;
        if (exchange.outcome != Outcome.COMPLETE || request.method() == Method.OTHER) {
            return;
        }
        if (request.pathHas(ANNOUNCE)) {
            exchange.subject = Subject.ANNOUNCE;
            try {
                exchange.query.read(in, request.queryStart(), request.queryEnd());
            } catch (ProtocolException e) {
                exchange.problem = e;
            }
        } else if (request.pathHas(SCRAPE)) {
            exchange.subject = Subject.SCRAPE;
        }
    }

    private void answer(HttpExchange exchange, ByteBuffer in, ByteBuffer out) {
        HttpRequest request = exchange.request;
        body.clear();
        if (request.method() == Method.OTHER) {
            counters.refused(Protocol.HTTP, Refusal.MALFORMED).increment();
            respond(request, out, "405 Method Not Allowed", "Allow: GET, HEAD\r\n");
            return;
        }
        switch (exchange.subject) {
            case ANNOUNCE -> {
                believeProxy(request);
                announce(exchange);
            }
            case SCRAPE -> {
                believeProxy(request);
                scrape(request, in);
            }
            case OTHER -> {
                counters.refused(Protocol.HTTP, Refusal.MALFORMED).increment();
                body.put(ascii("this is a BitTorrent tracker: /announce and /scrape\n"));
                respond(request, out, "404 Not Found", "");
                return;
            }
        }
        out.put(OK);
        finish(request, out);
    }

    private void announce(HttpExchange exchange) {
        if (exchange.problem != null) {
            refuse(Refusal.MALFORMED, new Refused(exchange.problem.getMessage()));
            return;
        }
        HttpAnnounceQuery query = exchange.query;
        if (query.port() == 0) {
            refuse(Refusal.MALFORMED, new Refused("announce with port 0"));
            return;
        }
        Announcement asked = announcement;
        asked.infoHash(query.hashHigh(), query.hashMiddle(), query.hashLow());
        asked.peerIdHigh = query.peerIdHigh();
        asked.peerIdMiddle = query.peerIdMiddle();
        asked.peerIdLow = query.peerIdLow();
        asked.port = query.port();
        asked.uploaded = query.uploaded();
        asked.downloaded = query.downloaded();
        asked.left = query.left();
        asked.event = query.event();
        asked.numWant = query.numWant();
        if (service.readsPasskey()) {
            asked.passkey = passkey(exchange.request, query.passkey());
        }
        if (service.announce(asked, ticker.nanos()) instanceof Refused refused) {
            refuse(Refusal.POLICY, refused);
            return;
        }
        counters.announces(Protocol.HTTP, asked.family, asked.event).increment();
        if (query.compact()) {
            HttpTrackerWriter.writeCompact(
                    asked.seeders,
                    asked.leechers,
                    service.interval(),
                    service.minInterval(),
                    asked.family == Family.V6,
                    asked.high,
                    asked.low,
                    asked.peers,
                    asked.count * asked.family.compactLength,
                    body);
        } else {
            HttpTrackerWriter.write(reply(asked), false, body);
        }
    }

    private AnnounceReply reply(Announcement answer) {
        return new AnnounceReply.Peers(
                Duration.ofSeconds(service.interval()),
                Optional.of(Duration.ofSeconds(service.minInterval())),
                answer.seeders,
                answer.leechers,
                answer.peerAddresses(),
                Optional.empty(),
                Optional.of(answer.source().hostBytes()),
                Optional.empty());
    }

    /// A scrape names its torrents; one that names none would have to be answered with all there are, and is
    /// refused. Torrents that are refused are left out, unless all are.
    private void scrape(HttpRequest request, ByteBuffer in) {
        Map<InfoHash, ScrapeReply.Counts> swarms = new LinkedHashMap<>();
        @Nullable Refused refused = null;
        try {
            HttpScrapeQuery scrape = HttpScrapeQuery.read(in, request.queryStart(), request.queryEnd());
            if (service.readsPasskey()) {
                announcement.passkey = passkey(request, scrape.passkey());
            }
            for (InfoHash infoHash : scrape.infoHashes()) {
                announcement.infoHash(infoHash);
                if (service.scrape(announcement) instanceof Refused no) {
                    refused = no;
                    continue;
                }
                swarms.put(
                        infoHash,
                        new ScrapeReply.Counts(
                                announcement.seeders,
                                announcement.completed,
                                announcement.leechers,
                                announcement.leechers - announcement.partialSeeds));
            }
        } catch (ProtocolException e) {
            refuse(Refusal.MALFORMED, new Refused(e.getMessage()));
            return;
        }
        if (swarms.isEmpty()) {
            Refusal why = refused == null ? Refusal.MALFORMED : Refusal.POLICY;
            refuse(why, refused == null ? new Refused("scrape without info_hash") : refused);
            return;
        }
        counters.scrapes(Protocol.HTTP, announcement.family).increment();
        HttpTrackerWriter.write(new ScrapeReply.Swarms(swarms), body);
    }

    private static String passkey(HttpRequest request, String parameter) {
        return parameter.isEmpty() ? Passkey.ofPath(request.path()) : parameter;
    }

    /// Takes the client's address from a proxy that is trusted, and from those before it as long as they are.
    private void believeProxy(HttpRequest request) {
        if (trustedProxies.isEmpty() || !isTrusted()) {
            return;
        }
        String[] hops = request.forwardedFor().split(",");
        for (int i = hops.length - 1; i >= 0 && isTrusted(); i--) {
            try {
                announcement.source(InetAddress.ofLiteral(hops[i].strip()));
            } catch (IllegalArgumentException e) {
                return; // nothing, or no address: what is known so far holds
            }
        }
    }

    private boolean isTrusted() {
        return announcement.isFrom(trustedProxies);
    }

    private void refuse(Refusal why, Refused refused) {
        counters.refused(Protocol.HTTP, why).increment();
        HttpTrackerWriter.write(
                new AnnounceReply.Failure(refused.reason(), refused.retryIn(), refused.never()), true, body);
    }

    /// Answers what cannot be read on from.
    private After giveUp(ByteBuffer out, Refusal why, String status) {
        counters.refused(Protocol.HTTP, why).increment();
        out.put(ascii("HTTP/1.1 " + status + "\r\nContent-Length: 0")).put(END_AND_CLOSE);
        return After.LINGER;
    }

    private void respond(HttpRequest request, ByteBuffer out, String status, String fields) {
        out.put(ascii("HTTP/1.1 " + status + "\r\n" + fields + "Content-Type: text/plain\r\nContent-Length: "));
        finish(request, out);
    }

    /// Writes what follows `Content-Length: `.
    private void finish(HttpRequest request, ByteBuffer out) {
        body.flip();
        HttpTrackerWriter.writeNumber(body.limit(), out);
        out.put(!request.keepAlive() ? END_AND_CLOSE : request.isHttp11() ? END : END_AND_KEEP);
        if (request.method() != Method.HEAD) {
            out.put(body);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
