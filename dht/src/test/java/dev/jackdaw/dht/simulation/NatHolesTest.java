package dev.jackdaw.dht.simulation;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class NatHolesTest {
    private static final long MINUTE = 60 * VirtualInternet.SECOND;

    private final NatHoles holes = new NatHoles();

    @Test
    void letsInWhomTheNodeHasSentSomethingForTwoMinutes() {
        holes.open(7, MINUTE);

        assertTrue(holes.isOpen(7, MINUTE));
        assertTrue(holes.isOpen(7, 3 * MINUTE - 1));
        assertFalse(holes.isOpen(7, 3 * MINUTE));
    }

    @Test
    void letsInNobodyElse() {
        holes.open(7, MINUTE);

        assertFalse(holes.isOpen(8, MINUTE));
    }

    @Test
    void sendingAgainKeepsAHoleOpen() {
        holes.open(7, 0);
        holes.open(7, MINUTE);

        assertTrue(holes.isOpen(7, 2 * MINUTE));
    }
}
