package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.tracker.accounts.AccountsConfig;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {
    private static final Path REFERENCE = Path.of("src/main/distribution/tracker.toml");
    /// Whose defaults are not the same everywhere.
    private static final List<String> OF_THE_MACHINE = List.of("threads", "maxStoredPeers", "maxStoredSwarms");

    @TempDir
    Path directory;

    private TrackerSettings read(String text) throws Exception {
        return file(text).settings();
    }

    private ConfigFile file(String text) throws IOException, ConfigException {
        Path file = directory.resolve("tracker.toml");
        Files.writeString(file, text);
        return ConfigFile.read(file);
    }

    private List<String> problems(String text) {
        return assertThrows(ConfigException.class, () -> read(text)).problems().stream()
                .map(problem -> problem.replace(directory + "/", ""))
                .toList();
    }

    /// The reference with all its settings switched on.
    private static String reference() throws IOException {
        return Files.readString(REFERENCE).replaceAll("(?m)^#(?=[a-z-]+ = )", "");
    }

    @Test
    void theReferenceExplainsEveryKeyAndNoOther() throws Exception {
        String text = reference();
        read(text); // knows no key that there is not

        for (Class<?> type : List.of(
                TrackerConfig.class, AccountsConfig.class, RedisConfig.class, AdminConfig.class, LogConfig.class)) {
            for (RecordComponent component : type.getRecordComponents()) {
                String key = ConfigBinder.key(component);
                assertTrue(text.contains("\n" + key + " = "), type.getSimpleName() + ": " + key);
            }
        }
    }

    @Test
    void theReferenceShowsTheDefaults() throws Exception {
        TrackerSettings seen = read(reference());
        TrackerSettings defaults = read("");

        for (RecordComponent part : TrackerSettings.class.getRecordComponents()) {
            for (RecordComponent component : part.getType().getRecordComponents()) {
                if (component.getType() != Optional.class && !OF_THE_MACHINE.contains(component.getName())) {
                    assertEquals(
                            component.getAccessor().invoke(part.getAccessor().invoke(defaults)),
                            component.getAccessor().invoke(part.getAccessor().invoke(seen)),
                            component.getName());
                }
            }
        }
    }

    @Test
    void theReferenceAsItIsChangesNothing() throws Exception {
        assertEquals(read(""), read(Files.readString(REFERENCE)));
    }

    @Test
    void valuesAreReadAsTheirTypesSay() throws Exception {
        TrackerSettings settings = read("""
                http = ["127.0.0.1:7000", "[::1]:7001", 7002]
                udp = []
                interval = 60
                trusted-proxies = ["10.0.0.0/8"]
                torrents = { mode = "deny", file = "bad.txt" }
                [accounts]
                enabled = true
                min-ratio = 0.5
                refused-clients = ["-XL"]
                [log]
                format = "json"
                """);

        assertEquals(
                List.of(
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 7000),
                        new InetSocketAddress(InetAddress.ofLiteral("::1"), 7001),
                        new InetSocketAddress(7002)),
                settings.tracker().http());
        assertEquals(List.of(), settings.tracker().udp());
        assertEquals(Duration.ofMinutes(1), settings.tracker().interval());
        assertEquals(
                List.of(AddressRange.parse("10.0.0.0/8")), settings.tracker().trustedProxies());
        assertEquals(
                new TrackerConfig.AccessList(TrackerConfig.AccessList.Mode.DENY, directory.resolve("bad.txt")),
                settings.tracker().torrents().orElseThrow());
        assertTrue(settings.accounts().enabled());
        assertEquals(0.5, settings.accounts().minRatio());
        assertEquals(directory.resolve("accounts"), settings.accounts().directory());
        assertEquals(LogConfig.Format.JSON, settings.log().format());
    }

    @Test
    void theTimesFollowFromTheIntervalUnlessTheyAreGiven() throws Exception {
        assertTrue(read("interval = \"4h\"").tracker().peerTimeout().compareTo(Duration.ofHours(8)) > 0);
        assertEquals(
                Duration.ofMinutes(3),
                read("interval = \"1m\"\npeer-timeout = \"3m\"").tracker().peerTimeout());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    intervall = "30m"            | tracker.toml:1: unknown key "intervall"; did you mean "interval"?
                    interval = "soon"            | tracker.toml:1: interval = "soon", expected a time such as "250ms", "30s", "15m", "2h" or "7d"
                    interval = "0s"              | tracker.toml:1: interval = 0s, expected one second to less than one day
                    max-peers = 1000             | tracker.toml:1: max-peers = 1000, expected 1 to 200
                    max-peers = "many"           | tracker.toml:1: max-peers = "many", expected a whole number
                    http = ["localhost:80"]      | tracker.toml:1: http = ["localhost:80"], expected "192.0.2.1:6969", "[2001:db8::1]:6969" or a port
                    http = ["::1:6969"]          | tracker.toml:1: http = ["::1:6969"], expected "192.0.2.1:6969", "[2001:db8::1]:6969" or a port
                    http = "127.0.0.1:80"        | tracker.toml:1: http = "127.0.0.1:80", expected an array, as in ["192.0.2.1:6969", "[2001:db8::1]:6969" or a port]
                    admin.enabled = "yes"        | tracker.toml:1: admin.enabled = "yes", expected true or false
                    trusted-proxies = ["proxy"]  | tracker.toml:1: trusted-proxies = ["proxy"], expected "192.0.2.0/24" or one address
                    torrents = "allow.txt"       | tracker.toml:1: torrents = "allow.txt", expected a table with mode, file
                    torrents = {mode="x",file="y"} | tracker.toml:1: torrents.mode = "x", expected "allow" or "deny"
                    accounts = true              | tracker.toml:1: accounts = true, expected a table [accounts]
                    acounts.enabled = true       | tracker.toml:1: unknown key "acounts"; did you mean "accounts"?
                    accounts.min-ratio = -1      | tracker.toml:1: accounts.min-ratio = -1.0, expected 0 to 10
                    accounts.enable = true       | tracker.toml:1: unknown key "accounts.enable"; did you mean "enabled"?
                    accounts.database = "jdbc:mysql://me:secret@h/d" | tracker.toml:1: accounts.database = "jdbc:mysql:…", expected jdbc:postgresql://HOST:PORT/NAME, or no such line
                    redis.url = "http://me:secret@h" | tracker.toml:1: redis.url = "http:…", expected redis://HOST:PORT or rediss://HOST:PORT
                    log.level = "loud"           | tracker.toml:1: log.level = "loud", expected "error" or "warning" or "info" or "debug"
                    zzz = 1                      | tracker.toml:1: unknown key "zzz"
                    """)
    void whatIsWrongIsSaidWithItsPlaceAndWhatIsExpected(String line, String problem) {
        assertEquals(List.of(problem), problems(line));
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnceWithItsLine() {
        assertEquals(
                List.of(
                        "tracker.toml:3: max-peers = true, expected a whole number",
                        "tracker.toml:2: unknown key \"por\"",
                        "tracker.toml:6: accounts.max-torrents = \"3\", expected a whole number"),
                problems("""
                        # a comment
                        por = 1
                        max-peers = true

                        [accounts]
                        max-torrents = "3"
                        """));
    }

    @Test
    void whatIsNoTomlIsSaidWithItsLine() {
        String problem = problems("interval = 60\nhttp = [\n").getFirst();

        assertTrue(problem.startsWith("tracker.toml:") && problem.contains("no TOML"), problem);
    }

    @Test
    void aFileThatIsNotThereIsSaidToBe() {
        var e = assertThrows(ConfigException.class, () -> ConfigFile.read(directory.resolve("none.toml")));

        assertTrue(e.problems().getFirst().endsWith("none.toml: no such file"));
    }

    @Test
    void theCommandLineGoesBeforeTheFile() throws Exception {
        ConfigFile file = file("interval = \"30m\"\nhttp = [1]\n");
        file.override("interval", "--interval", 90);
        file.override("http", "--http", List.of("127.0.0.1:5"));

        assertEquals(Duration.ofSeconds(90), file.settings().tracker().interval());
        assertEquals(5, file.settings().tracker().http().getFirst().getPort());
    }

    @Test
    void anAllowListOfTheCommandLineIsRelativeToWhereItWasGiven() throws Exception {
        ConfigFile file = file("");
        file.overrideAllowList("--allow-list", Path.of("list.txt"));

        assertEquals(
                new TrackerConfig.AccessList(
                        TrackerConfig.AccessList.Mode.ALLOW, Path.of("list.txt").toAbsolutePath()),
                file.settings().tracker().torrents().orElseThrow());
    }

    @Test
    void aWrongOptionIsNamedAsOne() throws Exception {
        ConfigFile file = ConfigFile.none();
        file.override("http", "--http", List.of("nonsense"));

        assertTrue(assertThrows(ConfigException.class, file::settings)
                .problems()
                .getFirst()
                .startsWith("--http: http = [\"nonsense\"], expected"));
    }
}
