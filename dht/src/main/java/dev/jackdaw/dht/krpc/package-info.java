/// KRPC, the DHT's messages (BEP 5, 32, 33, 42, 43, 44, 51): [KrpcMessage] is what they say,
/// [KrpcDecoder] and [KrpcEncoder] turn them from and into datagrams.
@org.jspecify.annotations.NullMarked
package dev.jackdaw.dht.krpc;
