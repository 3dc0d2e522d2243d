package dev.jackdaw.peer.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// The status line and headers of an answer (RFC 9112).
///
/// @param version1 whether the server speaks HTTP/1.1, so that the connection stays open unless it says otherwise
/// @param status   100 … 599
/// @param reason   the server's words, raw
/// @param headers  by lower-case name; of repeated ones all values, joined by `, `
public record HttpHead(boolean version1, int status, String reason, Map<String, String> headers) {
    /// Of the whole head; a longer one is refused.
    static final int MAX_BYTES = 32 * 1024;
    /// More header lines are refused.
    static final int MAX_HEADERS = 128;

    public HttpHead {
        headers = Map.copyOf(headers);
    }

    /// @param name in lower case
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    public boolean isRedirect() {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    /// The length of the body, if the server says it.
    public OptionalLong contentLength() throws HttpException {
        Optional<String> value = header("content-length");
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        // repeated equal values are one value (RFC 9110 §8.6)
        String[] values = value.get().split(",", -1);
        String first = values[0].strip();
        for (String other : values) {
            if (!other.strip().equals(first)) {
                throw new HttpException("answer with content-length " + value.get());
            }
        }
        if (first.isEmpty() || first.length() > 18 || !first.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new HttpException("answer with content-length \"" + first + "\"");
        }
        return OptionalLong.of(Long.parseLong(first));
    }

    boolean isChunked() {
        return header("transfer-encoding")
                .map(String::strip)
                .map("chunked"::equalsIgnoreCase)
                .orElse(false);
    }

    boolean keepsConnection() {
        String connection = header("connection").orElse("").toLowerCase(Locale.ROOT);
        return version1 ? !connection.contains("close") : connection.contains("keep-alive");
    }

    /// Reads up to and including the empty line.
    static HttpHead read(InputStream in) throws IOException {
        LineReader lines = new LineReader(in, MAX_BYTES);
        String first = lines.next();
        // "HTTP/1.1 200 OK"; the reason may be missing, and so may the blank before it
        if (first.length() < 12
                || !first.startsWith("HTTP/1.")
                || first.charAt(8) != ' '
                || !first.substring(9, 12).chars().allMatch(c -> c >= '0' && c <= '9')
                || (first.length() > 12 && first.charAt(12) != ' ')) {
            throw new HttpException("answer that begins with \"" + first.substring(0, Math.min(first.length(), 40))
                    + "\", expected an HTTP status line");
        }
        int status = Integer.parseInt(first, 9, 12, 10);
        String reason = first.substring(Math.min(first.length(), 13));
        Map<String, String> headers = new HashMap<>();
        int count = 0;
        for (String line = lines.next(); !line.isEmpty(); line = lines.next()) {
            if (++count > MAX_HEADERS) {
                throw new HttpException("answer with more than " + MAX_HEADERS + " header lines");
            }
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw new HttpException("answer with the header line \""
                        + line.substring(0, Math.min(line.length(), 40)) + "\", expected a name and a colon");
            }
            String name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
            headers.merge(name, line.substring(colon + 1).strip(), (one, other) -> one + ", " + other);
        }
        return new HttpHead(first.charAt(7) != '0', status, reason, headers);
    }

    /// Lines that end in LF or CRLF, read byte by byte from a buffered stream, of a bounded length in all.
    static final class LineReader {
        private final InputStream in;
        private int left;

        LineReader(InputStream in, int maxBytes) {
            this.in = in;
            this.left = maxBytes;
        }

        String next() throws IOException {
            byte[] line = new byte[128];
            int length = 0;
            while (true) {
                int b = in.read();
                if (b < 0) {
                    throw new ClosedEarly();
                }
                if (--left < 0) {
                    throw new HttpException("answer with a head of more than the allowed bytes");
                }
                if (b == '\n') {
                    break;
                }
                if (length == line.length) {
                    line = java.util.Arrays.copyOf(line, 2 * length);
                }
                line[length++] = (byte) b;
            }
            if (length > 0 && line[length - 1] == '\r') {
                length--;
            }
            return new String(line, 0, length, StandardCharsets.ISO_8859_1);
        }
    }

    /// The connection ended in the middle of a head. On a connection that was kept, that is how a server says it had
    /// closed it before.
    static final class ClosedEarly extends IOException {
        private static final long serialVersionUID = 1L;

        ClosedEarly() {
            super("the server closed the connection before it answered");
        }
    }
}
