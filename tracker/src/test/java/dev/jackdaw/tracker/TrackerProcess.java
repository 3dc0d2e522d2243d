package dev.jackdaw.tracker;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The tracker's own program in a process of its own, which may be killed.
final class TrackerProcess implements AutoCloseable {
    private final Path directory;
    private final Process process;
    private final Map<String, Integer> ports = new HashMap<>();
    private final HttpClient client = HttpClient.newHttpClient();

    /// Starts it on `tracker.toml` in the directory, and waits until it says that it listens.
    ///
    /// @param lines how many ports it will name
    TrackerProcess(Path directory, int lines) throws IOException {
        this.directory = directory;
        this.process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "--config",
                        directory.resolve("tracker.toml").toString())
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("tracker.log").toFile()))
                .start();
        BufferedReader out = process.inputReader();
        for (int i = 0; i < lines; i++) {
            String line = out.readLine(); // "http port 6969"
            if (line == null) {
                throw new IOException(Files.readString(directory.resolve("tracker.log")));
            }
            String[] words = line.split(" ");
            ports.put(words[0], Integer.valueOf(words[2]));
        }
    }

    int port(String name) {
        return ports.get(name);
    }

    /// `kill -9`.
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
        client.close();
    }

    /// `kill`, and its exit status: 143 for having been ended so.
    int end() throws InterruptedException {
        process.destroy();
        client.close();
        return process.waitFor(30, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }

    @Override
    public void close() throws InterruptedException {
        if (process.isAlive()) {
            kill();
        }
    }

    /// Asks the administrator's API.
    JsonNode ask(String method, String path, String body) throws Exception {
        String token = Files.readString(directory.resolve("admin-token")).strip();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port("admin") + "/api/" + path))
                .header("Authorization", "Bearer " + token)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return new JsonMapper()
                .readTree(client.send(request, HttpResponse.BodyHandlers.ofString())
                        .body());
    }

    /// Announces to one torrent over HTTP.
    ///
    /// @param passkey what stands before `announce` in the path, with a slash behind it, or nothing
    /// @return the answer, one character for each byte
    String announce(String passkey, int peer, long uploaded, long left, String event) throws Exception {
        String target =
                "http://127.0.0.1:%d/%sannounce?info_hash=%s&peer_id=-XX0001-%012d&port=%d&uploaded=%d&downloaded=0&left=%d&compact=1&event=%s"
                        .formatted(port("http"), passkey, "%ab".repeat(20), peer, 1000 + peer, uploaded, left, event);
        HttpRequest request = HttpRequest.newBuilder(URI.create(target)).build();
        return new String(
                client.send(request, HttpResponse.BodyHandlers.ofByteArray()).body(), StandardCharsets.ISO_8859_1);
    }
}
