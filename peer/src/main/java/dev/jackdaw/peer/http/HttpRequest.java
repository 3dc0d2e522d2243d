package dev.jackdaw.peer.http;

import java.util.Map;
import java.util.Optional;

/// One GET.
///
/// @param headers      besides `Host`, `User-Agent`, `Accept-Encoding`, `Connection` and `Authorization`, which the
///                     agent writes; names and values are ours, never a stranger's
/// @param localAllowed whether the URL's own host may be on this machine or a private network. A redirect may lead
///                     there only from such a host, whatever this says
/// @param keepAlive    whether the connection is kept for the next request
/// @param gzip         whether a compressed body is welcome
public record HttpRequest(
        HttpUrl url, Map<String, String> headers, boolean localAllowed, boolean keepAlive, boolean gzip) {
    public HttpRequest {
        headers = Map.copyOf(headers);
    }

    /// A request for one whole document, local hosts allowed, connection closed afterwards.
    public static HttpRequest of(HttpUrl url) {
        return new HttpRequest(url, Map.of(), true, false, true);
    }

    /// The request for a part of a file over a connection that is kept.
    ///
    /// @param first offset of the first byte
    /// @param last  offset of the last byte, inclusive
    public static HttpRequest range(HttpUrl url, long first, long last, boolean localAllowed) {
        return new HttpRequest(url, Map.of("Range", "bytes=" + first + "-" + last), localAllowed, true, false);
    }

    HttpRequest redirected(HttpUrl target, boolean local) {
        return new HttpRequest(target, headers, local, keepAlive, gzip);
    }

    /// Credentials go only where the URL itself had them.
    Optional<String> authorization() {
        return url.credentials();
    }
}
