package dev.jackdaw.dht.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.dht.NodeId;
import dev.jackdaw.dht.krpc.KrpcMessage.Failure;
import dev.jackdaw.dht.krpc.KrpcMessage.Ping;
import dev.jackdaw.dht.krpc.KrpcMessage.Response;
import dev.jackdaw.protocol.PeerAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The queries of an ordinary node, which are errands unless a search is under way.
class ExchangesTest {
    private static final long MILLI = 1_000_000L;
    private static final NodeId OWN = new NodeId(1, 2, 3);

    private final SplittableRandom random = new SplittableRandom(1);
    private final List<PeerAddress> sent = new ArrayList<>();
    private final Searches searches = new Searches();
    private final Owner owner = new Owner();
    private final Exchanges exchanges = new Exchanges(
            EngineConfig.ordinary(),
            new Overlay(OWN, false, true, random),
            null,
            random,
            (message, to) -> sent.add(to));

    private static final class Owner implements ExchangeOwner {
        final List<Exchange> stalled = new ArrayList<>();
        final List<Exchange> failed = new ArrayList<>();

        @Override
        public void answered(Exchange exchange, Response response, long nowNanos) {}

        @Override
        public void failed(Exchange exchange, @Nullable Failure failure, long nowNanos) {
            failed.add(exchange);
        }

        @Override
        public void stalled(Exchange exchange, long nowNanos) {
            stalled.add(exchange);
        }
    }

    private static PeerAddress host(int number) {
        return new PeerAddress(0, (20L << 24) + number, false, 6881);
    }

    private Exchange ask(int number, long nowNanos) {
        Exchange exchange = new Exchange(host(number), null, new Ping(), owner);
        exchanges.errand(exchange, nowNanos);
        exchanges.send(searches, nowNanos);
        return exchange;
    }

    private @Nullable Exchange answer(Exchange exchange, PeerAddress from, long nowNanos) {
        byte[] transaction = QueryTable.encode(exchange.transaction);
        return exchanges.answered(Response.bare(transaction, OWN, null), from, nowNanos);
    }

    @Test
    void anAnswerIsTakenOnceAndFromTheAddressThatWasAsked() {
        Exchange exchange = ask(1, 0);

        assertNull(answer(exchange, host(2), MILLI));
        assertSame(exchange, answer(exchange, host(1), MILLI));
        assertNull(answer(exchange, host(1), MILLI));
        assertEquals(new Exchanges.Tally(1, 1, 0), exchanges.tally());
    }

    @Test
    void oneThatIsNotAnsweredStallsAndLaterTimesOut() {
        Exchange exchange = ask(1, 0);

        assertEquals(1_000 * MILLI, exchanges.nextNanos());
        assertNull(exchanges.pollTimedOut(1_000 * MILLI));
        assertEquals(List.of(exchange), owner.stalled);
        assertTrue(exchanges.isAsked(host(1)), "its answer is still welcome");

        assertSame(exchange, exchanges.pollTimedOut(4_000 * MILLI));
        assertFalse(exchanges.isAsked(host(1)));
        assertEquals(Long.MAX_VALUE, exchanges.nextNanos());
        assertEquals(new Exchanges.Tally(1, 0, 1), exchanges.tally());
    }

    @Test
    void whereAnswersAreQuickOneStallsSooner() {
        for (int i = 0; i < 20; i++) {
            assertNotNull(answer(ask(i, i * 100 * MILLI), host(i), i * 100 * MILLI + 40 * MILLI));
        }
        long start = 10_000 * MILLI;

        ask(99, start);

        assertTrue(exchanges.nextNanos() - start < 100 * MILLI, () -> "stalls after " + exchanges.nextNanos());
    }

    @Test
    void aBurstLeavesAtOnceAndTheRestWhenThePacerLetsIt() {
        for (int i = 0; i < 30; i++) {
            ask(i, 0);
        }
        assertEquals(25, sent.size());

        exchanges.send(searches, exchanges.nextNanos());

        assertEquals(26, sent.size());
        assertEquals(host(25), sent.getLast());
    }

    @Test
    void errandsBeyondABoundFailAtOnce() {
        for (int i = 0; i < 25 + 256; i++) {
            ask(i, 0);
        }
        assertEquals(List.of(), owner.failed);

        Exchange oneTooMany = ask(999, 0);

        assertEquals(List.of(oneTooMany), owner.failed);
    }
}
