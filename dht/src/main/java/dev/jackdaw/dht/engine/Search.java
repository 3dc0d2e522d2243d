package dev.jackdaw.dht.engine;

import dev.jackdaw.dht.DhtItem;
import dev.jackdaw.dht.NodeContact;
import dev.jackdaw.dht.NodeId;
import dev.jackdaw.dht.krpc.KrpcMessage;
import dev.jackdaw.dht.krpc.KrpcMessage.AnnouncePeer;
import dev.jackdaw.dht.krpc.KrpcMessage.Failure;
import dev.jackdaw.dht.krpc.KrpcMessage.FindNode;
import dev.jackdaw.dht.krpc.KrpcMessage.Get;
import dev.jackdaw.dht.krpc.KrpcMessage.GetPeers;
import dev.jackdaw.dht.krpc.KrpcMessage.KrpcRequest;
import dev.jackdaw.dht.krpc.KrpcMessage.Nothing;
import dev.jackdaw.dht.krpc.KrpcMessage.Peers;
import dev.jackdaw.dht.krpc.KrpcMessage.Put;
import dev.jackdaw.dht.krpc.KrpcMessage.Response;
import dev.jackdaw.dht.krpc.KrpcMessage.SampleInfohashes;
import dev.jackdaw.dht.krpc.KrpcMessage.Samples;
import dev.jackdaw.dht.krpc.KrpcMessage.Unchanged;
import dev.jackdaw.dht.krpc.KrpcMessage.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Something that a node's owner wants of the DHT, on its way: a walk in each family, then perhaps storing at
/// its end.
public final class Search {
    /// A search that knows nobody waits so long for the bootstrap to find someone.
    static final long PATIENCE_NANOS = 15_000_000_000L;

    private final SearchRequest request;
    private final KrpcRequest question;
    private final SearchListener listener;
    private final long startedNanos;
    private final List<Walk> walks = new ArrayList<>(2);
    private final List<Exchange> toStore = new ArrayList<>();
    private int storing;
    private boolean isStoring;
    private int queries;
    private int answers;
    private int stored;
    private int refusal;
    private long foundNanos;
    private @Nullable DhtItem newest;

    Search(SearchRequest request, boolean bothFamilies, SearchListener listener, long nowNanos) {
        this.request = request;
        this.listener = listener;
        this.startedNanos = nowNanos;
        this.question = question(request, bothFamilies ? KrpcRequest.WANT_V4 | KrpcRequest.WANT_V6 : 0);
    }

    private static KrpcRequest question(SearchRequest request, int want) {
        return switch (request) {
            case SearchRequest.FindNode(NodeId target) -> new FindNode(target, want);
            case SearchRequest.FindPeers find -> new GetPeers(find.target(), want, find.noSeed(), find.scrape());
            case SearchRequest.GetItem(NodeId target, byte[] salt) -> new Get(target, want, OptionalLong.empty());
            case SearchRequest.PutItem put -> new Get(put.target(), want, OptionalLong.empty());
            case SearchRequest.Sample(NodeId target) -> new SampleInfohashes(target, want);
        };
    }

    /// Adds a family.
    ///
    /// @param known contacts to begin with, as a message has them
    Walk walk(Overlay overlay, Lookup lookup, byte[] known) {
        Walk walk = new Walk(this, overlay.v6, lookup);
        lookup.offer(known, 0);
        walks.add(walk);
        return walk;
    }

    List<Walk> walks() {
        return walks;
    }

    /// The next query of the search, or null if there is nothing to ask now.
    @Nullable
    Exchange next(long nowNanos) {
        if (isStoring) {
            return toStore.isEmpty() ? null : toStore.removeLast();
        }
        for (Walk walk : walks) {
            int row = walk.lookup.next();
            if (row >= 0) {
                NodeContact contact = walk.lookup.contact(row);
                walk.lookup.asked(row);
                queries++;
                return new Exchange(contact.address(), contact.id(), question, walk);
            }
        }
        return null;
    }

    /// When a search that knows nobody gives up, or `Long.MAX_VALUE`.
    long patienceNanos() {
        return isStoring || knowsSomebody() ? Long.MAX_VALUE : startedNanos + PATIENCE_NANOS;
    }

    private boolean knowsSomebody() {
        for (Walk walk : walks) {
            if (!walk.lookup.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    boolean isStoring() {
        return isStoring;
    }

    /// Goes on to storing when the way is found; says whether all is done.
    ///
    /// @param mayWait whether the bootstrap may still find someone
    boolean isDone(boolean mayWait, long nowNanos) {
        if (!isStoring) {
            for (Walk walk : walks) {
                if (walk.lookup.next() != Lookup.DONE) {
                    return false;
                }
            }
            if (mayWait && nowNanos < patienceNanos() && patienceNanos() != Long.MAX_VALUE) {
                return false;
            }
            isStoring = true;
            foundNanos = nowNanos;
            walks.forEach(this::store);
            storing = toStore.size();
        }
        return storing == 0;
    }

    private void store(Walk walk) {
        for (Lookup.Answered answered : walk.lookup.trusted()) {
            KrpcRequest order = answered.token().length == 0 ? null : order(answered.token(), answered.contact());
            if (order != null) {
                toStore.add(new Exchange(
                        answered.contact().address(), answered.contact().id(), order, new Storing()));
            }
        }
    }

    /// What is to be stored, or null for a search that only asks.
    private @Nullable KrpcRequest order(byte[] token, NodeContact at) {
        return switch (request) {
            case SearchRequest.FindPeers find ->
                find.announcement()
                        .map(mine ->
                                new AnnouncePeer(find.target(), mine.port(), mine.impliedPort(), mine.seed(), token))
                        .orElse(null);
            case SearchRequest.PutItem(DhtItem item, OptionalLong cas) -> new Put(token, item, cas);
            case SearchRequest.FindNode _, SearchRequest.GetItem _, SearchRequest.Sample _ -> null;
        };
    }

    void finish(long nowNanos) {
        List<NodeContact> closest = new ArrayList<>();
        int hops = 0;
        for (Walk walk : walks) {
            List<Lookup.Answered> answered = walk.lookup.closest();
            answered.forEach(each -> closest.add(each.contact()));
            hops = Math.max(hops, answered.isEmpty() ? 0 : answered.getFirst().hops());
        }
        listener.finished(new SearchReport(
                closest, hops, queries, answers, stored, refusal, nowNanos - startedNanos, foundNanos - startedNanos));
    }

    private void take(NodeContact from, KrpcMessage.KrpcPayload payload) {
        switch (payload) {
            case Peers peers -> listener.peersFound(from, peers);
            case Samples samples -> listener.samplesFound(from, samples);
            case Value(DhtItem item) -> take(from, item);
            case Unchanged _, Nothing _ -> {}
        }
    }

    /// An item counts if it belongs to the target, and is newer than what was found before: only then is a
    /// signature worth its cost.
    private void take(NodeContact from, DhtItem item) {
        DhtItem known = newest;
        DhtItem whole = item;
        if (item instanceof DhtItem.Mutable mutable && request instanceof SearchRequest.GetItem get) {
            whole = mutable.withSalt(get.salt());
        }
        if (!(request instanceof SearchRequest.GetItem) || !whole.target().equals(request.target())) {
            return;
        }
        boolean isNews = switch (whole) {
            case DhtItem.Immutable _ -> known == null;
            case DhtItem.Mutable mutable ->
                (!(known instanceof DhtItem.Mutable old) || mutable.seq() > old.seq()) && mutable.isSigned();
        };
        if (isNews) {
            newest = whole;
            listener.itemFound(from, whole);
        }
    }

    /// The walk in one family, as the owner of its exchanges.
    static final class Walk implements ExchangeOwner {
        final Search search;
        final boolean v6;
        final Lookup lookup;

        Walk(Search search, boolean v6, Lookup lookup) {
            this.search = search;
            this.v6 = v6;
            this.lookup = lookup;
        }

        @Override
        public void answered(Exchange exchange, Response response, long nowNanos) {
            search.answers++;
            int hops = lookup.answered(response.id(), exchange.isStalled, response.token());
            for (Walk walk : search.walks) {
                byte[] contacts = walk.v6 ? response.nodes6() : response.nodes();
                if (contacts != null) {
                    walk.lookup.offer(contacts, hops);
                }
            }
            search.take(new NodeContact(response.id(), exchange.to), response.payload());
        }

        @Override
        public void failed(Exchange exchange, @Nullable Failure failure, long nowNanos) {
            if (exchange.expected != null) {
                lookup.failed(exchange.expected, exchange.isStalled);
            }
        }

        @Override
        public void renamed(Exchange exchange, NodeId actual, long nowNanos) {
            failed(exchange, null, nowNanos);
            lookup.offer(new NodeContact(actual, exchange.to), 0);
        }

        @Override
        public void stalled(Exchange exchange, long nowNanos) {
            if (exchange.expected != null) {
                lookup.stalled(exchange.expected);
            }
        }
    }

    private final class Storing implements ExchangeOwner {
        @Override
        public void answered(Exchange exchange, Response response, long nowNanos) {
            stored++;
            storing--;
        }

        @Override
        public void failed(Exchange exchange, @Nullable Failure failure, long nowNanos) {
            if (failure != null) {
                refusal = failure.code();
            }
            storing--;
        }
    }
}
