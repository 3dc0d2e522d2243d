package dev.jackdaw.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// Random files for the demonstration, and the check that copies of them are equal: SHA-256 of every file, apart from
/// all that the swarm itself checks.
///
/// The files are of odd lengths, one of them empty and some in directories, so that pieces span files as they do in
/// life.
final class DemoContent {
    private static final int CHUNK = 1 << 16;

    /// Names, and the share of the content each gets; the last one gets what is left.
    private static final List<String> NAMES =
            List.of("readme.txt", "empty.dat", "data/part-1.bin", "data/part-2.bin", "film.mkv");

    private static final double[] SHARES = {0.0001, 0, 0.13, 0.21};

    private final Map<String, String> digests = new LinkedHashMap<>();

    private DemoContent() {}

    /// Writes `bytes` bytes below `directory`.
    static DemoContent write(Path directory, long bytes, SplittableRandom random) throws IOException {
        DemoContent content = new DemoContent();
        long left = bytes;
        for (int i = 0; i < NAMES.size(); i++) {
            long length = i < SHARES.length ? Math.min(left, (long) (bytes * SHARES[i])) : left;
            Path file = directory.resolve(NAMES.get(i));
            Files.createDirectories(Optional.ofNullable(file.getParent()).orElse(directory));
            content.digests.put(NAMES.get(i), writeFile(file, length, random));
            left -= length;
        }
        return content;
    }

    private static String writeFile(Path file, long length, SplittableRandom random) throws IOException {
        MessageDigest digest = sha256();
        byte[] chunk = new byte[CHUNK];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long left = length; left > 0; left -= Math.min(left, CHUNK)) {
                random.nextBytes(chunk);
                int count = (int) Math.min(left, CHUNK);
                out.write(chunk, 0, count);
                digest.update(chunk, 0, count);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /// What is wrong with a copy; empty if every file is there, equal, and nothing else is.
    Optional<String> differenceOf(Path copy) throws IOException {
        for (Map.Entry<String, String> file : digests.entrySet()) {
            Path path = copy.resolve(file.getKey());
            if (!Files.isRegularFile(path)) {
                return Optional.of(file.getKey() + " is missing");
            }
            if (!digestOf(path).equals(file.getValue())) {
                return Optional.of(file.getKey() + " differs");
            }
        }
        try (Stream<Path> files = Files.walk(copy)) {
            long count = files.filter(Files::isRegularFile).count();
            return count == digests.size()
                    ? Optional.empty()
                    : Optional.of(count + " files, expected " + digests.size());
        }
    }

    private static String digestOf(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (DigestInputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has SHA-256
        }
    }

    /// Removes a directory and all that is in it.
    static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
