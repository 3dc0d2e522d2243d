package dev.jackdaw.dht.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.dht.NodeContact;
import dev.jackdaw.dht.NodeId;
import dev.jackdaw.protocol.PeerAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Searches that know nobody, unless they are told of someone.
class SearchesTest {
    private static final NodeId TARGET = new NodeId(0, 0, 0);
    private static final NodeId OWN = new NodeId(-1, -1, -1);
    private static final byte[] NOBODY = {};

    private final Searches searches = new Searches();
    private final List<Search> ended = new ArrayList<>();

    private static NodeContact local(int number) {
        return new NodeContact(new NodeId(number + 1L, 0, 0), new PeerAddress(0, (10L << 24) + number, false, 6881));
    }

    private Search begin(boolean v6, Runnable atEnd) {
        Search[] search = new Search[1];
        search[0] = new Search(
                new SearchRequest.FindNode(TARGET),
                false,
                new SearchListener() {
                    @Override
                    public void finished(SearchReport report) {
                        ended.add(search[0]);
                        atEnd.run();
                    }
                },
                0);
        Overlay overlay = new Overlay(OWN, v6, false, new SplittableRandom(1));
        search[0].walk(overlay, new Lookup(TARGET, OWN, v6, new AddressRules(true), 3), NOBODY);
        searches.add(search[0]);
        return search[0];
    }

    private Search begin() {
        return begin(false, () -> {});
    }

    private Search nextToAsk() {
        Exchange exchange = searches.next(0);
        assertNotNull(exchange);
        return ((Search.Walk) exchange.owner).search;
    }

    @Test
    void eachInTurnHasItsQuerySent() {
        Search one = begin();
        Search other = begin();
        searches.offer(local(1));
        searches.offer(local(2));

        List<Search> order = List.of(nextToAsk(), nextToAsk(), nextToAsk(), nextToAsk());

        assertEquals(List.of(other, one, other, one), order);
        assertNull(searches.next(0));
    }

    @Test
    void aNodeIsOfferedToThoseOfItsFamilyOnly() {
        begin(true, () -> {});
        Search v4 = begin();

        searches.offer(local(1));

        assertSame(v4, nextToAsk());
        assertNull(searches.next(0));
    }

    @Test
    void whoKnowsNobodyWaitsAsLongAsSomebodyMayBeFoundAndHasPatience() {
        Search search = begin();

        assertFalse(searches.conclude(true, Search.PATIENCE_NANOS - 1));
        assertEquals(1, searches.size());
        assertEquals(Search.PATIENCE_NANOS, searches.patienceNanos());

        searches.conclude(true, Search.PATIENCE_NANOS);
        assertEquals(List.of(search), ended);
        assertEquals(0, searches.size());
        assertEquals(Long.MAX_VALUE, searches.patienceNanos());
    }

    @Test
    void whoKnowsNobodyEndsAtOnceWhereNobodyMayBeFound() {
        Search search = begin();

        searches.conclude(false, 0);

        assertEquals(List.of(search), ended);
    }

    @Test
    void whoIsToldOfAnEndMayCancelTheOthersAndBeginAnew() {
        Search one = begin();
        Search two = begin();
        Search three = begin(false, () -> {
            searches.remove(one);
            searches.remove(two);
            begin();
        });

        searches.conclude(false, 0);

        assertEquals(three, ended.getFirst());
        assertFalse(ended.contains(one) || ended.contains(two));
    }

    @Test
    void thereIsABound() {
        for (int i = 0; i < Searches.MOST; i++) {
            assertFalse(searches.isFull());
            begin();
        }

        assertTrue(searches.isFull());
    }
}
