package dev.jackdaw.tracker;

import dev.jackdaw.protocol.InfoHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/// A file of info-hashes or addresses, as an administrator changes it over HTTP; the tracker notices and reads it
/// again. Comments and the order of lines stay.
final class ListFile {
    private final Path file;
    private final UnaryOperator<String> entry;

    private ListFile(Path file, UnaryOperator<String> entry) {
        this.file = file;
        this.entry = entry;
    }

    static ListFile ofTorrents(Path file) {
        return new ListFile(file, text -> {
            if (!text.matches("\\p{XDigit}{40}")) {
                throw new IllegalArgumentException("\"" + text + "\" is no info-hash: 40 hexadecimal digits");
            }
            return InfoHash.ofHex(text).hex();
        });
    }

    static ListFile ofAddresses(Path file) {
        return new ListFile(file, text -> {
            try {
                AddressRange.parse(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "\"" + text + "\" is no address nor a range such as 192.0.2.0/24 (" + e.getMessage() + ")", e);
            }
            return text.toLowerCase(Locale.ROOT);
        });
    }

    /// What is in the file, comments left out.
    synchronized List<String> entries() throws IOException {
        return lines().stream()
                .map(ListFile::bare)
                .filter(text -> !text.isEmpty())
                .toList();
    }

    /// Adds an entry at the end.
    ///
    /// @return whether it was not there yet
    /// @throws IllegalArgumentException if the text cannot be one
    synchronized boolean add(String text) throws IOException {
        String wanted = entry.apply(text);
        List<String> lines = new ArrayList<>(lines());
        if (lines.stream().anyMatch(line -> isEntry(line, wanted))) {
            return false;
        }
        lines.add(wanted);
        write(lines);
        return true;
    }

    /// Takes an entry out.
    ///
    /// @return whether it was there
    /// @throws IllegalArgumentException if the text cannot be one
    synchronized boolean remove(String text) throws IOException {
        String unwanted = entry.apply(text);
        List<String> lines = new ArrayList<>(lines());
        boolean removed = lines.removeIf(line -> isEntry(line, unwanted));
        if (removed) {
            write(lines);
        }
        return removed;
    }

    private static boolean isEntry(String line, String text) {
        return bare(line).equalsIgnoreCase(text);
    }

    private static String bare(String line) {
        int comment = line.indexOf('#');
        return (comment < 0 ? line : line.substring(0, comment)).strip();
    }

    private List<String> lines() throws IOException {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    /// Whole or not at all: the tracker may be reading.
    private void write(List<String> lines) throws IOException {
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        Path temporary =
                Files.createTempFile(target.getParent(), target.getFileName().toString(), ".new");
        try {
            Files.write(temporary, lines);
            if (Files.exists(target)
                    && Files.getFileAttributeView(target, java.nio.file.attribute.PosixFileAttributeView.class)
                            != null) {
                Files.setPosixFilePermissions(temporary, Files.getPosixFilePermissions(target));
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
