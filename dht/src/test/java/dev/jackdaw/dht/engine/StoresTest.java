package dev.jackdaw.dht.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.dht.DhtItem;
import dev.jackdaw.dht.NodeId;
import dev.jackdaw.dht.krpc.KrpcError;
import dev.jackdaw.protocol.PeerAddress;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// What a node keeps for others, at its bounds.
class StoresTest {
    private static final NodeId OWN = new NodeId(0, 0, 0);
    private final SplittableRandom random = new SplittableRandom(9);

    private static PeerAddress host(int number) {
        return new PeerAddress(0, (20L << 24) + number, false, 6881);
    }

    @Nested
    class OfPeers {
        private final PeerStore store = new PeerStore(false, random);

        @Test
        void manyTorrentsPushOutThoseThatHaveFewPeers() {
            NodeId popular = NodeId.random(random);
            for (int i = 0; i < 50; i++) {
                store.announce(popular, host(i), 7000, false, 0);
            }
            for (int i = 0; i < PeerStore.MOST_TORRENTS + 5_000; i++) {
                store.announce(NodeId.random(random), host(7), 7000, false, 0);
            }

            assertEquals(PeerStore.MOST_TORRENTS, store.torrents());
            assertNotNull(store.find(popular));
            assertEquals(PeerStore.MOST_TORRENTS - 1 + 50, store.peers());
        }

        @Test
        void aTorrentHasABoundAndTheOldestPeersMakeWay() {
            NodeId torrent = NodeId.random(random);
            for (int i = 0; i < PeerStore.MOST_PEERS + 10; i++) {
                store.announce(torrent, host(i), 7000, false, i < 10 ? 0 : 1);
            }

            assertEquals(PeerStore.MOST_PEERS, store.peers());
            store.expire(30); // those of minute 0
            assertEquals(PeerStore.MOST_PEERS, store.peers());
        }

        @Test
        void peersAreForgottenAfterHalfAnHourAndTheirTorrentsWithThem() {
            NodeId[] torrents = new NodeId[2_000];
            for (int i = 0; i < torrents.length; i++) {
                torrents[i] = NodeId.random(random);
                store.announce(torrents[i], host(1), 7000, false, i % 2);
            }
            store.expire(29);
            assertEquals(torrents.length, store.torrents());

            store.expire(30);

            assertEquals(torrents.length / 2, store.torrents());
            assertEquals(torrents.length / 2, store.peers());
            for (int i = 0; i < torrents.length; i++) {
                assertEquals(i % 2 == 1, store.find(torrents[i]) != null);
            }
        }

        @Test
        void aHostHasAFewPeersOfATorrentAndAFurtherOneTakesTheOldestOnesPlace() {
            NodeId torrent = NodeId.random(random);
            for (int port = 1; port <= AnnouncedPeers.MOST_OF_HOST; port++) {
                store.announce(torrent, host(1), port, false, port);
            }
            store.announce(torrent, host(1), 1, false, 20); // renewed
            store.announce(torrent, host(1), 99, false, 21);

            assertEquals(AnnouncedPeers.MOST_OF_HOST, store.peers());
            byte[] all = store.find(torrent).sample(10, false, random);
            boolean hasSecond = false;
            for (int at = 0; at < all.length; at += 6) {
                hasSecond |= all[at + 5] == 2;
            }
            assertTrue(!hasSecond, "port 2 was the oldest");
        }

        @Test
        void samplesAreDistinctTorrents() {
            for (int i = 0; i < 30; i++) {
                store.announce(NodeId.random(random), host(1), 7000, false, 0);
            }

            assertEquals(20 * 20, store.sample(20).length);
            assertEquals(30 * 20, store.sample(100).length);
        }
    }

    @Nested
    class OfItems {
        private final ItemStore store = new ItemStore();

        private int put(String value, int minute) {
            DhtItem item = new DhtItem.Immutable(value.getBytes(StandardCharsets.US_ASCII));
            return store.put(item.target(), item, OptionalLong.empty(), OWN, minute);
        }

        private int put(long seq, String value, OptionalLong cas) {
            DhtItem item = new DhtItem.Mutable(
                    new byte[32], new byte[0], seq, new byte[64], value.getBytes(StandardCharsets.US_ASCII));
            return store.put(item.target(), item, cas, OWN, 0);
        }

        @Test
        void whenItIsFullTheFarthestItemMakesWay() {
            DhtItem nearest = new DhtItem.Immutable(new byte[] {'l', 'e'});
            for (int i = 0; i < ItemStore.MOST_ITEMS; i++) {
                put("" + i, 0);
            }
            store.put(new NodeId(0, 0, 1), nearest, OptionalLong.empty(), OWN, 0);
            assertEquals(ItemStore.MOST_ITEMS, store.size());
            assertEquals(nearest, store.find(new NodeId(0, 0, 1)));

            assertEquals(KrpcError.SERVER, store.put(new NodeId(-1, -1, -1), nearest, OptionalLong.empty(), OWN, 0));
            assertEquals(ItemStore.MOST_ITEMS, store.size());
        }

        @Test
        void itemsAreForgottenAfterTwoHoursUnlessPutAgain() {
            put("a", 0);
            put("b", 0);
            put("b", 60);
            store.expire(120);

            assertEquals(1, store.size());
            store.expire(180);
            assertEquals(0, store.size());
        }

        @Test
        void aMutableOneOnlyGoesForward() {
            assertEquals(0, put(5, "five", OptionalLong.empty()));
            assertEquals(0, put(5, "five", OptionalLong.empty()), "the same again keeps it");
            assertEquals(KrpcError.SEQUENCE_TOO_LOW, put(5, "cinq", OptionalLong.empty()));
            assertEquals(KrpcError.SEQUENCE_TOO_LOW, put(4, "four", OptionalLong.empty()));
            assertEquals(0, put(6, "six", OptionalLong.empty()));
        }

        @Test
        void casMustBeTheNumberThatIsThere() {
            assertEquals(0, put(5, "five", OptionalLong.of(77)), "of nothing it is ignored");
            assertEquals(KrpcError.CAS_MISMATCH, put(6, "six", OptionalLong.of(4)));
            assertEquals(KrpcError.CAS_MISMATCH, put(4, "four", OptionalLong.of(4)), "which counts before the number");
            assertEquals(0, put(6, "six", OptionalLong.of(5)));
            assertNull(store.find(new NodeId(1, 1, 1)));
        }
    }
}
