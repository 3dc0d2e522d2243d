package dev.jackdaw.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SipHashTest {
    /// The key of the paper's test values: bytes 0 to 15.
    private final SipHash hash = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

    @Test
    void agreesWithThePapersExample() {
        assertEquals(0xa129ca6149be45e5L, hash.hash(counting(15)));
    }

    @Test
    void agreesWithTheReferenceImplementationsValues() {
        assertEquals(0x726fdb47dd0e0e31L, hash.hash(counting(0)));
        assertEquals(0x93f5f5799a932462L, hash.hash(counting(8)));
    }

    @Test
    void wordsAreTheirBytesInLittleEndianOrder() {
        assertEquals(hash.hash(bytes(1, -2)), hash.hash(1, -2));
        assertEquals(hash.hash(bytes(1, -2, 3)), hash.hash(1, -2, 3));
        assertEquals(hash.hash(bytes(1, -2, 3, 4, 5, 6)), hash.hash(1, -2, 3, 4, 5, 6));
    }

    @Test
    void bothHalvesOfTheKeyCount() {
        assertNotEquals(hash.hash(1, 2), new SipHash(0x0706050403020101L, 0x0f0e0d0c0b0a0908L).hash(1, 2));
        assertNotEquals(hash.hash(1, 2), new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0909L).hash(1, 2));
    }

    private static byte[] counting(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    private static byte[] bytes(long... words) {
        ByteBuffer buffer = ByteBuffer.allocate(8 * words.length).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(words).forEach(buffer::putLong);
        return buffer.array();
    }
}
