package dev.jackdaw.peer.announce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.tracker.ScrapeReply;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket.Connect;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket.Connected;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket.Failed;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket.Scrape;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket.Scraped;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class UdpTransactionsTest {
    private static final InetSocketAddress TRACKER = address("192.0.2.1");
    private static final InetSocketAddress OTHER = address("192.0.2.2");
    private static final long SECOND = 1_000_000_000L;

    private final List<UdpTrackerPacket.Request> sent = new ArrayList<>();
    private final List<InetSocketAddress> sentTo = new ArrayList<>();
    private final List<String> outcomes = new ArrayList<>();
    private Optional<InetSocketAddress> unreachable = Optional.empty();
    private long now = -5 * SECOND; // System.nanoTime() may be negative too

    private final UdpTransactions transactions = new UdpTransactions(new SplittableRandom(1), (to, packet) -> {
        if (unreachable.isPresent() && unreachable.get().equals(to)) {
            return Optional.of("network is unreachable");
        }
        sent.add(packet);
        sentTo.add(to);
        return Optional.empty();
    });

    private static InetSocketAddress address(String host) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), 6969);
    }

    private void ask(InetSocketAddress... addresses) {
        var asker = new UdpTransactions.Asker() {
            @Override
            public void answered(UdpTrackerPacket.Reply packet, InetSocketAddress tracker) {
                outcomes.add("answered by " + tracker.getAddress().getHostAddress());
            }

            @Override
            public void failed(String reason) {
                outcomes.add(reason);
            }
        };
        transactions.ask(
                List.of(addresses),
                (transactionId, connectionId) ->
                        new Scrape(transactionId, connectionId, List.of(new InfoHash(1, 2, 3))),
                asker,
                now);
    }

    private void reply(UdpTrackerPacket.Reply packet) {
        transactions.received(TRACKER, packet, now);
    }

    private void pass(long seconds) {
        long end = now + seconds * SECOND;
        while (transactions.nextTimeoutNanos() <= end) {
            now = Math.max(now, transactions.nextTimeoutNanos());
            transactions.timeout(now);
        }
        now = end;
    }

    private UdpTrackerPacket.Request last() {
        return sent.getLast();
    }

    private void connect(long connectionId) {
        assertInstanceOf(Connect.class, last());
        reply(new Connected(last().transactionId(), connectionId));
    }

    private static Scraped scraped(int transactionId) {
        return new Scraped(transactionId, List.of(new ScrapeReply.Counts(1, 2, 3)));
    }

    @Test
    void connectsThenAsks() {
        ask(TRACKER);
        connect(42);

        var scrape = assertInstanceOf(Scrape.class, last());
        assertEquals(42, scrape.connectionId());
        reply(scraped(scrape.transactionId()));
        assertEquals(List.of("answered by 192.0.2.1"), outcomes);
        assertEquals(Long.MAX_VALUE, transactions.nextTimeoutNanos());
    }

    @Test
    void usesAConnectionIdForAMinute() {
        ask(TRACKER);
        connect(42);
        reply(scraped(last().transactionId()));

        pass(59);
        ask(TRACKER);
        assertInstanceOf(Scrape.class, last());
        reply(scraped(last().transactionId()));
        pass(1);
        ask(TRACKER);

        assertInstanceOf(Connect.class, last());
        assertEquals(4, sent.size());
    }

    @Test
    void asksForOneConnectionIdForAllThatWait() {
        ask(TRACKER);
        ask(TRACKER);
        ask(TRACKER);
        assertEquals(1, sent.size());

        connect(42);
        assertEquals(4, sent.size());
    }

    @Test
    void asksAgainAndAgainAndGivesUpAfterAMinute() {
        ask(TRACKER);
        pass(14);
        assertEquals(1, sent.size());
        pass(1);
        assertEquals(2, sent.size());
        pass(29);
        assertEquals(2, sent.size());
        pass(1);
        assertEquals(3, sent.size());
        pass(14);
        assertEquals(List.of(), outcomes);
        pass(1);

        assertEquals(List.of("no answer from 192.0.2.1 port 6969 within 60 s"), outcomes);
        assertEquals(Long.MAX_VALUE, transactions.nextTimeoutNanos());
        assertEquals(3, sent.size());
    }

    @Test
    void connectsAnewWhenARequestIsNotAnswered() {
        ask(TRACKER);
        connect(42);
        pass(15);

        connect(43);
        assertEquals(43, assertInstanceOf(Scrape.class, last()).connectionId());
    }

    @Test
    void takesALateAnswerToAnEarlierAttempt() {
        ask(TRACKER);
        connect(42);
        int transactionId = last().transactionId();
        pass(16);

        reply(scraped(transactionId));

        assertEquals(List.of("answered by 192.0.2.1"), outcomes);
    }

    @Test
    void triesTheNextAddressWhenOneIsSilent() {
        ask(OTHER, TRACKER);
        assertEquals(OTHER, sentTo.getLast());
        pass(15);
        assertEquals(TRACKER, sentTo.getLast());
        connect(42);
        reply(scraped(last().transactionId()));

        assertEquals(List.of("answered by 192.0.2.1"), outcomes);
    }

    @Test
    void triesTheNextAddressAtOnceWhenOneCannotBeSentTo() {
        unreachable = Optional.of(OTHER);

        ask(OTHER, TRACKER);

        assertEquals(List.of(TRACKER), sentTo);
    }

    @Test
    void failsAtOnceWhenNoAddressCanBeSentTo() {
        unreachable = Optional.of(OTHER);

        ask(OTHER);

        assertEquals(List.of("cannot send to 192.0.2.2 port 6969: network is unreachable"), outcomes);
    }

    @Test
    void believesOnlyTheAddressThatWasAsked() {
        ask(TRACKER);
        transactions.received(OTHER, new Connected(last().transactionId(), 13), now);
        assertEquals(1, sent.size());
        connect(42);
        transactions.received(OTHER, scraped(last().transactionId()), now);

        assertEquals(List.of(), outcomes);
        assertEquals(2, transactions.ignored());
    }

    @Test
    void believesOnlyOpenTransactionsAndFittingActions() {
        ask(TRACKER);
        int connecting = last().transactionId();
        reply(scraped(connecting));
        reply(new Connected(connecting + 1, 13));
        connect(42);
        reply(new Connected(connecting, 13));
        reply(new Connected(last().transactionId(), 13));

        assertEquals(4, transactions.ignored());
        reply(scraped(last().transactionId()));
        reply(scraped(last().transactionId()));
        assertEquals(5, transactions.ignored());
        assertEquals(1, outcomes.size());
    }

    @Test
    void aRefusalEndsTheCall() {
        ask(TRACKER);
        connect(42);
        reply(new Failed(last().transactionId(), "torrent not registered"));

        assertEquals(List.of("torrent not registered"), outcomes);
    }

    @Test
    void aRefusalToConnectEndsAllThatWait() {
        ask(TRACKER);
        ask(TRACKER);
        reply(new Failed(last().transactionId(), "go away"));

        assertEquals(List.of("go away", "go away"), outcomes);
    }

    @Test
    void aRefusalOfAnOldConnectionIdIsAnsweredWithANewOne() {
        ask(TRACKER);
        connect(42);
        reply(scraped(last().transactionId()));
        ask(TRACKER);
        reply(new Failed(last().transactionId(), "connection id mismatch"));
        connect(43);
        reply(new Failed(last().transactionId(), "really not"));

        assertEquals(List.of("answered by 192.0.2.1", "really not"), outcomes);
    }

    @Test
    void boundsCallsAtATime() {
        for (int i = 0; i < UdpTransactions.MAX_CALLS; i++) {
            ask(TRACKER);
        }
        assertEquals(List.of(), outcomes);
        ask(TRACKER);

        assertEquals(1, outcomes.size());
        transactions.failAll("closed");
        assertEquals(UdpTransactions.MAX_CALLS + 1, outcomes.size());
    }

    @Test
    void forgetsTrackersBeyondItsBound() {
        for (int i = 0; i < 2 * UdpTransactions.MAX_TRACKERS; i++) {
            var tracker = new InetSocketAddress(InetAddress.ofLiteral("10.0." + i / 256 + "." + i % 256), 80);
            ask(tracker);
            transactions.received(tracker, new Connected(last().transactionId(), i), now);
            transactions.received(tracker, scraped(last().transactionId()), now);
        }
        int before = sent.size();
        ask(new InetSocketAddress(InetAddress.ofLiteral("10.0.0.0"), 80));

        assertInstanceOf(Connect.class, sent.get(before));
    }

    @Test
    void everyCallEndsOnceWhateverTheNetworkDoes() {
        Random random = new Random(11);
        int asked = 0;
        for (int step = 0; step < 20_000; step++) {
            switch (random.nextInt(4)) {
                case 0 -> {
                    ask(random.nextBoolean() ? TRACKER : OTHER, random.nextBoolean() ? TRACKER : OTHER);
                    asked++;
                }
                case 1 -> pass(random.nextInt(8));
                default -> {
                    if (!sent.isEmpty()) {
                        int at = Math.max(0, sent.size() - 1 - random.nextInt(6));
                        int id = sent.get(at).transactionId();
                        transactions.received(
                                sentTo.get(at),
                                switch (random.nextInt(3)) {
                                    case 0 -> new Connected(id, random.nextLong());
                                    case 1 -> new Failed(id, "no");
                                    default -> scraped(id);
                                },
                                now);
                    }
                }
            }
        }
        pass(61);

        assertEquals(asked, outcomes.size());
        assertEquals(Long.MAX_VALUE, transactions.nextTimeoutNanos());
        assertTrue(transactions.ignored() > 0);
    }
}
