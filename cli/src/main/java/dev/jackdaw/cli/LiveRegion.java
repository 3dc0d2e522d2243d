package dev.jackdaw.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.function.Supplier;

/// The lowest lines of a terminal, redrawn in place, with lines that stay scrolling by above them.
///
/// Each change is one write, so that nothing flickers. Methods are synchronized: log lines come from other threads.
final class LiveRegion {
    private static final String CLEAR_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";
    private static final String HIDE_CURSOR = "\u001b[?25l";
    private static final String SHOW_CURSOR = "\u001b[?25h";

    private final PrintStream out;
    private final Supplier<WindowSize> window;

    private List<String> drawn = List.of();
    private boolean cursorHidden;

    LiveRegion(Terminal terminal) {
        this.out = terminal.out();
        this.window = terminal.window();
    }

    /// Replaces the region; lines must not be wider than the terminal, nor as many as its rows.
    synchronized void draw(List<String> lines) {
        StringBuilder change = new StringBuilder();
        if (!cursorHidden) {
            change.append(HIDE_CURSOR);
            cursorHidden = true;
        }
        int rowsBefore = rows();
        toTop(change);
        append(change, lines);
        if (lines.size() < rowsBefore) {
            change.append(CLEAR_BELOW);
        }
        write(change);
        drawn = List.copyOf(lines);
    }

    /// Prints a line that stays, above the region.
    synchronized void print(String line) {
        StringBuilder change = new StringBuilder();
        toTop(change);
        change.append(CLEAR_BELOW).append(line).append('\n');
        append(change, drawn);
        write(change);
    }

    /// Removes the region and gives the cursor back.
    synchronized void close() {
        StringBuilder change = new StringBuilder();
        toTop(change);
        change.append(drawn.isEmpty() ? "" : CLEAR_BELOW);
        change.append(cursorHidden ? SHOW_CURSOR : "");
        write(change);
        drawn = List.of();
        cursorHidden = false;
    }

    private void toTop(StringBuilder change) {
        if (!drawn.isEmpty()) {
            change.append("\u001b[").append(rows()).append("A\r");
        }
    }

    /// What the lines take up now: a terminal that has become narrower has broken them.
    private int rows() {
        int columns = window.get().columns();
        return drawn.stream()
                .mapToInt(line -> Math.max(1, Math.ceilDiv(TextWidth.of(line), columns)))
                .sum();
    }

    private static void append(StringBuilder change, List<String> lines) {
        lines.forEach(line -> change.append(line).append(CLEAR_LINE).append('\n'));
    }

    private void write(StringBuilder change) {
        out.print(change);
        out.flush();
    }
}
