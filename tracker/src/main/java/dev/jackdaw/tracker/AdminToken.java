package dev.jackdaw.tracker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/// The secret that opens the administrator's API. It is compared in a time that says nothing about it.
final class AdminToken {
    private static final int MIN_LENGTH = 16;
    private static final int NEW_BYTES = 32;
    private static final String SCHEME = "Bearer ";

    private final byte[] digest;

    private AdminToken(String token) {
        this.digest = digest(token);
    }

    /// Reads the file's first line; a file that does not exist is made, for nobody else to read, with a new token.
    static AdminToken read(Path file) throws IOException {
        try {
            create(file);
        } catch (FileAlreadyExistsException _) {
            // the usual case
        }
        List<String> lines = Files.readAllLines(file);
        String token = lines.isEmpty() ? "" : lines.getFirst().strip();
        if (token.length() < MIN_LENGTH) {
            throw new IOException(
                    file + ": a token of " + token.length() + " characters, expected " + MIN_LENGTH + " or more");
        }
        return new AdminToken(token);
    }

    private static void create(Path file) throws IOException {
        byte[] bytes = new byte[NEW_BYTES];
        new SecureRandom().nextBytes(bytes);
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        Files.createFile(file, attributes);
        Files.writeString(file, HexFormat.of().formatHex(bytes) + "\n", StandardOpenOption.WRITE);
    }

    /// @param authorization the header `Authorization`, or an empty text
    boolean opens(String authorization) {
        boolean scheme = authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        String given = scheme ? authorization.substring(SCHEME.length()).strip() : "";
        return MessageDigest.isEqual(digest(given), digest) && scheme;
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
