package dev.jackdaw.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// The vectors are those of FIPS 180.
class Sha1Test {
    private static final String ABC = "a9993e364706816aba3e25717850c26c9cd0d89d";

    @Test
    void hashesBytesAtOnce() {
        assertEquals(ABC, hex(Sha1.hash(bytes("abc"))));
        assertEquals("da39a3ee5e6b4b0d3255bfef95601890afd80709", hex(Sha1.hash(new byte[0])));
    }

    @Test
    void hashesWhatComesInParts() {
        MessageDigest digest = Sha1.newDigest();

        digest.update(bytes("a"));
        digest.update(bytes("bc"));

        assertEquals(ABC, hex(digest.digest()));
    }

    @Test
    void aHashHasTheLengthThatIsSaid() {
        assertEquals(Sha1.LENGTH, Sha1.hash(bytes("abc")).length);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String hex(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }
}
