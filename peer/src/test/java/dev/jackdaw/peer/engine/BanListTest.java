package dev.jackdaw.peer.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.PeerId;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class BanListTest {
    private final BanList bans = new BanList();

    private static PeerAddress at(String host, int port) {
        return PeerAddress.of(new InetSocketAddress(host, port));
    }

    @Test
    void aHostIsBannedWithAllItsPorts() {
        bans.add(at("8.8.8.8", 50_000), false);

        assertTrue(bans.contains(at("8.8.8.8", 1)));
        assertFalse(bans.contains(at("8.8.4.4", 50_000)));
    }

    @Test
    void oneAddressIsBannedOfAHostThatAnHonestPeerLivesOn() {
        bans.add(at("8.8.8.8", 50_000), true);

        assertTrue(bans.contains(at("8.8.8.8", 50_000)));
        assertFalse(bans.contains(at("8.8.8.8", 6881)));
    }

    @Test
    void anIdIsBannedOnTheHostOnWhichItLied() {
        PeerId liar = new PeerId(1, 2, 3);
        bans.add(at("127.0.0.1", 40_000), liar);

        assertTrue(bans.contains(at("127.0.0.1", 40_001), liar));
        assertFalse(bans.contains(at("127.0.0.2", 40_001), liar));
        assertFalse(bans.contains(at("127.0.0.1", 40_001), new PeerId(1, 2, 4)));
    }

    @Test
    void theNetworkThatAnIpv6HostCommandsIsBannedAndOnlyOneAddressOfALocalHost() {
        bans.add(at("2001:db8:1:1::1", 1), false);
        bans.add(at("127.0.0.1", 5), false);

        assertTrue(bans.contains(at("2001:db8:1:1:ffff::2", 9)));
        assertFalse(bans.contains(at("2001:db8:1:2::1", 1)));
        assertTrue(bans.contains(at("127.0.0.1", 5)));
        assertFalse(bans.contains(at("127.0.0.1", 6)));
    }

    @Test
    void theLongestBannedIsForgivenWhenThereAreTooMany() {
        for (int i = 0; i <= BanList.MOST; i++) {
            bans.add(new PeerAddress(0, 0x2000_0000L + i, false, 1), false);
        }

        assertFalse(bans.contains(new PeerAddress(0, 0x2000_0000L, false, 1)));
        assertTrue(bans.contains(new PeerAddress(0, 0x2000_0001L, false, 1)));
    }
}
