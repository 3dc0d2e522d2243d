package dev.jackdaw.dht;

import dev.jackdaw.protocol.PeerAddress;
import java.util.Optional;

/// What a node is and has done so far.
///
/// @param items     of others, kept for them (BEP 44)
/// @param searches  on their way
/// @param answered  queries answered
/// @param refused   queries answered with an error
/// @param malformed datagrams that were no good message
/// @param limited   queries not answered, for their source's sake or everybody's
/// @param asked     queries sent
/// @param answers   to them
/// @param timeouts  of them
public record DhtSnapshot(
        Optional<Family> v4,
        Optional<Family> v6,
        int items,
        int searches,
        long answered,
        long refused,
        long malformed,
        long limited,
        long asked,
        long answers,
        long timeouts) {
    /// The part in the DHT of one address family.
    ///
    /// @param external what others see as our address, once enough of them agree; its port is of no meaning
    /// @param nodes    in the routing table, all of which have answered
    /// @param torrents of which others have announced peers here
    /// @param peers    announced
    public record Family(NodeId id, Optional<PeerAddress> external, int nodes, int torrents, int peers) {}
}
