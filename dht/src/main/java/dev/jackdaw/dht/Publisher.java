package dev.jackdaw.dht;

import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/// Makes a value the newest of a key and salt (BEP 44, 46).
///
/// @param node that asks and puts
/// @param salt 0 … 64 bytes
public record Publisher(Dht node, PublisherKey key, byte[] salt, InstantSource clock) {
    /// What was put, and what became of it.
    public record Publication(DhtItem.Mutable item, StoreReport report) {}

    /// Looks for the newest item, and puts one that comes after it; if it has the value already, puts it again, which
    /// keeps it for another two hours.
    public CompletableFuture<Publication> publish(byte[] value, OptionalLong cas) {
        CompletableFuture<Optional<DhtItem.Mutable>> newest = node.getMutable(key.publicKey(), salt);
        return newest.thenCompose(known -> put(
                key.successor(known, salt, value, clock.instant().getEpochSecond()), cas));
    }

    /// Puts a value under a number of the caller's choice.
    public CompletableFuture<Publication> publish(byte[] value, long seq, OptionalLong cas) {
        return put(key.sign(salt, seq, value), cas);
    }

    private CompletableFuture<Publication> put(DhtItem.Mutable item, OptionalLong cas) {
        return node.put(item, cas).thenApply(report -> new Publication(item, report));
    }
}
