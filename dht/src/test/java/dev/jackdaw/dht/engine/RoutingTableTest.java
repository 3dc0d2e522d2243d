package dev.jackdaw.dht.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.dht.NodeContact;
import dev.jackdaw.dht.NodeId;
import dev.jackdaw.protocol.PeerAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RoutingTableTest {
    private static final NodeId OWN = new NodeId(0, 0, 0);
    private static final int SILENCE = 900;

    private final SplittableRandom random = new SplittableRandom(5);
    private final RoutingTable table = new RoutingTable(OWN, false, true);

    /// A host of its own /24.
    private static PeerAddress host(int number) {
        return new PeerAddress(0, (20L << 24) + (number << 8) + 1, false, 6881);
    }

    /// An id that shares no bit with ours: of bucket 0.
    private static NodeId far(int number) {
        return new NodeId(Long.MIN_VALUE | (long) number << 40, 0, number);
    }

    private void fillFarBucket() {
        for (int i = 0; i < 8; i++) {
            assertTrue(table.answered(far(i), host(i), 0));
        }
        table.answered(new NodeId(1L << 62, 0, 0), host(99), 0); // a nearer one, so that the far bucket is split off
    }

    /// So that there are enough members for those on probation not to be handed out.
    private void fillBuckets() {
        for (int i = 0; i < 8; i++) {
            for (int bucket = 0; bucket < 5; bucket++) {
                table.answered(OWN.neighbour(bucket, random), host(500 + 8 * bucket + i), 0);
            }
        }
    }

    private List<NodeId> closest(NodeId target, int limit) {
        byte[] compact = table.closest(target, limit);
        List<NodeId> ids = new ArrayList<>();
        for (int at = 0; at < compact.length; at += 26) {
            ids.add(NodeId.of(compact, at));
        }
        return ids;
    }

    @Test
    void theClosestOfAllMembersAreHandedOutInOrder() {
        for (int i = 0; i < 500; i++) {
            table.answered(NodeId.random(random), host(i), 0);
        }
        for (int i = 0; i < 20; i++) {
            NodeId target = i % 2 == 0 ? NodeId.random(random) : new NodeId(random.nextLong() >>> 8, 1, 1);
            List<NodeId> expected = table.members().stream()
                    .map(NodeContact::id)
                    .sorted(Comparator.comparing(id -> id, target::compareDistance))
                    .limit(8)
                    .toList();

            assertEquals(expected, closest(target, 8));
        }
    }

    @Test
    void aFullFarBucketTakesNobodyInAndAFullNearOneIsSplit() {
        fillFarBucket();

        assertFalse(table.answered(far(8), host(8), 0));
        for (int i = 0; i < 20; i++) {
            table.answered(new NodeId(1L << 62 - i, 0, i), host(200 + i), 0);
        }

        assertEquals(8 + 20, table.size());
        assertTrue(table.isFull(0));
        assertFalse(table.isFull(1));
    }

    @Test
    void whoWaitsTakesThePlaceOfOneThatFailsTwice() {
        fillFarBucket();
        table.answered(far(8), host(8), 1);
        table.answered(far(9), host(9), 2);

        table.failed(far(3), host(3), 3, SILENCE);
        assertTrue(table.has(far(3), host(3)));
        assertFalse(closest(far(3), 8).contains(far(3)), "one that has failed is not handed out");
        table.failed(far(3), host(3), 4, SILENCE);

        assertFalse(table.has(far(3), host(3)));
        assertTrue(table.has(far(9), host(9)), "the one that was heard of last");
    }

    @Test
    void withoutAnyoneWaitingAFailingMemberStaysUntilSomebodyComes() {
        fillFarBucket();
        table.failed(far(3), host(3), 1, SILENCE);
        table.failed(far(3), host(3), 2, SILENCE);
        assertTrue(table.has(far(3), host(3)));

        assertTrue(table.answered(far(8), host(8), 3));

        assertFalse(table.has(far(3), host(3)));
    }

    @Test
    void aMemberKeepsItsAddressForAsLongAsItAnswersThere() {
        table.answered(far(0), host(0), 0);

        assertFalse(table.answered(far(0), host(1), 1));
        assertTrue(table.has(far(0), host(0)));

        table.failed(far(0), host(0), 2, SILENCE);
        table.answered(far(0), host(1), 3);
        assertTrue(table.has(far(0), host(1)));
    }

    @Test
    void aHostIsThereOnceAndANeighbourhoodTwiceInABucket() {
        PeerAddress other = new PeerAddress(0, host(0).low() + 1, false, 6881);
        PeerAddress third = new PeerAddress(0, host(0).low() + 2, false, 6881);

        assertTrue(table.answered(far(0), host(0), 0));
        assertFalse(table.answered(far(1), host(0).withPort(7), 0), "the same host at another port");
        assertTrue(table.answered(far(2), other, 0));
        assertFalse(table.answered(far(3), third, 0), "a third one of a /24");
        assertTrue(table.answered(new NodeId(1, 0, 0), third, 0) || table.buckets() == 1, "but in another bucket");
    }

    @Test
    void nodesThatPretendToBeEverNearerToUsDeepenTheTableToABound() {
        for (int bits = 0; bits < 128; bits++) {
            for (int i = 0; i < 9; i++) {
                table.answered(OWN.neighbour(bits, random), host(9 * bits + i), 0);
            }
        }

        assertEquals(40, table.buckets());
        assertEquals(320, table.size());
        NodeId target = OWN.neighbour(100, random);
        assertEquals(8, closest(target, 8).size());
    }

    @Test
    void anAddressThatAnswersUnderAnotherIdIsThatOtherNode() {
        table.answered(far(0), host(0), 0);

        assertTrue(table.answered(far(1), host(0), 1));

        assertFalse(table.has(far(0), host(0)));
        assertEquals(1, table.size());
    }

    @Test
    void ourOwnIdIsNeverAMember() {
        assertFalse(table.answered(OWN, host(0), 0));
        assertEquals(0, table.size());
    }

    @Test
    void aQueryMakesNobodyAMember() {
        assertTrue(table.heard(far(0), host(0), 0), "worth asking");

        assertEquals(0, table.size());
        fillFarBucket();
        assertFalse(table.heard(far(20), host(20), 0), "there is no room");
    }

    @Test
    void silentMembersAreAskedTheMostSilentFirst() {
        table.answered(far(0), host(0), 100);
        table.answered(far(1), host(1), 50);

        table.answered(far(2), host(2), 75);

        assertEquals(List.of(), table.stalest(900, SILENCE, 8));
        assertEquals(
                List.of(far(1), far(2), far(0)),
                table.stalest(1_200, SILENCE, 8).stream().map(NodeContact::id).toList());
        assertEquals(
                List.of(far(1), far(2)),
                table.stalest(1_200, SILENCE, 2).stream().map(NodeContact::id).toList());
        table.heard(far(2), host(2), 1_200);
        table.heard(far(1), host(1), 1_200);
        assertEquals(far(0), table.stalest(1_200, SILENCE, 8).getFirst().id());
    }

    @Test
    void oneThatFailsIsAskedAgainEverMoreSeldom() {
        table.answered(far(0), host(0), 0);

        table.failed(far(0), host(0), 1_000, SILENCE);
        assertEquals(List.of(), table.stalest(1_059, SILENCE, 8));
        assertEquals(far(0), table.stalest(1_060, SILENCE, 8).getFirst().id());
        table.failed(far(0), host(0), 1_060, SILENCE);
        assertEquals(List.of(), table.stalest(1_179, SILENCE, 8));
        assertEquals(far(0), table.stalest(1_180, SILENCE, 8).getFirst().id());
    }

    @Test
    void aBucketIsStaleWhenNothingChangesInIt() {
        table.answered(far(0), host(0), 0);

        assertEquals(-1, table.staleBucket(SILENCE - 1, SILENCE));
        assertEquals(0, table.staleBucket(SILENCE, SILENCE));
        assertEquals(-1, table.staleBucket(SILENCE + 1, SILENCE), "it is being refreshed");
    }

    @Test
    void whoWasAskedBecauseItHadAskedUsIsHandedOutOnceItAnswersLongAfterIt() {
        fillBuckets();
        NodeId near = new NodeId(1L << 40, 0, 0);
        table.answered(near, host(50), 0, true);
        assertFalse(closest(near, 8).contains(near));

        table.answered(near, host(50), 60);
        assertFalse(closest(near, 8).contains(near), "its NAT may still be open");
        assertEquals(List.of(), table.stalest(60 + Standing.PROBATION_SECONDS - 1, SILENCE, 8));
        int examined = 60 + Standing.PROBATION_SECONDS;
        assertEquals(near, table.stalest(examined, SILENCE, 8).getFirst().id());
        table.checking(near, examined);
        table.answered(near, host(50), examined + 1);

        assertEquals(near, closest(near, 8).getFirst());
    }

    @Test
    void whoAsksUsDuringItsExaminationBeginsItAnew() {
        fillBuckets();
        NodeId near = new NodeId(1L << 40, 0, 0);
        table.answered(near, host(50), 0, true);

        table.checking(near, 200);
        table.heard(near, host(50), 200);
        table.answered(near, host(50), 201);

        assertFalse(closest(near, 8).contains(near));
        assertEquals(
                near,
                table.stalest(201 + Standing.PROBATION_SECONDS, SILENCE, 8)
                        .getFirst()
                        .id());
    }

    @Test
    void oneOnProbationGivesUpItsPlaceToAnyOther() {
        fillFarBucket();
        table.failed(far(3), host(3), 1, SILENCE);
        table.failed(far(3), host(3), 2, SILENCE);
        assertTrue(table.answered(far(8), host(8), 3, true), "only a bad one makes room for it");
        assertFalse(table.answered(far(9), host(9), 4, true));

        assertTrue(table.answered(far(10), host(10), 5));

        assertFalse(table.has(far(8), host(8)));
    }

    @Test
    void whereFewAreKnownThoseOnProbationAreHandedOutToo() {
        table.answered(far(0), host(0), 0);
        table.answered(far(1), host(1), 0, true);

        assertEquals(List.of(far(1), far(0)), closest(far(1), 8));
    }
}
