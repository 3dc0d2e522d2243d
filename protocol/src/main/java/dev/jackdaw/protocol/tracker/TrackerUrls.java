package dev.jackdaw.protocol.tracker;

import dev.jackdaw.protocol.InfoHash;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The URLs that a client asks for, made from a tracker's announce URL (BEP 3, 41, 48).
///
/// The announce URL's own query is kept, since private trackers tell their users apart by it; a fragment is not.
public final class TrackerUrls {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final String ANNOUNCE = "/announce";

    private TrackerUrls() {}

    /// The URL of an announce over HTTP, asking for the compact form.
    public static String announce(String tracker, AnnounceRequest request) {
        StringBuilder url = new StringBuilder(256);
        appendBase(url, withoutFragment(tracker));
        url.append("info_hash=");
        escape(request.infoHash().toBytes(), url);
        url.append("&peer_id=");
        escape(request.peerId().toBytes(), url);
        url.append("&port=").append(request.port());
        url.append("&uploaded=").append(request.uploaded());
        url.append("&downloaded=").append(request.downloaded());
        url.append("&left=").append(request.left());
        url.append("&compact=1&no_peer_id=1");
        url.append("&key=").append(HEX.toHexDigits(request.key()));
        if (request.numWant() >= 0) {
            url.append("&numwant=").append(request.numWant());
        }
        if (request.event() != AnnounceEvent.NONE) {
            url.append("&event=").append(request.event().name().toLowerCase(Locale.ROOT));
        }
        request.trackerId().ifPresent(id -> {
            url.append("&trackerid=");
            escape(id.getBytes(StandardCharsets.ISO_8859_1), url);
        });
        return url.toString();
    }

    /// The URL of a scrape over HTTP; empty if the tracker's path has no segment that begins with `announce`, by which
    /// a tracker says that it can be scraped (BEP 48).
    public static Optional<String> scrape(String tracker, List<InfoHash> infoHashes) {
        String base = withoutFragment(tracker);
        int query = base.indexOf('?');
        int pathEnd = query < 0 ? base.length() : query;
        int pathStart = base.indexOf('/', base.indexOf("://") + 3);
        int at = base.lastIndexOf(ANNOUNCE, pathEnd - ANNOUNCE.length());
        if (pathStart < 0 || at < pathStart) {
            return Optional.empty();
        }
        StringBuilder url = new StringBuilder(64 + 70 * infoHashes.size());
        appendBase(url, base.substring(0, at) + "/scrape" + base.substring(at + ANNOUNCE.length()));
        String separator = "";
        for (InfoHash infoHash : infoHashes) {
            url.append(separator).append("info_hash=");
            escape(infoHash.toBytes(), url);
            separator = "&";
        }
        return Optional.of(url.toString());
    }

    /// What a UDP announce says of the tracker's URL: its path and query (BEP 41); empty if it has neither.
    public static String urlData(String tracker) {
        String base = withoutFragment(tracker);
        int scheme = base.indexOf("://");
        for (int at = scheme < 0 ? 0 : scheme + 3; at < base.length(); at++) {
            if (base.charAt(at) == '/' || base.charAt(at) == '?') {
                return base.substring(at);
            }
        }
        return "";
    }

    private static void appendBase(StringBuilder url, String base) {
        url.append(base);
        int query = base.indexOf('?');
        if (query < 0) {
            url.append('?');
        } else if (query < base.length() - 1 && !base.endsWith("&")) {
            url.append('&');
        }
    }

    private static String withoutFragment(String url) {
        int fragment = url.indexOf('#');
        return fragment < 0 ? url : url.substring(0, fragment);
    }

    /// Appends the bytes, all but RFC 3986's unreserved characters escaped.
    private static void escape(byte[] bytes, StringBuilder out) {
        for (byte b : bytes) {
            char c = (char) (b & 0xff);
            if (isUnreserved(c)) {
                out.append(c);
            } else {
                out.append('%').append(HEX.toHexDigits(b));
            }
        }
    }

    private static boolean isUnreserved(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "-._~".indexOf(c) >= 0;
    }
}
