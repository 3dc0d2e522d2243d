package dev.jackdaw.cli;

/// The colours and signs a display may use on its terminal.
///
/// @param colour  whether to colour at all
/// @param unicode whether there is more than ASCII
record Palette(boolean colour, boolean unicode) {
    static Palette of(Terminal terminal) {
        return new Palette(terminal.colour(), terminal.unicode());
    }

    String bold(String text) {
        return paint("1", text);
    }

    String dim(String text) {
        return paint("2", text);
    }

    String green(String text) {
        return paint("32", text);
    }

    String red(String text) {
        return paint("31", text);
    }

    String cyan(String text) {
        return paint("36", text);
    }

    private String paint(String code, String text) {
        return colour && !text.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }

    String down() {
        return unicode ? "↓" : "down";
    }

    String up() {
        return unicode ? "↑" : "up";
    }

    String ellipsis() {
        return unicode ? "…" : "...";
    }

    String infinity() {
        return unicode ? "∞" : "--";
    }
}
