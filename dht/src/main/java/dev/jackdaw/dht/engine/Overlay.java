package dev.jackdaw.dht.engine;

import dev.jackdaw.dht.NodeContact;
import dev.jackdaw.dht.NodeId;
import java.util.List;
import java.util.random.RandomGenerator;

/// A node's part in the DHT of one address family; the two are apart (BEP 32), and since an id has to do with
/// an address (BEP 42), it is another one in each.
final class Overlay {
    final boolean v6;
    final ExternalAddress external = new ExternalAddress();
    final PeerStore peers;
    private final boolean distinct;
    /// Whether nobody has looked for the neighbours of this id yet.
    boolean lacksNeighbours = true;

    /// Buckets below this one are to be looked at, whether they have room; 0 for none.
    private int bucketsBeyond;

    private NodeId id;
    private RoutingTable table;

    Overlay(NodeId id, boolean v6, boolean distinct, RandomGenerator random) {
        this.id = id;
        this.v6 = v6;
        this.distinct = distinct;
        this.table = new RoutingTable(id, v6, distinct);
        this.peers = new PeerStore(v6, random);
    }

    NodeId id() {
        return id;
    }

    RoutingTable table() {
        return table;
    }

    /// The neighbours of this id are known: the eight closest that answered. In the buckets that are shallower
    /// than all of theirs there are more nodes than have been met.
    void knowsNeighbours(List<NodeContact> closest) {
        bucketsBeyond = closest.stream()
                .filter(neighbour -> neighbour.address().v6() == v6)
                .mapToInt(neighbour -> id.sharedPrefix(neighbour.id()))
                .min()
                .orElse(0);
    }

    /// The next bucket beyond the neighbours that has room, the nearest first; -1 if all were looked at.
    int nextThinBucket() {
        while (bucketsBeyond > 0) {
            if (!table.isFull(--bucketsBeyond)) {
                return bucketsBeyond;
            }
        }
        return -1;
    }

    /// A point in a bucket.
    NodeId inBucket(int bucket, RandomGenerator random) {
        return id.neighbour(Math.min(bucket, NodeId.BITS - 1), random);
    }

    /// Goes on under another id, which puts everyone else elsewhere in the table.
    void become(NodeId newId, int nowSeconds) {
        RoutingTable before = table;
        id = newId;
        lacksNeighbours = true;
        bucketsBeyond = 0;
        table = new RoutingTable(newId, v6, distinct);
        table.addAll(before, nowSeconds);
    }
}
