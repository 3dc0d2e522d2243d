package dev.jackdaw.peer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.jackdaw.protocol.PeerAddress;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class ConnectionPriorityTest {
    @Test
    void agreesWithTheVectorsOfBep40() {
        assertEquals(0xec2d7224L, priority("123.213.32.10", "98.76.54.32"));
        assertEquals(0x99568189L, priority("123.213.32.10", "123.213.32.234"));
    }

    @Test
    void isTheSameForBothEnds() {
        assertEquals(priority("98.76.54.32", "123.213.32.10"), priority("123.213.32.10", "98.76.54.32"));
        assertEquals(priority("2001:db8::1", "192.0.2.1"), priority("192.0.2.1", "2001:db8::1"));
        assertEquals(
                ConnectionPriority.of(at("192.0.2.1", 6881), at("192.0.2.1", 51413)),
                ConnectionPriority.of(at("192.0.2.1", 51413), at("192.0.2.1", 6881)));
    }

    @Test
    void ignoresMaskedBitsOfDistantHostsOnly() {
        assertEquals(priority("1.2.3.4", "9.8.0.0"), priority("1.2.3.4", "9.8.170.170"));
        assertNotEquals(priority("1.2.3.4", "1.2.0.0"), priority("1.2.3.4", "1.2.170.0"));
        assertNotEquals(priority("1.2.3.4", "1.2.3.0"), priority("1.2.3.4", "1.2.3.170"));
    }

    @Test
    void masksMoreOfIpv6TheFartherTwoHostsAre() {
        String host = "2001:db8:1:200::1";
        assertEquals(priority(host, "2001:db8:2:aa00::aa"), priority(host, "2001:db8:2::"));
        assertNotEquals(priority(host, "2001:db8:1:aa00::"), priority(host, "2001:db8:1::"));
        assertEquals(priority(host, "2001:db8:1:aa::"), priority(host, "2001:db8:1::"));
        assertNotEquals(priority(host, "2001:db8:1:2aa::"), priority(host, "2001:db8:1:255::"));
    }

    @Test
    void usesPortsForTheSameHost() {
        assertNotEquals(
                ConnectionPriority.of(at("192.0.2.1", 1), at("192.0.2.1", 2)),
                ConnectionPriority.of(at("192.0.2.1", 1), at("192.0.2.1", 3)));
    }

    private static long priority(String one, String other) {
        return ConnectionPriority.of(at(one, 6881), at(other, 6882));
    }

    private static PeerAddress at(String host, int port) {
        return PeerAddress.of(InetAddress.ofLiteral(host).getAddress(), port);
    }
}
