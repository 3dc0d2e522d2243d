package dev.jackdaw.peer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.engine.KnownAddress.State;
import dev.jackdaw.protocol.PeerAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DialOrderTest {
    private final DialOrder order = new DialOrder();

    private static KnownAddress known(int host, int turn, PeerSource source, long priority) {
        KnownAddress known = new KnownAddress(new PeerAddress(0, (20L << 24) + host, false, 6881), turn, source);
        known.priority = priority;
        return known;
    }

    private static KnownAddress known(int host) {
        return known(host, 0, PeerSource.TRACKER, 0);
    }

    private List<KnownAddress> drain(long nowNanos) {
        List<KnownAddress> all = new ArrayList<>();
        for (var first = order.first(nowNanos); first.isPresent(); first = order.first(nowNanos)) {
            all.add(first.get());
            order.remove(first.get());
        }
        return all;
    }

    @Test
    void goesByTheUsersWishThenFailuresThenTurnsThenPriorityThenAnything() {
        KnownAddress wished = known(1, 3, PeerSource.USER, 1);
        KnownAddress best = known(2, 0, PeerSource.PEX, 9);
        KnownAddress good = known(3, 0, PeerSource.TRACKER, 8);
        KnownAddress asGood = known(4, 0, PeerSource.TRACKER, 8);
        KnownAddress ofTheNextTurn = known(5, 1, PeerSource.TRACKER, 10);
        KnownAddress failed = known(6, 0, PeerSource.TRACKER, 10);
        failed.failures = 1;

        order.addAll(List.of(failed, asGood, ofTheNextTurn, good, best, wished));

        assertEquals(List.of(wished, best, good, asGood, ofTheNextTurn, failed), drain(0));
    }

    @Test
    void whatRestsComesWhenItsTimeHasCome() {
        KnownAddress soon = known(1);
        soon.readyAtNanos = 10;
        KnownAddress later = known(2);
        later.readyAtNanos = 20;
        assertEquals(Long.MAX_VALUE, order.nextReadyNanos());

        order.add(later, 0);
        order.add(soon, 0);

        assertEquals(10, order.nextReadyNanos());
        assertEquals(Optional.empty(), order.first(9));
        assertEquals(Optional.of(soon), order.first(10));
        assertEquals(Long.MIN_VALUE, order.nextReadyNanos());
        assertEquals(List.of(soon, later), drain(20));
    }

    @Test
    void whatIsBeingDialledOrConnectedIsNotDialled() {
        for (State state : List.of(State.CONNECTING, State.CLAIMED, State.CONNECTED)) {
            KnownAddress busy = known(1);
            busy.state = state;
            order.add(busy, 0);
        }

        assertEquals(List.of(), drain(0));
    }

    @Test
    void aSeedDialsNoSeedsAndTakesThemBackWhenItIsNoneAnyMore() {
        KnownAddress seed = known(1);
        seed.seed = true;
        KnownAddress leecher = known(2);
        List<KnownAddress> all = List.of(seed, leecher);
        order.addAll(all);

        order.setSeeding(true, all);
        assertTrue(order.leavesOut(seed));
        assertEquals(List.of(leecher), drain(0));
        order.setSeeding(false, all);
        assertEquals(all, drain(0));
    }

    @Test
    void whatIsTakenOutIsInNeitherPart() {
        KnownAddress ready = known(1);
        KnownAddress resting = known(2);
        resting.readyAtNanos = 10;
        order.add(ready, 0);
        order.add(resting, 0);

        order.remove(ready);
        order.remove(resting);
        order.remove(known(3));

        assertTrue(drain(10).isEmpty());
    }
}
