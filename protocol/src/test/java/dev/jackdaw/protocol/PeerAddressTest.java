package dev.jackdaw.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerAddressTest {
    /// @param host a literal, so that nothing is looked up
    private static PeerAddress address(String host, int port) {
        try {
            return PeerAddress.of(InetAddress.getByName(host).getAddress(), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void hasTheCompactFormsOfBep23AndBep7() {
        byte[] v4 = {(byte) 192, 0, 2, 1, 0x1a, (byte) 0xe1};
        PeerAddress four = PeerAddress.readCompact(ByteBuffer.wrap(v4), false);
        assertEquals("192.0.2.1:6881", four.toString());
        assertArrayEquals(v4, four.toCompact());

        PeerAddress six = address("2001:db8::ff", 65_535);
        assertEquals(PeerAddress.COMPACT_V6_LENGTH, six.toCompact().length);
        assertEquals(six, PeerAddress.readCompact(ByteBuffer.wrap(six.toCompact()), true));
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8:0:0:0:0:0:1,2001:db8::1",
        "0:0:0:0:0:0:0:1,::1",
        "0:0:0:0:0:0:0:0,::",
        "2001:db8:0:1:1:1:1:1,2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1,2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1,2001:db8::1:0:0:1",
        "1:2:3:4:5:6:0:0,1:2:3:4:5:6::",
        "fe80:0:0:0:ABCD:0:0:0,fe80::abcd:0:0:0",
        "0:0:3:4:5:6:7:8,::3:4:5:6:7:8",
    })
    void writesIpv6InItsOneForm(String host, String expected) {
        assertEquals("[" + expected + "]:1", address(host, 1).toString());
    }

    @Test
    void takesMappedAddressesForIpv4() {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 0, 0, 1};

        PeerAddress address = PeerAddress.of(mapped, 5);

        assertFalse(address.v6());
        assertEquals(address("10.0.0.1", 5), address);
        assertEquals(6, address.toCompact().length);
    }

    @Test
    void refusesTheImpossible() {
        assertThrows(IllegalArgumentException.class, () -> PeerAddress.of(new byte[5], 1));
        assertThrows(IllegalArgumentException.class, () -> PeerAddress.of(new byte[4], -1));
        assertThrows(IllegalArgumentException.class, () -> PeerAddress.of(new byte[4], 65_536));
        assertThrows(IllegalArgumentException.class, () -> new PeerAddress(0, 1L << 32, false, 1));
        assertThrows(
                IllegalArgumentException.class,
                () -> PeerAddress.of(InetSocketAddress.createUnresolved("host.example", 1)));
    }

    @Test
    void turnsIntoASocketAddressAndBack() {
        for (PeerAddress address : new PeerAddress[] {address("192.0.2.1", 80), address("2001:db8::1", 81)}) {
            assertEquals(address, PeerAddress.of(address.toSocketAddress()));
            assertEquals(99, address.withPort(99).port());
        }
    }

    @Test
    void isDialableWithAPortAndASingleHost() {
        assertTrue(address("192.0.2.1", 1).isDialable());
        assertTrue(address("2001:db8::1", 1).isDialable());
        assertFalse(address("192.0.2.1", 0).isDialable());
        for (String host : new String[] {"0.0.0.0", "0.1.2.3", "255.255.255.255", "224.0.0.1", "::", "ff02::1"}) {
            assertFalse(address(host, 1).isDialable(), host);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.0.1",
                "10.0.0.1",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "169.254.1.1",
                "100.64.0.1",
                "100.127.255.255",
                "0.0.0.0",
                "0.1.1.1",
                "::1",
                "::",
                "fe80::1",
                "fec0::1",
                "fc00::1",
                "fdff::1",
                "64:ff9b::7f00:1",
                "64:ff9b::a00:1",
                "2002:7f00:1::",
                "2002:c0a8:101::5",
                "::10.0.0.1"
            })
    void knowsLocalHosts(String host) {
        assertTrue(address(host, 1).isLocal());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8.8.8.8",
                "172.15.0.1",
                "172.32.0.1",
                "192.167.1.1",
                "100.63.0.1",
                "100.128.0.1",
                "2001:db8::1",
                "fe00::1",
                "64:ff9b::808:808",
                "2002:808:808::1",
                "64:ff9b:1::7f00:1",
                "::8.8.8.8"
            })
    void knowsHostsOfTheInternet(String host) {
        assertFalse(address(host, 1).isLocal());
    }
}
