package dev.jackdaw.dht.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.dht.DhtItem;
import dev.jackdaw.dht.NodeContact;
import dev.jackdaw.dht.NodeId;
import dev.jackdaw.dht.krpc.KrpcMessage.Peers;
import dev.jackdaw.dht.krpc.KrpcMessage.Samples;
import dev.jackdaw.simulation.Seed;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SmallNetworkTest {
    private static final SearchListener NOBODY = new SearchListener() {};

    @ParameterizedTest
    @MethodSource("dev.jackdaw.simulation.Seed#some")
    void aLookupEndsAtTheEightNodesClosest(Seed seed) {
        Net net = new Net(seed).grow(60);
        NodeId target = NodeId.random(seed.random("target"));

        SearchReport report = net.nodes.get(17).search(new SearchRequest.FindNode(target), NOBODY);

        List<NodeId> closest = net.nodes.stream()
                .filter(node -> node != net.nodes.get(17))
                .map(Net.Node::id)
                .sorted(target::compareDistance)
                .limit(8)
                .toList();
        assertEquals(closest, report.closest().stream().map(NodeContact::id).toList(), seed::describe);
    }

    @ParameterizedTest
    @MethodSource("dev.jackdaw.simulation.Seed#some")
    void anAnnouncedPeerIsFoundByEverybody(Seed seed) {
        Net net = new Net(seed).grow(40);
        NodeId torrent = NodeId.random(seed.random("torrent"));
        Net.Node announcer = net.nodes.get(5);
        var announcement = new SearchRequest.Announcement(7000, false, false);

        SearchReport announced =
                announcer.search(new SearchRequest.FindPeers(torrent, Optional.of(announcement), false, false), NOBODY);

        assertEquals(8, announced.stored(), seed::describe);
        byte[] expected = announcer.address.withPort(7000).toCompact();
        for (Net.Node node : net.nodes) {
            if (node == announcer) {
                continue;
            }
            List<byte[]> found = new ArrayList<>();
            node.search(new SearchRequest.FindPeers(torrent, Optional.empty(), false, false), new SearchListener() {
                @Override
                public void peersFound(NodeContact from, Peers peers) {
                    found.add(peers.v4());
                }
            });
            assertTrue(!found.isEmpty(), seed::describe);
            assertArrayEquals(expected, found.getFirst());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.jackdaw.simulation.Seed#some")
    void announcesAsSoonAsTheWayIsFound(Seed seed) {
        Net net = new Net(seed).grow(40);
        NodeId torrent = NodeId.random(seed.random("torrent"));
        var announcement = new SearchRequest.Announcement(7000, false, false);

        SearchReport report = net.nodes
                .get(5)
                .search(new SearchRequest.FindPeers(torrent, Optional.of(announcement), false, false), NOBODY);

        assertEquals(8, report.stored(), seed::describe);
        assertTrue(report.nanos() - report.foundNanos() < Net.SECOND, seed::describe);
    }

    @Test
    void theDeadAreWalkedAroundAndForgotten() {
        Seed seed = new Seed(4);
        Net net = new Net(seed).grow(60);
        net.nodes.stream().skip(10).filter(node -> node.id().low() % 5 == 0).forEach(node -> node.isDead = true);
        List<Net.Node> living = net.nodes.stream().filter(node -> !node.isDead).toList();
        NodeId target = NodeId.random(seed.random("target"));

        SearchReport report = net.nodes.getFirst().search(new SearchRequest.FindNode(target), NOBODY);

        NodeId closest = living.stream()
                .skip(1)
                .map(Net.Node::id)
                .min(Comparator.comparing(id -> id, target::compareDistance))
                .orElseThrow();
        assertEquals(closest, report.closest().getFirst().id());
        net.time.runUntil(net.time.nanos() + 3600 * Net.SECOND);
        SearchReport later = net.nodes.getFirst().search(new SearchRequest.FindNode(target), NOBODY);
        assertEquals(later.queries(), later.answers(), "nobody dead is asked any more");
    }

    @Test
    void itemsArePutAndFetchedAndReplacedOnlyByNewerOnes() throws Exception {
        Seed seed = new Seed(5);
        Net net = new Net(seed).grow(40);
        KeyPair pair = keyPair(seed.random("key"));
        byte[] key = rawKey((EdECPublicKey) pair.getPublic());
        byte[] salt = ascii("weekly");
        var first = DhtItem.Mutable.signed(key, pair.getPrivate(), salt, 1, ascii("5:first"));
        var second = DhtItem.Mutable.signed(key, pair.getPrivate(), salt, 2, ascii("6:second"));

        put(net.nodes.get(3), first);
        assertEquals(8, put(net.nodes.get(4), second).stored());
        // by the same node, whose way ends at the same eight: another's may end at one that has neither
        SearchReport outdated = put(net.nodes.get(4), first);

        assertEquals(0, outdated.stored());
        assertEquals(302, outdated.refusal());
        List<DhtItem> found = new ArrayList<>();
        net.nodes.get(30).search(new SearchRequest.GetItem(first.target(), salt), new SearchListener() {
            @Override
            public void itemFound(NodeContact from, DhtItem item) {
                found.add(item);
            }
        });
        assertEquals(List.of(second), found);
    }

    @Test
    void samplesTellWhatIsAnnounced() {
        Seed seed = new Seed(6);
        Net net = new Net(seed).grow(20);
        NodeId torrent = NodeId.random(seed.random("torrent"));
        var announcement = new SearchRequest.Announcement(7000, true, true);
        net.nodes.get(2).search(new SearchRequest.FindPeers(torrent, Optional.of(announcement), false, false), NOBODY);

        List<NodeId> samples = new ArrayList<>();
        net.nodes.get(9).search(new SearchRequest.Sample(torrent), new SearchListener() {
            @Override
            public void samplesFound(NodeContact from, Samples found) {
                for (int at = 0; at < found.infoHashes().length; at += NodeId.LENGTH) {
                    samples.add(NodeId.of(found.infoHashes(), at));
                }
            }
        });

        assertTrue(samples.contains(torrent));
    }

    @Test
    void sameSeedSameRun() {
        List<Long> runs = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Net net = new Net(new Seed(7)).grow(30);
            runs.add(net.time.executed() * 1_000_003
                    + net.nodes.get(29).engine.snapshot().answered());
        }
        assertEquals(runs.getFirst(), runs.getLast());
    }

    private static SearchReport put(Net.Node node, DhtItem item) {
        return node.search(new SearchRequest.PutItem(item, OptionalLong.empty()), NOBODY);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// The same for the same seed: where an item belongs follows from its key.
    private static KeyPair keyPair(RandomGenerator random) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
        generator.initialize(NamedParameterSpec.ED25519, new SecureRandom() {
            @Override
            public void nextBytes(byte[] bytes) {
                random.nextBytes(bytes);
            }
        });
        return generator.generateKeyPair();
    }

    private static byte[] rawKey(EdECPublicKey key) {
        byte[] encoded = key.getEncoded(); // X.509: the key is its end
        return java.util.Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    }
}
