package dev.jackdaw.tracker;

import io.netty.buffer.ByteBuf;
import io.netty.util.ByteProcessor;
import java.nio.charset.StandardCharsets;

/// The parts of an HTTP request's head that a tracker looks at (RFC 9112).
///
/// @param path      of the target, as sent
/// @param query     what follows the first `?`, as sent; empty if there is none
/// @param keepAlive whether the client wants the connection to stay open
/// @param readable  whether the tracker can answer: a GET without a body
record HttpRequestLine(String path, String query, boolean keepAlive, boolean readable) {
    /// Of a whole head. A scrape of as many torrents as are allowed fits; a longer head is refused.
    static final int MAX_HEAD = 8 * 1024;

    private static final byte[] GET = "GET ".getBytes(StandardCharsets.US_ASCII);

    /// Where the head ends: just after its empty line, or -1 if it is not all there.
    static int end(ByteBuf in, int from) {
        int at = from;
        while (true) {
            int newline = in.forEachByte(at, in.writerIndex() - at, ByteProcessor.FIND_LF);
            if (newline < 0) {
                return -1;
            }
            int next = newline + 1;
            if (next < in.writerIndex() && in.getByte(next) == '\n') {
                return next + 1;
            }
            if (next + 1 < in.writerIndex() && in.getByte(next) == '\r' && in.getByte(next + 1) == '\n') {
                return next + 2;
            }
            at = next;
            if (at >= in.writerIndex()) {
                return -1;
            }
        }
    }

    /// Reads the head between the two indexes.
    static HttpRequestLine read(ByteBuf in, int from, int end) {
        int lineEnd = in.forEachByte(from, end - from, ByteProcessor.FIND_LF);
        int target = from + GET.length;
        int targetEnd = target;
        while (targetEnd < lineEnd && in.getByte(targetEnd) != ' ') {
            targetEnd++;
        }
        boolean get = lineEnd - from > GET.length;
        for (int i = 0; get && i < GET.length; i++) {
            get = in.getByte(from + i) == GET[i];
        }
        // "HTTP/1.x", perhaps with a CR
        String version = targetEnd < lineEnd
                ? in.toString(targetEnd + 1, lineEnd - targetEnd - 1, StandardCharsets.ISO_8859_1)
                        .strip()
                : "";
        boolean version1 = version.equals("HTTP/1.1");
        if (!get || (!version1 && !version.equals("HTTP/1.0")) || in.getByte(target) != '/') {
            return new HttpRequestLine("", "", false, false);
        }
        int question = in.indexOf(target, targetEnd, (byte) '?');
        int pathEnd = question < 0 ? targetEnd : question;
        String path = in.toString(target, pathEnd - target, StandardCharsets.ISO_8859_1);
        String query =
                question < 0 ? "" : in.toString(question + 1, targetEnd - question - 1, StandardCharsets.ISO_8859_1);
        boolean keepAlive = version1;
        boolean body = false;
        for (int at = lineEnd + 1; at < end; ) {
            int next = in.forEachByte(at, end - at, ByteProcessor.FIND_LF);
            if (starts(in, at, next, "connection:")) {
                keepAlive =
                        version1 ? !contains(in, at + 11, next, "close") : contains(in, at + 11, next, "keep-alive");
            } else if (starts(in, at, next, "content-length:")) {
                body |= !in.toString(at + 15, next - at - 15, StandardCharsets.ISO_8859_1)
                        .strip()
                        .equals("0");
            } else if (starts(in, at, next, "transfer-encoding:")) {
                body = true;
            }
            at = next + 1;
        }
        return new HttpRequestLine(path, query, keepAlive && !body, !body);
    }

    private static boolean starts(ByteBuf in, int from, int end, String lower) {
        if (end - from < lower.length()) {
            return false;
        }
        for (int i = 0; i < lower.length(); i++) {
            int c = in.getByte(from + i);
            if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean contains(ByteBuf in, int from, int end, String lower) {
        for (int at = from; at + lower.length() <= end; at++) {
            if (starts(in, at, end, lower)) {
                return true;
            }
        }
        return false;
    }
}
