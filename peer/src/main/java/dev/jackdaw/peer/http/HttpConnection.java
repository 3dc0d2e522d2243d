package dev.jackdaw.peer.http;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// One open connection to a server: a request, its answer, and so on, by one thread at a time.
final class HttpConnection implements Closeable {
    /// Answers of status 1xx that may come before the real one.
    private static final int MAX_INTERIM = 4;
    private static final int BUFFER = 16 * 1024;

    private final HttpUrl origin;
    private final Socket plain;
    private final Socket socket;
    private final InetAddress address;
    private final boolean local;
    private final InputStream in;

    /// @param plain  the TCP socket
    /// @param socket the same, or TLS over it
    /// @param local  whether the server is on this machine or a private network
    HttpConnection(HttpUrl origin, Socket plain, Socket socket, InetAddress address, boolean local) throws IOException {
        this.origin = origin;
        this.plain = plain;
        this.socket = socket;
        this.address = address;
        this.local = local;
        this.in = new BufferedInputStream(socket.getInputStream(), BUFFER);
    }

    HttpUrl origin() {
        return origin;
    }

    InetAddress address() {
        return address;
    }

    boolean isLocal() {
        return local;
    }

    void send(HttpRequest request, String userAgent) throws IOException {
        StringBuilder head = new StringBuilder(256)
                .append("GET ")
                .append(request.url().target())
                .append(" HTTP/1.1\r\nHost: ")
                .append(request.url().hostHeader())
                .append("\r\nUser-Agent: ")
                .append(userAgent)
                .append("\r\nAccept-Encoding: ")
                .append(request.gzip() ? "gzip" : "identity")
                .append("\r\nConnection: ")
                .append(request.keepAlive() ? "keep-alive" : "close")
                .append("\r\n");
        request.authorization()
                .ifPresent(value -> head.append("Authorization: ").append(value).append("\r\n"));
        request.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        socket.getOutputStream().write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    HttpHead readHead() throws IOException {
        for (int i = 0; i <= MAX_INTERIM; i++) {
            HttpHead head = HttpHead.read(in);
            if (head.status() == 101) {
                break;
            }
            if (head.status() >= 200) {
                return head;
            }
        }
        throw new HttpException("answer without a final status");
    }

    HttpBody body(HttpHead head) throws HttpException {
        return new HttpBody(in, head);
    }

    /// Whether nothing unasked-for has arrived: the least that is expected of an idle connection.
    boolean isQuiet() throws IOException {
        return in.available() == 0;
    }

    /// Closes the TCP socket at once; closing TLS politely could block on a peer that does not read.
    @Override
    public void close() throws IOException {
        plain.close();
    }
}
