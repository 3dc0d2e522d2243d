package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TrackerCommandTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int check(String config, String... more) throws Exception {
        Path file = Files.writeString(directory.resolve("tracker.toml"), config);
        String[] arguments = new String[more.length + 3];
        arguments[0] = "--config";
        arguments[1] = file.toString();
        arguments[2] = "--check-config";
        System.arraycopy(more, 0, arguments, 3, more.length);
        return new CommandLine(new TrackerCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @Test
    void settingsThatCanBeUsedAreSaidToBe() throws Exception {
        assertEquals(0, check("interval = \"20m\"\n"));
        assertEquals(directory.resolve("tracker.toml") + " can be used\n", out.toString());
        assertEquals("", err.toString());
    }

    @Test
    void eachThingThatIsWrongIsALine() throws Exception {
        assertEquals(2, check("interval = -1\nportt = 5\n"));
        assertEquals("""
                tracker: DIR/tracker.toml:1: interval = -1, expected a time such as "250ms", "30s", "15m", "2h" or "7d"
                tracker: DIR/tracker.toml:2: unknown key "portt"
                """, err.toString().replace(directory.toString(), "DIR"));
    }

    @Test
    void anOptionTakesTheFilesPlace() throws Exception {
        assertEquals(0, check("interval = -1\n", "--interval", "60"));
        assertEquals(2, check("", "--interval", "0"));
        assertEquals("tracker: --interval: interval = 0s, expected one second to less than one day\n", err.toString());
    }
}
