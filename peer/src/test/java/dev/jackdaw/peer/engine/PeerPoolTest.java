package dev.jackdaw.peer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.PeerAddress;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PeerPoolTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MINUTE = 60 * SECOND;

    private final PeerPool pool = new PeerPool(new SplittableRandom(1), 100);

    @Test
    void offersTheHighestCanonicalPriorityFirst() {
        PeerAddress ours = at("203.0.113.5", 6881);
        List<PeerAddress> addresses = internet(50);
        pool.add(PeerSource.TRACKER, addresses.subList(0, 25), 0);
        pool.setExternalAddress(ours);
        pool.add(PeerSource.DHT, addresses.subList(25, 50), 0);

        List<PeerAddress> offered = drain(0);

        List<PeerAddress> expected = addresses.stream()
                .sorted(Comparator.comparingLong((PeerAddress a) -> ConnectionPriority.of(ours, a))
                        .reversed())
                .toList();
        assertEquals(expected, offered);
    }

    @Test
    void whoTellsOfVeryManyDoesNotKeepTheFewOfOthersFromBeingDialled() {
        PeerAddress honest = at("9.9.9.9", 1);
        assertEquals(100, pool.add(PeerSource.TRACKER, internet(200), 0));

        assertEquals(1, pool.add(PeerSource.TRACKER, List.of(honest), 0), "there is room for it");

        assertTrue(drain(0).indexOf(honest) <= PeerPool.TURN);
    }

    @Test
    void offersWhatTheUserNamedBeforeAllElse() {
        pool.add(PeerSource.TRACKER, internet(50), 0);
        pool.add(PeerSource.USER, List.of(at("127.0.0.1", 7000)), 0);

        assertEquals(Optional.of(new PeerPool.Candidate(at("127.0.0.1", 7000), PeerSource.USER)), pool.next(0));
    }

    @ParameterizedTest
    @EnumSource(names = {"TRACKER", "DHT", "PEX"})
    void dialsNoLocalAddressThatAStrangerNamed(PeerSource source) {
        List<PeerAddress> local = List.of(
                at("127.0.0.1", 1),
                at("10.1.2.3", 1),
                at("192.168.0.1", 1),
                at("169.254.1.1", 1),
                at("100.64.0.1", 1),
                at("::1", 1),
                at("fe80::1", 1),
                at("fd00::1", 1),
                at("::ffff:127.0.0.1", 1));

        assertEquals(0, pool.add(source, local, 0));
        assertEquals(8, pool.add(source, true, local, 0)); // the mapped one is the first again
    }

    @Test
    void refusesWhatNobodyCanDial() {
        List<PeerAddress> bad = List.of(
                at("8.8.8.8", 0), at("0.0.0.0", 1), at("224.0.0.1", 1), at("255.255.255.255", 1), at("ff02::1", 1));

        assertEquals(0, pool.add(PeerSource.USER, bad, 0));
    }

    @Test
    void restsLongerAfterEachFailureAndForgetsInTheEnd() {
        PeerAddress address = at("8.8.8.8", 1);
        pool.add(PeerSource.PEX, List.of(address), 0);
        long now = 0;
        long rest = 0;

        for (int failure = 1; failure < PeerPool.MAX_FAILURES; failure++) {
            pool.connecting(address, now);
            assertEquals(Optional.empty(), pool.next(now));
            pool.failed(address, now);
            long next = pool.nextReadyNanos() - now;
            assertTrue(next > rest * 1.4 && next <= PeerPool.MAX_BACKOFF_NANOS, failure + ": " + next);
            rest = next;
            assertEquals(Optional.empty(), pool.next(now + rest - 1));
            now += rest;
            assertTrue(pool.next(now).isPresent());
            assertEquals(Long.MIN_VALUE, pool.nextReadyNanos());
        }
        pool.failed(address, now);

        assertEquals(0, pool.size());
        assertEquals(Long.MAX_VALUE, pool.nextReadyNanos());
    }

    @Test
    void neverGivesUpOnWhatTheUserNamed() {
        PeerAddress address = at("8.8.8.8", 1);
        pool.add(PeerSource.USER, List.of(address), 0);
        for (int i = 0; i < 100; i++) {
            pool.failed(address, 0);
        }

        assertTrue(pool.nextReadyNanos() <= PeerPool.MAX_USER_BACKOFF_NANOS);
    }

    @Test
    void startsAfreshAfterAGoodConnectionButNotAfterAShortOne() {
        PeerAddress address = at("8.8.8.8", 1);
        pool.add(PeerSource.PEX, List.of(address), 0);
        for (int i = 0; i < 4; i++) {
            pool.connected(address, 0);
            pool.disconnected(address, false, SECOND);
        }
        assertTrue(pool.nextReadyNanos() > MINUTE);

        pool.connected(address, 0);
        assertEquals(Optional.empty(), pool.next(10 * MINUTE));
        pool.disconnected(address, false, 10 * MINUTE);

        assertTrue(pool.nextReadyNanos() <= 10 * MINUTE + PeerPool.MIN_BACKOFF_NANOS);
    }

    @Test
    void aPeerThatHangsUpAfterSomeGoodBlocksIsDialledAgainSoonEachTime() {
        PeerAddress address = at("8.8.8.8", 1);
        pool.add(PeerSource.TRACKER, List.of(address), 0);
        for (int i = 0; i < 4; i++) {
            pool.connected(address, i * MINUTE);
            pool.disconnected(address, true, i * MINUTE + SECOND);

            assertTrue(pool.nextReadyNanos() <= i * MINUTE + SECOND + PeerPool.MIN_BACKOFF_NANOS);
        }
    }

    @Test
    void offersAtOnceAgainWhatWeLetGoOfOurselves() {
        PeerAddress connected = at("8.8.8.8", 1);
        PeerAddress connecting = at("8.8.4.4", 1);
        pool.add(PeerSource.PEX, List.of(connected, connecting), 0);
        pool.connected(connected, 0);
        pool.connecting(connecting, 0);

        pool.released(connected, SECOND);
        pool.released(connecting, SECOND);

        assertEquals(Set.of(connected, connecting), Set.copyOf(drain(SECOND)));
    }

    @Test
    void lettingGoDoesNotForgiveFailuresBeforeAShortConnection() {
        PeerAddress address = at("8.8.8.8", 1);
        pool.add(PeerSource.PEX, List.of(address), 0);
        for (int i = 1; i < PeerPool.MAX_FAILURES; i++) {
            pool.failed(address, 0);
        }
        pool.connected(address, 0);
        pool.released(address, SECOND);
        pool.failed(address, SECOND);

        assertEquals(0, pool.size());
    }

    @Test
    void bansAHostWithAllItsPorts() {
        pool.add(PeerSource.TRACKER, List.of(at("8.8.8.8", 1), at("8.8.8.8", 2), at("8.8.4.4", 1)), 0);

        pool.ban(at("8.8.8.8", 50_000), false);

        assertEquals(1, pool.size());
        assertTrue(pool.bans().contains(at("8.8.8.8", 1)));
        assertFalse(pool.bans().contains(at("8.8.4.4", 1)));
        assertEquals(0, pool.add(PeerSource.USER, List.of(at("8.8.8.8", 3)), 0));
        assertEquals(List.of(at("8.8.4.4", 1)), drain(0));
    }

    @Test
    void aPeerThatBrokeTheRulesRestsLong() {
        pool.add(PeerSource.TRACKER, List.of(at("8.8.8.8", 6881)), 0);
        pool.connecting(at("8.8.8.8", 6881), 0);
        pool.connected(at("8.8.8.8", 6881), 0);
        pool.disconnected(at("8.8.8.8", 6881), false, 0);
        pool.offended(at("8.8.8.8", 6881), 0);

        assertTrue(pool.nextReadyNanos() > 8 * PeerPool.MIN_BACKOFF_NANOS);
    }

    @Test
    void ignoresItself() {
        pool.add(PeerSource.USER, List.of(at("8.8.8.8", 1), at("8.8.8.8", 2)), 0);
        pool.connecting(at("8.8.8.8", 1), 0);

        pool.ignore(at("8.8.8.8", 1));
        pool.failed(at("8.8.8.8", 1), 0);

        assertEquals(0, pool.add(PeerSource.USER, List.of(at("8.8.8.8", 1)), 0));
        assertEquals(List.of(at("8.8.8.8", 2)), drain(0));
    }

    @Test
    void staysBoundedAndKeepsWhatIsTrustedMore() {
        List<PeerAddress> fromTracker = internet(50);
        pool.add(PeerSource.TRACKER, fromTracker, 0);
        for (int i = 0; i < 50; i++) {
            pool.add(PeerSource.PEX, List.of(at("9.9." + i + ".1", 1)), 0);
        }
        assertEquals(100, pool.size());

        List<PeerAddress> late = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            late.add(at("7.7." + i + ".1", 1));
        }
        assertEquals(50, pool.add(PeerSource.TRACKER, late, 0));

        assertEquals(100, pool.size());
        assertTrue(drain(0).containsAll(fromTracker));
    }

    @Test
    void replacesFailedAddressesFirst() {
        List<PeerAddress> known = internet(100);
        pool.add(PeerSource.TRACKER, known, 0);
        pool.failed(known.get(7), 0);

        assertEquals(1, pool.add(PeerSource.PEX, List.of(at("7.7.7.7", 1), at("7.7.7.8", 1)), 0));

        assertFalse(drain(10 * MINUTE).contains(known.get(7)));
    }

    @Test
    void takesFewPortsOfOneHost() {
        List<PeerAddress> ports = new ArrayList<>();
        for (int port = 1; port <= 50; port++) {
            ports.add(at("8.8.8.8", port));
        }

        assertEquals(PeerPool.MAX_PER_HOST, pool.add(PeerSource.PEX, ports, 0));
        assertEquals(
                50,
                pool.add(
                        PeerSource.USER,
                        ports.stream().map(a -> at("127.0.0.1", a.port())).toList(),
                        0));
    }

    @Test
    void offersNoSeedsWhileSeeding() {
        pool.add(PeerSource.TRACKER, List.of(at("8.8.8.8", 1), at("8.8.4.4", 1)), 0);
        pool.setSeed(at("8.8.8.8", 1), true, 0);

        pool.setSeeding(true);
        assertEquals(List.of(at("8.8.4.4", 1)), drain(0));
        pool.setSeeding(false);

        assertEquals(List.of(at("8.8.8.8", 1)), drain(0));
    }

    @Test
    void aSeedThatLeftUsBecauseWeWereSeedingTooIsOfferedAtOnceWhenWeWantMore() {
        PeerAddress seed = at("8.8.8.8", 1);
        pool.add(PeerSource.TRACKER, List.of(seed), 0);
        assertEquals(List.of(seed), drain(0));
        pool.connected(seed, 0);
        pool.setSeed(seed, true, 1);
        pool.setSeeding(true);

        pool.disconnected(seed, false, 2);
        assertEquals(List.of(), drain(2));
        pool.setSeeding(false);

        assertEquals(List.of(seed), drain(3));
    }

    @Test
    void whoClaimsAnAddressThatTheUserNamedDoesNotKeepItFromBeingDialled() {
        PeerAddress named = at("127.0.0.1", 7000);
        pool.add(PeerSource.USER, List.of(named), 0);

        pool.claimed(named, 0);
        assertTrue(pool.next(0).isPresent());

        pool.unclaimed(named, SECOND);
        assertEquals(List.of(named), drain(SECOND));
    }

    @Test
    void whoClaimsAnAddressThatATrackerNamedBringsNothingUponIt() {
        PeerAddress named = at("8.8.8.8", 6881);
        pool.add(PeerSource.TRACKER, List.of(named), 0);

        pool.claimed(named, 0);
        assertEquals(List.of(), drain(0), "it seems to be connected");

        pool.unclaimed(named, SECOND);
        assertEquals(List.of(named), drain(SECOND));
    }

    @Test
    void anAddressIsDialledThatTheUserNamesAfterALiarHasClaimedIt() {
        PeerAddress address = at("127.0.0.1", 7000);
        pool.claimed(address, 0);
        pool.unclaimed(address, 0);
        pool.offended(address, 0);
        pool.claimed(address, 0);

        pool.add(PeerSource.USER, List.of(address), SECOND);

        assertEquals(List.of(address), drain(SECOND));
    }

    @Test
    void anAddressThatWasOnlyClaimedRestsAfterAShortConnection() {
        PeerAddress claimed = at("8.8.8.8", 6881);

        pool.claimed(claimed, 0);
        pool.unclaimed(claimed, SECOND);

        assertTrue(pool.isClaimedOnly(claimed));
        assertEquals(List.of(), drain(SECOND));
    }

    @Test
    void survivesAnySequenceOfEvents() {
        var random = new SplittableRandom(3);
        List<PeerAddress> addresses = internet(130);
        long now = 0;
        for (int i = 0; i < 100_000; i++) {
            PeerAddress address = addresses.get(random.nextInt(addresses.size()));
            switch (random.nextInt(13)) {
                case 11 -> pool.claimed(address, now);
                case 12 -> pool.unclaimed(address, now);
                case 0 -> pool.add(PeerSource.values()[random.nextInt(7)], List.of(address), now);
                case 1 -> pool.connecting(address, now);
                case 2 -> pool.connected(address, now);
                case 3 -> pool.failed(address, now);
                case 4 -> pool.disconnected(address, false, now);
                case 5 -> pool.setSeed(address, random.nextBoolean(), now);
                case 6 -> pool.setSeeding(random.nextInt(4) == 0);
                case 9 -> pool.released(address, now);
                case 7 -> {
                    if (random.nextInt(2_000) == 0) {
                        pool.ban(address, false);
                    }
                }
                case 8 -> {
                    if (random.nextInt(100) == 0) {
                        pool.setExternalAddress(address);
                    }
                }
                default -> {
                    Optional<PeerPool.Candidate> next = pool.next(now);
                    assertTrue(
                            next.isEmpty() || !pool.bans().contains(next.get().address()));
                    assertEquals(next.isPresent(), pool.nextReadyNanos() <= now);
                }
            }
            assertTrue(pool.size() <= 100);
            now += random.nextLong(SECOND);
        }
    }

    private List<PeerAddress> drain(long now) {
        List<PeerAddress> offered = new ArrayList<>();
        for (var next = pool.next(now); next.isPresent(); next = pool.next(now)) {
            offered.add(next.get().address());
            pool.connecting(next.get().address(), now);
        }
        return offered;
    }

    private static List<PeerAddress> internet(int count) {
        List<PeerAddress> addresses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            addresses.add(at((20 + i) + ".5.77.9", 6881));
        }
        return addresses;
    }

    private static PeerAddress at(String host, int port) {
        return PeerAddress.of(InetAddress.ofLiteral(host).getAddress(), port);
    }
}
