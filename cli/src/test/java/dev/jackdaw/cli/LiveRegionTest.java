package dev.jackdaw.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveRegionTest {
    private final TestTerminal terminal = TestTerminal.in(Path.of("/nowhere")).interactive(40, 10);
    private final LiveRegion region = new LiveRegion(terminal.terminal());
    private int read;

    @Test
    void redrawsInPlaceAndClearsWhatIsLeftOver() {
        region.draw(List.of("one", "two"));
        written();

        region.draw(List.of("uno"));

        assertEquals("\u001b[2A\runo\u001b[K\n\u001b[J", written());
    }

    @Test
    void printsLinesThatStayAboveItself() {
        region.draw(List.of("picture"));
        written();

        region.print("line");

        assertEquals("\u001b[1A\r\u001b[Jline\npicture\u001b[K\n", written());
    }

    @Test
    void givesTheCursorBackAtTheEnd() {
        region.draw(List.of("picture"));
        written();

        region.close();

        assertEquals("\u001b[1A\r\u001b[J\u001b[?25h", written());
    }

    @Test
    void clearsTheLinesThatANarrowerTerminalHasBroken() {
        region.draw(List.of("a".repeat(39), "b"));
        written();

        terminal.interactive(20, 10);
        region.draw(List.of("c"));

        assertEquals("\u001b[3A\rc\u001b[K\n\u001b[J", written());
    }

    /// Since the last call.
    private String written() {
        String all = terminal.out();
        String now = all.substring(read);
        read = all.length();
        return now;
    }
}
