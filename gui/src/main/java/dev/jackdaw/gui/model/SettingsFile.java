package dev.jackdaw.gui.model;

import dev.jackdaw.peer.SessionConfig.Encryption;
import dev.jackdaw.peer.SessionConfig.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// [Settings] as `desktop.toml`. What is missing has its default; what is no value for its key has it too, with
/// a complaint, and everything else of the file counts.
public final class SettingsFile {
    private static final int VERSION = 1;

    private final TomlFile file;
    private final Settings defaults;

    public SettingsFile(Path path, Settings defaults) {
        this.file = new TomlFile(path, VERSION);
        this.defaults = defaults;
    }

    /// @param complaints told of what could not be used, in a sentence each
    public Settings load(Consumer<String> complaints) {
        return file.read(complaints)
                .map(root -> new Reader(root, complaints).settings())
                .orElse(defaults);
    }

    public void save(Settings settings) throws IOException {
        file.write(write(settings));
    }

    private ObjectNode write(Settings settings) {
        ObjectNode root = file.empty();
        root.putObject("appearance")
                .put("theme", name(settings.appearance().theme()))
                .put("font-percent", settings.appearance().fontPercent())
                .put("language", settings.appearance().language());
        root.putObject("downloads")
                .put("folder", settings.downloads().folder().toString())
                .put("ask", settings.downloads().ask())
                .put("start", settings.downloads().start())
                .put("trash", settings.downloads().trash());
        root.putObject("speed")
                .put("max-download", settings.speed().maxDownload())
                .put("max-upload", settings.speed().maxUpload())
                .put("alternative-download", settings.speed().alternativeDownload())
                .put("alternative-upload", settings.speed().alternativeUpload())
                .put("alternative", settings.speed().alternative());
        SpeedSchedule schedule = settings.speed().schedule();
        root.putObject("schedule")
                .put("enabled", schedule.enabled())
                .put("from", schedule.from().toString())
                .put("to", schedule.to().toString())
                .put("days", name(schedule.days()));
        root.putObject("connection")
                .put("port", settings.connection().port())
                .put("bind-address", settings.connection().bindAddress())
                .put("transport", name(settings.connection().transport()))
                .put("max-connections", settings.connection().maxConnections())
                .put("max-connections-per-torrent", settings.connection().maxConnectionsPerTorrent())
                .put("upload-slots", settings.connection().uploadSlots());
        root.putObject("queue")
                .put("enabled", settings.queue().enabled())
                .put("max-downloads", settings.queue().maxDownloads())
                .put("max-seeds", settings.queue().maxSeeds());
        root.putObject("seeding")
                .put("ratio", settings.seeding().ratio())
                .put("minutes", settings.seeding().minutes());
        root.putObject("privacy")
                .put("dht", settings.privacy().dht())
                .put("peer-exchange", settings.privacy().peerExchange())
                .put("local-discovery", settings.privacy().localDiscovery())
                .put("encryption", name(settings.privacy().encryption()));
        root.putObject("notifications")
                .put("completed", settings.notifications().completed())
                .put("failed", settings.notifications().failed());
        return root;
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /// Takes a parsed file apart, section by section.
    private final class Reader {
        private final JsonNode root;
        private final Consumer<String> complaints;

        Reader(JsonNode root, Consumer<String> complaints) {
            this.root = root;
            this.complaints = complaints;
        }

        Settings settings() {
            return new Settings(
                    section("appearance", defaults.appearance(), this::appearance),
                    section("downloads", defaults.downloads(), this::downloads),
                    section("speed", defaults.speed(), this::speed),
                    section("connection", defaults.connection(), this::connection),
                    section("queue", defaults.queue(), this::queue),
                    section("seeding", defaults.seeding(), this::seeding),
                    section("privacy", defaults.privacy(), this::privacy),
                    section("notifications", defaults.notifications(), this::notifications));
        }

        private Settings.Appearance appearance(JsonNode node) {
            Settings.Appearance usual = defaults.appearance();
            return new Settings.Appearance(
                    constant(node, "theme", usual.theme(), Settings.Theme::valueOf),
                    whole(node, "font-percent", usual.fontPercent()),
                    string(node, "language", usual.language()));
        }

        private Settings.Downloads downloads(JsonNode node) {
            Settings.Downloads usual = defaults.downloads();
            return new Settings.Downloads(
                    Path.of(string(node, "folder", usual.folder().toString())),
                    flag(node, "ask", usual.ask()),
                    flag(node, "start", usual.start()),
                    flag(node, "trash", usual.trash()));
        }

        private Settings.Speed speed(JsonNode node) {
            Settings.Speed usual = defaults.speed();
            return new Settings.Speed(
                    wide(node, "max-download", usual.maxDownload()),
                    wide(node, "max-upload", usual.maxUpload()),
                    wide(node, "alternative-download", usual.alternativeDownload()),
                    wide(node, "alternative-upload", usual.alternativeUpload()),
                    flag(node, "alternative", usual.alternative()),
                    section("schedule", usual.schedule(), this::schedule));
        }

        private SpeedSchedule schedule(JsonNode node) {
            SpeedSchedule usual = SpeedSchedule.OFF;
            try {
                return new SpeedSchedule(
                        flag(node, "enabled", usual.enabled()),
                        LocalTime.parse(string(node, "from", usual.from().toString())),
                        LocalTime.parse(string(node, "to", usual.to().toString())),
                        constant(node, "days", usual.days(), SpeedSchedule.Days::valueOf));
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        }

        private Settings.Connection connection(JsonNode node) {
            Settings.Connection usual = defaults.connection();
            return new Settings.Connection(
                    whole(node, "port", usual.port()),
                    string(node, "bind-address", usual.bindAddress()),
                    constant(node, "transport", usual.transport(), Transport::valueOf),
                    whole(node, "max-connections", usual.maxConnections()),
                    whole(node, "max-connections-per-torrent", usual.maxConnectionsPerTorrent()),
                    whole(node, "upload-slots", usual.uploadSlots()));
        }

        private Settings.Queue queue(JsonNode node) {
            Settings.Queue usual = defaults.queue();
            return new Settings.Queue(
                    flag(node, "enabled", usual.enabled()),
                    whole(node, "max-downloads", usual.maxDownloads()),
                    whole(node, "max-seeds", usual.maxSeeds()));
        }

        private Settings.Seeding seeding(JsonNode node) {
            JsonNode ratio = node.path("ratio");
            return new Settings.Seeding(
                    ratio.isNumber() ? ratio.asDouble() : defaults.seeding().ratio(),
                    whole(node, "minutes", defaults.seeding().minutes()));
        }

        private Settings.Privacy privacy(JsonNode node) {
            Settings.Privacy usual = defaults.privacy();
            return new Settings.Privacy(
                    flag(node, "dht", usual.dht()),
                    flag(node, "peer-exchange", usual.peerExchange()),
                    flag(node, "local-discovery", usual.localDiscovery()),
                    constant(node, "encryption", usual.encryption(), Encryption::valueOf));
        }

        private Settings.Notifications notifications(JsonNode node) {
            Settings.Notifications usual = defaults.notifications();
            return new Settings.Notifications(
                    flag(node, "completed", usual.completed()), flag(node, "failed", usual.failed()));
        }

        private <T> T section(String name, T usual, Function<JsonNode, T> read) {
            try {
                return read.apply(root.path(name));
            } catch (IllegalArgumentException e) { // a path that cannot be one is such an exception, too
                complaints.accept("settings: [" + name + "] has its defaults: " + e.getMessage());
                return usual;
            }
        }

        private <T> Optional<T> value(JsonNode node, String key, boolean fits, Function<JsonNode, T> read) {
            JsonNode value = node.path(key);
            if (value.isMissingNode()) {
                return Optional.empty();
            }
            if (!fits) {
                complaints.accept("settings: " + key + " has its default, as " + value + " is no value for it");
                return Optional.empty();
            }
            return Optional.of(read.apply(value));
        }

        private boolean flag(JsonNode node, String key, boolean usual) {
            return value(node, key, node.path(key).isBoolean(), JsonNode::asBoolean)
                    .orElse(usual);
        }

        private int whole(JsonNode node, String key, int usual) {
            return value(node, key, node.path(key).canConvertToInt(), JsonNode::asInt)
                    .orElse(usual);
        }

        private long wide(JsonNode node, String key, long usual) {
            return value(node, key, node.path(key).canConvertToLong(), JsonNode::asLong)
                    .orElse(usual);
        }

        private String string(JsonNode node, String key, String usual) {
            return value(node, key, node.path(key).isString(), JsonNode::asString)
                    .orElse(usual);
        }

        private <E extends Enum<E>> E constant(JsonNode node, String key, E usual, Function<String, E> parse) {
            String text = string(node, key, name(usual)).toUpperCase(Locale.ROOT);
            try {
                return parse.apply(text);
            } catch (IllegalArgumentException e) {
                complaints.accept("settings: " + key + " has its default, as \"" + text + "\" is no value for it");
                return usual;
            }
        }
    }
}
