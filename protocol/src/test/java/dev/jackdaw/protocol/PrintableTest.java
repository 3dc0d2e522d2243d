package dev.jackdaw.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"", "plain name.txt", "Björk – Jóga.flac", "日本語 (2024)", "🎵 song", "a\\b", "tab\u00a0space"})
    void leavesVisibleTextAsItIs(String text) {
        assertEquals(text, Printable.of(text, 200));
    }

    @Test
    void showsTerminalEscapesAndLineEnds() {
        assertEquals("\\x{1b}[2Jgone\\x{07}", Printable.of("\u001b[2Jgone\u0007", 200));
        assertEquals("a\\nb\\r\\tc\\x{00}\\x{9b}", Printable.of("a\nb\r\tc\0\u009b", 200));
    }

    @Test
    void showsDirectionMarksJoinersAndBlankLetters() {
        assertEquals("gpj\\x{202e}exe.", Printable.of("gpj\u202eexe.", 200));
        assertEquals(
                "\\x{200b}\\x{200d}\\x{feff}\\x{2028}\\x{3164}\\x{2800}\\x{fe0f}\\x{e0041}",
                Printable.of("\u200b\u200d\ufeff\u2028\u3164\u2800\ufe0f" + Character.toString(0xe0041), 200));
    }

    @Test
    void showsSurrogatesWithoutTheirPair() {
        assertEquals("\\x{d800}x\\x{dc00}", Printable.of("\ud800x\udc00", 200));
    }

    @Test
    void cutsBetweenCharactersAndSaysSo() {
        assertEquals("abcde", Printable.of("abcde", 5));
        assertEquals("abcd…", Printable.of("abcdef", 5));
        assertEquals("ab…", Printable.of("ab\u001bcd", 5), "no half of an escape");
        assertEquals("a…", Printable.of("a🎵🎵", 3), "no half of a pair");
        assertEquals("…", Printable.of("\u001b\u001b", 1));
        assertThrows(IllegalArgumentException.class, () -> Printable.of("a", 0));
    }

    @Test
    void neverExceedsItsLengthNorLetsAnInvisibleCharacterThrough() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 20_000; round++) {
            int[] codePoints = random.ints(random.nextInt(12), 0, 0x110000).toArray();
            String text = new String(codePoints, 0, codePoints.length);
            int max = 1 + random.nextInt(40);

            String shown = Printable.of(text, max);

            assertTrue(shown.length() <= max, shown);
            assertTrue(
                    shown.codePoints()
                            .noneMatch(c -> Character.isISOControl(c)
                                    || Character.getType(c) == Character.FORMAT
                                    || Character.getType(c) == Character.SURROGATE),
                    shown);
        }
    }
}
