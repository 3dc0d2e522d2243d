package dev.jackdaw.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.PeerAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SimulatedNetworkTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    private final VirtualTime time = new VirtualTime();
    private final EventDigest digest = new EventDigest();
    private SimulatedNetwork<String> network = network(new NetworkConditions(10 * MILLI, 10 * MILLI, 0), 1);

    @Test
    void connectsInOneRoundTripAndDeliversInOrder() {
        var a = host(1, AccessLink.UNLIMITED);
        var b = host(2, AccessLink.UNLIMITED);
        var server = new Peer();
        b.listen(server);
        var client = new Peer();
        client.greeting = "hello";
        server.greeting = "welcome";

        a.dial(b.address(), client);
        time.runUntil(19 * MILLI);
        assertTrue(client.connection.isEmpty());
        time.runUntil(100 * MILLI);

        assertEquals(List.of("20 welcome"), client.log);
        assertEquals(List.of("30 hello"), server.log);
        assertEquals(2, network.messages());
        assertEquals(1, a.connections());
    }

    @Test
    void refusesWhereNobodyListensAndTimesOutWhereNobodyIs() {
        var a = host(1, AccessLink.UNLIMITED);
        host(2, AccessLink.UNLIMITED);
        host(3, AccessLink.UNLIMITED.behindNat()).listen(new Peer());
        var refused = new Peer();
        var behindNat = new Peer();
        var nowhere = new Peer();

        a.dial(at(2), refused);
        a.dial(at(3), behindNat);
        a.dial(at(9), nowhere);
        time.runUntil(20 * SECOND);

        assertEquals(List.of("20 failed: connection refused"), refused.log);
        assertEquals(List.of("10000 failed: timed out"), behindNat.log);
        assertEquals(List.of("10000 failed: timed out"), nowhere.log);
        assertEquals(0, a.connections());
        assertThrows(IllegalArgumentException.class, () -> host(2, AccessLink.UNLIMITED));
    }

    @Test
    void saysNothingMoreToADialerThatGaveUp() {
        var a = host(1, AccessLink.UNLIMITED);
        var server = new Peer();
        host(2, AccessLink.UNLIMITED).listen(server);
        var client = new Peer();

        var attempt = a.dial(at(2), client);
        time.runUntil(15 * MILLI);
        attempt.close("changed its mind");
        time.runUntil(30 * SECOND);

        assertEquals(List.of(), client.log);
        assertEquals(List.of("20 closed: gave up"), server.log);
    }

    @Test
    void closesAfterWhatWasSentHasArrived() {
        var a = host(1, new AccessLink(0, 100_000, false));
        var server = new Peer();
        host(2, AccessLink.UNLIMITED).listen(server);
        var client = new Peer();
        a.dial(at(2), client);
        time.runUntil(50 * MILLI);

        server.connection().send("bulk", 50_000);
        server.connection().close("done");
        server.connection().send("more", 1);
        client.connection().send("to a closed end", 1);
        time.runUntil(10 * SECOND);

        assertEquals(List.of("560 bulk", "560 closed: done"), client.log);
        assertEquals(List.of(), server.log);
        assertFalse(client.connection().isOpen());
    }

    @Test
    void sharesAnUplinkAmongFlowsAndLetsSmallMessagesPassBulk() {
        var a = host(1, new AccessLink(100_000, 0, false));
        var clients = new ArrayList<Peer>();
        var server = new Peer();
        a.listen(server);
        for (int i = 2; i <= 4; i++) {
            var client = new Peer();
            host(i, AccessLink.UNLIMITED).dial(a.address(), client);
            clients.add(client);
        }
        time.runUntil(100 * MILLI);
        long start = time.nanos();

        keepOneBlockQueued(server.connections.get(0), start + 10 * SECOND);
        keepOneBlockQueued(server.connections.get(1), start + 10 * SECOND);
        time.runUntil(start + 5 * SECOND + MILLI);
        server.connections.get(2).send("small", 100);
        time.runUntil(start + 10 * SECOND);

        assertEquals(50, clients.get(0).log.size(), 2);
        assertEquals(50, clients.get(1).log.size(), 2);
        assertEquals(List.of("5112 small"), clients.get(2).log);
    }

    private void keepOneBlockQueued(SimulatedConnection<String> connection, long untilNanos) {
        if (time.nanos() < untilNanos) {
            connection.send("block", 10_000, () -> keepOneBlockQueued(connection, untilNanos));
        }
    }

    @Test
    void deliversAFullDownlinkAtItsRate() {
        var a = host(1, new AccessLink(0, 1_000_000, false));
        var sink = new Peer();
        a.listen(sink);
        for (int i = 2; i < 12; i++) {
            var source = new Peer();
            host(i, AccessLink.UNLIMITED).dial(a.address(), source);
            time.runUntil(time.nanos() + 50 * MILLI);
            for (int n = 0; n < 10; n++) {
                source.connection().send("block", 16_384);
            }
        }
        time.runUntil(time.nanos() + 10 * SECOND);

        assertEquals(100, sink.log.size());
        assertEquals(1_638 + 50 + 10, (double) time(sink.log.getLast()), 30);
    }

    @Test
    void losesDatagramsButDelaysStreams() {
        network = network(new NetworkConditions(10 * MILLI, 10 * MILLI, 0.2), 3);
        var a = host(1, AccessLink.UNLIMITED);
        var b = host(2, AccessLink.UNLIMITED);
        List<String> datagrams = new ArrayList<>();
        b.onDatagram((from, message) -> datagrams.add(from + " " + message));
        var server = new Peer();
        b.listen(server);
        var client = new Peer();
        a.dial(at(2), client);
        time.runUntil(10 * SECOND);

        for (int i = 0; i < 1_000; i++) {
            a.sendDatagram(b.address(), "d", 100);
            client.connection().send("" + i, 100);
        }
        time.runUntil(100 * SECOND);

        assertEquals(800, datagrams.size(), 50);
        assertEquals(a.address() + " d", datagrams.getFirst());
        assertEquals(1_000, server.log.size());
        for (int i = 0; i < 1_000; i++) {
            assertTrue(server.log.get(i).endsWith(" " + i));
        }
        assertTrue(time(server.log.getLast()) > 10_010 + 400);
    }

    @Test
    void letsAnswersButNotStrangersThroughANat() {
        var inside = host(1, AccessLink.UNLIMITED.behindNat());
        var friend = host(2, AccessLink.UNLIMITED);
        var stranger = host(3, AccessLink.UNLIMITED);
        List<String> got = new ArrayList<>();
        inside.onDatagram((from, message) -> got.add(message));

        inside.sendDatagram(friend.address(), "ping", 50);
        friend.sendDatagram(inside.address(), "pong", 50);
        stranger.sendDatagram(inside.address(), "spam", 50);
        time.runUntil(2 * SimulatedHost.NAT_BINDING_NANOS);
        friend.sendDatagram(inside.address(), "too late", 50);
        time.runUntil(3 * SimulatedHost.NAT_BINDING_NANOS);

        assertEquals(List.of("pong"), got);
    }

    @Test
    void stallsStreamsOverAPartitionAndGoesOnWhenItHeals() {
        var a = host(1, AccessLink.UNLIMITED);
        var b = host(2, AccessLink.UNLIMITED);
        var server = new Peer();
        b.listen(server);
        var client = new Peer();
        a.dial(at(2), client);
        time.runUntil(SECOND);
        int[] departed = {0};

        network.partition(SimulatedHost::number);
        client.connection().send("1", 20, () -> departed[0]++);
        client.connection().send("2", 20, () -> departed[0]++);
        client.connection().close("bye");
        var other = new Peer();
        a.dial(at(2), other);
        a.sendDatagram(at(2), "lost", 10);
        time.runUntil(20 * SECOND);
        assertEquals(List.of(), server.log);
        assertEquals(0, departed[0]);
        assertEquals(List.of("11000 failed: timed out"), other.log);
        network.heal();
        time.runUntil(30 * SECOND);

        assertEquals(List.of("20010 1", "20010 2", "20010 closed: bye"), server.log);
        assertEquals(2, departed[0]);
    }

    @Test
    void tellsOthersOfAHostThatShutsDownButNotOfOneThatCrashes() {
        var a = host(1, AccessLink.UNLIMITED);
        var b = host(2, AccessLink.UNLIMITED);
        var c = host(3, AccessLink.UNLIMITED);
        b.listen(new Peer());
        c.listen(new Peer());
        var toB = new Peer();
        var toC = new Peer();
        a.dial(b.address(), toB);
        a.dial(c.address(), toC);
        time.runUntil(SECOND);

        b.shutDown();
        c.crash();
        toC.connection().send("anybody there?", 20);
        time.runUntil(20 * SECOND);

        assertEquals(List.of("1010 closed: host shut down"), toB.log);
        assertEquals(List.of(), toC.log);
        assertTrue(toC.connection().isOpen());
        assertEquals(Optional.empty(), network.host(b.address()));
    }

    @Test
    void givesEachPairItsOwnLatencyWithinTheBounds() {
        network = network(new NetworkConditions(20 * MILLI, 200 * MILLI, 0), 1);
        List<SimulatedHost<String>> hosts = new ArrayList<>();
        for (int i = 1; i <= 60; i++) {
            hosts.add(host(i, AccessLink.UNLIMITED));
        }
        double sum = 0;
        for (var one : hosts) {
            for (var other : hosts) {
                long latency = network.latencyNanos(one, other);
                assertEquals(latency, network.latencyNanos(other, one));
                assertTrue(latency >= 20 * MILLI && latency <= 200 * MILLI);
                sum += latency;
            }
        }
        assertEquals(110 * MILLI, sum / 3_600, 5.0 * MILLI);
    }

    @ParameterizedTest
    @MethodSource("dev.jackdaw.simulation.Seed#some")
    void replaysBySeed(Seed seed) {
        assertEquals(gossip(seed), gossip(seed), seed::describe);
        assertFalse(gossip(seed).equals(gossip(new Seed(seed.value() + 100))));
    }

    private static String gossip(Seed seed) {
        var time = new VirtualTime();
        var digest = new EventDigest();
        var random = seed.random("gossip");
        var network = new SimulatedNetwork<String>(
                time, new NetworkConditions(MILLI, 50 * MILLI, 0.05), seed.random("network"), digest);
        List<SimulatedHost<String>> hosts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            var host = network.addHost(at(i + 1), new AccessLink(50_000, 100_000, i % 5 == 0));
            host.onDatagram((from, message) ->
                    host.sendDatagram(at(1 + random.nextInt(20)), message, 50 + random.nextInt(2_000)));
            hosts.add(host);
        }
        hosts.forEach(host -> host.sendDatagram(at(1), "x", 10));
        for (int i = 0; i < 100; i++) {
            hosts.get(random.nextInt(20)).sendDatagram(at(2), "y", 10);
            time.runUntil(time.nanos() + 100 * MILLI);
        }
        return digest.toString();
    }

    private static long time(String line) {
        return Long.parseLong(line.substring(0, line.indexOf(' ')));
    }

    private SimulatedHost<String> host(int number, AccessLink link) {
        return network.addHost(at(number), link);
    }

    private SimulatedNetwork<String> network(NetworkConditions conditions, long seed) {
        return new SimulatedNetwork<>(time, conditions, new SplittableRandom(seed), digest);
    }

    private static PeerAddress at(int number) {
        return PeerAddress.of(new byte[] {20, 0, 0, (byte) number}, 6881);
    }

    /// Logs what happens on its connections, with the time in milliseconds.
    private final class Peer
            implements SimulatedHost.Acceptor<String>,
                    SimulatedHost.Dialer<String>,
                    SimulatedConnection.Receiver<String> {
        final List<String> log = new ArrayList<>();
        final List<SimulatedConnection<String>> connections = new ArrayList<>();
        Optional<SimulatedConnection<String>> connection = Optional.empty();
        String greeting = "";

        SimulatedConnection<String> connection() {
            return connection.orElseThrow();
        }

        @Override
        public Optional<SimulatedConnection.Receiver<String>> accept(SimulatedConnection<String> accepted) {
            return Optional.of(connected(accepted));
        }

        @Override
        public SimulatedConnection.Receiver<String> connected(SimulatedConnection<String> connected) {
            connection = Optional.of(connected);
            connections.add(connected);
            if (!greeting.isEmpty()) {
                connected.send(greeting, 20);
            }
            return this;
        }

        @Override
        public void failed(String reason) {
            log.add(time.nanos() / MILLI + " failed: " + reason);
        }

        @Override
        public void received(String message) {
            log.add(time.nanos() / MILLI + " " + message);
        }

        @Override
        public void closed(String reason) {
            log.add(time.nanos() / MILLI + " closed: " + reason);
        }
    }
}
