package dev.jackdaw.protocol.metainfo;

import dev.jackdaw.protocol.Printable;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The one door from names in torrents and links to paths on disk.
///
/// A component that comes out is never empty, `.`, `..` or made of dots and spaces, holds no separator of any system
/// (`/`, `\`), NUL, control character, bidirectional override or unpaired surrogate, is no drive (`C:`) and no device
/// name of Windows (`NUL.txt`), does not end in a dot or space, and has at most [#MAX_COMPONENT_BYTES] bytes. The rules
/// are the same on every system, so that a torrent has one layout; what only Windows cannot store (`< > : " | ? *`) is
/// replaced there alone, since such names are common and legal elsewhere.
///
/// Names are also kept apart: two that a file system may take for one (equal but for case or Unicode normalisation, or
/// one a file and the other a directory) never merge; the later gets ` (2)` and so on. Files of one directory of the
/// torrent stay in one directory. All of it depends on the torrent alone and the order in it, never on the disk.
final class SafePaths {
    /// Bytes of UTF-8 that every common file system can store in a component; longer ones are shortened before their
    /// extension.
    static final int MAX_COMPONENT_BYTES = 255;
    /// Components of a path, the torrent's name among them; a deeper one is refused.
    static final int MAX_DEPTH = 64;
    /// Bytes of UTF-8 of a whole path with its separators; a longer one is refused. Leaves a quarter of Linux' 4,096
    /// for where the download directory is.
    static final int MAX_PATH_BYTES = 3_072;
    /// Directories of a torrent; more are refused.
    static final int MAX_DIRECTORIES = 100_000;
    /// Sentences about changed names that are kept; one more tells how many were left out.
    static final int MAX_REPORTED = 1_000;

    /// An extension longer than this is taken for a part of the name.
    private static final int MAX_EXTENSION_BYTES = 32;
    /// Room kept for ` (123456)` when a name is numbered.
    private static final int NUMBER_BYTES = 12;
    /// Chars of a name in a sentence.
    private static final int SHOWN_LENGTH = 200;

    private static final Pattern DEVICE = Pattern.compile(
            "(?i)(con|prn|aux|nul|conin\\$|conout\\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])( *(?:[.:].*)?)");
    private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:.*", Pattern.DOTALL);
    private static final String WINDOWS_ONLY = "<>:\"|?*";

    private final boolean windows;
    private final Directory root = new Directory("");
    private final List<String> renamed = new ArrayList<>();
    private int directories;
    private int unreported;

    SafePaths() {
        this(java.io.File.separatorChar == '\\');
    }

    /// @param windows whether to replace what only Windows cannot store
    SafePaths(boolean windows) {
        this.windows = windows;
    }

    /// A directory and the names given out in it.
    private static final class Directory {
        private final String name;
        /// By their names in the torrent.
        private final Map<String, Directory> children = new HashMap<>();
        /// By what a file system may compare: every name given out, and the last number tried where names met.
        private final Map<String, Integer> taken = new HashMap<>();

        Directory(String name) {
            this.name = name;
        }
    }

    /// The safe name for a file or directory by itself.
    ///
    /// @param fallback used when nothing of `raw` is left; safe itself
    static String name(String raw, String fallback) {
        SafePaths paths = new SafePaths();
        return isNothing(raw) ? fallback : paths.clean(raw);
    }

    /// Whether the component may stand on a disk as it is, where it meets no other.
    static boolean isSafe(String component) {
        return !isNothing(component) && new SafePaths().clean(component).equals(component);
    }

    /// Whether a file that exists may be called so in a directory of this system: one component, and nothing else.
    /// Less than [#isSafe(String)] where names are bytes and `/` alone divides them.
    static boolean isNameHere(String component) {
        return java.io.File.separatorChar == '\\'
                ? isSafe(component)
                : !component.equals("")
                        && !component.equals(".")
                        && !component.equals("..")
                        && component.codePoints().noneMatch(c -> c == '/' || c == 0 || c == 0xfffd || isSurrogate(c));
    }

    /// Whether a file system may take two names for one.
    static boolean meet(String one, String other) {
        return fold(one).equals(fold(other));
    }

    /// Why a file may not have that path; empty if it may.
    static Optional<String> refusal(List<String> path) {
        for (String component : path) {
            if (!isSafe(component)) {
                return Optional.of(
                        quote(List.of(component)) + " cannot be the name of a file or folder on every system");
            }
        }
        int bytes =
                path.size() - 1 + path.stream().mapToInt(SafePaths::utf8Length).sum();
        return bytes <= MAX_PATH_BYTES
                ? Optional.empty()
                : Optional.of("a path of " + bytes + " bytes, the limit is " + MAX_PATH_BYTES);
    }

    /// The safe path of the torrent's next file.
    ///
    /// @param raw the components as the torrent has them, the torrent's name first; at least one
    List<String> file(List<String> raw) throws ProtocolException {
        if (raw.size() > MAX_DEPTH) {
            throw new ProtocolException(
                    Violation.LIMIT_EXCEEDED, "a path of " + raw.size() + " components, the limit is " + MAX_DEPTH);
        }
        List<String> present =
                raw.stream().filter(component -> !component.isEmpty()).toList();
        List<String> safe = new ArrayList<>(present.size());
        Directory directory = root;
        for (int i = 0; i + 1 < present.size(); i++) {
            Directory child = child(directory, present.get(i));
            safe.add(child.name);
            directory = child;
        }
        safe.add(unique(directory, present.isEmpty() ? "_" : clean(present.getLast())));
        int bytes = safe.size() - 1;
        for (String component : safe) {
            bytes += utf8Length(component);
        }
        if (bytes > MAX_PATH_BYTES) {
            throw new ProtocolException(
                    Violation.LIMIT_EXCEEDED, "a path of " + bytes + " bytes, the limit is " + MAX_PATH_BYTES);
        }
        if (!safe.equals(raw)) {
            report(quote(raw) + " is saved as " + quote(safe));
        }
        return safe;
    }

    /// A path for a padding file. It takes no name from others, since it is for people only: nothing is stored there.
    ///
    /// @param name the torrent's name
    List<String> padding(String name, int index) throws ProtocolException {
        return List.of(child(root, name).name, ".pad", Integer.toString(index));
    }

    private Directory child(Directory parent, String component) throws ProtocolException {
        Directory known = parent.children.get(component);
        if (known != null) {
            return known;
        }
        if (++directories > MAX_DIRECTORIES) {
            throw new ProtocolException(Violation.LIMIT_EXCEEDED, "more than " + MAX_DIRECTORIES + " directories");
        }
        Directory child = new Directory(unique(parent, clean(component)));
        parent.children.put(component, child);
        return child;
    }

    /// Adds a sentence to [#renamed()].
    void report(String sentence) {
        if (renamed.size() < MAX_REPORTED) {
            renamed.add(sentence);
        } else {
            unreported++;
        }
    }

    /// What was changed, a sentence each, fit to show.
    List<String> renamed() {
        List<String> all = new ArrayList<>(renamed);
        if (unreported > 0) {
            all.add("and " + unreported + " more");
        }
        return List.copyOf(all);
    }

    static String quote(List<String> path) {
        return "\"" + Printable.of(String.join("/", path), SHOWN_LENGTH) + "\"";
    }

    /// Whether no character of the name is worth keeping.
    static boolean isNothing(String raw) {
        return raw.codePoints().allMatch(c -> c == '.' || c == ' ' || isUnsafe(c));
    }

    /// The component made safe by itself, without regard to others.
    private String clean(String raw) {
        StringBuilder out = new StringBuilder(raw.length());
        raw.codePoints()
                .map(c -> isUnsafe(c) || (windows && WINDOWS_ONLY.indexOf(c) >= 0) ? '_' : c)
                .forEach(out::appendCodePoint);
        if (DRIVE.matcher(out).matches()) {
            out.setCharAt(1, '_');
        }
        String name = withoutTrailingDots(out.toString());
        if (name.isEmpty()) {
            return "_";
        }
        Matcher device = DEVICE.matcher(name);
        if (device.matches()) {
            name = device.group(1) + "_" + device.group(2);
        }
        return shorten(name, "", MAX_COMPONENT_BYTES);
    }

    private static boolean isUnsafe(int c) {
        return c == '/'
                || c == '\\'
                || Character.isISOControl(c)
                || c == 0x2028 // line and paragraph separators
                || c == 0x2029
                || (c >= 0x202a && c <= 0x202e) // embeddings and overrides of direction
                || (c >= 0x2066 && c <= 0x2069)
                || c == 0xfeff // a byte order mark inside a name
                || c == 0xfffd // stands where the torrent's bytes are no text
                || isSurrogate(c);
    }

    private static boolean isSurrogate(int c) {
        return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    }

    private static String withoutTrailingDots(String name) {
        int end = name.length();
        while (end > 0 && (name.charAt(end - 1) == '.' || name.charAt(end - 1) == ' ')) {
            end--;
        }
        return name.substring(0, end);
    }

    private static String unique(Directory directory, String name) {
        if (directory.taken.putIfAbsent(fold(name), 1) == null) {
            return name;
        }
        // Numbers are drawn by the stem that the numbered name will have: stems that became equal by being shortened
        // share one sequence, so that many names cannot make every one of them search from the start.
        String counter = "\0" + fold(shorten(name, " ".repeat(NUMBER_BYTES), MAX_COMPONENT_BYTES));
        int number = directory.taken.getOrDefault(counter, 1);
        String numbered;
        do {
            number++;
            String suffix = " (" + number + ")";
            numbered = shorten(name, suffix, MAX_COMPONENT_BYTES - NUMBER_BYTES + suffix.length());
        } while (directory.taken.putIfAbsent(fold(numbered), 1) != null);
        directory.taken.put(counter, number);
        return numbered;
    }

    /// What file systems that ignore case or normalise names compare by.
    private static String fold(String name) {
        if (isAscii(name)) {
            return name.toLowerCase(Locale.ROOT); // most names, and many times quicker
        }
        String composed = Normalizer.normalize(name, Normalizer.Form.NFC);
        return Normalizer.normalize(composed.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
    }

    /// The name with `suffix` before its extension, its stem cut between code points so that all fits in `maxBytes`.
    private static String shorten(String name, String suffix, int maxBytes) {
        int dot = name.lastIndexOf('.');
        String extension = dot > 0 && utf8Length(name.substring(dot)) <= MAX_EXTENSION_BYTES ? name.substring(dot) : "";
        String stem = name.substring(0, name.length() - extension.length());
        int room = maxBytes - utf8Length(extension) - utf8Length(suffix);
        if (stem.length() > room / 3 && utf8Length(stem) > room) { // a char is at most three bytes
            int bytes = 0;
            int end = 0;
            while (true) {
                int codePoint = stem.codePointAt(end);
                bytes += utf8Length(codePoint);
                if (bytes > room) {
                    break;
                }
                end += Character.charCount(codePoint);
            }
            stem = withoutTrailingDots(stem.substring(0, end));
        }
        return stem + suffix + extension;
    }

    private static int utf8Length(String text) {
        return text.codePoints().map(SafePaths::utf8Length).sum();
    }

    private static int utf8Length(int codePoint) {
        return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }
}
