package dev.jackdaw.cli;

import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.bencode.BencodeLimits;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/// Fetches a `.torrent` file over HTTP.
///
/// The user may name any host. A redirect is the server's word: it may not lead from a public host to this machine or a
/// private network, nor from `https` to `http`.
final class TorrentFetcher {
    /// A longer body is refused, whether announced or not.
    static final int MAX_BYTES = BencodeLimits.METAINFO.maxBytes();

    static final int MAX_REDIRECTS = 5;

    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final Duration timeout;

    /// @param timeout for connecting, and again for each answer's beginning and body
    TorrentFetcher(Duration timeout) {
        this.timeout = timeout;
    }

    byte[] fetch(String url) {
        URI uri = parse(url);
        boolean mayBeLocal = isLocal(uri);
        try (HttpClient client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .build()) {
            for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
                HttpResponse<InputStream> response =
                        client.send(request(uri), HttpResponse.BodyHandlers.ofInputStream());
                try (InputStream body = response.body()) {
                    if (response.statusCode() == 200) {
                        return read(body, uri);
                    }
                    if (!REDIRECTS.contains(response.statusCode())) {
                        throw CommandFailure.failed("cannot fetch " + Shown.path(uri.toString())
                                + ": the server answered " + response.statusCode() + "; check the address");
                    }
                    uri = redirected(uri, response, mayBeLocal);
                }
            }
            throw CommandFailure.failed(
                    "cannot fetch " + Shown.path(url) + ": more than " + MAX_REDIRECTS + " redirects");
        } catch (HttpTimeoutException e) {
            throw CommandFailure.failed(
                    "cannot fetch " + Shown.path(url) + ": no answer within " + DurationText.show(timeout)
                            + "; try again later",
                    e);
        } catch (IOException e) {
            throw CommandFailure.failed(
                    "cannot fetch " + Shown.path(url) + ": " + ErrorReport.reason(e)
                            + "; check the address and the network",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.interrupted("interrupted while fetching " + Shown.path(url));
        }
    }

    private HttpRequest request(URI uri) {
        return HttpRequest.newBuilder(uri)
                .timeout(timeout)
                .header("User-Agent", "jackdaw")
                .header("Accept", "application/x-bittorrent, */*")
                .build();
    }

    /// Reads to the end within the time and size allowed; the client's own timeout covers only the headers.
    private byte[] read(InputStream body, URI uri) throws IOException {
        Thread watchdog = Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(timeout);
                body.close();
            } catch (InterruptedException | IOException e) {
                // Read in time, or closed already.
            }
        });
        try {
            byte[] bytes = body.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw CommandFailure.badInput(
                        Shown.path(uri.toString()) + " is over " + Amount.bytes(MAX_BYTES) + ": no torrent");
            }
            return bytes;
        } finally {
            watchdog.interrupt();
        }
    }

    private static URI redirected(URI from, HttpResponse<?> response, boolean mayBeLocal) {
        String location = response.headers().firstValue("location").orElse("");
        URI to = parse(resolve(from, location));
        if ("https".equals(scheme(from)) && !"https".equals(scheme(to))) {
            throw CommandFailure.failed(Shown.path(from.toString()) + " redirects from https to "
                    + Shown.path(to.toString()) + ", which is refused");
        }
        if (!mayBeLocal && isLocal(to)) {
            throw CommandFailure.failed(Shown.path(from.toString()) + " redirects to a private address, "
                    + Shown.path(to.toString()) + ", which is refused; name that address yourself if you trust it");
        }
        return to;
    }

    private static String resolve(URI from, String location) {
        try {
            return from.resolve(location).toString();
        } catch (IllegalArgumentException e) {
            throw CommandFailure.failed(
                    Shown.path(from.toString()) + " redirects to '" + Shown.text(location) + "', which is no URL");
        }
    }

    private static URI parse(String url) {
        try {
            URI uri = URI.create(url);
            String scheme = scheme(uri);
            if (uri.getHost() != null && (scheme.equals("http") || scheme.equals("https"))) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Told below.
        }
        throw CommandFailure.badInput("'" + Shown.path(url) + "' is no http or https URL");
    }

    private static String scheme(URI uri) {
        return uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    }

    private static boolean isLocal(URI uri) {
        try {
            for (InetAddress address : InetAddress.getAllByName(uri.getHost())) {
                if (PeerAddress.isLocal(address)) {
                    return true;
                }
            }
            return false;
        } catch (UnknownHostException e) {
            throw CommandFailure.failed(
                    "cannot find the host " + Shown.text(uri.getHost()) + "; check the address and the network", e);
        }
    }
}
