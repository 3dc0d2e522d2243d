package dev.jackdaw.dht.engine;

import dev.jackdaw.dht.NodeContact;
import java.util.List;

/// How a search went.
///
/// @param closest      those that answered, the closest first, at most eight of each family
/// @param hops         nodes that were asked one after the other until the closest, 0 if none answered
/// @param queries      sent to find the way; those that store are not counted
/// @param answers      to them
/// @param stored       nodes that took what was to be stored
/// @param refusal      the number of the last refusal to store, 0 if there was none
/// @param nanos        from the start to the end
/// @param foundNanos   from the start until the way was found, before anything was stored
public record SearchReport(
        List<NodeContact> closest,
        int hops,
        int queries,
        int answers,
        int stored,
        int refusal,
        long nanos,
        long foundNanos) {
    public SearchReport {
        closest = List.copyOf(closest);
    }
}
