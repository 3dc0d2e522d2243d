package dev.jackdaw.dht;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real nodes on loopback.
class DhtTest {
    private final List<Dht> nodes = new ArrayList<>();

    private Dht start(DhtConfig config) throws Exception {
        Dht dht = Dht.start(config);
        nodes.add(dht);
        return dht;
    }

    private static DhtConfig config(String host, Dht... known) {
        return DhtConfig.defaults()
                .withBind(List.of(new InetSocketAddress(InetAddress.ofLiteral(host), 0)))
                .withAllowLocal(true)
                .withBootstrap(List.of(known).stream()
                        .map(node -> node.localAddresses().getFirst())
                        .toList());
    }

    @AfterEach
    void closeAll() {
        nodes.forEach(Dht::close);
    }

    @Test
    void peersAreFoundByWhoeverKnowsSomeNode() throws Exception {
        Dht first = start(config("127.0.0.1"));
        for (int i = 0; i < 6; i++) {
            start(config("127.0.0.1", first));
        }
        Dht announcer = start(config("127.0.0.1", first));
        Dht asker = start(config("127.0.0.1", first));
        InfoHash torrent = InfoHash.ofHex("0123456789abcdef0123456789abcdef01234567");
        Set<PeerAddress> found = ConcurrentHashMap.newKeySet();

        StoreReport report =
                announcer.announce(torrent, 7777, false, true, _ -> {}).get();
        int count = asker.getPeers(torrent, found::addAll).get();

        assertTrue(report.stored() > 0, report.toString());
        assertEquals(1, count);
        assertEquals(Set.of(PeerAddress.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 7777))), found);
        assertEquals(1, asker.scrape(torrent).get().seeds(), 0.1);
    }

    @Test
    void aNodeOnEveryAddressOfIpv4IsReached() throws Exception {
        Dht everywhere = start(config("0.0.0.0"));
        int port = everywhere.localAddresses().getFirst().getPort();

        Dht.Pong pong = start(config("127.0.0.1"))
                .ping(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port))
                .get()
                .orElseThrow();

        assertEquals(everywhere.snapshot().get().v4().orElseThrow().id(), pong.id());
    }

    @Test
    void aNodeOfBothFamiliesJoinsThemAndAnnouncesInBoth() throws Exception {
        Dht first4 = start(config("127.0.0.1"));
        Dht first6 = start(config("::1"));
        Dht both = start(DhtConfig.defaults()
                .withBind(List.of(
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                        new InetSocketAddress(InetAddress.ofLiteral("::1"), 0)))
                .withAllowLocal(true)
                .withBootstrap(List.of(
                        first4.localAddresses().getFirst(),
                        first6.localAddresses().getFirst())));
        InfoHash torrent = InfoHash.ofHex("0123456789abcdef0123456789abcdef01234567");
        awaitNodes(both, DhtSnapshot::v4);
        awaitNodes(both, DhtSnapshot::v6);

        assertEquals(
                2, both.announce(torrent, 7777, false, false, _ -> {}).get().stored());

        for (String host : List.of("127.0.0.1", "::1")) {
            Dht asker = start(config(host, host.equals("::1") ? first6 : first4));
            Set<PeerAddress> found = ConcurrentHashMap.newKeySet();
            asker.getPeers(torrent, found::addAll).get();
            assertEquals(Set.of(PeerAddress.of(new InetSocketAddress(InetAddress.ofLiteral(host), 7777))), found);
        }
        DhtSnapshot snapshot = both.snapshot().get();
        assertNotEquals(
                snapshot.v4().orElseThrow().id(), snapshot.v6().orElseThrow().id());
    }

    private static void awaitNodes(Dht node, Function<DhtSnapshot, Optional<DhtSnapshot.Family>> family)
            throws Exception {
        while (family.apply(node.snapshot().get()).orElseThrow().nodes() == 0) {
            Thread.sleep(5);
        }
    }

    @Test
    void whatACallersOwnCodeThrowsIsToldToTheCallerAndTheNodeGoesOn() throws Exception {
        Dht first = start(config("127.0.0.1"));
        Dht asker = start(config("127.0.0.1", first));
        InfoHash torrent = InfoHash.ofHex("0123456789abcdef0123456789abcdef01234567");
        asker.announce(torrent, 7777, false, false, _ -> {}).get();

        ExecutionException failure = assertThrows(
                ExecutionException.class,
                () -> asker.getPeers(torrent, _ -> {
                            throw new IllegalStateException("mine");
                        })
                        .get());

        assertEquals("mine", failure.getCause().getMessage());
        assertEquals(1, asker.getPeers(torrent, _ -> {}).get());
    }

    @Test
    void aPingSaysWhoIsThere() throws Exception {
        Dht first = start(config("::1"));
        Dht second = start(config("::1"));

        var pong = second.ping(first.localAddresses().getFirst()).get();

        assertEquals(
                first.snapshot().get().v6().orElseThrow().id(),
                pong.orElseThrow().id());
    }

    @Test
    void whatIsSearchedForWhenANodeIsClosedIsCancelled() throws Exception {
        Dht node = start(config("127.0.0.1"));
        CompletableFuture<?> ping;
        try (DatagramSocket silent = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"))) {
            ping = node.ping(new InetSocketAddress("127.0.0.1", silent.getLocalPort()));
            node.close();
        }

        assertThrows(CancellationException.class, ping::join);
        assertThrows(
                CancellationException.class, () -> node.lookup(NodeId.of(new byte[NodeId.LENGTH], 0)).join());
    }

    @Test
    void aQuestionThatCannotBeAskedFails() throws Exception {
        Dht node = start(config("127.0.0.1"));

        CompletableFuture<?> ping = node.ping(InetSocketAddress.createUnresolved("node.example", 6881));

        assertThrows(CompletionException.class, ping::join);
    }

    @Test
    void aNodeIsNotClosedOnItsOwnLoop() throws Exception {
        Dht first = start(config("127.0.0.1"));
        Dht asker = start(config("127.0.0.1", first));
        InfoHash torrent = InfoHash.ofHex("0123456789abcdef0123456789abcdef01234567");
        asker.announce(torrent, 7777, false, false, _ -> {}).get();

        ExecutionException failure = assertThrows(ExecutionException.class, () -> asker.getPeers(
                        torrent, _ -> asker.close())
                .get());

        assertInstanceOf(IllegalStateException.class, failure.getCause());
    }

    @Test
    void aNodeRemembersWhoItIsAndWhomItKnew(@TempDir Path directory) throws Exception {
        Dht first = start(config("127.0.0.1"));
        Dht second = Dht.start(config("127.0.0.1", first).withStateFile(directory.resolve("dht.state")));
        second.lookup(NodeId.ofHex("00".repeat(20))).get();
        NodeId id = second.snapshot().get().v4().orElseThrow().id();
        second.close();

        Dht again = start(config("127.0.0.1").withStateFile(directory.resolve("dht.state")));

        assertEquals(id, again.snapshot().get().v4().orElseThrow().id());
        assertEquals(1, again.lookup(NodeId.ofHex("00".repeat(20))).get().size());
    }
}
