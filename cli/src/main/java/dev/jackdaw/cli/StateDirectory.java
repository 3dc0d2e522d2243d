package dev.jackdaw.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where a command remembers its torrents between runs, held by one process at a time.
///
/// A second process that finds it taken runs without: it would otherwise overwrite the first one's records. It loses
/// only the memory, so that its content is hashed again when it is started anew.
final class StateDirectory implements AutoCloseable {
    private static final String LOCK_FILE = "lock";

    private final Optional<Path> path;
    private final @Nullable FileChannel channel;

    private StateDirectory(Optional<Path> path, @Nullable FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /// What the options say, with a note to the user where that cannot be had.
    static StateDirectory take(Terminal terminal, TransferOptions options) {
        if (options.noState) {
            return new StateDirectory(Optional.empty(), null);
        }
        Path path = options.state.map(terminal::resolve).orElseGet(() -> usual(terminal));
        StateDirectory state = take(path);
        if (state.path.isEmpty() && !options.quiet) {
            terminal.err()
                    .println("jackdaw: note: another jackdaw uses " + Shown.path(path.toString())
                            + "; this one will remember nothing and hash its content again when restarted;"
                            + " give it a place of its own with --state");
        }
        return state;
    }

    /// The place for this user on this system: `$JACKDAW_HOME`, or what the platform has for state.
    static Path usual(Terminal terminal) {
        Map<String, String> environment = terminal.environment();
        String own = environment.getOrDefault("JACKDAW_HOME", "");
        if (!own.isEmpty()) {
            return terminal.resolve(own);
        }
        String home = environment.getOrDefault("HOME", System.getProperty("user.home", "."));
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (system.contains("windows")) {
            return terminal.resolve(environment.getOrDefault("LOCALAPPDATA", home))
                    .resolve("Jackdaw");
        }
        if (system.contains("mac")) {
            return terminal.resolve(home).resolve("Library/Application Support/Jackdaw");
        }
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        // The XDG specification says to ignore a relative path.
        return state.startsWith("/")
                ? Path.of(state, "jackdaw")
                : terminal.resolve(home).resolve(".local/state/jackdaw");
    }

    /// Takes the directory, creating it if needed.
    ///
    /// @return one without a path if another process holds it
    static StateDirectory take(Path path) {
        @Nullable FileChannel channel = null;
        try {
            Files.createDirectories(path);
            channel = FileChannel.open(path.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            @Nullable FileLock lock = channel.tryLock();
            if (lock != null) {
                return new StateDirectory(Optional.of(path), channel);
            }
        } catch (OverlappingFileLockException e) {
            // This very process holds it: the same answer as for another one.
        } catch (IOException e) {
            throw CommandFailure.failed(
                    "cannot use the state directory " + Shown.path(path.toString()) + ": " + ErrorReport.reason(e)
                            + "; choose another with --state, or --no-state",
                    e);
        }
        closeQuietly(channel);
        return new StateDirectory(Optional.empty(), null);
    }

    /// Empty for a command that remembers nothing.
    Optional<Path> path() {
        return path;
    }

    @Override
    public void close() {
        closeQuietly(channel); // which releases the lock
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // Nothing was written to it.
        }
    }
}
