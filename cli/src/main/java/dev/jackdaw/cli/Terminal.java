package dev.jackdaw.cli;

import java.io.BufferedOutputStream;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// All that a command sees of the world it runs in, so that tests can give it another one.
///
/// @param out              standard output: results and progress
/// @param err              standard error: errors and warnings
/// @param workingDirectory what relative paths on the command line are relative to
/// @param environment      environment variables
/// @param interactive      whether standard output is a terminal that understands cursor movement
/// @param colour           whether it is to be coloured
/// @param unicode          whether it shows more than ASCII
/// @param window           the terminal's present size
/// @param interruption     Ctrl-C
record Terminal(
        PrintStream out,
        PrintStream err,
        Path workingDirectory,
        Map<String, String> environment,
        boolean interactive,
        boolean colour,
        boolean unicode,
        Supplier<WindowSize> window,
        Interruption interruption) {

    /// Set by the launcher, for which the question costs nothing: `true` or `false`.
    private static final String TTY_PROPERTY = "jackdaw.tty";

    private static final int OUTPUT_BUFFER = 8192;

    /// The process's own.
    static Terminal system() {
        Map<String, String> environment = System.getenv();
        boolean tty = isTerminal();
        boolean dumb = environment.getOrDefault("TERM", "").equals("dumb");
        Charset charset = Optional.ofNullable(System.getProperty("stdout.encoding"))
                .filter(Charset::isSupported)
                .map(Charset::forName)
                .orElse(Charset.defaultCharset());
        return new Terminal(
                stream(FileDescriptor.out, charset),
                stream(FileDescriptor.err, charset),
                Path.of("").toAbsolutePath(),
                environment,
                tty && !dumb,
                tty && !dumb && environment.getOrDefault("NO_COLOR", "").isEmpty(),
                charset.equals(StandardCharsets.UTF_8),
                tty ? WindowSize.ofStandardOutput(environment) : () -> WindowSize.USUAL,
                new Interruption());
    }

    private static boolean isTerminal() {
        String told = System.getProperty(TTY_PROPERTY);
        return told == null
                ? Optional.ofNullable(System.console())
                        .filter(Console::isTerminal)
                        .isPresent()
                : Boolean.parseBoolean(told);
    }

    /// Flushed at every line, so that a pipe's reader sees progress when it happens.
    private static PrintStream stream(FileDescriptor descriptor, Charset charset) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor), OUTPUT_BUFFER), true, charset);
    }

    /// A path of the command line or the environment.
    Path resolve(String path) {
        String home = environment.getOrDefault("HOME", "");
        return workingDirectory
                .resolve((path + "/").startsWith("~/") && !home.isEmpty() ? home + path.substring(1) : path)
                .normalize();
    }

    /// The same of an argument that must name something: a variable that a script has not set is not to stand for
    /// the current directory.
    ///
    /// @param label what `--help` calls the argument
    Path resolve(String label, String path) {
        if (path.isEmpty()) {
            throw CommandFailure.badInput(label + " is empty; the current directory is '.'");
        }
        return resolve(path);
    }

    Path resolve(Path path) {
        return resolve(path.toString());
    }

    /// A path as a person would write it: relative when it lies below the working directory.
    String display(Path path) {
        Path absolute = resolve(path);
        String shown = absolute.startsWith(workingDirectory) && !absolute.equals(workingDirectory)
                ? workingDirectory.relativize(absolute).toString()
                : absolute.toString();
        return Shown.path(shown);
    }
}
