package dev.jackdaw.gui.model;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Where the app keeps things.
///
/// @param config directory of `desktop.toml`
/// @param state  directory of the session's state and `window.toml`; the app has one of its own beside the
///         command line's, so that both can run at a time
/// @param home   the user's home directory
public record AppPaths(Path config, Path state, Path home) {
    /// The places for this user on this system: below `$JACKDAW_HOME` if that is set, else as the platform has
    /// them.
    public static AppPaths of(Map<String, String> environment, String osName, Path home) {
        Optional<Path> own = absolute(environment, "JACKDAW_HOME");
        if (own.isPresent()) {
            return new AppPaths(own.get(), own.get().resolve("desktop"), home);
        }
        String system = osName.toLowerCase(Locale.ROOT);
        if (system.contains("windows")) {
            Path config = absolute(environment, "APPDATA").orElse(home).resolve("Jackdaw");
            Path state = absolute(environment, "LOCALAPPDATA").orElse(home).resolve("Jackdaw");
            return new AppPaths(config, state.resolve("desktop"), home);
        }
        if (system.contains("mac")) {
            Path support = home.resolve("Library/Application Support/Jackdaw");
            return new AppPaths(support, support.resolve("desktop"), home);
        }
        return new AppPaths(
                absolute(environment, "XDG_CONFIG_HOME")
                        .orElseGet(() -> home.resolve(".config"))
                        .resolve("jackdaw"),
                absolute(environment, "XDG_STATE_HOME")
                        .orElseGet(() -> home.resolve(".local/state"))
                        .resolve("jackdaw/desktop"),
                home);
    }

    /// The XDG specification says to ignore a relative path.
    private static Optional<Path> absolute(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name))
                .filter(value -> !value.isEmpty())
                .map(Path::of)
                .filter(Path::isAbsolute);
    }

    public Path settingsFile() {
        return config.resolve("desktop.toml");
    }

    public Path windowFile() {
        return state.resolve("window.toml");
    }
}
