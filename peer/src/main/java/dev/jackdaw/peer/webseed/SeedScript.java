package dev.jackdaw.peer.webseed;

import dev.jackdaw.peer.http.HttpAgent;
import dev.jackdaw.peer.http.HttpException;
import dev.jackdaw.peer.http.HttpRequest;
import dev.jackdaw.peer.http.HttpResponse;
import dev.jackdaw.peer.http.HttpUrl;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.PieceLayout;
import dev.jackdaw.protocol.metainfo.Info;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;

/// A script on a web server that answers for pieces of a torrent, and says when it wants no more (BEP 17).
public final class SeedScript implements WebSeed {
    /// For one piece or a part of it.
    private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(120);
    /// What a script that is busy may ask for; shorter and longer times count as these.
    private static final Duration MIN_RETRY = Duration.ofSeconds(1);

    private static final Duration MAX_RETRY = Duration.ofHours(1);
    /// Where it is busy and does not say for how long: what the BEP's prototype waits.
    private static final Duration USUAL_RETRY = Duration.ofSeconds(30);
    /// Bytes of an answer that is to hold one number.
    private static final int MAX_NUMBER_LENGTH = 64;

    private static final HexFormat ESCAPED = HexFormat.of().withUpperCase().withPrefix("%");

    private final Info info;
    private final HttpUrl url;
    private final HttpAgent agent;
    private final boolean localAllowed;

    /// @param url          from the torrent's `httpseeds`
    /// @param localAllowed whether the server may be on this machine or a private network
    /// @throws HttpException if the URL is none that can be used
    public SeedScript(Info info, String url, HttpAgent agent, boolean localAllowed) throws HttpException {
        this.info = info;
        this.url = HttpUrl.parse(url);
        this.agent = agent;
        this.localAllowed = localAllowed;
    }

    @Override
    public Info info() {
        return info;
    }

    @Override
    public HttpUrl url() {
        return url;
    }

    @Override
    public Bitfield have() {
        return Bitfield.full(info.layout().pieceCount());
    }

    @Override
    public void fetch(long offset, byte[] into) throws IOException {
        PieceLayout layout = info.layout();
        for (int at = 0; at < into.length; ) {
            int piece = layout.pieceAt(offset + at);
            int begin = (int) (offset + at - layout.offset(piece));
            int length = Math.min(into.length - at, layout.length(piece) - begin);
            fetch(piece, begin, into, at, length);
            at += length;
        }
    }

    private void fetch(int piece, int begin, byte[] into, int at, int length) throws IOException {
        HttpRequest request = HttpRequest.bytes(urlOf(piece, begin, length), localAllowed);
        try (var timer = agent.timer(FETCH_TIMEOUT);
                var response = agent.get(request, timer)) {
            switch (response.head().status()) {
                case 200 -> {
                    long there = response.head().contentLength().orElse(length);
                    if (there != length) {
                        throw new HttpException("the web seed sent " + there + " bytes, expected " + length);
                    }
                    response.readFully(into, at, length);
                }
                case 503 -> throw new Busy(retryIn(response));
                default ->
                    throw new HttpException("the web seed answered with HTTP status "
                            + response.head().status());
            }
        }
    }

    private HttpUrl urlOf(int piece, int begin, int length) throws HttpException {
        boolean whole = begin == 0 && length == info.layout().length(piece);
        String target = url.target();
        return url.withTarget(target
                + (target.indexOf('?') < 0 ? "?" : "&")
                + "info_hash=" + ESCAPED.formatHex(info.infoHash().toBytes())
                + "&piece=" + piece
                + (whole ? "" : "&ranges=" + begin + "-" + (begin + length - 1)));
    }

    /// The body is a number of seconds.
    private static Duration retryIn(HttpResponse response) throws IOException {
        String body = new String(response.readBody(MAX_NUMBER_LENGTH), StandardCharsets.US_ASCII).strip();
        if (!body.matches("[0-9]{1,9}")) {
            return USUAL_RETRY;
        }
        Duration asked = Duration.ofSeconds(Integer.parseInt(body));
        return asked.compareTo(MIN_RETRY) < 0 ? MIN_RETRY : asked.compareTo(MAX_RETRY) > 0 ? MAX_RETRY : asked;
    }
}
