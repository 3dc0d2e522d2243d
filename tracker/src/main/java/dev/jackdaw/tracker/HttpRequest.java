package dev.jackdaw.tracker;

import dev.jackdaw.protocol.ByteSearch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// The head of an HTTP request as far as a tracker looks at it (RFC 9112), read where it was received and used
/// again for the next one.
///
/// A body is not read: a request that has one is the last of its connection.
final class HttpRequest {
    /// Of a whole head. A scrape of as many torrents as are allowed fits; a longer head is refused.
    static final int MAX_HEAD = 8 * 1024;

    private static final byte[] GET = ascii("GET");
    private static final byte[] HEAD = ascii("HEAD");
    private static final byte[] HTTP_1 = ascii("HTTP/1.");
    private static final byte[] SCHEME = ascii("http://");
    // names of fields, and values, in lower case
    private static final byte[] CONNECTION = ascii("connection");
    private static final byte[] CLOSE = ascii("close");
    private static final byte[] KEEP_ALIVE = ascii("keep-alive");
    private static final byte[] HOST = ascii("host");
    private static final byte[] CONTENT_LENGTH = ascii("content-length");
    private static final byte[] TRANSFER_ENCODING = ascii("transfer-encoding");
    private static final byte[] FORWARDED_FOR = ascii("x-forwarded-for");

    /// What became of reading.
    enum Outcome {
        COMPLETE,
        /// More bytes are needed.
        INCOMPLETE,
        /// Longer than [#MAX_HEAD].
        TOO_LONG,
        /// Not HTTP; nothing that follows can be understood.
        MALFORMED,
        /// HTTP of another version than 1.0 or 1.1.
        UNKNOWN_VERSION
    }

    /// What is asked for, as far as it matters.
    enum Method {
        GET,
        HEAD,
        OTHER
    }

    private ByteBuffer in = ByteBuffer.allocate(0);
    private Method method = Method.OTHER;
    private int pathStart;
    private int pathEnd;
    private int queryEnd;
    private boolean http11;
    // what the fields `Connection` say
    private boolean close;
    private boolean keep;
    private boolean host;
    private boolean body;
    private int forwardedStart;
    private int forwardedEnd;

    /// Reads the next request of a buffer, and if it is complete, moves the buffer's position behind it.
    Outcome read(ByteBuffer from) {
        in = from;
        int end = in.limit();
        int at = in.position();
        while (at < end && (in.get(at) == '\r' || in.get(at) == '\n')) {
            at++; // RFC 9112, 2.2: some clients send one line end too many
        }
        int start = at;
        int lineEnd = lineEnd(at, end);
        if (lineEnd < 0) {
            return incomplete(start, end);
        }
        Outcome line = readLine(at, trimmed(at, lineEnd));
        if (line != Outcome.COMPLETE) {
            return line;
        }
        close = false;
        keep = false;
        host = false;
        body = false;
        forwardedStart = 0;
        forwardedEnd = 0;
        for (at = lineEnd + 1; ; at = lineEnd + 1) {
            lineEnd = lineEnd(at, end);
            if (lineEnd < 0) {
                return incomplete(start, end);
            }
            int fieldEnd = trimmed(at, lineEnd);
            if (fieldEnd == at) {
                break;
            }
            if (!readField(at, fieldEnd)) {
                return Outcome.MALFORMED;
            }
        }
        if (lineEnd + 1 - start > MAX_HEAD) {
            return Outcome.TOO_LONG;
        }
        in.position(lineEnd + 1);
        return Outcome.COMPLETE;
    }

    Method method() {
        return method;
    }

    /// Where the target's path begins in the buffer.
    int pathStart() {
        return pathStart;
    }

    /// Where it ends; a query may follow after a `?`.
    int pathEnd() {
        return pathEnd;
    }

    /// Where the query begins; at its end if there is none.
    int queryStart() {
        return Math.min(pathEnd + 1, queryEnd);
    }

    int queryEnd() {
        return queryEnd;
    }

    /// The path as text, as it was sent.
    String path() {
        return text(pathStart, pathEnd);
    }

    /// Whether the version is 1.1, not 1.0.
    boolean isHttp11() {
        return http11;
    }

    /// Whether the connection is to stay open.
    boolean keepAlive() {
        return (http11 || keep) && !close && !body;
    }

    /// Whether bytes may follow that are no request.
    boolean hasBody() {
        return body;
    }

    /// The last `X-Forwarded-For`; empty if there is none.
    String forwardedFor() {
        return text(forwardedStart, forwardedEnd);
    }

    /// Whether a segment of the path is that word, some of it perhaps escaped though it need not be (RFC 3986, 2.3).
    boolean pathHas(byte[] segment) {
        int from = pathStart + 1;
        for (int at = from; at <= pathEnd; at++) {
            if (at == pathEnd || in.get(at) == '/') {
                if (at - from >= segment.length && isEscaped(from, at, segment)) {
                    return true;
                }
                from = at + 1;
            }
        }
        return false;
    }

    private boolean isEscaped(int from, int end, byte[] text) {
        int at = from;
        for (byte expected : text) {
            if (at >= end) {
                return false;
            }
            int b = in.get(at++);
            if (b == '%' && end - at >= 2) {
                b = Character.digit(in.get(at), 16) << 4 | Character.digit(in.get(at + 1), 16);
                at += 2;
            }
            if (b != expected) {
                return false;
            }
        }
        return at == end;
    }

    private static Outcome incomplete(int start, int end) {
        return end - start > MAX_HEAD ? Outcome.TOO_LONG : Outcome.INCOMPLETE;
    }

    /// Reads `METHOD target HTTP/1.x`.
    private Outcome readLine(int from, int end) {
        int methodEnd = find(' ', from, end);
        int targetEnd = find(' ', methodEnd + 1, end);
        int version = targetEnd + 1;
        if (methodEnd == from || targetEnd >= end) {
            return Outcome.MALFORMED;
        }
        if (end - version != HTTP_1.length + 1 || !starts(version, end, HTTP_1)) {
            return starts(version, end, ascii("HTTP/")) ? Outcome.UNKNOWN_VERSION : Outcome.MALFORMED;
        }
        byte minor = in.get(end - 1);
        if (minor != '0' && minor != '1') {
            return Outcome.UNKNOWN_VERSION;
        }
        http11 = minor == '1';
        method = is(from, methodEnd, GET) ? Method.GET : is(from, methodEnd, HEAD) ? Method.HEAD : Method.OTHER;
        pathStart = methodEnd + 1;
        if (startsIgnoringCase(pathStart, targetEnd, SCHEME)) { // as if we were a proxy: RFC 9112, 3.2.2
            int query = find('?', pathStart, targetEnd);
            pathStart = find('/', pathStart + SCHEME.length, query);
        }
        if (pathStart >= targetEnd || (in.get(pathStart) != '/' && method != Method.OTHER)) {
            return Outcome.MALFORMED;
        }
        pathEnd = find('?', pathStart, targetEnd);
        queryEnd = targetEnd;
        return Outcome.COMPLETE;
    }

    /// Reads `name: value`; says whether it is that. A field that goes on in the next line (which begins with a
    /// blank), and a blank before the colon, have been read in one way by a proxy and in another behind it, so
    /// neither may be let through (RFC 9112, 5.1 and 5.2).
    ///
    /// So does a second `Host` (RFC 9112, 3.2); that there is none at all is forgiven, as it harms nobody.
    private boolean readField(int from, int end) {
        int colon = find(':', from, end);
        if (colon == from || colon == end || isBlank(in.get(from)) || isBlank(in.get(colon - 1))) {
            return false;
        }
        int value = Math.min(colon + 1, end);
        while (value < end && isBlank(in.get(value))) {
            value++;
        }
        switch (in.get(from) | 0x20) {
            case 'c' -> {
                if (isIgnoringCase(from, colon, CONNECTION)) {
                    close |= lists(value, end, CLOSE);
                    keep |= lists(value, end, KEEP_ALIVE);
                } else if (isIgnoringCase(from, colon, CONTENT_LENGTH)) {
                    body |= end - value != 1 || in.get(value) != '0';
                }
            }
            case 'h' -> {
                if (isIgnoringCase(from, colon, HOST)) {
                    boolean second = host;
                    host = true;
                    return !second;
                }
            }
            case 't' -> body |= isIgnoringCase(from, colon, TRANSFER_ENCODING);
            case 'x' -> {
                if (isIgnoringCase(from, colon, FORWARDED_FOR)) {
                    forwardedStart = value;
                    forwardedEnd = end;
                }
            }
            default -> {} // of no concern here
        }
        return true;
    }

    /// The index of the next line feed, or -1.
    private int lineEnd(int from, int end) {
        int at = find('\n', from, end);
        return at < end ? at : -1;
    }

    /// Where a line ends, without what is blank at its end.
    private int trimmed(int from, int lineEnd) {
        int end = lineEnd;
        while (end > from && isBlank(in.get(end - 1))) {
            end--;
        }
        return end;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }

    private int find(char c, int from, int end) {
        return ByteSearch.find(in, (byte) c, from, end);
    }

    private boolean is(int from, int end, byte[] text) {
        return end - from == text.length && starts(from, end, text);
    }

    private boolean starts(int from, int end, byte[] text) {
        if (end - from < text.length) {
            return false;
        }
        for (int i = 0; i < text.length; i++) {
            if (in.get(from + i) != text[i]) {
                return false;
            }
        }
        return true;
    }

    private boolean isIgnoringCase(int from, int end, byte[] lower) {
        return end - from == lower.length && startsIgnoringCase(from, end, lower);
    }

    private boolean startsIgnoringCase(int from, int end, byte[] lower) {
        if (end - from < lower.length) {
            return false;
        }
        for (int i = 0; i < lower.length; i++) {
            byte b = in.get(from + i);
            if ((b >= 'A' && b <= 'Z' ? b | 0x20 : b) != lower[i]) {
                return false;
            }
        }
        return true;
    }

    /// Whether a word is in a list of words between commas.
    private boolean lists(int from, int end, byte[] lower) {
        for (int at = from; at < end; ) {
            int comma = find(',', at, end);
            int word = at;
            while (word < comma && isBlank(in.get(word))) {
                word++;
            }
            if (isIgnoringCase(word, trimmed(word, comma), lower)) {
                return true;
            }
            at = comma + 1;
        }
        return false;
    }

    private String text(int from, int end) {
        byte[] bytes = new byte[end - from];
        in.get(from, bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
