package dev.jackdaw.cli;

import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// The process's log as lines on standard error: warnings usually, everything down to DEBUG with `--debug`.
///
/// A live display takes the lines over while it is on the screen.
final class LogLines extends Handler {
    private static final Logger ROOT = Logger.getLogger("");

    private final Terminal terminal;
    private volatile Consumer<String> sink;

    private LogLines(Terminal terminal) {
        this.terminal = terminal;
        this.sink = terminal.err()::println;
    }

    /// Replaces the platform's console handler.
    static LogLines install(Terminal terminal, boolean debug) {
        LogLines lines = new LogLines(terminal);
        for (Handler handler : ROOT.getHandlers()) {
            ROOT.removeHandler(handler);
        }
        ROOT.addHandler(lines);
        ROOT.setLevel(Level.WARNING);
        Logger.getLogger("dev.jackdaw").setLevel(debug ? Level.FINE : Level.WARNING);
        return lines;
    }

    void sendTo(Consumer<String> display) {
        sink = display;
    }

    void sendToStandardError() {
        sink = terminal.err()::println;
    }

    @Override
    public void publish(LogRecord entry) {
        if (!isLoggable(entry)) {
            return;
        }
        String line = "jackdaw: " + entry.getLevel().getName().toLowerCase(java.util.Locale.ROOT) + ": "
                + Shown.path(new java.util.logging.SimpleFormatter().formatMessage(entry));
        Throwable thrown = entry.getThrown();
        sink.accept(thrown == null ? line : line + ": " + Shown.text(thrown.toString()));
    }

    @Override
    public void flush() {
        terminal.err().flush();
    }

    @Override
    public void close() {
        flush();
    }
}
