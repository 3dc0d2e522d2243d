package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.tracker.AnnouncePolicy.Allowed;
import dev.jackdaw.tracker.AnnouncePolicy.Refused;
import dev.jackdaw.tracker.TrackerConfig.AccessList;
import dev.jackdaw.tracker.TrackerConfig.AccessList.Mode;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessListsTest {
    private static final InfoHash LISTED = InfoHash.ofHex("00112233445566778899aabbccddeeff00112233");
    private static final InfoHash OTHER = InfoHash.ofHex("00112233445566778899aabbccddeeff00112234");

    @TempDir
    private Path directory;

    private AccessList file(Mode mode, String text) throws IOException {
        Path file = directory.resolve("list");
        Files.writeString(file, text);
        return new AccessList(mode, file);
    }

    private static boolean allows(AnnouncePolicy policy, InfoHash torrent, String address) {
        var announcement = new Announcement();
        announcement.infoHash(torrent);
        announcement.source(InetAddress.ofLiteral(address));
        boolean allowed = policy.announce(announcement) == Allowed.ALLOWED;
        assertEquals(allowed, policy.scrape(announcement) == Allowed.ALLOWED);
        return allowed;
    }

    private static AnnouncePolicy torrents(AccessList list) throws IOException {
        return AccessLists.of(TrackerConfig.builder().torrents(list).build(), AnnouncePolicy.OPEN);
    }

    private static AnnouncePolicy addresses(AccessList list) throws IOException {
        return AccessLists.of(TrackerConfig.builder().addresses(list).build(), AnnouncePolicy.OPEN);
    }

    @ParameterizedTest
    @EnumSource
    void servesTheTorrentsInTheListOrTheOthers(Mode mode) throws IOException {
        var policy =
                torrents(file(mode, "# ours\n\n  " + LISTED.hex().toUpperCase(java.util.Locale.ROOT) + "  # a film\n"));

        assertEquals(mode == Mode.ALLOW, allows(policy, LISTED, "192.0.2.1"));
        assertEquals(mode == Mode.DENY, allows(policy, OTHER, "192.0.2.1"));
    }

    @ParameterizedTest
    @EnumSource
    void servesTheAddressesInTheListOrTheOthers(Mode mode) throws IOException {
        var policy = addresses(file(mode, "10.0.0.0/8\n192.0.2.7\n2001:db8::/33\n10.1.0.0/16\n"));

        for (String listed : List.of("10.0.0.0", "10.255.255.255", "10.2.0.1", "192.0.2.7", "2001:db8:7fff::1")) {
            assertEquals(mode == Mode.ALLOW, allows(policy, OTHER, listed), listed);
        }
        for (String other : List.of("9.255.255.255", "11.0.0.0", "192.0.2.6", "192.0.2.8", "2001:db8:8000::", "::1")) {
            assertEquals(mode == Mode.DENY, allows(policy, OTHER, other), other);
        }
    }

    @Test
    void asksTheNextPolicyAboutWhatItLetsThrough() throws IOException {
        var no = new Refused("no");
        AnnouncePolicy next = new AnnouncePolicy() {
            @Override
            public Verdict announce(Announcement announcement) {
                return no;
            }

            @Override
            public Verdict scrape(Announcement query) {
                return no;
            }
        };
        var config =
                TrackerConfig.builder().torrents(file(Mode.ALLOW, LISTED.hex())).build();
        var policy = AccessLists.of(config, next);
        var announcement = new Announcement();
        announcement.infoHash(LISTED);

        assertSame(no, policy.announce(announcement));
        announcement.infoHash(OTHER);
        assertTrue(assertInstanceOf(Refused.class, policy.announce(announcement))
                .reason()
                .contains("torrent"));
        assertSame(next, AccessLists.of(TrackerConfig.builder().build(), next), "no list, no work");
    }

    @Test
    void readsAFileAgainWhenItHasChanged() throws IOException {
        var policy = torrents(file(Mode.ALLOW, LISTED.hex()));
        policy.reload();
        file(Mode.ALLOW, OTHER.hex() + "\n");
        assertTrue(allows(policy, LISTED, "192.0.2.1"), "not before it is told to");

        policy.reload();

        assertTrue(allows(policy, OTHER, "192.0.2.1"));
        assertEquals(false, allows(policy, LISTED, "192.0.2.1"));
    }

    @Test
    void keepsWhatItHadWhenTheNewFileIsBrokenOrGone() throws IOException {
        var policy = torrents(file(Mode.ALLOW, LISTED.hex()));
        file(Mode.ALLOW, "not an info-hash\n");
        policy.reload();
        assertTrue(allows(policy, LISTED, "192.0.2.1"));
        Files.delete(directory.resolve("list"));
        policy.reload();
        assertTrue(allows(policy, LISTED, "192.0.2.1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"00112233", "zz112233445566778899aabbccddeeff00112233", "192.0.2.1"})
    void saysWhichLineIsNotUnderstood(String line) throws IOException {
        var list = file(Mode.ALLOW, LISTED.hex() + "\n" + line + "\n");
        var failure = assertThrows(IOException.class, () -> torrents(list));
        assertTrue(failure.getMessage().contains("list:2: " + line), failure.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1/33", "192.0.2.1/24", "example.org", "::1/129", "10.0.0.0/x", "10.0.0.0/"})
    void aRangeThatIsNoneIsNotUnderstood(String line) throws IOException {
        var list = file(Mode.DENY, line);
        var failure = assertThrows(IOException.class, () -> addresses(list));
        assertTrue(failure.getMessage().contains("list:1: " + line), failure.getMessage());
    }

    @Test
    void anInfoHashSetHoldsWhatASetWouldHold() {
        var random = new SplittableRandom(2);
        for (int size : new int[] {0, 1, 3, 4, 5, 1000}) {
            List<InfoHash> all = new ArrayList<>();
            for (int i = 0; i < 2 * size; i++) {
                all.add(new InfoHash(random.nextInt(3), random.nextLong(), i));
            }
            all.add(new InfoHash(0, 0, 0));
            Set<InfoHash> model = new HashSet<>(all.subList(0, size));
            var set = new InfoHashSet(model);
            for (InfoHash each : all) {
                assertEquals(model.contains(each), set.contains(each.high(), each.middle(), each.low()));
            }
        }
    }
}
