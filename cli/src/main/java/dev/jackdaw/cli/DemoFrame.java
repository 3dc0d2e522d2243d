package dev.jackdaw.cli;

import dev.jackdaw.peer.TorrentStatus;
import java.util.ArrayList;
import java.util.List;

/// Draws the demonstration's swarm: a row for each peer, with the pieces it has. Pure.
final class DemoFrame {
    private static final int NAME_COLUMNS = 10;
    private static final int NUMBER_COLUMNS = 7;
    private static final int RATE_COLUMNS = 12;

    private final WindowSize window;
    private final Palette palette;

    DemoFrame(WindowSize window, Palette palette) {
        this.window = window;
        this.palette = palette;
    }

    List<String> lines(TorrentStatus seeder, List<TorrentStatus> leechers) {
        List<String> lines = new ArrayList<>();
        lines.add(row("seeder", seeder));
        int rows = Math.max(1, window.rows() - 3);
        for (int i = 0; i < Math.min(rows, leechers.size()); i++) {
            lines.add(row("leecher " + (i + 1), leechers.get(i)));
        }
        if (leechers.size() > rows) {
            lines.add(palette.dim("and " + (leechers.size() - rows) + " more"));
        }
        return lines;
    }

    private String row(String name, TorrentStatus status) {
        int room = Math.max(0, window.columns() - 1 - NAME_COLUMNS - NUMBER_COLUMNS - 2);
        boolean rates = room >= 2 * (RATE_COLUMNS + 2) + 10;
        int map = Math.max(0, room - (rates ? 2 * (RATE_COLUMNS + 2) : 0));
        String line = TextWidth.fit(name, Math.min(NAME_COLUMNS, window.columns() - 1), "")
                + (map > 0 ? " " + PieceMap.draw(status.have(), map, palette) + " " : "")
                + (room >= 0 && window.columns() > NAME_COLUMNS + NUMBER_COLUMNS
                        ? right(Amount.percent(status.progress()), NUMBER_COLUMNS)
                        : "");
        return rates
                ? line
                        + right(palette.down() + " " + Amount.rate(status.downloadRate()), RATE_COLUMNS + 2)
                        + right(palette.up() + " " + Amount.rate(status.uploadRate()), RATE_COLUMNS + 2)
                : line;
    }

    private static String right(String text, int columns) {
        return " ".repeat(Math.max(0, columns - TextWidth.of(text))) + text;
    }
}
