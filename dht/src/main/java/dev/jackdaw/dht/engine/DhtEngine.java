package dev.jackdaw.dht.engine;

import dev.jackdaw.dht.DhtSnapshot;
import dev.jackdaw.dht.NodeContact;
import dev.jackdaw.dht.NodeId;
import dev.jackdaw.dht.krpc.KrpcMessage;
import dev.jackdaw.dht.krpc.KrpcMessage.Failure;
import dev.jackdaw.dht.krpc.KrpcMessage.Malformed;
import dev.jackdaw.dht.krpc.KrpcMessage.Ping;
import dev.jackdaw.dht.krpc.KrpcMessage.Query;
import dev.jackdaw.dht.krpc.KrpcMessage.Response;
import dev.jackdaw.protocol.PeerAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A node of the Mainline DHT as a state machine (BEP 5, 32, 33, 42, 43, 44, 51).
///
/// In go messages with the address they came from, the passing of time, and the owner's wishes; out come
/// messages to the [Output] and results to the listeners of searches. It does no I/O, has no clock, and with
/// the same seed and inputs it does the same. Not thread-safe. After each call, [#nextTimeoutNanos()] says when
/// [#elapsed(long)] is to be called; calls too early do no harm.
///
/// Rules that hold always:
/// - A routing table has only nodes that answered a query of ours, from the address that was asked, with our
///   transaction.
/// - A query changes nothing of the routing table but how fresh a member is that it may come from; to be asked
///   whether it exists is all that it brings a stranger. Read-only ones (BEP 43) are not even asked.
/// - What is stored was shown with a token that this host was sent, for this very place.
/// - A source that has not shown that it receives at its address is sent at most four times its bytes.
public final class DhtEngine {
    private static final long SECOND = 1_000_000_000L;
    private static final Ping PING = new Ping();

    /// Takes the messages that the engine sends.
    public interface Output {
        void send(KrpcMessage message, PeerAddress to);
    }

    private final EngineConfig config;
    private final RandomGenerator random;
    private final AddressRules rules;
    private final @Nullable Overlay v4;
    private final @Nullable Overlay v6;
    private final Answers answers;
    private final Responder responder;
    private final Exchanges exchanges;
    private final Searches searches = new Searches();
    private final Maintenance maintenance;

    private long malformed;

    /// A node that knows nobody.
    ///
    /// @param random unguessable in production: tokens, ids and transactions come from it
    public DhtEngine(EngineConfig config, RandomGenerator random, Output output) {
        this.config = config;
        this.random = random;
        this.rules = new AddressRules(config.allowLocal());
        this.v4 = config.v4() ? new Overlay(NodeId.random(random), false, !config.allowLocal(), random) : null;
        this.v6 = config.v6() ? new Overlay(NodeId.random(random), true, !config.allowLocal(), random) : null;
        this.answers = new Answers(rules, v4, v6, new WriteTokens(random), random);
        this.exchanges = new Exchanges(config, v4, v6, random, output);
        Parts parts = new Parts();
        this.responder =
                new Responder(config.readOnly(), answers, new SourceLimits(config.limited(), random), parts, output);
        this.maintenance = new Maintenance(
                parts, Stream.of(v4, v6).filter(Objects::nonNull).toList(), random);
    }

    /// Goes by an id that it had before, or that belongs to its address (BEP 42).
    public void assume(NodeId id, boolean isV6, long nowNanos) {
        Overlay overlay = overlay(isV6);
        if (overlay != null) {
            overlay.become(id, seconds(nowNanos));
        }
    }

    /// Assumes an id that belongs to this address, of which it is certain that we are seen under it.
    public void assumeAddress(PeerAddress external, long nowNanos) {
        Overlay overlay = overlay(external.v6());
        if (overlay != null) {
            overlay.external.believe(external);
            if (!AddressRules.isSecure(overlay.id(), external)) {
                overlay.become(AddressRules.secureId(external, random), seconds(nowNanos));
            }
        }
    }

    /// Begins: looks for neighbours among the routers and nodes added so far.
    public void start(long nowNanos) {
        maintenance.start(nowNanos);
        elapsed(nowNanos);
    }

    /// An address at which a node may be: saved, from a setting, a torrent, or a peer's PORT message. It
    /// becomes a member if it answers.
    public void addNode(PeerAddress address, long nowNanos) {
        if (rules.accepts(address) && overlay(address.v6()) != null) {
            maintenance.addRouter(address, nowNanos);
            pump(nowNanos);
        }
    }

    /// A member from the start: only for worlds whose nodes are known to exist, and for measuring.
    public void addVerified(NodeContact contact, long nowNanos) {
        Overlay overlay = overlay(contact.address().v6());
        if (overlay != null && rules.accepts(contact.address())) {
            overlay.table().answered(contact.id(), contact.address(), seconds(nowNanos));
        }
    }

    /// Starts a search; one too many finishes at once, without an answer. The listener may be called before this
    /// returns only with the end of a search that cannot be.
    public Search search(SearchRequest request, SearchListener listener, long nowNanos) {
        Search search = new Search(request, v4 != null && v6 != null, listener, nowNanos);
        if (searches.isFull()) {
            search.finish(nowNanos);
            return search;
        }
        for (int family = 0; family < 2; family++) {
            Overlay overlay = overlay(family == 1);
            if (overlay != null) {
                NodeId target = request.target();
                Lookup lookup = new Lookup(target, overlay.id(), overlay.v6, rules, config.alpha());
                search.walk(overlay, lookup, overlay.table().closest(target, RoutingTable.BUCKET_SIZE));
            }
        }
        searches.add(search);
        pump(nowNanos);
        return search;
    }

    /// Ends a search without telling its listener.
    public void cancel(Search search) {
        searches.remove(search);
    }

    /// Asks a single node whether it exists.
    ///
    /// @param listener told of the answer, or with an empty list in the report that there was none
    public void ping(PeerAddress address, SearchListener listener, long nowNanos) {
        exchanges.errand(new Exchange(address, null, PING, new Asking(listener)), nowNanos);
        pump(nowNanos);
    }

    /// A message has come.
    ///
    /// @param bytes length of the datagram it came in
    public void received(KrpcMessage message, int bytes, PeerAddress from, long nowNanos) {
        if (from.port() == 0) {
            return;
        }
        switch (message) {
            case Query query -> onQuery(query, bytes, from, nowNanos);
            case Response response -> onResponse(response, from, nowNanos);
            case Failure failure -> onFailure(failure, from, nowNanos);
            case Malformed bad -> onMalformed(bad, bytes, from, nowNanos);
        }
    }

    private void onQuery(Query query, int bytes, PeerAddress from, long nowNanos) {
        Overlay overlay = overlay(from.v6());
        if (overlay != null
                && responder.received(overlay, query, bytes, from, nowNanos)
                && !query.readOnly()
                && rules.accepts(from)
                && overlay.table().heard(query.id(), from, seconds(nowNanos))
                && maintenance.meet(query.id(), from, nowNanos)) {
            pump(nowNanos);
        }
    }

    private void onMalformed(Malformed bad, int bytes, PeerAddress from, long nowNanos) {
        malformed++;
        if (overlay(from.v6()) != null) {
            responder.received(bad, bytes, from, nowNanos);
        }
    }

    private void onResponse(Response response, PeerAddress from, long nowNanos) {
        Exchange exchange = exchanges.answered(response, from, nowNanos);
        Overlay overlay = overlay(from.v6());
        if (exchange == null || overlay == null) {
            return; // not asked for
        }
        if (exchange.expected != null && !exchange.expected.equals(response.id())) {
            overlay.table().failed(exchange.expected, from, seconds(nowNanos), Maintenance.SILENCE_SECONDS);
            exchange.owner.renamed(exchange, response.id(), nowNanos);
        } else {
            exchange.owner.answered(exchange, response, nowNanos);
        }
        if (rules.accepts(from)) {
            boolean isNew = overlay.table().answered(response.id(), from, seconds(nowNanos), exchange.isReturned);
            if (isNew && overlay.table().size() <= RoutingTable.BUCKET_SIZE) {
                searches.offer(new NodeContact(response.id(), from));
            }
        }
        if (response.recipient() != null) {
            seenAs(overlay, response.recipient(), from, nowNanos);
        }
        pump(nowNanos);
    }

    /// Somebody says what our address is. Whatever he says, it is one at which others could reach us.
    private void seenAs(Overlay overlay, PeerAddress external, PeerAddress from, long nowNanos) {
        boolean isPossible = rules.accepts(external.high(), external.low(), external.v6(), from.port());
        if (isPossible && overlay.external.vote(from, external) && !AddressRules.isSecure(overlay.id(), external)) {
            overlay.become(AddressRules.secureId(external, random), seconds(nowNanos));
        }
    }

    private void onFailure(Failure failure, PeerAddress from, long nowNanos) {
        Exchange exchange = exchanges.refused(failure, from);
        if (exchange != null) {
            exchange.owner.failed(exchange, failure, nowNanos);
            pump(nowNanos);
        }
    }

    /// When [#elapsed(long)] is to be called, or `Long.MAX_VALUE`.
    public long nextTimeoutNanos() {
        return Math.min(exchanges.nextNanos(), Math.min(maintenance.nextNanos(), searches.patienceNanos()));
    }

    /// Time has passed.
    public void elapsed(long nowNanos) {
        for (Exchange late = exchanges.pollTimedOut(nowNanos); late != null; late = exchanges.pollTimedOut(nowNanos)) {
            Overlay overlay = overlay(late.to.v6());
            if (overlay != null && late.expected != null) {
                overlay.table().failed(late.expected, late.to, seconds(nowNanos), Maintenance.SILENCE_SECONDS);
            }
            late.owner.failed(late, null, nowNanos);
        }
        if (nowNanos >= maintenance.nextNanos()) {
            answers.expire(nowNanos);
            maintenance.elapsed(nowNanos);
        }
        pump(nowNanos);
    }

    /// Sends what may be sent now, and ends the searches that are done.
    private void pump(long nowNanos) {
        maintenance.settle(nowNanos);
        do {
            exchanges.send(searches, nowNanos);
        } while (searches.conclude(maintenance.hasRouters(), nowNanos));
    }

    /// The nodes to begin with after a restart, of both families.
    public List<NodeContact> members() {
        List<NodeContact> all = new ArrayList<>();
        if (v4 != null) {
            all.addAll(v4.table().members());
        }
        if (v6 != null) {
            all.addAll(v6.table().members());
        }
        return all;
    }

    /// Whether a node of that id is in a routing table.
    public boolean knows(NodeId node, boolean isV6) {
        Overlay overlay = overlay(isV6);
        return overlay != null && overlay.table().has(node);
    }

    public Optional<NodeId> id(boolean isV6) {
        return Optional.ofNullable(overlay(isV6)).map(Overlay::id);
    }

    public DhtSnapshot snapshot() {
        Responder.Tally served = responder.tally();
        Exchanges.Tally own = exchanges.tally();
        return new DhtSnapshot(
                Optional.ofNullable(v4).map(DhtEngine::family),
                Optional.ofNullable(v6).map(DhtEngine::family),
                answers.items(),
                searches.size(),
                served.answered(),
                served.refused(),
                malformed,
                served.limited(),
                own.asked(),
                own.answered(),
                own.timeouts());
    }

    private static DhtSnapshot.Family family(Overlay overlay) {
        return new DhtSnapshot.Family(
                overlay.id(),
                overlay.external.believed(),
                overlay.table().size(),
                overlay.peers.torrents(),
                overlay.peers.peers());
    }

    private @Nullable Overlay overlay(boolean isV6) {
        return isV6 ? v6 : v4;
    }

    private static int seconds(long nowNanos) {
        return (int) (nowNanos / SECOND);
    }

    /// What the node does for its parts.
    private final class Parts implements Maintenance.Node, Responder.Node {
        @Override
        public boolean mayAsk(long nowNanos) {
            return exchanges.mayAsk(nowNanos);
        }

        @Override
        public void ask(Exchange exchange, long nowNanos) {
            exchanges.errand(exchange, nowNanos);
            pump(nowNanos);
        }

        @Override
        public void errand(Exchange exchange, long nowNanos) {
            exchanges.errand(exchange, nowNanos);
        }

        @Override
        public boolean isAsked(PeerAddress address) {
            return exchanges.isAsked(address);
        }

        @Override
        public void search(SearchRequest request, SearchListener listener, long nowNanos) {
            DhtEngine.this.search(request, listener, nowNanos);
        }

        @Override
        public void offerToSearches(byte[] compact, boolean v6) {
            Overlay overlay = overlay(v6);
            if (overlay != null && overlay.table().size() < RoutingTable.BUCKET_SIZE) {
                searches.offer(compact, v6);
            }
        }
    }

    /// Of a node that the owner asks for.
    private static final class Asking implements ExchangeOwner {
        private final SearchListener listener;

        Asking(SearchListener listener) {
            this.listener = listener;
        }

        @Override
        public void answered(Exchange exchange, Response response, long nowNanos) {
            long nanos = nowNanos - exchange.sentNanos;
            listener.finished(new SearchReport(
                    List.of(new NodeContact(response.id(), exchange.to)), 1, 1, 1, 0, 0, nanos, nanos));
        }

        @Override
        public void failed(Exchange exchange, @Nullable Failure failure, long nowNanos) {
            int code = failure == null ? 0 : failure.code();
            long nanos = nowNanos - exchange.sentNanos;
            listener.finished(new SearchReport(List.of(), 0, 1, failure == null ? 0 : 1, 0, code, nanos, nanos));
        }
    }
}
