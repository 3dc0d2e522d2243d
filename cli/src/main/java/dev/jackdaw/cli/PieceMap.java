package dev.jackdaw.cli;

import dev.jackdaw.protocol.Bitfield;

/// Draws which pieces someone has, in a row of cells: each cell is a run of pieces and its shade their share.
final class PieceMap {
    private static final String[] SHADES = {"·", "░", "▒", "▓", "█"};
    private static final String[] ASCII_SHADES = {".", "-", "=", "#"};

    private PieceMap() {}

    /// @param cells at least 1
    static String draw(Bitfield have, int cells, Palette palette) {
        StringBuilder map = new StringBuilder();
        StringBuilder run = new StringBuilder();
        boolean runIsFull = false;
        for (int cell = 0; cell < cells; cell++) {
            double share = share(have, cell, cells);
            boolean full = share == 1;
            if (full != runIsFull) {
                map.append(paint(run, runIsFull, palette));
                run.setLength(0);
                runIsFull = full;
            }
            run.append(shade(share, palette.unicode() ? SHADES : ASCII_SHADES));
        }
        return map.append(paint(run, runIsFull, palette)).toString();
    }

    private static String paint(StringBuilder run, boolean full, Palette palette) {
        return full ? palette.green(run.toString()) : palette.cyan(run.toString());
    }

    /// The first shade means nothing at all, the last one everything.
    private static String shade(double share, String[] shades) {
        if (share >= 1) {
            return shades[shades.length - 1];
        }
        return share <= 0 ? shades[0] : shades[1 + (int) (share * (shades.length - 2))];
    }

    /// The share of a cell's pieces that is there. With fewer pieces than cells, a piece spans several cells.
    private static double share(Bitfield have, int cell, int cells) {
        int size = have.size();
        if (size == 0) {
            return 0;
        }
        int from = (int) ((long) cell * size / cells);
        int to = Math.max(from + 1, (int) ((long) (cell + 1) * size / cells));
        int count = 0;
        for (int piece = from; piece < to; piece++) {
            count += have.get(piece) ? 1 : 0;
        }
        return (double) count / (to - from);
    }
}
