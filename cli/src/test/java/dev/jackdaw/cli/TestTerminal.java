package dev.jackdaw.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A terminal that keeps what is printed, and a way to run whole command lines on it.
final class TestTerminal {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Path directory;
    private final Map<String, String> environment = new HashMap<>();
    private final Interruption interruption = new Interruption();
    private boolean interactive;
    private WindowSize window = WindowSize.USUAL;

    private TestTerminal(Path directory) {
        this.directory = directory;
        environment.put("JACKDAW_HOME", directory.resolve("state").toString());
        environment.put("XDG_CONFIG_HOME", directory.resolve("config").toString());
    }

    /// A pipe with that working directory; state goes below it.
    static TestTerminal in(Path directory) {
        return new TestTerminal(directory);
    }

    TestTerminal interactive(int columns, int rows) {
        interactive = true;
        window = new WindowSize(columns, rows);
        return this;
    }

    TestTerminal environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    Interruption interruption() {
        return interruption;
    }

    Terminal terminal() {
        return new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                directory,
                environment,
                interactive,
                false,
                true,
                () -> window,
                interruption);
    }

    /// Runs a command that needs no session.
    int run(String... arguments) {
        return run(
                config -> {
                    throw new AssertionError("no session expected");
                },
                arguments);
    }

    int run(Sessions sessions, String... arguments) {
        return Main.run(arguments, terminal(), sessions);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    List<String> outLines() {
        return out().lines().toList();
    }
}
