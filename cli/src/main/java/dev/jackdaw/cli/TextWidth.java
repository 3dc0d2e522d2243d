package dev.jackdaw.cli;

/// How many columns text takes on a terminal, near enough to keep lines from wrapping: East Asian wide characters and
/// emoji take two, combining marks none.
final class TextWidth {
    private static final char ESCAPE = '\u001b';

    private TextWidth() {}

    /// Columns of text; the escape sequences that colour it (`ESC [ … m`) count for nothing.
    static int of(String text) {
        int columns = 0;
        for (int i = 0; i < text.length(); ) {
            if (text.charAt(i) == ESCAPE) {
                i = text.indexOf('m', i) + 1;
                continue;
            }
            int point = text.codePointAt(i);
            columns += of(point);
            i += Character.charCount(point);
        }
        return columns;
    }

    private static int of(int point) {
        int type = Character.getType(point);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
            return 0;
        }
        boolean wide = point >= 0x1100
                && (point <= 0x115f
                        || (point >= 0x2e80 && point <= 0xa4cf)
                        || (point >= 0xac00 && point <= 0xd7a3)
                        || (point >= 0xf900 && point <= 0xfaff)
                        || (point >= 0xfe30 && point <= 0xfe6f)
                        || (point >= 0xff00 && point <= 0xff60)
                        || (point >= 0xffe0 && point <= 0xffe6)
                        || (point >= 0x1f300 && point <= 0x1faff)
                        || (point >= 0x20000 && point <= 0x3fffd));
        return wide ? 2 : 1;
    }

    /// Plain text cut to that many columns, the cut marked.
    static String clip(String text, int columns, String mark) {
        if (of(text) <= columns) {
            return text;
        }
        int room = columns - of(mark);
        if (room < 0) {
            return "";
        }
        StringBuilder clipped = new StringBuilder();
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            room -= of(point);
            if (room < 0) {
                break;
            }
            clipped.appendCodePoint(point);
            i += Character.charCount(point);
        }
        return clipped.append(mark).toString();
    }

    /// Cut or filled with spaces to exactly that many columns.
    static String fit(String text, int columns, String mark) {
        String clipped = clip(text, columns, mark);
        return clipped + " ".repeat(Math.max(0, columns - of(clipped)));
    }
}
