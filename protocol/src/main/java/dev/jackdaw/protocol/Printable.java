package dev.jackdaw.protocol;

import java.util.HexFormat;

/// Text from outside in a form that is safe to show: on a terminal, in a log, in a message.
///
/// A name in a torrent or a tracker's answer may hold terminal escapes, line ends that forge log lines, or marks that
/// turn the direction of text. What would not be seen as itself stands as a visible escape: `\n`, `\r`, `\t`, else
/// `\x{1b}` with the code point in hexadecimal. That covers control, format (bidirectional, joiners, tags), separator,
/// unassigned and private characters, blank letters and variation selectors, and surrogates without their pair.
/// A backslash stands as it is: the result is for eyes, not for parsing back.
public final class Printable {
    /// Ends a text that was cut.
    private static final String CUT = "…";

    private Printable() {}

    /// The text with everything invisible escaped, cut to fit.
    ///
    /// @param maxLength chars of the result, at least 1; a longer one is cut between characters and ends in `…`
    public static String of(String text, int maxLength) {
        if (maxLength < 1) {
            throw new IllegalArgumentException("maximum length " + maxLength + ", expected at least 1");
        }
        StringBuilder out = new StringBuilder(Math.min(text.length(), maxLength));
        int fits = 0; // the longest whole prefix after which the mark of a cut still has room
        for (int at = 0; at < text.length(); ) {
            int codePoint = text.codePointAt(at);
            at += Character.charCount(codePoint);
            append(out, codePoint);
            if (out.length() > maxLength) {
                out.setLength(fits);
                return out.append(CUT).toString();
            }
            if (out.length() + CUT.length() <= maxLength) {
                fits = out.length();
            }
        }
        return out.toString();
    }

    private static void append(StringBuilder out, int codePoint) {
        if (isVisible(codePoint)) {
            out.appendCodePoint(codePoint);
            return;
        }
        switch (codePoint) {
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                String hex = HexFormat.of().toHexDigits(codePoint).replaceFirst("^0{1,6}", "");
                out.append("\\x{").append(hex).append('}');
            }
        }
    }

    private static boolean isVisible(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> !isBlankLetterOrSelector(codePoint);
        };
    }

    /// Characters whose category says letter, mark or symbol, but which show nothing.
    private static boolean isBlankLetterOrSelector(int codePoint) {
        return codePoint == 0x034f // combining grapheme joiner
                || codePoint == 0x115f // Hangul fillers
                || codePoint == 0x1160
                || codePoint == 0x3164
                || codePoint == 0xffa0
                || codePoint == 0x17b4 // Khmer inherent vowels
                || codePoint == 0x17b5
                || (codePoint >= 0x180b && codePoint <= 0x180f) // Mongolian selectors
                || codePoint == 0x2800 // empty Braille pattern
                || (codePoint >= 0xfe00 && codePoint <= 0xfe0f) // variation selectors
                || (codePoint >= 0xe0100 && codePoint <= 0xe01ef);
    }
}
