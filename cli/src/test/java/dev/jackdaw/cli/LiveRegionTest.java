package dev.jackdaw.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveRegionTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final LiveRegion region = new LiveRegion(new PrintStream(written, true, StandardCharsets.UTF_8));

    @Test
    void redrawsInPlaceAndClearsWhatIsLeftOver() {
        region.draw(List.of("one", "two"));
        written.reset();

        region.draw(List.of("uno"));

        assertEquals("\u001b[2A\runo\u001b[K\n\u001b[J", written());
    }

    @Test
    void printsLinesThatStayAboveItself() {
        region.draw(List.of("picture"));
        written.reset();

        region.print("line");

        assertEquals("\u001b[1A\r\u001b[Jline\npicture\u001b[K\n", written());
    }

    @Test
    void givesTheCursorBackAtTheEnd() {
        region.draw(List.of("picture"));
        written.reset();

        region.close();

        assertEquals("\u001b[1A\r\u001b[J\u001b[?25h", written());
    }

    private String written() {
        return written.toString(StandardCharsets.UTF_8);
    }
}
