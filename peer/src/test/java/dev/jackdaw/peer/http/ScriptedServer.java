package dev.jackdaw.peer.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

/// A server on a loopback address that answers each request as a test says, byte by byte.
public final class ScriptedServer implements AutoCloseable {
    /// Answers one request; returning leaves the connection open for the next, [Exchange#close()] does not.
    @FunctionalInterface
    public interface Script {
        void answer(Exchange exchange) throws IOException;
    }

    /// One request and where its answer goes.
    public record Exchange(String target, Map<String, String> headers, OutputStream out, Socket socket) {
        /// Sends text as it is.
        public void send(String text) throws IOException {
            send(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        public void send(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
        }

        /// Sends a whole answer of known length.
        public void reply(int status, byte[] body, String... headers) throws IOException {
            StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Whatever\r\n");
            for (String header : headers) {
                head.append(header).append("\r\n");
            }
            send(head + "Content-Length: " + body.length + "\r\n\r\n");
            send(body);
        }

        public void close() throws IOException {
            socket.close();
        }
    }

    private final ServerSocket listener;
    private final Script script;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final List<String> targets = new CopyOnWriteArrayList<>();

    public ScriptedServer(Script script) throws IOException {
        this("127.0.0.1", script);
    }

    public ScriptedServer(String address, Script script) throws IOException {
        this.script = script;
        this.listener = new ServerSocket();
        listener.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    public String url(String target) {
        return "http://" + listener.getInetAddress().getHostAddress() + ":" + port() + target;
    }

    /// How many connections were made.
    public int accepted() {
        return accepted.get();
    }

    /// The request targets in order.
    public List<String> targets() {
        return targets;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true); // head and body are two writes: 40 ms an answer without
                accepted.incrementAndGet();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException _) {
                // closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (!socket.isClosed()) {
                HttpHead.LineReader lines = new HttpHead.LineReader(in, 32 * 1024);
                String[] first = lines.next().split(" ");
                if (first.length != 3) {
                    return; // no HTTP
                }
                String target = first[1];
                Map<String, String> headers = new ConcurrentHashMap<>();
                for (String line = lines.next(); !line.isEmpty(); line = lines.next()) {
                    int colon = line.indexOf(':');
                    headers.put(
                            line.substring(0, colon).toLowerCase(),
                            line.substring(colon + 1).strip());
                }
                targets.add(target);
                script.answer(new Exchange(target, headers, socket.getOutputStream(), socket));
            }
        } catch (IOException _) {
            // the client is done
        } finally {
            open.remove(socket);
        }
    }

    public static byte[] gzip(byte[] plain) throws IOException {
        var out = new java.io.ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        }
        return out.toByteArray();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
