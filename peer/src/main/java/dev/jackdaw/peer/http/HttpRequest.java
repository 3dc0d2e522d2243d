package dev.jackdaw.peer.http;

import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;

/// One GET.
///
/// @param headers      besides `Host`, `User-Agent`, `Accept-Encoding`, `Connection` and `Authorization`, which the
///                     agent writes; names and values are ours, never a stranger's
/// @param localAllowed whether the URL's own host may be on this machine or a private network
/// @param redirectedBy the server whose redirect led here: then a local address is asked only if it is that
/// server's
///                     own, so that a local server cannot send us on to others
/// @param keepAlive    whether the connection is kept for the next request
/// @param gzip         whether a compressed body is welcome
public record HttpRequest(
        HttpUrl url,
        Map<String, String> headers,
        boolean localAllowed,
        Optional<InetAddress> redirectedBy,
        boolean keepAlive,
        boolean gzip) {
    public HttpRequest {
        headers = Map.copyOf(headers);
    }

    /// A request for one whole document, local hosts allowed, connection closed afterwards.
    public static HttpRequest of(HttpUrl url) {
        return new HttpRequest(url, Map.of(), true, Optional.empty(), false, true);
    }

    /// A request for bytes as they are, over a connection that is kept.
    public static HttpRequest bytes(HttpUrl url, boolean localAllowed) {
        return new HttpRequest(url, Map.of(), localAllowed, Optional.empty(), true, false);
    }

    /// The request for a part of a file over a connection that is kept.
    ///
    /// @param first offset of the first byte
    /// @param last  offset of the last byte, inclusive
    public static HttpRequest range(HttpUrl url, long first, long last, boolean localAllowed) {
        Map<String, String> headers = Map.of("Range", "bytes=" + first + "-" + last);
        return new HttpRequest(url, headers, localAllowed, Optional.empty(), true, false);
    }

    HttpRequest redirected(HttpUrl target, InetAddress by) {
        return new HttpRequest(target, headers, localAllowed, Optional.of(by), keepAlive, gzip);
    }

    /// Whether it may be sent to that address, of which is known whether it is on this machine or a private
    /// network.
    boolean mayGoTo(InetAddress address, boolean local) {
        return !local || (localAllowed && redirectedBy.map(address::equals).orElse(true));
    }

    /// Credentials go only where the URL itself had them.
    Optional<String> authorization() {
        return url.credentials();
    }
}
