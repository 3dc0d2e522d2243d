package dev.jackdaw.gui;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// An HTTP tracker on loopback that knows of a few ports, and names all of them to everybody (BEP 3, 23).
final class TinyTracker implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Integer> ports = new CopyOnWriteArrayList<>();

    TinyTracker() throws IOException {
        Thread.ofPlatform().daemon().name("tiny-tracker").start(this::serve);
    }

    String url() {
        return "http://127.0.0.1:" + socket.getLocalPort() + "/announce";
    }

    void add(int port) {
        ports.add(port);
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket caller = socket.accept()) {
                answer(caller);
            } catch (IOException e) {
                // whoever asked has gone, or this is closed
            }
        }
    }

    private void answer(Socket caller) throws IOException {
        BufferedReader request =
                new BufferedReader(new InputStreamReader(caller.getInputStream(), StandardCharsets.ISO_8859_1));
        String line = request.readLine();
        while (line != null && !line.isEmpty()) {
            line = request.readLine();
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(("d8:completei1e10:incompletei" + (ports.size() + 2) + "e8:intervali1800e5:peers" + 6 * ports.size()
                        + ":")
                .getBytes(StandardCharsets.ISO_8859_1));
        for (int port : ports) {
            body.write(new byte[] {127, 0, 0, 1, (byte) (port >> 8), (byte) port});
        }
        body.write('e');
        caller.getOutputStream()
                .write(("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + body.size() + "\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
        caller.getOutputStream().write(body.toByteArray());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
