package dev.jackdaw.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// A directory of many files with odd lengths in nested folders: pieces span files, files span pieces, some are empty.
final class SampleContent {
    static final String NAME = "Sample content";

    /// Files of these lengths, then as many small ones as [#SMALL_FILES].
    private static final List<Integer> LENGTHS =
            List.of(1, 0, 16_383, 16_384, 16_385, 32_768, 65_537, 262_143, 1_000_003, 3_145_729, 7_340_033);

    private static final int SMALL_FILES = 60;

    private SampleContent() {}

    /// Writes it to `parent/NAME`, the same bytes each time.
    static Path write(Path parent) throws IOException {
        RandomGenerator random = new SplittableRandom(2);
        Path root = parent.resolve(NAME);
        for (int i = 0; i < LENGTHS.size() + SMALL_FILES; i++) {
            int length = i < LENGTHS.size() ? LENGTHS.get(i) : random.nextInt(1, 9_000);
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            Path file = root.resolve(
                    i % 3 == 0 ? "file " + i + ".bin" : "folder " + i % 4 + "/deeper/ünïcode " + i + ".dat");
            Files.createDirectories(file.getParent());
            Files.write(file, bytes);
        }
        return root;
    }

    /// Whether every file is there at its full length and nothing is left under a temporary name. Empty ones do not
    /// count here and in [#isSame]: Transmission writes none.
    static boolean looksComplete(Path original, Path copyParent) throws IOException {
        Path copy = copyParent.resolve(NAME);
        for (Path file : filesWithContent(original)) {
            Path twin = copy.resolve(original.relativize(file));
            if (!Files.isRegularFile(twin) || Files.size(twin) != Files.size(file)) {
                return false;
            }
        }
        return true;
    }

    /// Compares every byte.
    static void assertSame(Path original, Path copyParent) throws IOException {
        Path copy = copyParent.resolve(NAME);
        for (Path file : files(original)) {
            Path relative = original.relativize(file);
            assertTrue(Files.isRegularFile(copy.resolve(relative)), () -> relative + " is missing");
            assertEquals(-1, Files.mismatch(file, copy.resolve(relative)), () -> relative + " differs at that offset");
        }
    }

    /// Whether every byte is the same already.
    static boolean isSame(Path original, Path copyParent) throws IOException {
        for (Path file : filesWithContent(original)) {
            if (Files.mismatch(file, copyParent.resolve(NAME).resolve(original.relativize(file))) != -1) {
                return false;
            }
        }
        return true;
    }

    private static List<Path> filesWithContent(Path root) throws IOException {
        List<Path> files = new ArrayList<>(files(root));
        for (Path file : List.copyOf(files)) {
            if (Files.size(file) == 0) {
                files.remove(file);
            }
        }
        return files;
    }

    private static List<Path> files(Path root) throws IOException {
        try (var walk = Files.walk(root)) {
            return walk.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
