package dev.jackdaw.dht.engine;

import dev.jackdaw.dht.NodeId;
import dev.jackdaw.dht.krpc.KrpcMessage.Failure;
import dev.jackdaw.dht.krpc.KrpcMessage.Response;
import org.jspecify.annotations.Nullable;

/// Who wants to know what becomes of an exchange: exactly one of [#answered], [#renamed] and [#failed] comes,
/// perhaps after [#stalled].
interface ExchangeOwner {
    /// The answer is from the address that was asked, and from the node that was expected there.
    void answered(Exchange exchange, Response response, long nowNanos);

    /// @param failure null if there was no answer in time
    void failed(Exchange exchange, @Nullable Failure failure, long nowNanos);

    /// The answer came from where it was expected, and from another node: the address has changed its id.
    default void renamed(Exchange exchange, NodeId actual, long nowNanos) {
        failed(exchange, null, nowNanos);
    }

    /// Whether an answer is to be expected: only then does it say something about the network that none comes.
    default boolean expectsAnswer() {
        return true;
    }

    /// It takes longer than usual.
    default void stalled(Exchange exchange, long nowNanos) {}
}
