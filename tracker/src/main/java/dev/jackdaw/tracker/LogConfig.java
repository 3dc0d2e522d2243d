package dev.jackdaw.tracker;

/// Settings of the log, which goes to standard error.
public record LogConfig(Format format, Level level) {
    public enum Format {
        /// A line for people.
        TEXT,
        /// A JSON object on a line.
        JSON
    }

    /// What is left out below it.
    public enum Level {
        ERROR(java.util.logging.Level.SEVERE),
        WARNING(java.util.logging.Level.WARNING),
        INFO(java.util.logging.Level.INFO),
        DEBUG(java.util.logging.Level.FINE);

        final java.util.logging.Level jul;

        Level(java.util.logging.Level jul) {
            this.jul = jul;
        }
    }

    public static LogConfig defaults() {
        return new LogConfig(Format.TEXT, Level.INFO);
    }
}
