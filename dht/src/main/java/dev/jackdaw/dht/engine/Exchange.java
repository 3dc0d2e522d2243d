package dev.jackdaw.dht.engine;

import dev.jackdaw.dht.NodeId;
import dev.jackdaw.dht.krpc.KrpcMessage.KrpcRequest;
import dev.jackdaw.protocol.PeerAddress;
import org.jspecify.annotations.Nullable;

/// A query of ours, from when it is to be sent until it is answered or given up.
final class Exchange {
    final PeerAddress to;
    /// Null where only the address is known.
    final @Nullable NodeId expected;

    final KrpcRequest request;
    final ExchangeOwner owner;
    /// Whether it is asked because it has just asked us, which a NAT lets it answer.
    final boolean isReturned;
    int transaction;
    long sentNanos;
    /// When it is stalled; then, when it has failed.
    long deadlineNanos;
    long hardNanos;
    boolean isStalled;

    Exchange(PeerAddress to, @Nullable NodeId expected, KrpcRequest request, ExchangeOwner owner) {
        this(to, expected, request, owner, false);
    }

    private Exchange(
            PeerAddress to, @Nullable NodeId expected, KrpcRequest request, ExchangeOwner owner, boolean isReturned) {
        this.to = to;
        this.expected = expected;
        this.request = request;
        this.owner = owner;
        this.isReturned = isReturned;
    }

    /// Asks whoever has sent us a query.
    static Exchange inReturn(PeerAddress to, KrpcRequest request, ExchangeOwner owner) {
        return new Exchange(to, null, request, owner, true);
    }
}
