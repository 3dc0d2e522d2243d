package dev.jackdaw.tracker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The administrator's HTTP server: `/` a status page, `/metrics` for Prometheus, `/healthz`, and `/api` behind a
/// token.
///
/// It is the JDK's server, with a virtual thread for each request: whoever asks here waits for databases and
/// disks, which no thread that answers announces may do.
final class AdminServer implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(AdminServer.class.getName());
    /// Bytes of a request's body; the longest sensible one has some hundred.
    private static final int MAX_BODY = 64 << 10;

    private static final int BACKLOG = 64;
    private static final String HTML = "text/html; charset=utf-8";
    private static final String TEXT = "text/plain; charset=utf-8";

    private final HttpServer http;
    private final ExecutorService threads;
    private final AdminToken token;
    private final AdminApi api;

    private AdminServer(HttpServer http, ExecutorService threads, AdminToken token, AdminApi api) {
        this.http = http;
        this.threads = threads;
        this.token = token;
        this.api = api;
    }

    static AdminServer start(AdminConfig config, AdminApi api, Metrics metrics, StatusPage page) throws IOException {
        AdminToken token = AdminToken.read(config.tokenFile());
        HttpServer http;
        try {
            http = HttpServer.create(config.listen(), BACKLOG);
        } catch (IOException e) {
            throw new IOException(
                    "cannot listen for the administrator on " + config.listen() + ": " + e.getMessage(), e);
        }
        ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("jackdaw-tracker-admin-", 0).factory());
        AdminServer server = new AdminServer(http, threads, token, api);
        http.setExecutor(threads);
        http.createContext("/", exchange -> server.show(exchange, "/", HTML, page::html));
        http.createContext(
                "/metrics", exchange -> server.show(exchange, "/metrics", Metrics.CONTENT_TYPE, metrics::text));
        http.createContext("/healthz", exchange -> server.show(exchange, "/healthz", TEXT, () -> "ok\n"));
        http.createContext("/api/", server::api);
        http.start();
        return server;
    }

    int port() {
        return http.getAddress().getPort();
    }

    InetSocketAddress address() {
        return http.getAddress();
    }

    private interface Content {
        String text();
    }

    private void show(HttpExchange exchange, String path, String type, Content content) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            if (!exchange.getRequestURI().getPath().equals(path)) {
                send(exchange, AdminFailure.NOT_FOUND, TEXT, "there are /, /metrics, /healthz and /api/\n");
            } else if (!method.equals("GET") && !method.equals("HEAD")) {
                send(exchange, AdminFailure.METHOD_NOT_ALLOWED, TEXT, "GET is what is possible here\n");
            } else {
                send(exchange, 200, type, content.text());
            }
        }
    }

    private void api(HttpExchange exchange) throws IOException {
        try (exchange) {
            int status = 200;
            String body;
            try {
                if (!token.opens(
                        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                                .orElse(""))) {
                    exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
                    throw new AdminFailure(
                            AdminFailure.UNAUTHORIZED, "this needs the header Authorization: Bearer TOKEN");
                }
                byte[] given = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
                if (given.length > MAX_BODY) {
                    throw new AdminFailure(AdminFailure.TOO_LARGE, "a body of more than " + MAX_BODY + " bytes");
                }
                AdminRequest request = AdminRequest.read(exchange.getRequestMethod(), exchange.getRequestURI(), given);
                body = api.answer(request).toString();
                if (!request.method().equals("GET")) {
                    LOGGER.log(
                            System.Logger.Level.INFO,
                            "administrator: " + request.method() + " /api/" + String.join("/", request.path()));
                }
            } catch (AdminFailure e) {
                status = e.status();
                body = error(String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                LOGGER.log(System.Logger.Level.ERROR, "administrator's request " + exchange.getRequestURI(), e);
                status = 500;
                body = error("unexpected; the log says more");
            }
            send(exchange, status, "application/json", body + "\n");
        }
    }

    private static String error(String message) {
        ObjectNode error = new JsonMapper().createObjectNode();
        return error.put("error", message).toString();
    }

    private static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", type);
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
        if (exchange.getRequestMethod().equals("HEAD")) {
            headers.set("Content-Length", Integer.toString(bytes.length));
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }
}
