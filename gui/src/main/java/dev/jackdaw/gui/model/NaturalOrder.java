package dev.jackdaw.gui.model;

import java.text.Normalizer;
import java.util.Locale;

/// The order in which people expect names: `part 2` before `part 10`, `Ärger` beside `Arger`, capitals no matter.
///
/// Names are compared by their keys, which are made once for each name, so that putting thousands in order costs a
/// comparison of plain strings and no more.
final class NaturalOrder {
    /// A longer run of digits is no number that anybody counts with; its digits stand for themselves.
    private static final int MAX_DIGITS = 40;

    private NaturalOrder() {}

    /// Keys are in [String]'s order as their names are in this one. Each run of digits is there without leading
    /// zeros, behind a character that stands for how many digits are left: the shorter number is the smaller one.
    static String key(String name) {
        String plain = withoutAccents(name).toLowerCase(Locale.ROOT);
        StringBuilder key = new StringBuilder(plain.length() + 8);
        for (int at = 0; at < plain.length(); ) {
            int end = at;
            while (end < plain.length() && isDigit(plain.charAt(end))) {
                end++;
            }
            if (end == at) {
                key.append(plain.charAt(at++));
                continue;
            }
            int first = at;
            while (first < end - 1 && plain.charAt(first) == '0') {
                first++;
            }
            if (end - first <= MAX_DIGITS) {
                key.append((char) ('0' + end - first));
            }
            key.append(plain, first, end);
            at = end;
        }
        return key.toString();
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static String withoutAccents(String name) {
        if (name.chars().allMatch(c -> c < 0x80)) {
            return name;
        }
        StringBuilder plain = new StringBuilder(name.length());
        Normalizer.normalize(name, Normalizer.Form.NFD)
                .codePoints()
                .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
                .forEach(plain::appendCodePoint);
        return plain.toString();
    }
}
