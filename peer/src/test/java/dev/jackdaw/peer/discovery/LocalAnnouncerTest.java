package dev.jackdaw.peer.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.discovery.LocalAnnouncer.Subnet;
import dev.jackdaw.protocol.InfoHash;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LocalAnnouncerTest {
    private static final long SECOND = 1_000_000_000L;

    private final LocalAnnouncer announcer = new LocalAnnouncer(6881, "me");
    private long now = -30 * SECOND;

    private static InfoHash hash(int number) {
        return new InfoHash(number, 0, 0);
    }

    private static LocalAnnouncement from(String cookie, InfoHash... hashes) {
        return new LocalAnnouncement(7000, List.of(hashes), Optional.of(cookie));
    }

    @Test
    void announcesATorrentAtOnceAndThenEveryFiveMinutes() {
        announcer.add(hash(1), now);
        List<Long> times = new ArrayList<>();
        long start = now;
        while (now < start + 1000 * SECOND) {
            now = announcer.nextTimeoutNanos();
            assertEquals(List.of(hash(1)), announcer.next(now).orElseThrow().infoHashes());
            times.add((now - start) / SECOND);
        }
        assertEquals(List.of(0L, 300L, 600L, 900L, 1200L), times);
    }

    @Test
    void announcesAThousandTorrentsInTurnOnceAMinute() {
        for (int i = 0; i < 1000; i++) {
            announcer.add(hash(i), now);
        }
        Map<InfoHash, Integer> times = new HashMap<>();
        long last = now - 60 * SECOND;
        for (int i = 0; i < 84; i++) {
            now = announcer.nextTimeoutNanos();
            assertTrue(now - last >= 60 * SECOND);
            last = now;
            announcer.next(now).orElseThrow().infoHashes().forEach(hash -> times.merge(hash, 1, Integer::sum));
        }
        assertEquals(1000, times.size());
        assertTrue(times.values().stream().allMatch(count -> count >= 2));
    }

    @Test
    void hasNothingToSayWithoutTorrents() {
        assertEquals(Long.MAX_VALUE, announcer.nextTimeoutNanos());
        announcer.add(hash(1), now);
        announcer.remove(hash(1));

        assertEquals(Optional.empty(), announcer.next(now));
    }

    @Test
    void hearsOthersAboutOurTorrentsAndNotItself() {
        announcer.add(hash(1), now);

        assertEquals(List.of(hash(1)), announcer.ours(from("you", hash(2), hash(1), hash(1))));
        assertEquals(List.of(), announcer.ours(from("me", hash(1))));
    }

    @Test
    void believesOnlyTheLocalNetwork() {
        var subnets = List.of(new Subnet(InetAddress.ofLiteral("203.0.113.77"), 26));
        var announcement = from("you", hash(1));

        assertEquals(
                7000,
                LocalAnnouncer.peer(announcement, InetAddress.ofLiteral("192.168.1.5"), List.of())
                        .orElseThrow()
                        .port());
        assertTrue(LocalAnnouncer.peer(announcement, InetAddress.ofLiteral("203.0.113.65"), subnets)
                .isPresent());
        assertFalse(LocalAnnouncer.peer(announcement, InetAddress.ofLiteral("203.0.113.130"), subnets)
                .isPresent());
        assertFalse(LocalAnnouncer.peer(announcement, InetAddress.ofLiteral("2001:db8::1"), subnets)
                .isPresent());
    }

    @Test
    void looksAtABoundedNumberOfDatagramsASecond() {
        int admitted = 0;
        for (int i = 0; i < 1000; i++) {
            admitted += announcer.admits(now) ? 1 : 0;
        }
        assertEquals(LocalAnnouncer.MAX_RECEIVED_PER_SECOND, admitted);
        assertTrue(announcer.admits(now + SECOND));
    }
}
