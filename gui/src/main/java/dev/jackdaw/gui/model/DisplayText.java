package dev.jackdaw.gui.model;

import dev.jackdaw.protocol.Printable;
import java.text.Bidi;

/// Text from torrents, peers and trackers as it is put on the screen.
///
/// Letters of every script pass. Whatever would turn the direction of the text around it, or not be seen,
/// stands as a visible escape ([Printable]), so that `photo\x{202e}gpj.exe` cannot pose as a picture. Joiners
/// between two visible characters stay, because Persian, Hindi and emoji are spelt with them and they move
/// nothing.
public final class DisplayText {
    /// Chars of a name that are shown anywhere; longer ones are cut.
    private static final int MAX_LENGTH = 400;

    private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
    private static final int ZERO_WIDTH_JOINER = 0x200d;
    private static final int EMOJI_SELECTOR = 0xfe0f;
    private static final char LEFT_TO_RIGHT_MARK = 0x200e;

    private DisplayText() {}

    public static String of(String text) {
        if (text.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            return text.length() <= MAX_LENGTH ? text : Printable.of(text, MAX_LENGTH);
        }
        StringBuilder out = new StringBuilder(text.length());
        int from = 0;
        for (int at = 0; at < text.length() && out.length() < MAX_LENGTH; ) {
            int codePoint = text.codePointAt(at);
            int next = at + Character.charCount(codePoint);
            if (joins(codePoint) && at > 0 && next < text.length() + (codePoint == EMOJI_SELECTOR ? 1 : 0)) {
                append(out, text.substring(from, at));
                out.appendCodePoint(codePoint);
                from = next;
            }
            at = next;
        }
        append(out, text.substring(from));
        return out.length() <= MAX_LENGTH ? out.toString() : out.substring(0, MAX_LENGTH - 1) + "…";
    }

    /// A name that was made fit to show, so that it is read as what it is: in a name of a script that is written
    /// from right to left the extension stands at the right end, where everybody looks for it, even if it begins
    /// with a digit. It has marks for that, so it is for the screen only.
    public static String directed(String name) {
        int dot = name.lastIndexOf('.');
        return dot > 0 && Bidi.requiresBidi(name.toCharArray(), 0, name.length())
                ? LEFT_TO_RIGHT_MARK + name.substring(0, dot) + LEFT_TO_RIGHT_MARK + name.substring(dot)
                : name;
    }

    private static void append(StringBuilder out, String part) {
        if (!part.isEmpty()) {
            out.append(Printable.of(part, MAX_LENGTH));
        }
    }

    private static boolean joins(int codePoint) {
        return codePoint == ZERO_WIDTH_NON_JOINER || codePoint == ZERO_WIDTH_JOINER || codePoint == EMOJI_SELECTOR;
    }
}
