package dev.jackdaw.dht.engine;

import dev.jackdaw.dht.DhtItem;
import dev.jackdaw.dht.NodeContact;
import dev.jackdaw.dht.krpc.KrpcMessage.Peers;
import dev.jackdaw.dht.krpc.KrpcMessage.Samples;

/// Hears of a search as it goes on. Called by the engine, in whose methods it must not be called back.
public interface SearchListener {
    /// Peers that a node knows of, as it sent them: nobody has checked their addresses.
    default void peersFound(NodeContact from, Peers peers) {}

    /// An item that belongs there, and of which there was none as new so far.
    default void itemFound(NodeContact from, DhtItem item) {}

    default void samplesFound(NodeContact from, Samples samples) {}

    /// The last call.
    default void finished(SearchReport report) {}
}
