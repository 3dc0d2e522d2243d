package dev.jackdaw.dht.engine;

import dev.jackdaw.dht.NodeId;
import dev.jackdaw.protocol.PeerAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Nodes that have answered while their bucket was full, and wait for a place in it (Maymounkov, Mazières 2002,
/// 4.1, "replacement cache").
///
/// For each bucket there are [#PLACES]; when they are taken, the one that answered longest ago goes. A host waits
/// once. There is room for the buckets up to the deepest for which anyone has waited.
final class ReplacementCache {
    private static final int PLACES = 4;

    private final Contacts waiting;
    private byte[] sizes = {};

    ReplacementCache(boolean v6) {
        waiting = new Contacts(v6, 0);
    }

    /// One that waits.
    record Candidate(NodeId id, PeerAddress address, int answeredSeconds) {}

    /// A node of the bucket has answered. One that waits already keeps its address.
    void answered(int bucket, NodeId id, PeerAddress address, int nowSeconds) {
        if (sizes.length <= bucket) {
            waiting.resize((bucket + 1) * PLACES);
            sizes = Arrays.copyOf(sizes, bucket + 1);
        }
        int from = bucket * PLACES;
        int oldest = from;
        for (int row = from; row < from + sizes[bucket]; row++) {
            if (waiting.hasId(row, id) || waiting.hasHost(row, address)) {
                if (waiting.hasAddress(row, address)) {
                    waiting.put(row, id, address, 0, nowSeconds);
                }
                return;
            }
            oldest = waiting.stamp(row) - waiting.stamp(oldest) < 0 ? row : oldest;
        }
        int row = sizes[bucket] < PLACES ? from + sizes[bucket]++ : oldest;
        waiting.put(row, id, address, 0, nowSeconds);
    }

    /// Takes out the node that answered last, if any waits for the bucket.
    @Nullable
    Candidate takeNewest(int bucket) {
        if (sizes.length <= bucket || sizes[bucket] == 0) {
            return null;
        }
        int from = bucket * PLACES;
        int last = from + --sizes[bucket];
        int newest = from;
        for (int row = from + 1; row <= last; row++) {
            newest = waiting.stamp(row) - waiting.stamp(newest) > 0 ? row : newest;
        }
        Candidate candidate = new Candidate(waiting.id(newest), waiting.address(newest), waiting.stamp(newest));
        waiting.copy(last, newest, 1);
        return candidate;
    }
}
