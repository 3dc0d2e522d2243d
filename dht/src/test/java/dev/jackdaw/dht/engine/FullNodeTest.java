package dev.jackdaw.dht.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.dht.DhtItem;
import dev.jackdaw.dht.NodeContact;
import dev.jackdaw.dht.NodeId;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.simulation.Seed;
import java.lang.ref.Reference;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// What a node's memory comes to when strangers have filled everything they can fill.
class FullNodeTest {
    private static final long MOST_BYTES = 32L << 20;
    /// The longest value that an item may have (BEP 44).
    private static final int VALUE_BYTES = 996;

    @Test
    void stateOfAFullNodeStaysBelow32MiB() {
        RandomGenerator random = new Seed(1).random("full");
        long before = usedBytes();

        PeerStore peers = new PeerStore(false, random);
        for (int i = 0; i < PeerStore.MOST_PEERS_IN_ALL; i++) {
            NodeId torrent = new NodeId(i % PeerStore.MOST_TORRENTS, 0, 0);
            peers.announce(torrent, new PeerAddress(0, 0x2000_0000L + i, false, 6881), 6881, false, 0);
        }
        ItemStore items = new ItemStore();
        for (int i = 0; i < ItemStore.MOST_ITEMS; i++) {
            DhtItem.Mutable item = new DhtItem.Mutable(
                    bytes(random, DhtItem.Mutable.KEY_LENGTH),
                    new byte[64],
                    1,
                    new byte[DhtItem.Mutable.SIGNATURE_LENGTH],
                    bytes(random, VALUE_BYTES));
            items.put(item.target(), item, OptionalLong.empty(), NodeId.random(random), 0);
        }
        NodeId own = NodeId.random(random);
        RoutingTable table = new RoutingTable(own, false, true);
        for (int i = 0; i < 100_000; i++) {
            NodeContact contact = new NodeContact(
                    own.neighbour(i % 128, random), new PeerAddress(0, 0x2000_0000L + 997L * i, false, 6881));
            table.answered(contact.id(), contact.address(), 0);
        }
        long bytes = usedBytes() - before;

        assertEquals(PeerStore.MOST_PEERS_IN_ALL, peers.peers());
        assertEquals(ItemStore.MOST_ITEMS, items.size());
        assertEquals(320, table.size(), "the deepest table");
        assertTrue(bytes < MOST_BYTES, bytes + " bytes");
        Reference.reachabilityFence(peers);
        Reference.reachabilityFence(items);
        Reference.reachabilityFence(table);
    }

    private static byte[] bytes(RandomGenerator random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
