package dev.jackdaw.cli;

import java.io.PrintStream;
import java.util.List;

/// The lowest lines of a terminal, redrawn in place, with lines that stay scrolling by above them.
///
/// Each change is one write, so that nothing flickers. Methods are synchronized: log lines come from other threads.
final class LiveRegion {
    private static final String CLEAR_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";
    private static final String HIDE_CURSOR = "\u001b[?25l";
    private static final String SHOW_CURSOR = "\u001b[?25h";

    private final PrintStream out;

    private List<String> drawn = List.of();
    private boolean cursorHidden;

    LiveRegion(PrintStream out) {
        this.out = out;
    }

    /// Replaces the region; lines must not be wider than the terminal, nor as many as its rows.
    synchronized void draw(List<String> lines) {
        StringBuilder change = new StringBuilder();
        if (!cursorHidden) {
            change.append(HIDE_CURSOR);
            cursorHidden = true;
        }
        toTop(change);
        append(change, lines);
        if (lines.size() < drawn.size()) {
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
            change.append("\u001b[").append(drawn.size()).append("A\r");
        }
    }

    private static void append(StringBuilder change, List<String> lines) {
        lines.forEach(line -> change.append(line).append(CLEAR_LINE).append('\n'));
    }

    private void write(StringBuilder change) {
        out.print(change);
        out.flush();
    }
}
