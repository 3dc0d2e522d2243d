package dev.jackdaw.protocol.metainfo;

import static dev.jackdaw.protocol.metainfo.TorrentDraft.file;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What torrents are accepted, accepted under other names, and refused with which reason.
class TorrentCasesTest {
    private static final String LONG = "l".repeat(300);

    /// @param paths expected paths on disk, `/` between components; empty if it is refused
    /// @param renamed how many changes are reported
    private record Case(
            String title, byte[] bytes, List<String> paths, int renamed, List<Violation> violation, String reason) {
        @Override
        public String toString() {
            return title;
        }
    }

    private static Case accepted(String title, TorrentDraft draft, String... paths) {
        return new Case(title, draft.bytes(), List.of(paths), 0, List.of(), "");
    }

    private static Case sanitised(String title, TorrentDraft draft, int renamed, String... paths) {
        return new Case(title, draft.bytes(), List.of(paths), renamed, List.of(), "");
    }

    private static Case refused(String title, TorrentDraft draft, Violation violation, String reason) {
        return refused(title, draft.bytes(), violation, reason);
    }

    private static Case refused(String title, byte[] bytes, Violation violation, String reason) {
        return new Case(title, bytes, List.of(), 0, List.of(violation), reason);
    }

    private static TorrentDraft single() {
        return TorrentDraft.single();
    }

    private static TorrentDraft of(String... paths) {
        return TorrentDraft.of(paths);
    }

    /// The bytes of UTF-8 as the characters that stand for them in a draft.
    private static String utf8(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    static Stream<Case> accepted() {
        return Stream.of(
                accepted("single file", single(), "n"),
                accepted("several files", of("a", "b/c"), "n/a", "n/b/c"),
                accepted("one file in a directory", of("a"), "n/a"),
                accepted("empty file among others", single().files(file(0, "e"), file(1, "f")), "n/e", "n/f"),
                accepted("unknown keys", single().with("zz", List.of(1)).around("azureus_properties", Map.of()), "n"),
                accepted("name in UTF-8", single().with("name", utf8("日本語 – é.mkv")), "日本語 – é.mkv"),
                accepted(
                        "name.utf-8 goes first", single().with("name", "\u0093").with("name.utf-8", "good"), "good"),
                accepted(
                        "path.utf-8 goes first",
                        single().files(Map.of(
                                "length", 3, "path", List.of("\u00e9"), "path.utf-8", List.of(utf8("é")))),
                        "n/é"),
                accepted("dots inside names", of(".hidden", "a..b", "..x"), "n/.hidden", "n/a..b", "n/..x"),
                accepted("names that only look reserved", of("console", "nul1", "com"), "n/console", "n/nul1", "n/com"),
                accepted(
                        "names Windows cannot store",
                        of("what?", "ab: c", "*"),
                        onWindows("n/what?", "n/ab: c", "n/*")),
                accepted(
                        "joiners of scripts and emoji",
                        single().with("name", utf8("a\u200db\u200cc")),
                        "a\u200db\u200cc"),
                accepted("equal names in other directories", of("a/x", "b/x"), "n/a/x", "n/b/x"),
                accepted("64 components", of(String.join("/", TorrentDraft.repeat("d", 63))), "n" + "/d".repeat(63)),
                accepted("a name of 255 bytes", single().with("name", "b".repeat(255)), "b".repeat(255)),
                accepted("pieces of 1 byte", single().with("piece length", 1).pieces(3), "n"),
                accepted("pieces of no power of two", single().with("piece length", 1000), "n"),
                accepted("pieces of 512 MiB", single().with("piece length", 512 << 20), "n"),
                accepted(
                        "length a multiple of the piece length",
                        single().with("length", 32_768).pieces(2),
                        "n"),
                accepted("one byte more", single().with("length", 32_769).pieces(3), "n"),
                accepted("private", single().with("private", 1), "n"),
                accepted("not private", single().with("private", 0), "n"),
                accepted("executable and hidden", single().files(file(3, "x", "xh?")), "n/x"),
                accepted("padding", single().files(file(3, "x"), file(5, ".pad/5", "p"), file(3, "y")), "n/x", "n/y"),
                accepted(
                        "padding without a path",
                        single().files(file(3, "x"), Map.of("length", 5, "attr", "p")),
                        "n/x"),
                accepted("padding of any path", single().files(file(3, "x"), file(5, "../x", "p")), "n/x"),
                accepted(
                        "a hybrid by its v1 part",
                        single().with("meta version", 2).with("file tree", Map.of("n", Map.of("", Map.of()))),
                        "n"),
                accepted("an unknown version with v1 pieces", single().with("meta version", 7), "n"),
                accepted("announce of the wrong type", single().around("announce", 1), "n"),
                accepted(
                        "announce-list as a flat list", single().around("announce-list", List.of("http://a.b/c")), "n"),
                accepted("url-list as an empty string", single().around("url-list", ""), "n"),
                accepted("nodes of rubbish", single().around("nodes", List.of(1, List.of("h"), List.of("h", 0))), "n"),
                accepted("a creation date as text", single().around("creation date", "today"), "n"),
                accepted("the largest creation date", single().around("creation date", Long.MAX_VALUE), "n"));
    }

    /// The same paths where the tests run elsewhere, with blanks for what Windows cannot store there.
    private static String[] onWindows(String... paths) {
        if (java.io.File.separatorChar != '\\') {
            return paths;
        }
        return Arrays.stream(paths).map(path -> path.replaceAll("[?:*]", "_")).toArray(String[]::new);
    }

    static Stream<Case> sanitised() {
        return Stream.of(
                sanitised("traversal by name", single().with("name", "../../etc/passwd"), 1, ".._.._etc_passwd"),
                sanitised("traversal by path", of("../../x"), 1, "n/_/_/x"),
                sanitised(
                        "traversal inside a component",
                        single().files(Map.of("length", 3, "path", List.of("../x"))),
                        1,
                        "n/.._x"),
                sanitised("the directory itself", of("."), 1, "n/_"),
                sanitised("an absolute name", single().with("name", "/etc/passwd"), 1, "_etc_passwd"),
                sanitised("an absolute path", of("/etc/x"), 1, "n/etc/x"),
                sanitised("a drive", of("C:/x"), 1, "n/C_/x"),
                sanitised("a drive as name", single().with("name", "c:\\windows"), 1, "c__windows"),
                sanitised("backslashes", of("..\\..\\x"), 1, "n/.._.._x"),
                sanitised("a share", single().with("name", "\\\\host\\share"), 1, "__host_share"),
                sanitised("NUL", of("a\0b"), 1, "n/a_b"),
                sanitised("control characters", of("a\nb\u001bc\u007f"), 1, "n/a_b_c_"),
                sanitised("C1 control characters", of(utf8("a\u009bb")), 1, "n/a_b"),
                sanitised("a bidirectional override", of(utf8("a\u202egpj.exe")), 1, "n/a_gpj.exe"),
                sanitised("a bidirectional isolate", of(utf8("a\u2066b")), 1, "n/a_b"),
                sanitised("a line separator", of(utf8("a\u2028b")), 1, "n/a_b"),
                sanitised("a byte order mark", of(utf8("\ufeffb")), 1, "n/_b"),
                sanitised("names that are no UTF-8", of("caf\u00e9"), 1, "n/caf_"),
                sanitised("overlong UTF-8 of a slash", of("a\u00c0\u00afb"), 1, "n/a__b"),
                sanitised("a surrogate in UTF-8", of("a\u00ed\u00a0\u0080b"), 1, "n/a_b"),
                sanitised("different names that are no UTF-8", of("\u00e9", "\u00ea"), 2, "n/_", "n/_ (2)"),
                sanitised("reserved names", of("CON", "nul.txt", "Lpt1.a.b"), 3, "n/CON_", "n/nul_.txt", "n/Lpt1_.a.b"),
                sanitised("a reserved name with blanks", of("aux .txt"), 1, "n/aux_ .txt"),
                sanitised("trailing dots and blanks", of("a.", "b ", "c. . "), 3, "n/a", "n/b", "n/c"),
                sanitised("a component of blanks", of(" / x"), 1, "n/_/ x"),
                sanitised("an empty component", of("a//b"), 1, "n/a/b"),
                sanitised("an over-long name", single().with("name", LONG + ".mkv"), 1, "l".repeat(251) + ".mkv"),
                sanitised(
                        "over-long names that become equal",
                        of(LONG + "1", LONG + "2"),
                        2,
                        "n/" + "l".repeat(255),
                        "n/" + "l".repeat(243) + " (2)"),
                sanitised("repeated paths", of("a.txt", "a.txt", "a.txt"), 2, "n/a.txt", "n/a (2).txt", "n/a (3).txt"),
                sanitised("paths equal but for case", of("Read", "READ"), 1, "n/Read", "n/READ (2)"),
                sanitised("directories equal but for case", of("D/a", "d/b", "D/c"), 1, "n/D/a", "n/d (2)/b", "n/D/c"),
                sanitised(
                        "paths equal when normalised",
                        of(utf8("\u00e9"), utf8("e\u0301")),
                        1,
                        "n/\u00e9",
                        "n/e\u0301 (2)"),
                sanitised("paths equal when folded", of(utf8("straße"), "STRASSE"), 1, "n/straße", "n/STRASSE (2)"),
                sanitised("a file, then a directory", of("a", "a/b"), 1, "n/a", "n/a (2)/b"),
                sanitised("a directory, then a file", of("a/b", "a"), 1, "n/a/b", "n/a (2)"),
                sanitised("a name taken by a renamed one", of("x", "X", "x (2)"), 2, "n/x", "n/X (2)", "n/x (2) (2)"),
                sanitised("a link", single().files(file(3, "a"), link("l", "a")), 1, "n/a", "n/l"),
                sanitised(
                        "a link that leads out", single().files(file(3, "a"), link("l", "../../etc")), 1, "n/a", "n/l"),
                sanitised(
                        "a link and then files below it",
                        single().files(link("l", ".."), file(3, "l/x")),
                        2,
                        "n/l",
                        "n/l (2)/x"));
    }

    private static Map<String, Object> link(String path, String target) {
        Map<String, Object> link = new TreeMap<>(file(0, path, "l"));
        link.remove("length");
        link.put("symlink path", List.of((Object[]) target.split("/")));
        return link;
    }

    static Stream<Case> refused() {
        Violation missing = Violation.MISSING_FIELD;
        Violation bad = Violation.BAD_VALUE;
        Violation limit = Violation.LIMIT_EXCEEDED;
        return Stream.of(
                refused("nothing", new byte[0], Violation.TRUNCATED, "ends inside a value"),
                refused(
                        "a web page",
                        "<!DOCTYPE html>".getBytes(StandardCharsets.UTF_8),
                        Violation.MALFORMED,
                        "unexpected byte"),
                refused("a list", "le".getBytes(StandardCharsets.UTF_8), bad, "not a dictionary"),
                refused("cut short", Arrays.copyOf(single().bytes(), 40), Violation.TRUNCATED, ""),
                refused("no info", "de".getBytes(StandardCharsets.UTF_8), missing, "\"info\" is missing"),
                refused(
                        "info is a string",
                        single().around("info", "x"),
                        bad,
                        "\"info\" is a string, expected a dictionary"),
                refused("no name", single().without("name"), missing, "\"name\" is missing"),
                refused("name is a number", single().with("name", 5), bad, "\"name\" is an integer"),
                refused("no piece length", single().without("piece length"), missing, "\"piece length\" is missing"),
                refused(
                        "piece length is text",
                        single().with("piece length", "16384"),
                        bad,
                        "\"piece length\" is a string"),
                refused("piece length 0", single().with("piece length", 0), bad, "\"piece length\" is 0"),
                refused("piece length -1", single().with("piece length", -1), bad, "\"piece length\" is -1"),
                refused(
                        "piece length over 512 MiB",
                        single().with("piece length", (512 << 20) + 1),
                        bad,
                        "expected 1 to 536870912"),
                refused(
                        "piece length 2^32 + 16384",
                        single().with("piece length", (1L << 32) + 16_384),
                        bad,
                        "\"piece length\""),
                refused("no pieces", single().without("pieces"), missing, "\"pieces\" is missing"),
                refused("pieces is a list", single().with("pieces", List.of()), bad, "\"pieces\" is a list"),
                refused("pieces of 19 bytes", single().with("pieces", "x".repeat(19)), bad, "a multiple of 20"),
                refused("too few pieces", single().with("length", 20_000), bad, "1 hashes, expected 2"),
                refused("too many pieces", single().pieces(2), bad, "2 hashes, expected 1"),
                refused("no hashes at all", single().pieces(0), bad, "0 hashes, expected 1"),
                refused(
                        "neither length nor files",
                        single().without("length"),
                        missing,
                        "neither \"length\" nor \"files\""),
                refused(
                        "both length and files",
                        single().with("files", List.of(file(3, "a"))),
                        Violation.UNEXPECTED,
                        "both"),
                refused("negative length", single().with("length", -1), bad, "\"length\" is -1"),
                refused("length is text", single().with("length", "3"), bad, "\"length\" is a string"),
                refused("length 0", single().with("length", 0).pieces(0), bad, "total length is 0"),
                refused("no files", single().files(), bad, "\"files\" is empty"),
                refused(
                        "files is a dictionary",
                        single().with("files", Map.of()).without("length"),
                        bad,
                        "\"files\" is a dictionary"),
                refused("a file that is a string", single().files("x"), bad, "file 0: not a dictionary"),
                refused(
                        "only empty files",
                        single().files(file(0, "a"), file(0, "b")).pieces(0),
                        bad,
                        "total length is 0"),
                refused("only padding", single().files(file(3, "a", "p")), bad, "total length is 0"),
                refused(
                        "a file without length",
                        single().files(Map.of("path", List.of("a"))),
                        missing,
                        "file 0: \"length\" is missing"),
                refused(
                        "a negative length of a file",
                        single().files(file(3, "a"), file(-3, "b")),
                        bad,
                        "file 1: \"length\" is -3"),
                refused(
                        "negative padding",
                        single().files(file(9, "a"), file(-3, "b", "p")),
                        bad,
                        "file 1: \"length\" is -3"),
                refused(
                        "lengths that overflow",
                        single().files(file(Long.MAX_VALUE, "a"), file(1, "b")),
                        limit,
                        "add up to more than 2^63"),
                refused(
                        "lengths that overflow to a small sum",
                        single().files(file(Long.MAX_VALUE, "a"), file(Long.MAX_VALUE, "b"), file(5, "c")),
                        limit,
                        "2^63"),
                refused(
                        "the largest length",
                        single().with("length", Long.MAX_VALUE),
                        limit,
                        "pieces, the limit is 2097152"),
                refused(
                        "a file without path",
                        single().files(Map.of("length", 3)),
                        missing,
                        "file 0: \"path\" is missing"),
                refused(
                        "an empty path",
                        single().files(Map.of("length", 3, "path", List.of())),
                        bad,
                        "file 0: \"path\" is empty"),
                refused(
                        "path is a string",
                        single().files(Map.of("length", 3, "path", "a")),
                        bad,
                        "file 0: \"path\" is a string"),
                refused(
                        "path of numbers",
                        single().files(Map.of("length", 3, "path", List.of(1))),
                        bad,
                        "not a string"),
                refused(
                        "attr is a number",
                        single().files(Map.of("length", 3, "path", List.of("a"), "attr", 1)),
                        bad,
                        "\"attr\""),
                refused(
                        "65 components",
                        of(String.join("/", TorrentDraft.repeat("d", 64))),
                        limit,
                        "65 components, the limit is 64"),
                refused(
                        "an over-long path",
                        of(String.join("/", TorrentDraft.repeat("w".repeat(250), 13))),
                        limit,
                        "3072"),
                refused("private is text", single().with("private", "yes"), bad, "\"private\" is a string"),
                refused(
                        "v2 only",
                        single().without("pieces")
                                .without("length")
                                .with("meta version", 2)
                                .with("file tree", Map.of()),
                        Violation.UNEXPECTED,
                        "v2 only, which is not supported yet"),
                refused(
                        "a repeated key",
                        "d4:infod4:name1:n4:name1:nee".getBytes(StandardCharsets.UTF_8),
                        Violation.MALFORMED,
                        "repeated key"),
                refused(
                        "a length of 2^64",
                        new String(single().bytes(), StandardCharsets.ISO_8859_1)
                                .replace("i3e", "i18446744073709551616e")
                                .getBytes(StandardCharsets.ISO_8859_1),
                        limit,
                        "beyond 64 bits"),
                refused(
                        "too many files",
                        single().files(Collections.nCopies(Info.MAX_FILES + 1, Map.of("length", 0))
                                .toArray()),
                        limit,
                        "200001 files, the limit is 200000"),
                refused(
                        "a depth bomb",
                        "d4:info".concat("l".repeat(1_000_000)).getBytes(StandardCharsets.UTF_8),
                        limit,
                        "deeper than 64 levels"),
                refused(
                        "a length bomb",
                        "d4:info9999999999:".getBytes(StandardCharsets.UTF_8),
                        Violation.TRUNCATED,
                        "string of 9999999999 bytes"));
    }

    @ParameterizedTest
    @MethodSource({"accepted", "sanitised"})
    void isAcceptedUnderSafeNames(Case torrent) throws Exception {
        Metainfo metainfo = Metainfo.parse(torrent.bytes());

        Info info = metainfo.info();
        List<String> paths = info.files().stream()
                .filter(file -> !file.padding())
                .map(FileEntry::displayPath)
                .toList();
        assertEquals(torrent.paths(), paths);
        assertEquals(
                torrent.renamed(),
                metainfo.renamed().size(),
                () -> metainfo.renamed().toString());
        assertEquals(
                info.files().stream()
                        .filter(f -> !f.padding())
                        .findFirst()
                        .orElseThrow()
                        .path()
                        .getFirst(),
                info.name());
        long offset = 0;
        for (FileEntry file : info.files()) {
            assertEquals(offset, file.offset());
            offset += file.length();
            assertFalse(file.path().stream().anyMatch(SafePathsTest::isUnsafe));
        }
        assertEquals(info.layout().totalLength(), offset);
        assertEquals(
                paths,
                Info.parse(info.bytes()).files().stream()
                        .filter(f -> !f.padding())
                        .map(FileEntry::displayPath)
                        .toList());
        assertEquals(metainfo.renamed(), Info.parse(info.bytes()).renamed());
    }

    @ParameterizedTest
    @MethodSource("refused")
    void isRefusedWithAReason(Case torrent) {
        ProtocolException refused = assertThrows(ProtocolException.class, () -> Metainfo.parse(torrent.bytes()));

        assertTrue(refused.getMessage().contains(torrent.reason()), refused.getMessage());
        assertEquals(torrent.violation(), List.of(refused.violation()));
    }

    @ParameterizedTest
    @MethodSource({"accepted", "sanitised"})
    void failsOnlyWithProtocolExceptionWhereverItIsCut(Case torrent) {
        List<Integer> accepted = new ArrayList<>();
        for (int length = 0; length < torrent.bytes().length; length++) {
            try {
                Metainfo.parse(Arrays.copyOf(torrent.bytes(), length));
                accepted.add(length);
            } catch (ProtocolException e) {
                // as it should be
            }
        }
        assertEquals(List.of(), accepted);
    }
}
