package dev.jackdaw.tracker.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PresenceTest {
    private static final long TIMEOUT = 1000;

    private long now = -5000; // nanoTime may be negative
    private Presence presence = new Presence(new Presence.Limits(2, 2, 1, 3), TIMEOUT);

    private Optional<String> enter(String user, int torrent, int client, int host) {
        return presence.enter(
                user, new InfoHash(torrent, 0, 0), new PeerId(client, 0, 0), new Presence.Origin(0, host), now);
    }

    private void assertRefused(String word, Optional<String> refusal) {
        assertTrue(refusal.isPresent() && refusal.get().contains(word), refusal::toString);
    }

    @Test
    void aUserTakesPartInSoManyTorrentsAtATime() {
        assertEquals(Optional.empty(), enter("ann", 1, 1, 1));
        assertEquals(Optional.empty(), enter("ann", 2, 1, 1));
        assertRefused("2 torrents", enter("ann", 3, 1, 1));
        assertEquals(Optional.empty(), enter("ann", 1, 1, 1), "what is known goes on");
        assertEquals(Optional.empty(), enter("bob", 3, 1, 1), "another user has limits of their own");

        presence.leave("ann", new InfoHash(1, 0, 0), new PeerId(1, 0, 0));
        assertEquals(Optional.empty(), enter("ann", 3, 1, 1));
        assertEquals(2, presence.torrents("ann"));
    }

    @Test
    void aUserAnnouncesFromSoManyAddressesAtATime() {
        enter("ann", 1, 1, 1);
        enter("ann", 1, 1, 2);
        assertRefused("2 addresses", enter("ann", 1, 1, 3));

        presence.leave("ann", new InfoHash(1, 0, 0), new PeerId(1, 0, 0));
        assertEquals(Optional.empty(), enter("ann", 1, 1, 3), "having stopped everything they may move");
    }

    @Test
    void aUserHasSoManyClientsInATorrent() {
        enter("ann", 1, 1, 1);
        assertRefused("1 clients", enter("ann", 1, 2, 1));
    }

    @Test
    void aTorrentHasSoManyPeers() {
        for (int user = 1; user <= 3; user++) {
            enter("user" + user, 1, user, user);
        }
        assertRefused("3 peers", enter("user4", 1, 4, 4));
        assertEquals(Optional.empty(), enter("user2", 1, 2, 2));

        presence.leave("user1", new InfoHash(1, 0, 0), new PeerId(1, 0, 0));
        assertEquals(Optional.empty(), enter("user4", 1, 4, 4));
    }

    @Test
    void whoIsSilentTooLongCountsNoMore() {
        enter("ann", 1, 1, 1);
        enter("ann", 2, 1, 2);
        now += TIMEOUT;
        enter("ann", 2, 1, 2);
        assertRefused("2 addresses", enter("ann", 3, 1, 3));
        now += 1;

        assertEquals(Optional.empty(), enter("ann", 3, 1, 3));
        now += TIMEOUT + 1;
        presence.expire(now);
        assertEquals(0, presence.users());
        assertEquals(Optional.empty(), enter("ann", 9, 1, 9));
    }

    @Test
    void withoutLimitsThereAreNone() {
        presence = new Presence(new Presence.Limits(0, 0, 0, 0), TIMEOUT);
        for (int i = 0; i < 200; i++) {
            assertEquals(Optional.empty(), enter("ann", i % 20, i, i));
        }
        assertEquals(20, presence.torrents("ann"));
    }
}
