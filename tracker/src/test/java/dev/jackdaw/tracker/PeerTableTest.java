package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.PeerAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PeerTableTest {
    private final SplittableRandom random = new SplittableRandom(5);

    private static PeerAddress peer(Family family, long number) {
        return family == Family.V4
                ? new PeerAddress(0, 0x0a000000L + number / 3, false, (int) (1 + number % 3))
                : new PeerAddress(0x20010db8_00000000L, number / 3, true, (int) (65533 + number % 3));
    }

    private static boolean put(PeerTable table, PeerAddress peer, int tick) {
        return table.put(peer.high(), peer.low(), peer.port(), tick);
    }

    private List<PeerAddress> choose(PeerTable table, Family family, int wanted) {
        byte[] out = new byte[wanted * family.compactLength + Long.BYTES];
        int count = table.choose(wanted, 0, 0, 0, out, 0, random);
        return addresses(out, count, family);
    }

    private static List<PeerAddress> addresses(byte[] compact, int count, Family family) {
        var in = ByteBuffer.wrap(compact);
        List<PeerAddress> peers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            peers.add(PeerAddress.readCompact(in, family == Family.V6));
        }
        return peers;
    }

    @ParameterizedTest
    @EnumSource
    void holdsWhatASetWouldHold(Family family) {
        var table = new PeerTable(family);
        Map<PeerAddress, Integer> model = new HashMap<>();
        Random script = new Random(3);
        for (int step = 0; step < 60_000; step++) {
            int tick = 65_000 + step / 20; // passes the 16 bits
            PeerAddress peer = peer(family, script.nextInt(step / 10_000 % 2 == 0 ? 600 : 40));
            switch (script.nextInt(10)) {
                case 0, 1, 2, 3, 4 -> assertEquals(model.put(peer, tick) == null, put(table, peer, tick));
                case 5, 6, 7, 8 ->
                    assertEquals(model.remove(peer) != null, table.remove(peer.high(), peer.low(), peer.port()));
                default -> assertEquals(model.containsKey(peer), table.contains(peer.high(), peer.low(), peer.port()));
            }
            assertEquals(model.size(), table.count());
            if (step % 500 == 0) {
                assertEquals(model.keySet(), new HashSet<>(choose(table, family, 2_000)));
                model.values().removeIf(seen -> tick - seen > 100);
                // a sweep may leave one that moved from the end to the front, for the next
                table.expire(tick, 100);
                table.expire(tick, 100);
                assertEquals(model.keySet(), new HashSet<>(choose(table, family, 2_000)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void choosesEachPeerAtMostOnceAndNeverTheAsker(Family family) {
        for (int size : new int[] {1, 2, 7, 8, 9, 32, 33, 500}) {
            var table = new PeerTable(family);
            for (int i = 0; i < size; i++) {
                put(table, peer(family, i), 1);
            }
            PeerAddress asker = peer(family, size / 2);
            for (int wanted : new int[] {0, 1, 5, 50, 1000}) {
                byte[] out = new byte[1000 * family.compactLength + Long.BYTES];
                int count = table.choose(wanted, asker.high(), asker.low(), asker.port(), out, 0, random);
                var chosen = addresses(out, count, family);
                assertEquals(Math.min(wanted, size - 1), count);
                assertEquals(count, Set.copyOf(chosen).size());
                assertFalse(chosen.contains(asker));
            }
        }
    }

    @Test
    void everyPeerIsChosenSometimes() {
        for (int size : new int[] {10, 32, 1000}) {
            var table = new PeerTable(Family.V4);
            for (int i = 0; i < size; i++) {
                put(table, peer(Family.V4, i), 1);
            }
            Map<PeerAddress, Integer> times = new HashMap<>();
            for (int i = 0; i < 100 * size; i++) {
                choose(table, Family.V4, 4).forEach(peer -> times.merge(peer, 1, Integer::sum));
            }
            assertEquals(size, times.size());
            // 400 each on the average
            assertTrue(times.values().stream().allMatch(count -> count > 100 && count < 1600), times::toString);
        }
    }

    @Test
    void forgetsOnlyWhoIsSilent() {
        var table = new PeerTable(Family.V4);
        put(table, peer(Family.V4, 1), 10);
        put(table, peer(Family.V4, 2), 20);
        put(table, peer(Family.V4, 1), 30);

        assertEquals(1, table.expire(35, 10));

        assertEquals(List.of(peer(Family.V4, 1)), choose(table, Family.V4, 9));
    }
}
