package dev.jackdaw.tracker;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// On which line of a TOML file each key stands. The parser does not tell, so this looks for itself: it is only
/// for messages, and may miss a key that is written in an unusual way.
final class KeyLines {
    private static final Pattern TABLE = Pattern.compile("\\s*\\[\\s*([^\\[\\]]+?)\\s*]\\s*(#.*)?");
    private static final Pattern KEY = Pattern.compile("\\s*([A-Za-z0-9_.\"' -]+?)\\s*=.*");

    private KeyLines() {}

    /// Keys with their tables before them, as in `accounts.max-torrents`; lines count from 1.
    static Map<String, Integer> of(String text) {
        Map<String, Integer> lines = new HashMap<>();
        String prefix = "";
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            Matcher table = TABLE.matcher(line);
            Matcher key = KEY.matcher(line);
            if (table.matches()) {
                String name = bare(table.group(1));
                lines.putIfAbsent(name, number);
                prefix = name + ".";
            } else if (key.matches()) {
                String name = bare(key.group(1));
                // `a.b = 1` is a key of the table a
                for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
                    lines.putIfAbsent(prefix + name.substring(0, dot), number);
                }
                lines.putIfAbsent(prefix + name, number);
            }
        }
        return lines;
    }

    private static String bare(String name) {
        return name.replaceAll("[\"' ]", "");
    }
}
