/// A node of the Mainline DHT (BEP 5), to find peers without a tracker.
///
/// ```java try (Dht dht = Dht.start(DhtConfig.defaults().withBootstrap(List.of(router)))) {
/// dht.getPeers(infoHash, peers -> peers.forEach(System.out::println)).join(); } ```
///
/// [dev.jackdaw.dht.Dht] is the face; behind it are the engine (`dht.engine`), which decides and does no I/O,
/// and the messages (`dht.krpc`).
@org.jspecify.annotations.NullMarked
package dev.jackdaw.dht;
