package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.tracker.AnnounceEvent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AdminServerTest {
    @TempDir
    Path directory;

    private final HttpClient client = HttpClient.newHttpClient();
    private Tracker tracker;
    private String token;

    @BeforeEach
    void start() throws Exception {
        Path config = directory.resolve("tracker.toml");
        Files.writeString(directory.resolve("torrents.txt"), "# ours\n" + "ab".repeat(20) + "\n");
        Files.writeString(config, """
                http = ["127.0.0.1:0"]
                udp = []
                torrents = { mode = "deny", file = "torrents.txt" }
                [accounts]
                enabled = true
                [admin]
                enabled = true
                listen = "127.0.0.1:0"
                """);
        tracker = Tracker.start(ConfigFile.read(config).settings());
        token = Files.readString(directory.resolve("admin-token")).strip();
    }

    @AfterEach
    void stop() {
        client.close();
        tracker.close();
    }

    private HttpResponse<String> send(String method, String path, String body, String authorization) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + tracker.adminPort().orElseThrow() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode ask(String method, String path, String body, int status) throws Exception {
        HttpResponse<String> response = send(method, "/api/" + path, body, "Bearer " + token);
        assertEquals(status, response.statusCode(), response.body());
        return new JsonMapper().readTree(response.body());
    }

    private void announce(int torrent, int peer, boolean seed) {
        Announcement asker = new Announcement();
        asker.infoHash(new InfoHash(torrent, 0, 0));
        asker.low = peer;
        asker.port = 1000;
        asker.left = seed ? 0 : 1;
        asker.event = AnnounceEvent.STARTED;
        tracker.server().store().announce(asker, 0, System.nanoTime(), new SplittableRandom(1));
    }

    @Test
    void theApiNeedsTheToken() throws Exception {
        for (String wrong : new String[] {
            "", "Bearer", "Bearer ", "Bearer " + token.substring(1), token, "Basic " + token, "Bearer " + token + "0"
        }) {
            HttpResponse<String> response = send("GET", "/api/stats", "", wrong);
            assertEquals(401, response.statusCode(), wrong);
            assertFalse(response.body().contains("swarms"));
        }
        assertEquals(200, send("GET", "/api/stats", "", "bearer " + token).statusCode());
    }

    @Test
    void theTokenIsMadeForNobodyElseToRead() throws Exception {
        assertEquals(64, token.length());
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("admin-token"))));
    }

    @Test
    void aTokenThatIsTooShortIsRefused() throws Exception {
        Path file = Files.writeString(directory.resolve("short"), "secret\n");

        assertTrue(assertThrows(IOException.class, () -> AdminToken.read(file))
                .getMessage()
                .contains("16 or more"));
    }

    @Test
    void countsAreThere() throws Exception {
        announce(1, 1, true);
        announce(1, 2, false);

        JsonNode stats = ask("GET", "stats", "", 200);
        assertEquals(2, stats.get("peers").asInt());
        assertEquals(1, stats.get("swarms").asInt());
        assertTrue(stats.get("private").asBoolean());
        assertEquals(0, stats.get("accounts").get("users").asInt());
    }

    @Test
    void torrentsAreListedInPagesOrBySize() throws Exception {
        for (int torrent = 1; torrent <= 5; torrent++) {
            for (int peer = 0; peer < torrent; peer++) {
                announce(torrent, peer, peer == 0);
            }
        }
        JsonNode first = ask("GET", "torrents?limit=2", "", 200);
        assertEquals(5, first.get("total").asInt());
        assertEquals(2, first.get("torrents").size());
        String last = first.get("torrents").get(1).get("infoHash").asString();
        assertEquals(new InfoHash(2, 0, 0).hex(), last);
        assertEquals(
                new InfoHash(3, 0, 0).hex(),
                ask("GET", "torrents?limit=2&after=" + last, "", 200)
                        .get("torrents")
                        .get(0)
                        .get("infoHash")
                        .asString());
        JsonNode largest = ask("GET", "torrents?order=peers&limit=1", "", 200)
                .get("torrents")
                .get(0);
        assertEquals(4, largest.get("leechers").asInt());

        String five = new InfoHash(5, 0, 0).hex();
        assertEquals(1, ask("GET", "torrents/" + five, "", 200).get("seeders").asInt());
        ask("DELETE", "torrents/" + five, "", 200);
        ask("DELETE", "torrents/" + five, "", 404);
        assertEquals(0, ask("GET", "torrents/" + five, "", 200).get("seeders").asInt());
    }

    @Test
    void usersAreListedInPages() throws Exception {
        for (String name : new String[] {"eve", "ann", "dan", "bob", "cid"}) {
            ask("POST", "users", "{\"name\": \"" + name + "\"}", 200);
        }
        JsonNode first = ask("GET", "users?limit=2", "", 200);

        assertEquals(5, first.get("total").asInt());
        assertEquals(2, first.get("users").size());
        assertEquals("bob", first.get("users").get(1).get("name").asString());
        JsonNode rest = ask("GET", "users?after=bob&limit=1000", "", 200).get("users");
        assertEquals(3, rest.size());
        assertEquals("cid", rest.get(0).get("name").asString());
        assertEquals("eve", rest.get(2).get("name").asString());
        assertEquals(0, ask("GET", "users?after=eve", "", 200).get("users").size());
    }

    @Test
    void usersComeAndGo() throws Exception {
        JsonNode ann = ask("POST", "users", "{\"name\": \"ann\"}", 200);
        assertTrue(ann.get("passkey").asString().matches("[0-9a-f]{32}"));
        ask("POST", "users", "{\"name\": \"ann\"}", 409);
        assertEquals(ann.get("passkey"), ask("GET", "users/ann", "", 200).get("passkey"));
        assertFalse(ask("GET", "users", "", 200).get("users").get(0).has("passkey"), "a list shows no secrets");

        JsonNode changed = ask("PATCH", "users/ann", "{\"enabled\": false, \"uploaded\": 30, \"downloaded\": 20}", 200);
        assertFalse(changed.get("enabled").asBoolean());
        assertEquals(1.5, changed.get("ratio").asDouble());
        assertFalse(ann.get("passkey")
                .equals(ask("POST", "users/ann/passkey", "", 200).get("passkey")));
        ask("DELETE", "users/ann", "", 200);
        ask("GET", "users/ann", "", 404);
    }

    @Test
    void invitesBecomeUsers() throws Exception {
        ask("POST", "users", "{\"name\": \"ann\"}", 200);
        String code = ask("POST", "invites", "{\"issuedBy\": \"ann\", \"validity\": \"2d\"}", 200)
                .get("code")
                .asString();
        assertEquals(1, ask("GET", "invites", "", 200).get("invites").size());

        JsonNode bob = ask("POST", "invites/" + code + "/redeem", "{\"name\": \"bob\"}", 200);
        assertEquals("ann", bob.get("invitedBy").asString());
        ask("POST", "invites/" + code + "/redeem", "{\"name\": \"eve\"}", 404);
        String other = ask("POST", "invites", "", 200).get("code").asString();
        ask("DELETE", "invites/" + other, "", 200);
        ask("DELETE", "invites/" + other, "", 404);
    }

    @Test
    void listsAreChangedInTheirFilesWhichKeepTheirComments() throws Exception {
        String added = "CD".repeat(20);
        assertTrue(ask("PUT", "lists/torrents/" + added, "", 200).get("added").asBoolean());
        assertFalse(ask("PUT", "lists/torrents/" + added, "", 200).get("added").asBoolean());
        assertEquals(2, ask("GET", "lists/torrents", "", 200).get("entries").size());
        assertTrue(ask("DELETE", "lists/torrents/" + "ab".repeat(20), "", 200)
                .get("removed")
                .asBoolean());

        assertEquals("# ours\n" + "cd".repeat(20) + "\n", Files.readString(directory.resolve("torrents.txt")));
        assertTrue(
                ask("GET", "lists/addresses", "", 404).get("error").asString().contains("addresses"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    GET    | nothing                   |                            | 404 | no such resource
                    GET    | stats/more                |                            | 404 | no such resource
                    POST   | stats                     |                            | 405 | GET is
                    GET    | torrents/xyz              |                            | 400 | 40 hexadecimal digits
                    GET    | torrents?limit=0          |                            | 400 | limit=0, expected 1 to 1000
                    GET    | torrents?limit=-1         |                            | 400 | expected 1 to 1000
                    GET    | torrents?order=size       |                            | 400 | expected hash or peers
                    GET    | users?limit=1001          |                            | 400 | limit=1001, expected 1 to 1000
                    GET    | users?order=name          |                            | 400 | unknown parameter
                    GET    | torrents?lmit=3           |                            | 400 | unknown parameter
                    POST   | users                     | {                          | 400 | no JSON
                    POST   | users                     | []                         | 400 | no JSON object
                    POST   | users                     | {}                         | 400 | "name\\" is missing
                    POST   | users                     | {"name": 5}                | 400 | expected a string
                    POST   | users                     | {"name": "a b"}            | 400 | letters, digits
                    POST   | users                     | {"nam": "ann"}             | 400 | unknown field
                    GET    | users/..%2F..             |                            | 400 | letters, digits
                    PATCH  | users/ghost               | {"enabled": true}          | 404 | no user ghost
                    PATCH  | users/ghost               | {"enabled": 1}             | 400 | true or false
                    PATCH  | users/ghost               | {"uploaded": -1}           | 400 | whole number of bytes
                    PATCH  | users/ghost               | {"uploaded": 1e30}         | 400 | whole number of bytes
                    POST   | invites                   | {"issuedBy": "ghost"}      | 404 | no user ghost
                    POST   | invites                   | {"validity": "soon"}       | 400 | a time such as
                    PUT    | lists/torrents/xyz        |                            | 400 | 40 hexadecimal digits
                    GET    | lists/others              |                            | 404 | no such list
                    GET    | lists                     |                            | 404 | no such list
                    """)
    void badRequestsAreAnsweredInWords(String method, String path, String body, int status, String words)
            throws Exception {
        String error = ask(method, path, body == null ? "" : body, status).toString();

        assertTrue(error.contains(words), error);
    }

    @Test
    void aBodyThatIsTooLongIsRefused() throws Exception {
        ask("POST", "users", "{\"name\": \"" + "x".repeat(70_000) + "\"}", 413);
    }

    @Test
    void metricsAreInPrometheusFormat() throws Exception {
        announce(1, 1, true);
        HttpResponse<String> response = send("GET", "/metrics", "", "");

        assertEquals(200, response.statusCode());
        assertTrue(response.headers().firstValue("Content-Type").orElse("").startsWith("text/plain; version=0.0.4"));
        assertTrue(response.body().contains("\njackdaw_tracker_peers 1\n"));
        assertTrue(response.body()
                .contains("\njackdaw_tracker_announces_total{protocol=\"udp\",family=\"ipv6\",event=\"started\"} 0\n"));
        for (String line : response.body().split("\n")) {
            assertTrue(
                    line.matches("# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\\{([a-z]+=\"[a-z0-9_]+\",?)+})? [0-9.E]+"), line);
        }
    }

    @Test
    void theStatusPageNeedsNothingFromElsewhere() throws Exception {
        announce(1, 1, true);
        HttpResponse<String> response = send("GET", "/", "", "");

        assertEquals(200, response.statusCode());
        assertTrue(response.body().contains("<dt>peers</dt><dd>1</dd>"), response.body());
        assertFalse(response.body().contains("http://") || response.body().contains("https://"));
        assertFalse(response.body().contains("<script"));
        assertEquals(404, send("GET", "/else", "", "").statusCode());
        assertEquals(405, send("POST", "/", "", "").statusCode());
        assertEquals("ok\n", send("GET", "/healthz", "", "").body());
    }
}
