package dev.jackdaw.dht.engine;

import dev.jackdaw.dht.krpc.KrpcMessage;
import dev.jackdaw.dht.krpc.KrpcMessage.Failure;
import dev.jackdaw.dht.krpc.KrpcMessage.Malformed;
import dev.jackdaw.dht.krpc.KrpcMessage.Ping;
import dev.jackdaw.dht.krpc.KrpcMessage.Query;
import dev.jackdaw.dht.krpc.KrpcMessage.Response;
import dev.jackdaw.protocol.PeerAddress;
import org.jspecify.annotations.Nullable;

/// The side of a node that is asked: decides whether a query is answered, when, and with how many bytes. What the
/// answer says is left to [Answers].
///
/// A source has proof that it receives at its address if it shows a token (BEP 5), is in the routing table, or has
/// answered lately. Without, it may be anybody's address, and is sent at most [Answers#AMPLIFICATION] times the
/// bytes that came from there. A query whose answer would lose by that what it is about is held while its source
/// is asked for a sign of life, and answered once: in full when that comes, else with what fits.
final class Responder {
    /// Queries that wait for proof of their source's address; others are answered as far as they may be.
    static final int MOST_HELD = 64;

    private static final Ping PING = new Ping();

    /// What a node can do to find out whether a source is where its datagrams say.
    interface Node {
        /// Whether a query would leave at once.
        boolean mayAsk(long nowNanos);

        void ask(Exchange exchange, long nowNanos);
    }

    /// What was made of the queries so far.
    ///
    /// @param answered with a response
    /// @param refused  with an error
    /// @param limited  not at all, for there are limits
    record Tally(long answered, long refused, long limited) {}

    private final boolean isReadOnly;
    private final Answers answers;
    private final SourceLimits limits;
    private final Node node;
    private final DhtEngine.Output output;
    private int held;

    private long answered;
    private long refused;
    private long limited;

    /// @param isReadOnly whether nobody is answered (BEP 43)
    Responder(boolean isReadOnly, Answers answers, SourceLimits limits, Node node, DhtEngine.Output output) {
        this.isReadOnly = isReadOnly;
        this.answers = answers;
        this.limits = limits;
        this.node = node;
        this.output = output;
    }

    Tally tally() {
        return new Tally(answered, refused, limited);
    }

    /// Takes a query.
    ///
    /// @param bytes length of the datagram it came in
    /// @return whether its source may be worth meeting: not if it asks too much, or is being asked anyway
    boolean received(Overlay overlay, Query query, int bytes, PeerAddress from, long nowNanos) {
        if (isReadOnly) {
            return false;
        }
        boolean hasToken = answers.showsToken(query, from, nowNanos);
        if (hasToken) {
            limits.prove(from, nowNanos);
        }
        boolean isProven = hasToken || overlay.table().has(query.id(), from) || limits.isProven(from, nowNanos);
        if (!hasToken && !limits.allow(from, isProven, nowNanos)) {
            limited++;
            return false;
        }
        int budget = isProven ? Answers.MOST_BYTES : Answers.AMPLIFICATION * bytes;
        if (!isProven
                && held < MOST_HELD
                && !query.readOnly()
                && answers.isWorthProof(overlay, query.request(), budget)
                && node.mayAsk(nowNanos)) {
            held++;
            node.ask(Exchange.inReturn(from, PING, new Proving(overlay, query, bytes)), nowNanos);
            return false;
        }
        answer(overlay, query, from, hasToken, isProven, budget, nowNanos);
        return true;
    }

    private void answer(
            Overlay overlay,
            Query query,
            PeerAddress from,
            boolean hasToken,
            boolean isProven,
            int budget,
            long nowNanos) {
        if (!isProven && !limits.allowUnproven(budget, nowNanos)) {
            limited++;
            return;
        }
        KrpcMessage reply = answers.answer(overlay, query, from, hasToken, budget, nowNanos);
        if (reply instanceof Failure) {
            refused++;
        } else {
            answered++;
        }
        output.send(reply, from);
    }

    /// Takes what is no proper message, and says so to whoever sent it, if that is possible.
    ///
    /// @param bytes length of the datagram it came in
    void received(Malformed bad, int bytes, PeerAddress from, long nowNanos) {
        if (isReadOnly || !bad.isAnswerable()) {
            return;
        }
        if (!limits.allow(from, false, nowNanos) || !limits.allowUnproven(Answers.AMPLIFICATION * bytes, nowNanos)) {
            limited++;
            return;
        }
        refused++;
        int room = Answers.AMPLIFICATION * bytes - bad.transaction().length - 64;
        String text = bad.detail().length() <= Math.min(room, 120) ? bad.detail() : "protocol error";
        output.send(new Failure(bad.transaction(), bad.code(), text, from), from);
    }

    /// Of a source that has to show that it receives at its address, before its query is answered in full.
    private final class Proving implements ExchangeOwner {
        private final Overlay overlay;
        private final Query query;
        private final int bytes;
        private boolean isOver;

        Proving(Overlay overlay, Query query, int bytes) {
            this.overlay = overlay;
            this.query = query;
            this.bytes = bytes;
        }

        @Override
        public void answered(Exchange exchange, Response response, long nowNanos) {
            limits.prove(exchange.to, nowNanos);
            answerOnce(exchange, true, nowNanos);
        }

        @Override
        public void stalled(Exchange exchange, long nowNanos) {
            answerOnce(exchange, false, nowNanos);
        }

        @Override
        public void failed(Exchange exchange, @Nullable Failure failure, long nowNanos) {
            answerOnce(exchange, false, nowNanos);
        }

        private void answerOnce(Exchange exchange, boolean isProven, long nowNanos) {
            if (!isOver) {
                isOver = true;
                held--;
                int budget = isProven ? Answers.MOST_BYTES : Answers.AMPLIFICATION * bytes;
                answer(overlay, query, exchange.to, false, isProven, budget, nowNanos);
            }
        }
    }
}
