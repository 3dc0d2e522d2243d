package dev.jackdaw.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulateCommandTest {
    @TempDir
    Path directory;

    @Test
    void tellsOfEachSeedInALineOfItsOwn() {
        TestTerminal terminal = TestTerminal.in(directory);

        int status = terminal.run(
                "simulate",
                "--leechers",
                "8",
                "--pieces",
                "4",
                "--corrupters",
                "1",
                "--faults",
                "5s",
                "--seed",
                "7",
                "--runs",
                "3");

        assertEquals(0, status, terminal::err);
        List<String> lines = terminal.out().lines().toList();
        assertEquals(4, lines.size(), terminal::out);
        for (int run = 0; run < 3; run++) {
            assertTrue(lines.get(run).startsWith("seed " + (7 + run) + ": complete after "), terminal::out);
            assertTrue(lines.get(run).contains(" 0 violations"), terminal::out);
        }
        assertEquals("3 runs, 0 of them incomplete or with a violation", lines.getLast());
    }

    @Test
    void aRunThatIsNotDoneInTimeFails() {
        TestTerminal terminal = TestTerminal.in(directory);

        assertEquals(1, terminal.run("simulate", "--leechers", "2", "--pieces", "4", "--limit", "1s"));

        assertTrue(terminal.out().contains("NOT complete"), terminal::out);
    }
}
