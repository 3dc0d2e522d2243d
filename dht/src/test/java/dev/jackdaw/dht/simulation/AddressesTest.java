package dev.jackdaw.dht.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jackdaw.protocol.PeerAddress;
import org.junit.jupiter.api.Test;

class AddressesTest {
    @Test
    void addressesAndNumbersAreOneToOne() {
        for (int number = 0; number < 1 << 30; number += 1_234_567) {
            assertEquals(number, Addresses.number(Addresses.of(number)));
        }
    }

    @Test
    void anAddressThatNoNodeHasHasNoNumber() {
        assertEquals(-1, Addresses.number(new PeerAddress(0, 10L << 24 | 1, false, 6881)));
        assertEquals(-1, Addresses.number(new PeerAddress(0, 200L << 24, false, 6881)));
        assertEquals(-1, Addresses.number(new PeerAddress(0x2a00L << 48, 1, true, 6881)));
    }
}
