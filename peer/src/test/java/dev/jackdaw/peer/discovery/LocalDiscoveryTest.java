package dev.jackdaw.peer.discovery;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.InfoHash;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LocalDiscoveryTest {
    @Test
    void isSilentOnTheLoopback() throws IOException {
        var loopback = Optional.of(InetAddress.ofLiteral("127.0.0.1"));
        try (var discovery = new LocalDiscovery(6881, loopback, new SplittableRandom(1), (_, _) -> {})) {
            discovery.add(new InfoHash(1, 2, 3));
            discovery.remove(new InfoHash(1, 2, 3));
        }
    }

    @Test
    void anInterfaceWithoutAnAddressOfTheFamilyIsLeftOut() {
        List<InetAddress> ofContainer = List.of(InetAddress.ofLiteral("fe80::1"));

        assertFalse(LocalDiscovery.Group.V4.isFor(ofContainer));
        assertTrue(LocalDiscovery.Group.V6.isFor(ofContainer));
        assertFalse(LocalDiscovery.Group.V6.isFor(List.of()));
    }
}
