package dev.jackdaw.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.SessionException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ErrorReportTest {
    private final TestTerminal terminal = TestTerminal.in(Path.of("/"));

    private String line(Exception e, ExitStatus expected) {
        assertEquals(expected, new ErrorReport(terminal.terminal()).report(e));
        return terminal.err();
    }

    @Test
    void aFailureIsItsOwnLine() {
        assertEquals("jackdaw: no space\n", line(CommandFailure.failed("no space"), ExitStatus.FAILED));
    }

    @Test
    void badInputEndsWithTwo() {
        assertEquals("jackdaw: no torrent\n", line(CommandFailure.badInput("no torrent"), ExitStatus.BAD_INPUT));
    }

    @Test
    void textOfATorrentDoesNotReachTheTerminalRaw() {
        assertEquals("jackdaw: bad \\x{1b}[31m\n", line(new SessionException("bad \u001b[31m"), ExitStatus.FAILED));
    }

    @Test
    void ourOwnBugIsCalledOne() {
        String line = line(new IllegalStateException("oops"), ExitStatus.FAILED);
        assertTrue(line.contains("oops") && line.contains("this is a bug"), line);
        assertEquals(1, line.lines().count());
    }

    @Test
    void saysWhyInAFewWords() {
        assertEquals("no such file or directory", ErrorReport.reason(new NoSuchFileException("/x")));
        assertEquals("permission denied", ErrorReport.reason(new AccessDeniedException("/x")));
        assertEquals("connection refused", ErrorReport.reason(new ConnectException()));
        assertEquals("Is a directory", ErrorReport.reason(new FileSystemException("/x", null, "Is a directory")));
        assertEquals("EOFException", ErrorReport.reason(new java.io.EOFException()));
        assertEquals("gone", ErrorReport.reason(new IOException("gone")));
    }

    @Test
    void namesAnArgumentTooMany() {
        assertEquals(2, terminal.run("show", "x.torrent", "y.torrent"));

        assertEquals("jackdaw: unexpected argument 'y.torrent'; see 'jackdaw show --help'\n", terminal.err());
    }

    @Test
    void namesWhatIsNoCommand() {
        assertEquals(2, terminal.run("dht", "pong"));

        assertEquals("jackdaw: 'pong' is no command; did you mean ping?; see 'jackdaw dht --help'\n", terminal.err());
    }

    @Test
    void aMisspeltOptionIsAnsweredWithWhatWasMeant() {
        assertEquals(2, terminal.run("show", "x.torrent", "--jsno"));

        assertTrue(terminal.err().contains("did you mean --json?"), terminal.err());
        assertTrue(terminal.err().endsWith("see 'jackdaw show --help'\n"), terminal.err());
    }
}
