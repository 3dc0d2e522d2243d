package dev.jackdaw.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PeerIdTest {
    @Test
    void keepsItsTwentyBytes() {
        byte[] bytes = "-JD0100-\0\u0001\u0002\u0003\u0004\u0005\u0006 ~\u007fab".getBytes(StandardCharsets.ISO_8859_1);

        PeerId id = PeerId.of(bytes);

        assertEquals(id, PeerId.of(id.toBytes()));
        assertEquals("-JD0100-........~.ab", id.toString());
        assertThrows(IllegalArgumentException.class, () -> PeerId.of(new byte[21]));
    }

    @Test
    void isFreshBehindItsPrefix() {
        SplittableRandom random = new SplittableRandom(1);

        PeerId one = PeerId.random("-JD0100-", random);

        assertTrue(one.toString().startsWith("-JD0100-"));
        assertNotEquals(one, PeerId.random("-JD0100-", random));
        assertEquals("x".repeat(20), PeerId.random("x".repeat(20), random).toString());
        assertThrows(IllegalArgumentException.class, () -> PeerId.random("x".repeat(21), random));
    }
}
