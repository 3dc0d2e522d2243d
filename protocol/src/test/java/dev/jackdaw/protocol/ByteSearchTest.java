package dev.jackdaw.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ByteSearchTest {
    @Test
    void findsWhatAStepByStepSearchFinds() {
        var random = new SplittableRandom(7);
        byte[] few = {0, 1, '&', '=', (byte) 0x80, (byte) 0xff, (byte) 0xa6};
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(40)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = few[random.nextInt(few.length)];
            }
            byte wanted = few[random.nextInt(few.length)];
            int from = random.nextInt(bytes.length + 1);
            int end = random.nextInt(from, bytes.length + 1);
            int expected = from;
            while (expected < end && bytes[expected] != wanted) {
                expected++;
            }

            assertEquals(expected, ByteSearch.find(ByteBuffer.wrap(bytes), wanted, from, end));
        }
    }

    @Test
    void saysWhetherAWordHasAByte() {
        assertTrue(ByteSearch.has(0x0102_0304_0525_0607L, (byte) '%'));
        assertTrue(ByteSearch.has(0xff80_0000_0000_00a5L, (byte) 0xa5));
        assertFalse(ByteSearch.has(0x2426_2426_a524_2426L, (byte) '%'));
    }
}
