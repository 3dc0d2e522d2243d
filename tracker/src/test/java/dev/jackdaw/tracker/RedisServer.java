package dev.jackdaw.tracker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A `redis-server` (or `valkey-server`) of a test's own, on a free loopback port. What it knows outlives
/// [#halt], as that of an operator's server does.
final class RedisServer implements AutoCloseable {
    private final String program;
    private final Path directory;
    private final int port;
    private Process process;

    private RedisServer(String program, Path directory, int port) {
        this.program = program;
        this.directory = directory;
        this.port = port;
    }

    static boolean isInstalled() {
        return runs("redis-server") || runs("valkey-server");
    }

    private static boolean runs(String program) {
        try {
            Process version = new ProcessBuilder(program, "--version")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return version.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// @param directory for its append-only file
    static RedisServer start(Path directory) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        RedisServer server = new RedisServer(runs("redis-server") ? "redis-server" : "valkey-server", directory, port);
        server.resume();
        return server;
    }

    String url() {
        return "redis://127.0.0.1:" + port;
    }

    void resume() throws IOException {
        process = new ProcessBuilder(
                        program,
                        "--port",
                        "" + port,
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--appendonly",
                        "yes",
                        "--appendfsync",
                        "no",
                        "--dir",
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("redis.log").toFile())
                .start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                socket.getOutputStream().write("PING\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                if (socket.getInputStream().read() == '+') { // not an error: it may still be loading
                    return;
                }
            } catch (IOException e) {
                if (System.nanoTime() > deadline || !process.isAlive()) {
                    throw new IOException("redis-server does not answer; see " + directory.resolve("redis.log"), e);
                }
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    /// Ends it without a word.
    void halt() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        halt();
    }
}
