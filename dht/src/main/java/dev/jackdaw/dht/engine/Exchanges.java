package dev.jackdaw.dht.engine;

import dev.jackdaw.dht.krpc.KrpcMessage.Failure;
import dev.jackdaw.dht.krpc.KrpcMessage.Query;
import dev.jackdaw.dht.krpc.KrpcMessage.Response;
import dev.jackdaw.protocol.PeerAddress;
import java.util.ArrayDeque;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A node's own queries, from when they are wanted until they are answered or given up.
///
/// They leave no faster than the [SendPacer] lets them: errands first, which wait here, then what the [Searches]
/// want, which is made up only when it may leave. An answer must come from the address that was asked, with our
/// transaction. How long one is waited for is learned from those before ([RoundTrips]).
final class Exchanges {
    /// Queries to be sent apart from searches; more are forgotten.
    private static final int MOST_ERRANDS = 256;

    private final EngineConfig config;
    private final @Nullable Overlay v4;
    private final @Nullable Overlay v6;
    private final RandomGenerator random;
    private final DhtEngine.Output output;
    private final QueryTable queries = new QueryTable();
    private final SendPacer pacer = new SendPacer();
    private final RoundTrips roundTrips = new RoundTrips();
    private final ArrayDeque<Exchange> errands = new ArrayDeque<>(1);
    /// Whether the pacer may have kept something back.
    private boolean isPaced;

    private long asked;
    private long answered;
    private long timeouts;

    Exchanges(
            EngineConfig config,
            @Nullable Overlay v4,
            @Nullable Overlay v6,
            RandomGenerator random,
            DhtEngine.Output output) {
        this.config = config;
        this.v4 = v4;
        this.v6 = v6;
        this.random = random;
        this.output = output;
    }

    /// What has become of the queries so far.
    ///
    /// @param answered by answers and by errors
    record Tally(long asked, long answered, long timeouts) {}

    Tally tally() {
        return new Tally(asked, answered, timeouts);
    }

    /// Whether a query may be sent now.
    boolean mayAsk(long nowNanos) {
        return !config.limited() || pacer.isOpen(nowNanos);
    }

    /// Whether an address is being asked something.
    boolean isAsked(PeerAddress address) {
        return queries.isAsked(address);
    }

    /// Something to be asked as soon as it may be, apart from searches.
    void errand(Exchange exchange, long nowNanos) {
        if (errands.size() < MOST_ERRANDS) {
            errands.add(exchange);
        } else {
            exchange.sentNanos = nowNanos; // it has taken no time
            exchange.owner.failed(exchange, null, nowNanos);
        }
    }

    /// Sends what may be sent now: errands first, then of each search in turn.
    void send(Searches searches, long nowNanos) {
        while (mayAsk(nowNanos) && !queries.isFull()) {
            Exchange next = errands.isEmpty() ? searches.next(nowNanos) : errands.poll();
            if (next == null) {
                break;
            }
            send(next, nowNanos);
        }
        isPaced = !mayAsk(nowNanos);
    }

    private void send(Exchange exchange, long nowNanos) {
        Overlay overlay = exchange.to.v6() ? v6 : v4;
        if (overlay == null) {
            return;
        }
        do {
            exchange.transaction = random.nextInt();
        } while (queries.has(exchange.transaction));
        exchange.sentNanos = nowNanos;
        exchange.deadlineNanos = nowNanos + roundTrips.softNanos();
        exchange.hardNanos = nowNanos + roundTrips.hardNanos();
        queries.add(exchange);
        pacer.sent(nowNanos);
        asked++;
        output.send(
                new Query(QueryTable.encode(exchange.transaction), overlay.id(), config.readOnly(), exchange.request),
                exchange.to);
    }

    /// Takes out the query that this answers; null if nobody asked for it.
    @Nullable
    Exchange answered(Response response, PeerAddress from, long nowNanos) {
        Exchange exchange = queries.take(response.transaction(), from);
        if (exchange != null) {
            answered++;
            roundTrips.observe(nowNanos - exchange.sentNanos);
        }
        return exchange;
    }

    /// Takes out the query that this refuses; null if nobody asked for it.
    @Nullable
    Exchange refused(Failure failure, PeerAddress from) {
        Exchange exchange = queries.take(failure.transaction(), from);
        if (exchange != null) {
            answered++;
        }
        return exchange;
    }

    /// Takes out the next query that was not answered in time, if there is one. The owners of those that have only
    /// stalled are told on the way.
    @Nullable
    Exchange pollTimedOut(long nowNanos) {
        for (Exchange due = queries.due(nowNanos); due != null; due = queries.due(nowNanos)) {
            if (due.deadlineNanos <= nowNanos) {
                timeouts++;
                if (due.owner.expectsAnswer()) {
                    roundTrips.lost();
                }
                return due;
            }
            due.owner.stalled(due, nowNanos);
        }
        return null;
    }

    /// When to look for those that stall or time out, or to send more; `Long.MAX_VALUE` for never.
    long nextNanos() {
        return isPaced ? Math.min(queries.nextNanos(), pacer.nextNanos()) : queries.nextNanos();
    }
}
