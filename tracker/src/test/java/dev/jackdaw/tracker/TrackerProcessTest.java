package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real processes, which are killed.
class TrackerProcessTest {
    private static final long MIB = 1 << 20;

    @TempDir
    Path directory;

    private static void await(Callable<Boolean> condition, String what) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.call()) {
            assertTrue(System.nanoTime() < deadline, what);
            LockSupport.parkNanos(10_000_000);
        }
    }

    @Test
    void aKilledPrivateTrackerHasLostNothingThatItHadRecorded() throws Exception {
        Files.writeString(directory.resolve("tracker.toml"), """
                http = ["127.0.0.1:0"]
                udp = []
                [accounts]
                enabled = true
                [admin]
                enabled = true
                listen = "127.0.0.1:0"
                """);
        String passkey;
        try (var tracker = new TrackerProcess(directory, 2)) {
            passkey = tracker.ask("POST", "users", "{\"name\": \"ann\"}")
                    .get("passkey")
                    .asString();
            assertTrue(tracker.announce("", 1, 0, 5, "started").contains("private"));
            assertTrue(
                    tracker.announce("0".repeat(32) + "/", 1, 0, 5, "started").contains("unknown passkey"));
            assertTrue(tracker.announce(passkey + "/", 1, 0, 5, "started").contains("8:complete"));
            tracker.announce(passkey + "/", 1, 700 * MIB, 5, "");
            await(
                    () -> tracker.ask("GET", "stats", "")
                                    .get("accounts")
                                    .get("reportsRecorded")
                                    .asInt()
                            == 2,
                    "both reports are recorded, which takes a second at most");
            tracker.kill();
        }
        try (var tracker = new TrackerProcess(directory, 2)) {
            assertEquals(
                    700 * MIB,
                    tracker.ask("GET", "users/ann", "").get("uploaded").asLong());
            // the next report makes up for what may not have been recorded
            tracker.announce(passkey + "/", 1, 800 * MIB, 0, "completed");
            assertEquals(143, tracker.end(), "ended by a signal, in order");
        }
        try (var tracker = new TrackerProcess(directory, 2)) {
            assertEquals(
                    800 * MIB,
                    tracker.ask("GET", "users/ann", "").get("uploaded").asLong());
        }
    }

    @Test
    void twoTrackersOnOneRedisReturnEachOthersPeersAlsoAfterOneWasKilled() throws Exception {
        assumeTrue(RedisServer.isInstalled(), "redis-server is not installed");
        try (RedisServer redis = RedisServer.start(directory)) {
            for (String name : new String[] {"one", "two"}) {
                Files.writeString(Files.createDirectory(directory.resolve(name)).resolve("tracker.toml"), """
                        http = ["127.0.0.1:0"]
                        udp = []
                        redis.url = "%s"
                        admin = { enabled = true, listen = "127.0.0.1:0" }
                        """.formatted(
                                redis.url()));
            }
            try (var one = new TrackerProcess(directory.resolve("one"), 2);
                    var two = new TrackerProcess(directory.resolve("two"), 2)) {
                one.announce("", 1, 0, 5, "started");
                await(() -> two.ask("GET", "stats", "").get("peers").asInt() == 1, "two knows of one's peer");
                assertTrue(two.announce("", 2, 0, 5, "started").contains(peer(1)));
                await(() -> one.ask("GET", "stats", "").get("peers").asInt() == 2, "one knows of two's peer");
                assertTrue(one.announce("", 1, 0, 5, "").contains(peer(2)));
                one.kill();

                assertTrue(two.announce("", 3, 0, 5, "started").contains(peer(1)), "of the one that was killed");
                try (var again = new TrackerProcess(directory.resolve("one"), 2)) {
                    String answer = again.announce("", 4, 0, 5, "started");
                    assertTrue(answer.contains(peer(1)) && answer.contains(peer(2)), "it came back with all it knew");
                }
            }
        }
    }

    /// A peer in compact form.
    private static String peer(int number) {
        int port = 1000 + number;
        return "\u007f\0\0\u0001" + (char) (port >> 8) + (char) (port & 0xff);
    }
}
