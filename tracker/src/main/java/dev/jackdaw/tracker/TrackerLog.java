package dev.jackdaw.tracker;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The process's log as lines on standard error: text for people, or a JSON object each.
///
/// Text: `2026-03-01T12:00:00Z INFO    listening …`. systemd's journal and containers add what else is wanted.
final class TrackerLog extends Handler {
    private static final Logger ROOT = Logger.getLogger("");
    /// Kept, since the platform holds loggers weakly and would forget the level.
    private static final Logger OURS = Logger.getLogger("dev.jackdaw");

    private final PrintWriter out;
    private final LogConfig.Format format;
    private final Formatter messages = new SimpleFormatter();

    TrackerLog(LogConfig config, PrintWriter out) {
        this.format = config.format();
        this.out = out;
    }

    /// Replaces whatever handles the log in this process. Libraries are heard from WARNING on.
    static void install(LogConfig config, PrintWriter out) {
        for (Handler handler : ROOT.getHandlers()) {
            ROOT.removeHandler(handler);
        }
        TrackerLog log = new TrackerLog(config, out);
        ROOT.addHandler(log);
        ROOT.setLevel(Level.WARNING);
        OURS.setLevel(config.level().jul);
    }

    @Override
    public void publish(LogRecord entry) {
        if (isLoggable(entry)) {
            out.println(format(entry));
            out.flush();
        }
    }

    String format(LogRecord entry) {
        String time = entry.getInstant().truncatedTo(ChronoUnit.MILLIS).toString();
        String message = messages.formatMessage(entry);
        Throwable thrown = entry.getThrown();
        return switch (format) {
            case TEXT -> {
                String line = "%s %-7s %s".formatted(time, level(entry), message);
                yield printable(thrown == null ? line : line + ": " + thrown);
            }
            case JSON -> {
                ObjectNode object = JsonNodeFactory.instance
                        .objectNode()
                        .put("time", time)
                        .put("level", level(entry).toLowerCase(Locale.ROOT))
                        .put("logger", entry.getLoggerName())
                        .put("message", message);
                if (thrown != null) {
                    StringWriter trace = new StringWriter();
                    thrown.printStackTrace(new PrintWriter(trace));
                    object.put("exception", trace.toString());
                }
                yield object.toString();
            }
        };
    }

    /// In the words of `System.Logger`, whose ERROR and DEBUG the platform's own log calls by other names.
    private static String level(LogRecord entry) {
        int value = entry.getLevel().intValue();
        if (value >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (value >= Level.WARNING.intValue()) {
            return "WARNING";
        }
        return value >= Level.INFO.intValue() ? "INFO" : "DEBUG";
    }

    /// One line, whatever text from outside is in it.
    private static String printable(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.chars().forEach(c -> {
            if (c < 0x20 || c == 0x7f || (c >= 0x80 && c < 0xa0)) {
                line.append("\\x{").append(Integer.toHexString(c)).append('}');
            } else {
                line.append((char) c);
            }
        });
        return line.toString();
    }

    @Override
    public void flush() {
        out.flush();
    }

    @Override
    public void close() {
        out.flush();
    }
}
