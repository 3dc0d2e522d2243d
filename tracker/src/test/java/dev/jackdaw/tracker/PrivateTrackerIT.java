package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Real clients (libtorrent) on a private tracker, over HTTP and UDP: skipped where libtorrent is not installed,
/// but never where `CI` is set.
final class PrivateTrackerIT {
    private static final long SIZE = 4 << 20;

    @TempDir
    Path directory;

    private TrackerProcess start() throws IOException {
        boolean installed = hasLibtorrent();
        assertTrue(installed || System.getenv("CI") == null, "libtorrent is not installed");
        assumeTrue(installed, "libtorrent is not installed");
        Files.writeString(directory.resolve("tracker.toml"), """
                http = ["127.0.0.1:0"]
                udp = ["127.0.0.1:0"]
                interval = "1m"
                accounts.enabled = true
                admin = { enabled = true, listen = "127.0.0.1:0" }
                """);
        return new TrackerProcess(directory, 3);
    }

    private static boolean hasLibtorrent() {
        try {
            return new ProcessBuilder("/usr/bin/python3", "-c", "import libtorrent")
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Runs the two clients to their end, and returns what they printed.
    private String swarm(String url, String seederUrl) throws Exception {
        Path script = directory.resolve("private_swarm.py");
        try (var in = PrivateTrackerIT.class.getResourceAsStream("/interop/private_swarm.py")) {
            Files.write(script, in.readAllBytes());
        }
        Path log = directory.resolve("swarm.log");
        Process process = new ProcessBuilder(
                        "/usr/bin/python3",
                        script.toString(),
                        directory.resolve("swarm").toString(),
                        url,
                        seederUrl)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertTrue(process.waitFor(100, TimeUnit.SECONDS), "the clients do not end");
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(log, Charset.defaultCharset());
    }

    private static String url(TrackerProcess tracker, String scheme, String passkey) {
        return scheme + "://127.0.0.1:" + tracker.port(scheme) + "/" + passkey + "/announce";
    }

    private static String passkey(TrackerProcess tracker, String name) throws Exception {
        return tracker.ask("POST", "users", "{\"name\": \"" + name + "\"}")
                .get("passkey")
                .asString();
    }

    private static JsonNode awaitTotals(TrackerProcess tracker, String name, String total) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        JsonNode user = tracker.ask("GET", "users/" + name, "");
        while (user.get(total).asLong() < SIZE) {
            assertTrue(System.nanoTime() < deadline, user::toString);
            LockSupport.parkNanos(50_000_000);
            user = tracker.ask("GET", "users/" + name, "");
        }
        return user;
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "udp"})
    void clientsWithPasskeysFindEachOtherAndAreCounted(String scheme) throws Exception {
        try (TrackerProcess tracker = start()) {
            String leecher = url(tracker, scheme, passkey(tracker, "leecher"));
            String seeder = url(tracker, scheme, passkey(tracker, "seeder"));

            String said = swarm(leecher, seeder);

            assertTrue(said.contains("complete"), said);
            assertFalse(said.contains("tracker error"), said);
            JsonNode up = awaitTotals(tracker, "seeder", "uploaded");
            JsonNode down = awaitTotals(tracker, "leecher", "downloaded");
            assertEquals(SIZE, up.get("uploaded").asLong(), up::toString);
            assertEquals(0, up.get("downloaded").asLong(), up::toString);
            assertEquals(SIZE, down.get("downloaded").asLong(), down::toString);
            assertEquals(0, down.get("uploaded").asLong(), down::toString);
        }
    }

    @ParameterizedTest
    @CsvSource({"http, unknown passkey", "udp, tracker sent a failure message"}) // of UDP, libtorrent shows no text
    void aClientWithAWrongPasskeyIsToldSoAndFindsNobody(String scheme, String words) throws Exception {
        try (TrackerProcess tracker = start()) {
            String seeder = url(tracker, scheme, passkey(tracker, "seeder"));

            String said = swarm(url(tracker, scheme, "0".repeat(32)), seeder);

            assertTrue(said.contains(words), said);
            assertFalse(said.contains("complete"), said);
        }
    }
}
