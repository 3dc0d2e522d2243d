package dev.jackdaw.protocol.metainfo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafePathsTest {
    /// What the class promises of every component, said another way.
    static boolean isUnsafe(String component) {
        return component.isEmpty()
                || component.getBytes(StandardCharsets.UTF_8).length > 255
                || component.matches("(?s).*[/\\\\\\p{Cntrl}\u202a-\u202e\u2066-\u2069].*")
                || component.endsWith(".")
                || component.endsWith(" ")
                || component.matches("(?is)(con|prn|aux|nul|com[0-9]|lpt[0-9])([. ].*)?")
                || component.matches("(?s)[a-zA-Z]:.*")
                || !StandardCharsets.UTF_8.newEncoder().canEncode(component);
    }

    private final SafePaths paths = new SafePaths(false);

    private List<String> file(String... raw) throws ProtocolException {
        return paths.file(List.of(raw));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "plain.txt>plain.txt",
                "..>_",
                ".>_",
                "...>_",
                "' '>_",
                ".hidden>.hidden",
                "a/../b>a_.._b",
                "/etc>_etc",
                "a\\b>a_b",
                "C:>C_",
                "c:x>c_x",
                "what?.txt>what?.txt",
                "CON>CON_",
                "nul.txt>nul_.txt",
                "Com1.tar.gz>Com1_.tar.gz",
                "com\u00b9>com\u00b9_",
                "console>console",
                "name. .>name",
                "é>é",
                "x\u202egpj.exe>x_gpj.exe",
                "x\u0000y>x_y",
                "x\u001b[2J>x_[2J",
                "\ud800>_",
            })
    void makesOneComponentSafe(String raw, String safe) throws ProtocolException {
        assertEquals(List.of(safe), file(raw));
        assertFalse(isUnsafe(safe));
        assertEquals(raw.equals(safe), paths.renamed().isEmpty());
    }

    @Test
    void replacesMoreOnWindows() throws ProtocolException {
        assertEquals(List.of("what_ _a_b_"), new SafePaths(true).file(List.of("what? <a|b>")));
    }

    @Test
    void shortensBeforeTheExtensionBetweenCodePoints() throws ProtocolException {
        assertEquals(List.of("é".repeat(125) + ".flac"), file("é".repeat(200) + ".flac"));
        assertEquals(List.of("a" + "🎵".repeat(63)), file("a" + "🎵".repeat(100)));
        assertEquals(List.of("b".repeat(255)), file("b".repeat(300)));
        assertEquals(List.of("b".repeat(243) + " (2)"), file("b".repeat(400)));
    }

    @Test
    void numbersNamesThatAFileSystemMayTakeForOne() throws ProtocolException {
        assertEquals(List.of("d", "README.md"), file("d", "README.md"));
        assertEquals(List.of("d", "readme (2).md"), file("d", "readme.md"));
        assertEquals(List.of("d", "readme (2) (2).md"), file("d", "readme (2).md"));
        assertEquals(List.of("d", "Readme (3).md"), file("d", "Readme.md"));
        assertEquals(List.of("d", "\u00e9"), file("d", "\u00e9"));
        assertEquals(List.of("d", "e\u0301 (2)"), file("d", "e\u0301"));
        assertEquals(4, paths.renamed().size());
    }

    @Test
    void keepsFilesAndDirectoriesApart() throws ProtocolException {
        assertEquals(List.of("d", "a"), file("d", "a"));
        assertEquals(List.of("d", "a (2)", "b"), file("d", "a", "b"));
        assertEquals(List.of("d", "a (2)", "c"), file("d", "a", "c"));
        assertEquals(List.of("d", "A (3)", "c"), file("d", "A", "c"), "directories that differ in case do not merge");
        assertEquals(List.of("d", "x", "y"), file("d", "x", "y"));
        assertEquals(List.of("d", "x (2)"), file("d", "x"));
    }

    @Test
    void dropsEmptyComponents() throws ProtocolException {
        assertEquals(List.of("d", "a"), file("d", "", "a"));
        assertEquals(List.of("_"), file("", ""));
    }

    @Test
    void refusesWhatIsTooDeepOrTooLong() {
        List<String> deep = new ArrayList<>();
        for (int i = 0; i < 65; i++) {
            deep.add("d");
        }
        assertThrows(ProtocolException.class, () -> paths.file(deep));
        List<String> wide = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            wide.add("w".repeat(250));
        }
        assertThrows(ProtocolException.class, () -> paths.file(wide));
    }

    @Test
    void reportsABoundedNumberOfNames() throws ProtocolException {
        for (int i = 0; i < 3_000; i++) {
            file("d", "x" + i + "\n");
        }
        assertEquals(SafePaths.MAX_REPORTED + 1, paths.renamed().size());
        assertEquals("and 2000 more", paths.renamed().getLast());
        assertEquals("\"d/x0\\n\" is saved as \"d/x0_\"", paths.renamed().getFirst());
    }

    @Test
    void numbersManyEqualNamesWithoutSearchingFromTheStart() throws ProtocolException {
        String prefix = "p".repeat(251);
        Set<List<String>> seen = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            assertTrue(seen.add(file("d", prefix + i % 5_000)));
        }
    }

    @Test
    void neverGivesAnUnsafeOrEqualPathWhateverComes() throws ProtocolException {
        SplittableRandom random = new SplittableRandom(3);
        String alphabet = "aAbB./\\: \0\u202e\ud83c\udfb5é\u0301eCONnul1\ufffd\n";
        for (int round = 0; round < 500; round++) {
            SafePaths some = new SafePaths(random.nextBoolean());
            Set<String> files = new HashSet<>();
            Set<String> directories = new HashSet<>();
            for (int i = 0; i < 40; i++) {
                List<String> raw = new ArrayList<>();
                for (int depth = 1 + random.nextInt(4); depth > 0; depth--) {
                    StringBuilder component = new StringBuilder();
                    for (int length = random.nextInt(4); length > 0; length--) {
                        component.append(alphabet.charAt(random.nextInt(alphabet.length())));
                    }
                    raw.add(component.toString());
                }
                List<String> safe = some.file(raw);
                assertTrue(safe.stream().noneMatch(SafePathsTest::isUnsafe), () -> raw + " → " + safe);
                String folded = Normalizer.normalize(String.join("/", safe), Normalizer.Form.NFC)
                        .toLowerCase(Locale.ROOT);
                assertTrue(files.add(folded), () -> raw + " → " + safe + " twice");
                for (int slash = folded.indexOf('/'); slash >= 0; slash = folded.indexOf('/', slash + 1)) {
                    directories.add(folded.substring(0, slash));
                }
            }
            files.retainAll(directories);
            assertEquals(Set.of(), files, "both file and directory");
        }
    }
}
