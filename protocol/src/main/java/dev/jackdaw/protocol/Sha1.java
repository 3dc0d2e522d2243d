package dev.jackdaw.protocol;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// SHA-1: names torrents and verifies their pieces (BEP 3), and whatever later specifications took it for.
public final class Sha1 {
    /// Bytes of a hash.
    public static final int LENGTH = 20;

    private static final int BLOCK_LENGTH = 64;

    static {
        // The JVM leaves hashing to the processor's instructions where its optimizing compiler called for it, as the
        // launcher has it do within the first few calls. Until then it hashes in Java: these calls do it with next to nothing.
        MessageDigest digest = newDigest();
        for (int i = 0; i < 8; i++) {
            digest.update(new byte[3 * BLOCK_LENGTH]);
            digest.digest();
        }
    }

    private Sha1() {}

    /// To hash what comes in parts.
    public static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    /// 20 bytes.
    public static byte[] hash(byte[] bytes) {
        return newDigest().digest(bytes);
    }
}
