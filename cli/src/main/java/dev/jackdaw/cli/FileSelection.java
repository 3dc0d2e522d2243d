package dev.jackdaw.cli;

import dev.jackdaw.peer.FilePriority;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Which files of a torrent are wanted, by index as `jackdaw show` numbers them: `0,2,5-9`.
record FileSelection(SortedSet<Integer> indexes) {
    /// More are refused: a torrent has fewer files than this.
    static final int MAX_INDEXES = 1_000_000;

    private static final Pattern RANGE = Pattern.compile("(\\d{1,9})(?:-(\\d{1,9}))?");

    FileSelection {
        indexes = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(indexes));
    }

    /// @throws IllegalArgumentException with what was seen and expected
    static FileSelection parse(String text) {
        TreeSet<Integer> indexes = new TreeSet<>();
        for (String part : text.split(",", -1)) {
            Matcher matcher = RANGE.matcher(part.strip());
            if (!matcher.matches()) {
                throw new IllegalArgumentException(
                        "'" + Shown.text(part) + "' is no file index; write indexes and ranges, like 0,2,5-9");
            }
            int first = Integer.parseInt(matcher.group(1));
            int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
            if (last < first) {
                throw new IllegalArgumentException("the range " + part.strip() + " ends before it begins");
            }
            if (indexes.size() + (long) last - first >= MAX_INDEXES) {
                throw new IllegalArgumentException("more than " + MAX_INDEXES + " files");
            }
            for (int index = first; index <= last; index++) {
                indexes.add(index);
            }
        }
        return new FileSelection(indexes);
    }

    /// Ends the command if a selected file is not there.
    void checkAgainst(int fileCount, String name) {
        if (indexes.last() >= fileCount) {
            throw CommandFailure.badInput("--select: " + Shown.text(name) + " has no file " + indexes.last()
                    + ", only 0 to " + (fileCount - 1) + "; see 'jackdaw show'");
        }
    }

    /// All of them at normal priority.
    Map<Integer, FilePriority> priorities() {
        Map<Integer, FilePriority> priorities = new LinkedHashMap<>();
        indexes.forEach(index -> priorities.put(index, FilePriority.NORMAL));
        return priorities;
    }

    /// For picocli.
    static final class Converter implements ITypeConverter<FileSelection> {
        @Override
        public FileSelection convert(String text) {
            try {
                return parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
