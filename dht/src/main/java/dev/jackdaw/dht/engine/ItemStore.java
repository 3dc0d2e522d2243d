package dev.jackdaw.dht.engine;

import dev.jackdaw.dht.DhtItem;
import dev.jackdaw.dht.NodeId;
import dev.jackdaw.dht.krpc.KrpcError;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The items that others have put here (BEP 44), for two hours after each time.
///
/// Bounded: of [#MOST_ITEMS], the one farthest from our own id makes way, since it is least looked for here; a
/// farther one is not taken.
final class ItemStore {
    static final int MOST_ITEMS = 4_000;
    private static final int LIFE_MINUTES = 120;

    private final Map<NodeId, Kept> items = new HashMap<>();

    private record Kept(DhtItem item, int expiryMinute) {}

    int size() {
        return items.size();
    }

    @Nullable
    DhtItem find(NodeId target) {
        Kept kept = items.get(target);
        return kept == null ? null : kept.item();
    }

    /// Takes an item in.
    ///
    /// @param cas what the sequence number of a mutable one that is replaced must be
    /// @return 0, or the number of the failure
    int put(NodeId target, DhtItem item, OptionalLong cas, NodeId ownId, int nowMinute) {
        Kept kept = items.get(target);
        if (kept != null && item instanceof DhtItem.Mutable fresh && kept.item() instanceof DhtItem.Mutable known) {
            if (cas.isPresent() && cas.getAsLong() != known.seq()) {
                return KrpcError.CAS_MISMATCH;
            }
            boolean same = fresh.seq() == known.seq() && java.util.Arrays.equals(fresh.value(), known.value());
            if (fresh.seq() <= known.seq() && !same) {
                return KrpcError.SEQUENCE_TOO_LOW;
            }
        }
        if (kept == null && items.size() >= MOST_ITEMS && !makeWay(target, ownId)) {
            return KrpcError.SERVER;
        }
        items.put(target, new Kept(item, nowMinute + LIFE_MINUTES));
        return 0;
    }

    private boolean makeWay(NodeId target, NodeId ownId) {
        NodeId farthest = target;
        for (NodeId place : items.keySet()) {
            farthest = ownId.compareDistance(place, farthest) > 0 ? place : farthest;
        }
        return items.remove(farthest) != null;
    }

    void expire(int nowMinute) {
        items.values().removeIf(kept -> kept.expiryMinute() - nowMinute <= 0);
    }
}
