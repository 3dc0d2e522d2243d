package dev.jackdaw.dht.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.dht.NodeContact;
import dev.jackdaw.dht.NodeId;
import dev.jackdaw.protocol.PeerAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MaintenanceTest {
    private static final long SECOND = 1_000_000_000L;
    private static final NodeId OWN = new NodeId(0, 0, 0);

    private record Running(NodeId target, SearchListener listener) {}

    /// Notes what is wanted of it.
    private static final class FakeNode implements Maintenance.Node {
        final List<Exchange> errands = new ArrayList<>();
        final List<Running> searches = new ArrayList<>();

        @Override
        public void errand(Exchange exchange, long nowNanos) {
            errands.add(exchange);
        }

        @Override
        public boolean isAsked(PeerAddress address) {
            return false;
        }

        @Override
        public void search(SearchRequest request, SearchListener listener, long nowNanos) {
            searches.add(new Running(request.target(), listener));
        }

        @Override
        public void offerToSearches(byte[] compact, boolean v6) {}
    }

    private final FakeNode node = new FakeNode();
    private final SplittableRandom random = new SplittableRandom(3);
    private final Overlay overlay = new Overlay(OWN, false, true, random);
    private final Maintenance maintenance = new Maintenance(node, List.of(overlay), random);
    private int hosts;

    /// A member that shares so many bits with us.
    private NodeContact member(int bucket) {
        NodeContact contact = new NodeContact(
                OWN.neighbour(bucket, random), new PeerAddress(0, (20L << 24) + (hosts++ << 8), false, 6881));
        overlay.table().answered(contact.id(), contact.address(), 0);
        return contact;
    }

    private void finish(NodeContact... closest) {
        Running done = node.searches.removeLast();
        done.listener().finished(new SearchReport(List.of(closest), 1, 8, 8, 0, 0, SECOND, SECOND));
    }

    @Test
    void aNewIdsNeighboursAreLookedForFirstAndThenWhoIsBeyondThem() {
        NodeContact[] neighbours = new NodeContact[8];
        for (int i = 0; i < 8; i++) {
            neighbours[i] = member(4 + i);
        }
        for (int i = 0; i < 8; i++) {
            member(2);
        }
        maintenance.settle(0);
        assertEquals(OWN, node.searches.getLast().target());
        maintenance.settle(0);
        assertEquals(1, node.searches.size(), "one search at a time");

        finish(neighbours);
        List<Integer> buckets = new ArrayList<>();
        for (maintenance.settle(0); !node.searches.isEmpty(); maintenance.settle(0)) {
            buckets.add(OWN.sharedPrefix(node.searches.getLast().target()));
            finish();
        }

        assertEquals(List.of(3, 1, 0), buckets, "bucket 2 is full");
    }

    @Test
    void nobodyIsBeyondTheNeighboursOfASmallNetwork() {
        NodeContact only = member(0);
        maintenance.settle(0);
        finish(only);

        maintenance.settle(0);

        assertTrue(node.searches.isEmpty());
    }

    @Test
    void aLonelyNodeAsksItsRoutersAgainAndAgain() {
        PeerAddress router = new PeerAddress(0, 21L << 24, false, 6881);
        maintenance.addRouter(router, 0);
        assertTrue(node.errands.isEmpty(), "it has not started");

        maintenance.start(0);
        maintenance.elapsed(0);
        assertEquals(router, node.errands.getFirst().to);
        assertTrue(maintenance.nextNanos() < 12 * SECOND);
        maintenance.elapsed(maintenance.nextNanos());
        assertEquals(2, node.errands.size());
    }

    @Test
    void silentMembersAreCheckedAndStaleBucketsRefreshed() {
        NodeContact silent = member(0);
        maintenance.start(0);
        overlay.lacksNeighbours = false;

        maintenance.elapsed(901 * SECOND);

        assertEquals(silent.address(), node.errands.getFirst().to);
        assertEquals(0, OWN.sharedPrefix(node.searches.getFirst().target()));
    }

    @Test
    void aStrangerIsMetOnceAMinute() {
        PeerAddress stranger = new PeerAddress(0, 21L << 24, false, 6881);
        NodeId id = NodeId.random(random);

        assertTrue(maintenance.meet(id, stranger, 5 * SECOND));
        assertFalse(maintenance.meet(id, stranger, 64 * SECOND));
        assertTrue(maintenance.meet(NodeId.random(random), stranger, 64 * SECOND), "with a new id it is another one");
        assertTrue(maintenance.meet(id, stranger, 130 * SECOND));
        assertEquals(3, node.errands.size());
    }
}
