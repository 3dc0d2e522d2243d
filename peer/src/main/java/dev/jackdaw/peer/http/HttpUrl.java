package dev.jackdaw.peer.http;

import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/// An `http` or `https` URL, taken apart and fit to be sent.
///
/// Torrents hold URLs that no strict parser would take (blanks, braces, bytes beyond ASCII), so what may be escaped is
/// escaped; what could change the meaning of a request (control characters, odd hosts, other schemes) is refused.
///
/// @param host        a name in ASCII, an IPv4 address, or an IPv6 address without brackets
/// @param port        1 … 65535
/// @param target      path and query as they stand in the request line; printable ASCII that begins with `/`
/// @param credentials user and password as an `Authorization: Basic` value, if the URL had them
public record HttpUrl(boolean secure, String host, int port, String target, Optional<String> credentials) {
    /// Longer ones are refused: 8 KiB is what common servers take as a request line.
    public static final int MAX_LENGTH = 8 * 1024;

    private static final String REFERENCE_END = "/?#";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    /// Parses an absolute URL.
    public static HttpUrl parse(String url) throws HttpException {
        if (url.length() > MAX_LENGTH) {
            throw new HttpException("URL of " + url.length() + " characters, expected at most " + MAX_LENGTH);
        }
        int colon = url.indexOf("://");
        String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
        boolean secure = scheme.equals("https");
        if (!secure && !scheme.equals("http")) {
            throw new HttpException("URL of scheme \"" + scheme + "\", expected http or https");
        }
        int from = colon + 3;
        int end = from;
        while (end < url.length() && REFERENCE_END.indexOf(url.charAt(end)) < 0) {
            end++;
        }
        String authority = url.substring(from, end);
        int at = authority.lastIndexOf('@');
        Optional<String> credentials = at < 0 ? Optional.empty() : Optional.of(basic(authority.substring(0, at)));
        String hostAndPort = authority.substring(at + 1);
        int portColon = hostAndPort.lastIndexOf(':');
        if (portColon < hostAndPort.lastIndexOf(']')) {
            portColon = -1;
        }
        String port = portColon < 0 ? "" : hostAndPort.substring(portColon + 1);
        String host = portColon < 0 ? hostAndPort : hostAndPort.substring(0, portColon);
        return new HttpUrl(secure, host(host), port(port, secure), target(url.substring(end)), credentials);
    }

    /// The URL that a `Location` of this one means: absolute, or relative to it (RFC 3986 §5, without `..`).
    public HttpUrl resolve(String location) throws HttpException {
        String lower = location.toLowerCase(Locale.ROOT);
        int colon = location.indexOf(':');
        int end = 0;
        while (end < location.length() && REFERENCE_END.indexOf(location.charAt(end)) < 0) {
            end++;
        }
        if (lower.startsWith("http://") || lower.startsWith("https://") || (colon >= 0 && colon < end)) {
            return parse(location);
        }
        if (location.startsWith("//")) {
            return parse((secure ? "https:" : "http:") + location);
        }
        if (location.isEmpty() || location.startsWith("/")) {
            return withTarget(location);
        }
        String path = path();
        return withTarget(
                location.startsWith("?") ? path + location : path.substring(0, path.lastIndexOf('/') + 1) + location);
    }

    /// The same server, another path and query.
    public HttpUrl withTarget(String newTarget) throws HttpException {
        return new HttpUrl(secure, host, port, target(newTarget), credentials);
    }

    /// The target without its query.
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /// Whether both name the same scheme, host and port: the condition for sending credentials, or for using an open
    /// connection again.
    public boolean sameOrigin(HttpUrl other) {
        return secure == other.secure && port == other.port && host.equals(other.host);
    }

    /// The value of the `Host` header.
    String hostHeader() {
        String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == defaultPort(secure) ? shown : shown + ":" + port;
    }

    /// The URL without credentials, so that it can be shown.
    @Override
    public String toString() {
        return (secure ? "https://" : "http://") + hostHeader() + target;
    }

    private static int defaultPort(boolean secure) {
        return secure ? 443 : 80;
    }

    private static int port(String text, boolean secure) throws HttpException {
        if (text.isEmpty()) {
            return defaultPort(secure);
        }
        int port = text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9') ? Integer.parseInt(text) : 0;
        if (port < 1 || port > 0xffff) {
            throw new HttpException("URL with port \"" + text + "\", expected 1 to 65535");
        }
        return port;
    }

    private static String host(String text) throws HttpException {
        if (text.startsWith("[") && text.endsWith("]")) {
            String inner = text.substring(1, text.length() - 1);
            if (inner.indexOf(':') >= 0 && inner.matches("[0-9A-Fa-f:.]{2,45}")) {
                return inner.toLowerCase(Locale.ROOT);
            }
        } else {
            String ascii = ascii(text).toLowerCase(Locale.ROOT);
            if (ascii.matches("[0-9a-z._-]{1,253}")) {
                return ascii;
            }
        }
        throw new HttpException("URL with host \"" + text + "\", expected a name or an address");
    }

    private static String ascii(String name) throws HttpException {
        try {
            return IDN.toASCII(name);
        } catch (IllegalArgumentException _) {
            throw new HttpException("URL with host \"" + name + "\", expected a name or an address");
        }
    }

    /// Drops the fragment, escapes blanks, quotes and everything beyond ASCII, and refuses control characters.
    private static String target(String rest) throws HttpException {
        int fragment = rest.indexOf('#');
        String text = fragment < 0 ? rest : rest.substring(0, fragment);
        StringBuilder target = new StringBuilder(text.length() + 16);
        if (!text.startsWith("/")) {
            target.append('/');
        }
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if ((b >= 0 && b < 0x20) || b == 0x7f) {
                throw new HttpException("URL with a control character");
            }
            if (b <= 0x20 || b == '"' || b == '<' || b == '>' || b == '\\' || b == '^' || b == '`') {
                target.append('%').append(HEX.toHexDigits(b));
            } else {
                target.append((char) b);
            }
        }
        if (target.length() > MAX_LENGTH) {
            throw new HttpException("URL of more than " + MAX_LENGTH + " characters");
        }
        return target.toString();
    }

    private static String basic(String userInfo) throws HttpException {
        byte[] encoded = userInfo.getBytes(StandardCharsets.UTF_8);
        byte[] plain = new byte[encoded.length];
        int length = 0;
        for (int i = 0; i < encoded.length; i++) {
            byte b = encoded[i];
            if (b == '%'
                    && i + 2 < encoded.length
                    && HexFormat.isHexDigit(encoded[i + 1])
                    && HexFormat.isHexDigit(encoded[i + 2])) {
                b = (byte) (HexFormat.fromHexDigit(encoded[i + 1]) << 4 | HexFormat.fromHexDigit(encoded[i + 2]));
                i += 2;
            }
            plain[length++] = b;
        }
        return "Basic " + Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(plain, length));
    }
}
