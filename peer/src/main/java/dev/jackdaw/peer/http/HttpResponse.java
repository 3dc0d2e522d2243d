package dev.jackdaw.peer.http;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/// The answer to a request: its head, and its body still to be read. Closing it gives the connection back.
public final class HttpResponse implements Closeable {
    /// What is read away on closing so that the connection can be kept; a longer rest closes it.
    private static final int MAX_DRAINED = 64 * 1024;

    private final HttpHead head;
    private final HttpConnection connection;
    private final HttpBody body;
    private final CallTimer timer;
    private final boolean keepAlive;
    private final Consumer<HttpConnection> keep;
    private boolean closed;

    HttpResponse(
            HttpHead head, HttpConnection connection, CallTimer timer, boolean keepAlive, Consumer<HttpConnection> keep)
            throws HttpException {
        this.head = head;
        this.connection = connection;
        this.body = connection.body(head);
        this.timer = timer;
        this.keepAlive = keepAlive && head.keepsConnection();
        this.keep = keep;
    }

    public HttpHead head() {
        return head;
    }

    /// Whether the server that answered is on this machine or a private network.
    public boolean isLocal() {
        return connection.isLocal();
    }

    InetAddress address() {
        return connection.address();
    }

    /// Reads the next bytes of the body as they were sent.
    ///
    /// @return how many, or -1 at the end
    public int read(byte[] into, int offset, int length) throws IOException {
        try {
            return body.read(into, offset, length);
        } catch (IOException e) {
            throw timer.explain(e);
        }
    }

    /// Reads that many bytes of the body as they were sent.
    public void readFully(byte[] into, int offset, int length) throws IOException {
        for (int done = 0; done < length; ) {
            int read = read(into, offset + done, length - done);
            if (read < 0) {
                throw new HttpException("the answer has " + done + " bytes, expected " + length);
            }
            done += read;
        }
    }

    /// The whole body, inflated if it was sent compressed.
    ///
    /// @param maxBytes of both forms; a longer one is an error, found as soon as it is that long
    public byte[] readBody(int maxBytes) throws IOException {
        try {
            InputStream sent = new Bounded(body, maxBytes);
            String encoding =
                    head.header("content-encoding").orElse("identity").strip().toLowerCase(Locale.ROOT);
            return switch (encoding) {
                case "identity", "" -> readAll(sent);
                case "gzip", "x-gzip" -> readAll(new Bounded(new GZIPInputStream(sent), maxBytes));
                default -> throw new HttpException("answer with content-encoding " + encoding + ", expected gzip");
            };
        } catch (IOException e) {
            throw timer.explain(e);
        }
    }

    private static byte[] readAll(InputStream in) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        in.transferTo(out);
        return out.toByteArray();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        boolean kept = keepAlive && drained();
        timer.release(connection);
        if (kept) {
            keep.accept(connection);
        } else {
            HttpAgent.closeQuietly(connection);
        }
    }

    private boolean drained() {
        byte[] rest = new byte[8 * 1024];
        try {
            int drained = 0;
            while (!body.isComplete() && drained <= MAX_DRAINED) {
                int read = body.read(rest, 0, rest.length);
                if (read < 0) {
                    break;
                }
                drained += read;
            }
            return body.isComplete();
        } catch (IOException _) {
            return false;
        }
    }

    /// A stream that fails when it turns out to be longer than allowed.
    private static final class Bounded extends InputStream {
        private final InputStream in;
        private final int maxBytes;
        private int count;

        Bounded(InputStream in, int maxBytes) {
            this.in = in;
            this.maxBytes = maxBytes;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = in.read(into, offset, length);
            if (read > 0 && (count += read) > maxBytes) {
                throw new HttpException("answer of more than " + maxBytes + " bytes");
            }
            return read;
        }

        // GZIPInputStream looks for another member only if this says that there may be one
        @Override
        public int available() throws IOException {
            return in.available();
        }
    }
}
