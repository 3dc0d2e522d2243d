package dev.jackdaw.peer.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.OptionalLong;

/// The bytes of one body as its framing says: of a known length, in chunks, or up to the end of the connection (RFC
/// 9112 §6).
///
/// A body that ends too early is an error, never a short body.
final class HttpBody extends InputStream {
    /// Of a chunk's size line with its extensions, and of all trailers.
    private static final int MAX_CHUNK_LINE = 1024;
    private static final int UNTIL_CLOSE = -1;

    private final InputStream in;
    private final boolean chunked;
    /// Bytes left of the body or of this chunk, or [#UNTIL_CLOSE].
    private long left;
    private boolean firstChunk = true;
    private boolean complete;

    HttpBody(InputStream in, HttpHead head) throws HttpException {
        this.in = in;
        this.chunked = head.isChunked();
        if (!chunked && head.header("transfer-encoding").isPresent()) {
            throw new HttpException("answer with transfer-encoding "
                    + head.header("transfer-encoding").get() + ", expected chunked");
        }
        OptionalLong length = chunked ? OptionalLong.of(0) : head.contentLength();
        boolean none = head.status() == 204 || head.status() == 304;
        left = none ? 0 : length.orElse(UNTIL_CLOSE);
        complete = none || (!chunked && left == 0);
    }

    /// Whether the last byte was read, so that the connection is at the start of another answer.
    boolean isComplete() {
        return complete && left != UNTIL_CLOSE;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        if (chunked && left == 0 && !complete) {
            nextChunk();
        }
        if (complete) {
            return -1;
        }
        int read = in.read(into, offset, left == UNTIL_CLOSE ? length : (int) Math.min(length, left));
        if (read < 0) {
            if (left == UNTIL_CLOSE) {
                complete = true;
                return -1;
            }
            throw new HttpException("the server closed the connection " + left + " bytes before the end");
        }
        if (left != UNTIL_CLOSE) {
            left -= read;
            complete = left == 0 && !chunked;
        }
        return read;
    }

    private void nextChunk() throws IOException {
        HttpHead.LineReader lines = new HttpHead.LineReader(in, MAX_CHUNK_LINE);
        if (!firstChunk && !lines.next().isEmpty()) {
            throw new HttpException("answer with a chunk that is longer than it says");
        }
        firstChunk = false;
        String line = lines.next();
        int end = line.indexOf(';');
        String size = (end < 0 ? line : line.substring(0, end)).strip();
        if (size.isEmpty() || size.length() > 12 || !size.chars().allMatch(java.util.HexFormat::isHexDigit)) {
            throw new HttpException("answer with a chunk of size \"" + size + "\"");
        }
        left = Long.parseLong(size, 16);
        if (left == 0) {
            while (!lines.next().isEmpty()) {
                // trailers say nothing that is needed here
            }
            complete = true;
        }
    }
}
