package dev.jackdaw.dht.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.jackdaw.dht.NodeId;
import dev.jackdaw.dht.engine.ReplacementCache.Candidate;
import dev.jackdaw.protocol.PeerAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplacementCacheTest {
    private final ReplacementCache cache = new ReplacementCache(false);

    private static NodeId id(int number) {
        return new NodeId(number, 0, number);
    }

    private static PeerAddress host(int number) {
        return new PeerAddress(0, (20L << 24) + number, false, 6881);
    }

    private void answers(int bucket, int node, int seconds) {
        cache.answered(bucket, id(node), host(node), seconds);
    }

    /// The nodes that wait for a bucket, in the order in which they get a place.
    private List<NodeId> takeAll(int bucket) {
        List<NodeId> ids = new ArrayList<>();
        for (Candidate next = cache.takeNewest(bucket); next != null; next = cache.takeNewest(bucket)) {
            ids.add(next.id());
        }
        return ids;
    }

    @Test
    void theOneThatAnsweredLastIsTakenFirst() {
        answers(3, 1, 10);
        answers(3, 2, 30);
        answers(3, 3, 20);

        assertEquals(new Candidate(id(2), host(2), 30), cache.takeNewest(3));
        assertEquals(List.of(id(3), id(1)), takeAll(3));
    }

    @Test
    void whoWaitsWaitsForItsOwnBucket() {
        answers(5, 1, 0);

        assertNull(cache.takeNewest(4));
        assertNull(cache.takeNewest(6));
        assertEquals(List.of(id(1)), takeAll(5));
    }

    @Test
    void aFifthTakesThePlaceOfTheOneThatAnsweredLongestAgo() {
        answers(0, 1, 10);
        answers(0, 2, 20);
        answers(0, 3, 30);
        answers(0, 4, 40);
        answers(0, 1, 50);

        answers(0, 5, 60);

        assertEquals(List.of(id(5), id(1), id(4), id(3)), takeAll(0));
    }

    @Test
    void aHostWaitsOnceAndNobodyIsMovedToAnotherAddress() {
        answers(0, 1, 10);

        cache.answered(0, id(2), host(1).withPort(7), 20);
        cache.answered(0, id(1), host(3), 30);

        assertEquals(new Candidate(id(1), host(1), 10), cache.takeNewest(0));
        assertNull(cache.takeNewest(0));
    }

    @Test
    void anAddressThatAnswersUnderAnotherIdIsThatOtherNode() {
        answers(0, 1, 10);

        cache.answered(0, id(2), host(1), 20);

        assertEquals(List.of(id(2)), takeAll(0));
    }
}
