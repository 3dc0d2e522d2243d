package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TrackerLogTest {
    private static String line(LogConfig.Format format, Level level, String message, Exception thrown) {
        TrackerLog log =
                new TrackerLog(new LogConfig(format, LogConfig.Level.INFO), new PrintWriter(new StringWriter()));
        LogRecord entry = new LogRecord(level, message);
        entry.setLoggerName("dev.jackdaw.tracker.Some");
        entry.setInstant(Instant.parse("2026-03-01T12:00:00.123456Z"));
        entry.setThrown(thrown);
        return log.format(entry);
    }

    @Test
    void aLineForPeopleIsOneLineWhateverIsInIt() {
        assertEquals(
                "2026-03-01T12:00:00.123Z WARNING evil\\x{a}name\\x{1b}[31m",
                line(LogConfig.Format.TEXT, Level.WARNING, "evil\nname\u001b[31m", null));
    }

    @Test
    void aLineForMachinesIsAJsonObject() {
        String line =
                line(LogConfig.Format.JSON, Level.SEVERE, "a \"quoted\"\nthing", new IllegalStateException("why"));
        JsonNode object = new JsonMapper().readTree(line);

        assertEquals(1, line.lines().count());
        assertEquals("error", object.get("level").asString());
        assertEquals("a \"quoted\"\nthing", object.get("message").asString());
        assertEquals("dev.jackdaw.tracker.Some", object.get("logger").asString());
        assertTrue(object.get("exception").asString().contains("why"));
    }
}
