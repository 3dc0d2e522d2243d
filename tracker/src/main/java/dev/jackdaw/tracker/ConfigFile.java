package dev.jackdaw.tracker;

import dev.jackdaw.tracker.accounts.AccountsConfig;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.toml.TomlMapper;

/// Reads the tracker's TOML file into [TrackerSettings], with what the command line says instead.
///
/// Every key of the file is the name of a record's component, in kebab-case ([ConfigBinder]); the distribution's
/// `tracker.toml` explains them all.
final class ConfigFile {
    /// Values alone, without the parser: a tracker that has no file loads none.
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    /// The tables; everything else stands at the top.
    private static final List<String> TABLES = List.of("accounts", "redis", "admin", "log");

    private final String name;
    private final Path directory;
    private final Map<String, Integer> lines;
    private final ObjectNode root;
    private final Map<String, String> options;

    private ConfigFile(String name, Path directory, Map<String, Integer> lines, ObjectNode root) {
        this.name = name;
        this.directory = directory;
        this.lines = lines;
        this.root = root;
        this.options = new LinkedHashMap<>();
    }

    /// No file: defaults, with paths relative to the working directory.
    static ConfigFile none() {
        return new ConfigFile("", Path.of(""), Map.of(), NODES.objectNode());
    }

    /// Reads a file; relative paths in it start where it is.
    ///
    /// @throws ConfigException if there is no such file, or it is no TOML
    static ConfigFile read(Path file) throws ConfigException {
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new ConfigException(List.of(file + ": no such file"));
        } catch (AccessDeniedException e) {
            throw new ConfigException(List.of(file + ": permission denied"));
        } catch (IOException e) {
            throw new ConfigException(List.of(file + ": cannot be read: " + e.getMessage()));
        }
        try {
            JsonNode tree = new TomlMapper().readTree(text);
            ObjectNode root = tree instanceof ObjectNode table ? table : NODES.objectNode();
            Path directory = file.toAbsolutePath().getParent();
            return new ConfigFile(
                    file.toString(), directory == null ? Path.of("") : directory, KeyLines.of(text), root);
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw new ConfigException(
                    List.of(file + (line > 0 ? ":" + line : "") + ": no TOML: " + e.getOriginalMessage()));
        }
    }

    /// Lets an option of the command line take a key's place.
    ///
    /// @param option its name, for messages
    void override(String key, String option, int value) {
        root.put(key, value);
        options.put(key, option);
    }

    void override(String key, String option, List<String> values) {
        ArrayNode array = root.putArray(key);
        values.forEach(array::add);
        options.put(key, option);
    }

    /// Serves the torrents of a file alone.
    void overrideAllowList(String option, Path file) {
        // relative to where the command was given, not to the configuration file
        root.putObject("torrents")
                .put("mode", "allow")
                .put("file", file.toAbsolutePath().toString());
        options.put("torrents", option);
    }

    /// @throws ConfigException with everything that is wrong
    TrackerSettings settings() throws ConfigException {
        List<String> problems = new ArrayList<>();
        ConfigBinder binder = new ConfigBinder(directory, this::place, problems);
        TrackerSettings defaults = TrackerSettings.defaults();
        ObjectNode top = NODES.objectNode();
        Map<String, ObjectNode> tables = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : root.properties()) {
            String key = entry.getKey();
            if (!TABLES.contains(key)) {
                top.set(key, entry.getValue());
            } else if (entry.getValue() instanceof ObjectNode table) {
                tables.put(key, table);
            } else {
                problems.add(place(key) + ": " + key + " = " + entry.getValue() + ", expected a table [" + key + "]");
            }
        }
        Optional<TrackerConfig> tracker =
                binder.bind(TrackerConfig.class, times(top, defaults.tracker()), top, "", TABLES);
        Optional<AccountsConfig> accounts = binder.bind(
                AccountsConfig.class, defaults.accounts(), table(tables, "accounts"), "accounts.", List.of());
        Optional<RedisConfig> redis =
                binder.bind(RedisConfig.class, defaults.redis(), table(tables, "redis"), "redis.", List.of());
        Optional<AdminConfig> admin =
                binder.bind(AdminConfig.class, defaults.admin(), table(tables, "admin"), "admin.", List.of());
        Optional<LogConfig> log = binder.bind(LogConfig.class, defaults.log(), table(tables, "log"), "log.", List.of());
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return new TrackerSettings(
                tracker.orElseThrow(),
                accounts.orElseThrow(),
                redis.orElseThrow(),
                admin.orElseThrow(),
                log.orElseThrow());
    }

    /// The defaults of the other times follow from the interval.
    private static TrackerConfig times(ObjectNode top, TrackerConfig defaults) {
        JsonNode interval = top.get("interval");
        if (interval == null) {
            return defaults;
        }
        try {
            return TrackerConfig.builder()
                    .http(defaults.http())
                    .udp(defaults.udp())
                    .interval(ConfigBinder.duration(interval))
                    .build();
        } catch (IllegalArgumentException | ArithmeticException e) {
            return defaults; // said again, with its place, when the key itself is read
        }
    }

    private static ObjectNode table(Map<String, ObjectNode> tables, String name) {
        return tables.getOrDefault(name, NODES.objectNode());
    }

    /// Where a key is, for a message.
    private String place(String key) {
        String option = options.get(key);
        if (option != null) {
            return option;
        }
        for (String at = key; !at.isEmpty(); at = at.substring(0, Math.max(0, at.lastIndexOf('.')))) {
            Integer line = lines.get(at);
            if (line != null) {
                return name + ":" + line;
            }
        }
        return name;
    }
}
