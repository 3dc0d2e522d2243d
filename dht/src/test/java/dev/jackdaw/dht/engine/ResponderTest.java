package dev.jackdaw.dht.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.dht.NodeContact;
import dev.jackdaw.dht.NodeId;
import dev.jackdaw.dht.krpc.KrpcEncoder;
import dev.jackdaw.dht.krpc.KrpcMessage;
import dev.jackdaw.dht.krpc.KrpcMessage.AnnouncePeer;
import dev.jackdaw.dht.krpc.KrpcMessage.Failure;
import dev.jackdaw.dht.krpc.KrpcMessage.GetPeers;
import dev.jackdaw.dht.krpc.KrpcMessage.KrpcRequest;
import dev.jackdaw.dht.krpc.KrpcMessage.Malformed;
import dev.jackdaw.dht.krpc.KrpcMessage.Peers;
import dev.jackdaw.dht.krpc.KrpcMessage.Ping;
import dev.jackdaw.dht.krpc.KrpcMessage.Query;
import dev.jackdaw.dht.krpc.KrpcMessage.Response;
import dev.jackdaw.protocol.PeerAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// A torrent's peers are kept here; a query for filters of them (BEP 33) has an answer of more than four times its
/// bytes.
class ResponderTest {
    private static final long SECOND = 1_000_000_000L;
    private static final PeerAddress SOURCE = host(1);
    private static final NodeId SOURCES_ID = NodeId.random(new SplittableRandom(77));
    private static final NodeId TORRENT = NodeId.random(new SplittableRandom(78));
    private static final GetPeers SCRAPE = new GetPeers(TORRENT, 0, false, true);

    /// Notes whom it is to ask.
    private static final class FakeNode implements Responder.Node {
        final List<Exchange> asked = new ArrayList<>();
        boolean mayAsk = true;

        @Override
        public boolean mayAsk(long nowNanos) {
            return mayAsk;
        }

        @Override
        public void ask(Exchange exchange, long nowNanos) {
            asked.add(exchange);
        }
    }

    private final SplittableRandom random = new SplittableRandom(3);
    private final Overlay overlay = new Overlay(NodeId.random(random), false, true, random);
    private final WriteTokens tokens = new WriteTokens(random);
    private final FakeNode node = new FakeNode();
    private final List<KrpcMessage> sent = new ArrayList<>();
    private final Responder responder = responder(false);
    private long nowNanos = SECOND;

    ResponderTest() {
        overlay.peers.announce(TORRENT, host(99), 6881, false, 0);
    }

    private Responder responder(boolean isReadOnly) {
        Answers answers = new Answers(new AddressRules(false), overlay, null, tokens, random);
        return new Responder(
                isReadOnly, answers, new SourceLimits(true, random), node, (message, _) -> sent.add(message));
    }

    private static PeerAddress host(int number) {
        return new PeerAddress(0, (20L << 24) + ((long) number << 8), false, 6881);
    }

    private boolean ask(KrpcRequest request, PeerAddress from) {
        return ask(responder, request, from);
    }

    private boolean ask(Responder responder, KrpcRequest request, PeerAddress from) {
        Query query = new Query(new byte[] {'x', 'y'}, SOURCES_ID, false, request);
        return responder.received(overlay, query, length(query), from, nowNanos);
    }

    private static int length(KrpcMessage message) {
        return new KrpcEncoder().encode(message);
    }

    private boolean lastHasFilters() {
        Response response = assertInstanceOf(Response.class, sent.getLast());
        return assertInstanceOf(Peers.class, response.payload()).peerFilter().length > 0;
    }

    private void prove(Exchange exchange) {
        exchange.owner.answered(exchange, Response.bare(new byte[4], SOURCES_ID, null), nowNanos);
    }

    @Nested
    class ASourceWithoutProof {
        @Test
        void isAskedForASignOfLifeAndThenAnsweredInFull() {
            assertFalse(ask(SCRAPE, SOURCE));
            assertEquals(List.of(), sent);
            assertEquals(SOURCE, node.asked.getFirst().to);

            prove(node.asked.getFirst());

            assertTrue(lastHasFilters());
        }

        @Test
        void isNotAskedAgainOnceItHasProof() {
            ask(SCRAPE, SOURCE);
            prove(node.asked.getFirst());

            assertTrue(ask(SCRAPE, SOURCE));

            assertEquals(1, node.asked.size());
            assertEquals(2, sent.size());
            assertTrue(lastHasFilters());
        }

        @Test
        void thatShowsNoSignOfLifeIsSentFourTimesItsBytesAtMost() {
            ask(SCRAPE, SOURCE);
            Exchange exchange = node.asked.getFirst();

            exchange.owner.failed(exchange, null, nowNanos);

            assertFalse(lastHasFilters());
            Query query = new Query(new byte[] {'x', 'y'}, SOURCES_ID, false, SCRAPE);
            assertTrue(length(sent.getLast()) <= 4 * length(query));
        }

        @Test
        void thatIsSlowIsAnsweredOnceAndHasProofAllTheSame() {
            ask(SCRAPE, SOURCE);
            Exchange exchange = node.asked.getFirst();

            exchange.owner.stalled(exchange, nowNanos);
            prove(exchange);

            assertEquals(1, sent.size());
            assertFalse(lastHasFilters());
            ask(SCRAPE, SOURCE);
            assertTrue(lastHasFilters());
        }

        @Test
        void isAnsweredAtOnceWhereNothingCanBeAskedNow() {
            node.mayAsk = false;

            assertTrue(ask(SCRAPE, SOURCE));

            assertEquals(List.of(), node.asked);
            assertFalse(lastHasFilters());
        }

        @Test
        void isAnsweredAtOnceWhenTheWholeAnswerFits() {
            assertTrue(ask(new Ping(), SOURCE));

            assertEquals(List.of(), node.asked);
            assertEquals(1, sent.size());
        }
    }

    @Test
    void holdsSomeQueriesAndAnswersOthersAtOnceUntilOneOfThoseIsDone() {
        for (int i = 0; i < Responder.MOST_HELD; i++) {
            assertFalse(ask(SCRAPE, host(i)));
        }
        assertTrue(ask(SCRAPE, host(1_000)), "one too many");
        assertFalse(lastHasFilters());

        prove(node.asked.getFirst());

        assertFalse(ask(SCRAPE, host(1_001)));
        assertEquals(Responder.MOST_HELD + 1, node.asked.size());
    }

    @Test
    void aMemberOfTheRoutingTableNeedsNoFurtherProof() {
        NodeContact member = new NodeContact(SOURCES_ID, SOURCE);
        overlay.table().answered(member.id(), member.address(), 1);

        assertTrue(ask(SCRAPE, SOURCE));

        assertTrue(lastHasFilters());
    }

    @Test
    void whoAsksTooMuchIsNotAnsweredNorMetButMayStoreWithAToken() {
        for (int i = 0; i < 200; i++) {
            assertTrue(ask(new Ping(), SOURCE));
        }

        assertFalse(ask(new Ping(), SOURCE));
        assertTrue(ask(new AnnouncePeer(TORRENT, 7000, false, false, tokens.issue(SOURCE, TORRENT, nowNanos)), SOURCE));

        assertEquals(new Responder.Tally(201, 0, 1), responder.tally());
        assertEquals(2, overlay.peers.peers());
    }

    @Test
    void whatAllSourcesWithoutProofAreSentIsBounded() {
        for (int i = 0; i < 10_000; i++) {
            ask(new Ping(), host(i));
        }

        int most = (1 << 20) / (4 * length(new Query(new byte[] {'x', 'y'}, SOURCES_ID, false, new Ping())));
        assertTrue(sent.size() <= most && sent.size() > most * 9 / 10, sent.size() + " answers of " + most);
        assertEquals(10_000 - sent.size(), responder.tally().limited());
    }

    @Test
    void aQueryThatBreaksTheRulesIsRefused() {
        assertTrue(ask(new AnnouncePeer(TORRENT, 7000, false, false, new byte[8]), SOURCE));

        assertInstanceOf(Failure.class, sent.getLast());
        assertEquals(new Responder.Tally(0, 1, 0), responder.tally());
    }

    @Test
    void aReadOnlyNodeSaysNothing() {
        Responder silent = responder(true);

        assertFalse(ask(silent, new Ping(), SOURCE));
        silent.received(new Malformed(new byte[] {'x'}, 203, "no method"), 60, SOURCE, nowNanos);

        assertEquals(List.of(), sent);
    }

    @Nested
    class WhatIsNoMessage {
        private Failure refusal(String detail, int bytes) {
            responder.received(new Malformed(new byte[] {'x', 'y'}, 203, detail), bytes, SOURCE, nowNanos);
            return assertInstanceOf(Failure.class, sent.getLast());
        }

        @Test
        void isRefusedWithWhatIsWrongIfThatFitsInFourTimesItsBytes() {
            assertEquals("no such method", refusal("no such method", 60).text());
            assertEquals("protocol error", refusal("p".repeat(30), 22).text());
            assertEquals("protocol error", refusal("p".repeat(121), 200).text());
            assertTrue(length(refusal("p".repeat(30), 22)) <= 4 * 22);
        }

        @Test
        void isLimitedAsQueriesAre() {
            for (int i = 0; i < 201; i++) {
                refusal("no such method", 60);
            }

            assertEquals(200, sent.size());
            assertEquals(1, responder.tally().limited());
        }
    }
}
