package dev.jackdaw.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/// The user's `config.toml`: options that are added to a command line which does not have them.
///
/// ```toml
/// port = 51413            # every command that has --port
/// no-lsd = true
///
/// [seed]                  # this command alone
/// max-up = "2M"
/// ```
/// A table `[gui]` is the desktop app's.
final class ConfigFile {
    private static final String GUI = "gui";

    private final Path path;
    private final JsonNode root;

    private ConfigFile(Path path, JsonNode root) {
        this.path = path;
        this.root = root;
    }

    /// The place for this user on this system: `$XDG_CONFIG_HOME/jackdaw/config.toml` or what the platform has.
    static Path usual(Terminal terminal) {
        Map<String, String> environment = terminal.environment();
        String home = environment.getOrDefault("HOME", System.getProperty("user.home", "."));
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        Path directory;
        if (system.contains("windows")) {
            directory =
                    terminal.resolve(environment.getOrDefault("APPDATA", home)).resolve("Jackdaw");
        } else if (system.contains("mac")) {
            directory = terminal.resolve(home).resolve("Library/Application Support/Jackdaw");
        } else {
            String config = environment.getOrDefault("XDG_CONFIG_HOME", "");
            // The XDG specification says to ignore a relative path.
            directory = config.startsWith("/")
                    ? Path.of(config, "jackdaw")
                    : terminal.resolve(home).resolve(".config/jackdaw");
        }
        return directory.resolve("config.toml");
    }

    /// Reads and checks it against what commands there are; `null` if there is none.
    ///
    /// @throws CommandFailure if it cannot be read, or names what is no command or option
    static @Nullable ConfigFile read(Path path, Commands commands) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw failure(path, "cannot be read: " + ErrorReport.reason(e));
        }
        try {
            ConfigFile file = new ConfigFile(path, new TomlMapper().readTree(bytes));
            file.check(commands.all());
            return file;
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw failure(path, (line > 0 ? "line " + line + ": " : "") + Shown.text(e.getOriginalMessage()));
        }
    }

    private void check(CommandLine commands) {
        Set<String> known = new HashSet<>();
        commands.getSubcommands().values().forEach(command -> known.addAll(names(command.getCommandSpec())));
        for (Map.Entry<String, JsonNode> entry : root.properties()) {
            if (!entry.getValue().isObject()) {
                checkOption(entry, known, "any command");
            } else if (!entry.getKey().equals(GUI)) {
                CommandLine command = commands.getSubcommands().get(entry.getKey());
                if (command == null) {
                    throw failure(path, "[" + Shown.text(entry.getKey()) + "] is no command of jackdaw");
                }
                Set<String> options = names(command.getCommandSpec());
                for (Map.Entry<String, JsonNode> option : entry.getValue().properties()) {
                    checkOption(option, options, "'jackdaw " + entry.getKey() + "'");
                }
            }
        }
    }

    private void checkOption(Map.Entry<String, JsonNode> entry, Set<String> known, String whose) {
        if (!known.contains(entry.getKey())) {
            throw failure(path, "'" + Shown.text(entry.getKey()) + "' is no option of " + whose);
        }
        for (JsonNode value : values(entry.getValue())) {
            if (!value.isValueNode()) {
                throw failure(path, "'" + Shown.text(entry.getKey()) + "' is to be a text, a number, true or false");
            }
        }
    }

    private static Set<String> names(CommandSpec command) {
        return command.options().stream()
                .filter(option -> !option.usageHelp() && !option.versionHelp())
                .map(ConfigFile::name)
                .collect(Collectors.toSet());
    }

    private static String name(OptionSpec option) {
        return option.longestName().substring("--".length());
    }

    /// What the file adds to a command line that has not got it: `--port=51413`.
    List<String> additions(CommandSpec command, String[] args) {
        List<String> added = new ArrayList<>();
        JsonNode own = root.path(command.name());
        for (OptionSpec option : command.options()) {
            String name = name(option);
            JsonNode value = own.has(name) ? own.get(name) : root.path(name);
            if (!value.isMissingNode() && !value.isObject() && !isGiven(option, args)) {
                values(value).forEach(each -> add(option.longestName(), each, added));
            }
        }
        return added;
    }

    private static void add(String option, JsonNode value, List<String> added) {
        if (!value.isBoolean()) {
            added.add(option + "=" + value.asString());
        } else if (value.asBoolean()) {
            added.add(option);
        }
    }

    private static boolean isGiven(OptionSpec option, String[] args) {
        return Arrays.stream(args)
                .anyMatch(arg -> Arrays.stream(option.names())
                        .anyMatch(name -> arg.equals(name)
                                || arg.startsWith(name + "=")
                                || (!name.startsWith("--") && arg.startsWith(name))));
    }

    private static Iterable<JsonNode> values(JsonNode value) {
        return value.isArray() ? value : List.of(value);
    }

    /// Where it is.
    Path path() {
        return path;
    }

    private static CommandFailure failure(Path path, String what) {
        return CommandFailure.badInput(
                Shown.path(path.toString()) + ": " + what + "; mend it, or leave it out with --no-config");
    }
}
