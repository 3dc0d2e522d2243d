/// The node as a state machine: no sockets, no threads, no clock.
///
/// [dev.jackdaw.dht.engine.DhtEngine] is the whole of it. It takes messages, the passing of time and orders of
/// its owner, and gives messages to a [dev.jackdaw.dht.engine.DhtEngine.Output] and results to a
/// [dev.jackdaw.dht.engine.SearchListener]. For each address family there is an overlay: an id, a routing table
/// and a peer store. The same class runs behind a socket and, a hundred thousand times in one process, in
/// simulations: what an idle node does not need is not made.
///
/// Names of the parts: a *search* is what the owner asked for; it walks towards its target with one *lookup*
/// for each family; a lookup asks *candidates*, each by an *exchange*: a query, and its answer or timeout.
@org.jspecify.annotations.NullMarked
package dev.jackdaw.dht.engine;
