package dev.jackdaw.gui.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Bidi;
import java.time.Duration;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ShownTextTest {
    private static final String BUNDLE = "dev.jackdaw.gui.model.text";

    @Test
    void bothLanguagesHaveTheSameKeysAndPlaceholders() {
        ResourceBundle english = ResourceBundle.getBundle(BUNDLE, Locale.ROOT);
        ResourceBundle german = ResourceBundle.getBundle(BUNDLE, Locale.GERMAN);

        assertEquals(new TreeSet<>(english.keySet()), new TreeSet<>(german.keySet()));
        assertEquals(Locale.GERMAN, german.getLocale());
        for (String key : english.keySet()) {
            assertEquals(placeholders(english.getString(key)), placeholders(german.getString(key)), key);
        }
    }

    private static TreeSet<String> placeholders(String pattern) {
        TreeSet<String> found = new TreeSet<>();
        Matcher matcher = Pattern.compile("\\{[0-9]").matcher(pattern);
        while (matcher.find()) {
            found.add(matcher.group());
        }
        return found;
    }

    @Test
    void everyKeyThatTheCodeNamesIsThere() throws IOException {
        ResourceBundle english = ResourceBundle.getBundle(BUNDLE, Locale.ROOT);
        Pattern named = Pattern.compile("(?:text\\.get\\(|text\\(\\)\\.get\\(|[?:] |hint\\(form, |heading\\(form,"
                + " )\\s*\"([a-z]+(?:\\.[a-z]+)+)\"");
        int count = 0;
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            for (Path source :
                    sources.filter(path -> path.toString().endsWith(".java")).toList()) {
                Matcher matcher = named.matcher(Files.readString(source));
                while (matcher.find()) {
                    assertTrue(english.containsKey(matcher.group(1)), () -> source + ": " + matcher.group(1));
                    count++;
                }
            }
        }
        assertTrue(count > 100, "the pattern finds the keys: " + count);
    }

    @Test
    void namesInEveryScriptPassAndTricksDoNot() {
        assertEquals("Ünïcödé 日本語 עברית العربية", DisplayText.of("Ünïcödé 日本語 עברית العربية"));
        assertEquals("photo\\x{202e}gpj.exe", DisplayText.of("photo\u202egpj.exe"));
        assertEquals("a\\x{1b}[31m\\nb", DisplayText.of("a\u001b[31m\nb"));
        assertEquals("می\u200cخواهم", DisplayText.of("می\u200cخواهم"));
        assertTrue(DisplayText.of("x".repeat(5000)).length() <= 400);
    }

    /// The order in which the letters of a name stand on the screen, from left to right: a text that begins with
    /// letters from right to left runs that way.
    private static String onScreen(String name) {
        Bidi bidi = new Bidi(name, Bidi.DIRECTION_DEFAULT_LEFT_TO_RIGHT);
        Integer[] places = IntStream.range(0, name.length()).boxed().toArray(Integer[]::new);
        byte[] levels = new byte[name.length()];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = (byte) bidi.getLevelAt(i);
        }
        Bidi.reorderVisually(levels, 0, places, 0, places.length);
        StringBuilder seen = new StringBuilder();
        for (int place : places) {
            seen.append(name.charAt(place));
        }
        return seen.toString().replace("\u200e", "");
    }

    @Test
    void theExtensionOfANameFromRightToLeftStandsAtItsRightEnd() {
        assertTrue(onScreen("שלום.7z").startsWith("7z"), "what would be without the marks");

        assertTrue(onScreen(DisplayText.directed("שלום.7z")).endsWith("ש.7z"));
        assertTrue(onScreen(DisplayText.directed("صورة 12.3gp")).endsWith(".3gp"));
        assertTrue(onScreen(DisplayText.directed("שלום 2025.mp4.exe")).endsWith(".exe"));
        assertEquals("plain.7z", DisplayText.directed("plain.7z"));
        assertEquals("שלום", DisplayText.directed("שלום"));
    }

    @Test
    void sizesAndTimesFollowTheLocale() {
        Formats english = new Formats(Text.of(Locale.ENGLISH));
        Formats german = new Formats(Text.of(Locale.GERMAN));

        assertEquals("0 B", english.bytes(0));
        assertEquals("1,023 B", english.bytes(1023));
        assertEquals("1.5 KiB", english.bytes(1536));
        assertEquals("1,5 KiB", german.bytes(1536));
        assertEquals("4.00 GiB", english.bytes(4L << 30));
        assertEquals("100 MiB", english.bytes(100 << 20));
        assertEquals("1 h 5 min", english.duration(Duration.ofMinutes(65)));
        assertEquals("2 T 3 h", german.duration(Duration.ofHours(51)));
        assertEquals("99.9%", english.percent(0.9999), "only what is complete is 100 %");
    }
}
