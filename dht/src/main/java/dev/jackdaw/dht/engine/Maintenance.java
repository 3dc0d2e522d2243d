package dev.jackdaw.dht.engine;

import dev.jackdaw.dht.NodeContact;
import dev.jackdaw.dht.NodeId;
import dev.jackdaw.dht.krpc.KrpcMessage.Failure;
import dev.jackdaw.dht.krpc.KrpcMessage.FindNode;
import dev.jackdaw.dht.krpc.KrpcMessage.Ping;
import dev.jackdaw.dht.krpc.KrpcMessage.Response;
import dev.jackdaw.protocol.PeerAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Keeps a node's routing tables as they should be (BEP 5, "Routing Table"): enters the DHT by known addresses,
/// looks for the neighbours of a new id and then for nodes of the buckets beyond them (Maymounkov, Mazières 2002,
/// 2.3), asks members that have been silent, refreshes buckets in which nothing changes, and meets strangers.
///
/// It decides what is to be asked; the engine asks. One refresh runs at a time.
final class Maintenance {
    private static final long SECOND = 1_000_000_000L;
    /// How often the tables are looked after.
    private static final long PERIOD_NANOS = 60 * SECOND;
    /// Between two tries to find anyone at all.
    private static final long LONELY_NANOS = 10 * SECOND;
    /// After that much silence a node is questionable, and a bucket stale (BEP 5).
    static final int SILENCE_SECONDS = 15 * 60;
    /// Members asked in one go whether they still exist.
    private static final int CHECKS = 8;
    /// Strangers are not asked again before that.
    private static final int STRANGER_SECONDS = 60;

    private static final int STRANGERS = 32;
    /// Addresses to enter by; further ones are asked once, and not remembered.
    private static final int MOST_ROUTERS = 64;
    private static final Ping PING = new Ping();

    /// What a node can do for its tables.
    interface Node {
        /// Sends a query as soon as it may be sent.
        void errand(Exchange exchange, long nowNanos);

        /// Whether an address is being asked something.
        boolean isAsked(PeerAddress address);

        void search(SearchRequest request, SearchListener listener, long nowNanos);

        /// Tells the searches that still lack nodes of these.
        ///
        /// @param compact contacts as a message has them
        void offerToSearches(byte[] compact, boolean v6);
    }

    private final Node node;
    private final Overlay[] overlays;
    private final RandomGenerator random;
    private final List<PeerAddress> routers = new ArrayList<>(0);
    private final Bootstrap bootstrap = new Bootstrap();
    private final Checking checking = new Checking();
    /// Whom strangers' queries made us ask lately: a hash of who, and the second.
    private final int[] strangers = new int[2 * STRANGERS];

    private long nextNanos = Long.MAX_VALUE;
    private boolean isRefreshing;

    /// @param overlays those that the node has, at most one of each family
    Maintenance(Node node, List<Overlay> overlays, RandomGenerator random) {
        this.node = node;
        this.overlays = overlays.toArray(Overlay[]::new);
        this.random = random;
    }

    void start(long nowNanos) {
        nextNanos = nowNanos;
    }

    /// When [#elapsed(long)] is to be called, or `Long.MAX_VALUE`.
    long nextNanos() {
        return nextNanos;
    }

    /// Whether somebody may yet be found for a node that knows nobody.
    boolean hasRouters() {
        return !routers.isEmpty();
    }

    /// An address by which to enter, now and whenever there is nobody else.
    void addRouter(PeerAddress address, long nowNanos) {
        if (routers.size() < MOST_ROUTERS && !routers.contains(address)) {
            routers.add(address);
        }
        if (nextNanos != Long.MAX_VALUE) {
            introduce(address, false, nowNanos);
        }
    }

    void elapsed(long nowNanos) {
        if (nowNanos < nextNanos) {
            return;
        }
        boolean isLonely = false;
        for (Overlay overlay : overlays) {
            check(overlay, nowNanos);
            if (overlay.table().size() < RoutingTable.BUCKET_SIZE) {
                isLonely |= overlay.table().size() == 0;
                routers.stream()
                        .filter(router -> router.v6() == overlay.v6)
                        .forEach(router -> introduce(router, false, nowNanos));
            }
            int stale = overlay.table().staleBucket(seconds(nowNanos), SILENCE_SECONDS);
            if (stale >= 0 && overlay.table().size() > 0 && !isRefreshing) {
                refresh(overlay.inBucket(stale, random), nowNanos, _ -> {});
            }
        }
        long period = isLonely && !routers.isEmpty() ? LONELY_NANOS : PERIOD_NANOS;
        nextNanos = nowNanos + period - period / 8 + random.nextLong(period / 4);
    }

    private void check(Overlay overlay, long nowNanos) {
        for (NodeContact silent : overlay.table().stalest(seconds(nowNanos), SILENCE_SECONDS, CHECKS)) {
            overlay.table().checking(silent.id(), seconds(nowNanos));
            node.errand(new Exchange(silent.address(), silent.id(), PING, checking), nowNanos);
        }
    }

    /// Looks for the neighbours of an id that is new, then for nodes of the buckets beyond them that have room.
    void settle(long nowNanos) {
        for (int i = 0; i < overlays.length && !isRefreshing; i++) {
            Overlay overlay = overlays[i];
            if (overlay.lacksNeighbours && overlay.table().size() > 0) {
                overlay.lacksNeighbours = false;
                refresh(overlay.id(), nowNanos, report -> overlay.knowsNeighbours(report.closest()));
            } else if (!overlay.lacksNeighbours) {
                int thin = overlay.nextThinBucket();
                if (thin >= 0) {
                    refresh(overlay.inBucket(thin, random), nowNanos, _ -> {});
                }
            }
        }
    }

    private interface End {
        void of(SearchReport report);
    }

    /// Looks for nodes around a point, for the sake of the routing table.
    private void refresh(NodeId target, long nowNanos, End end) {
        isRefreshing = true;
        node.search(
                new SearchRequest.FindNode(target),
                new SearchListener() {
                    @Override
                    public void finished(SearchReport report) {
                        isRefreshing = false;
                        end.of(report);
                    }
                },
                nowNanos);
    }

    /// Asks an address who is there, and for our neighbours.
    ///
    /// @param inReturn because it has asked us
    private void introduce(PeerAddress address, boolean inReturn, long nowNanos) {
        for (Overlay overlay : overlays) {
            if (overlay.v6 == address.v6() && !node.isAsked(address)) {
                FindNode question = new FindNode(overlay.id(), 0);
                node.errand(
                        inReturn
                                ? Exchange.inReturn(address, question, bootstrap)
                                : new Exchange(address, null, question, bootstrap),
                        nowNanos);
            }
        }
    }

    /// A query came from a node that would be welcome in the table: asks whether it exists, if it was not asked just
    /// now.
    ///
    /// @return whether it is asked
    boolean meet(NodeId id, PeerAddress from, long nowNanos) {
        boolean isNew = isNewStranger(id, from, nowNanos);
        if (isNew) {
            introduce(from, true, nowNanos);
        }
        return isNew;
    }

    /// Whether a node was not asked just now; one that has changed its id (BEP 42) is another one.
    private boolean isNewStranger(NodeId id, PeerAddress from, long nowNanos) {
        int stranger = (int) (from.low() ^ from.high() >>> 16) + from.port() ^ id.word(0) ^ id.low();
        int slot = 2 * ((stranger * 0x9E3779B9 >>> 16) % STRANGERS);
        int now = seconds(nowNanos);
        if (strangers[slot] == stranger && strangers[slot + 1] != 0 && now - strangers[slot + 1] < STRANGER_SECONDS) {
            return false;
        }
        strangers[slot] = stranger;
        strangers[slot + 1] = now == 0 ? 1 : now;
        return true;
    }

    private static int seconds(long nowNanos) {
        return (int) (nowNanos / SECOND);
    }

    /// Of nodes of which only the address is known: the answer made them members, and they name others.
    private final class Bootstrap implements ExchangeOwner {
        @Override
        public void answered(Exchange exchange, Response response, long nowNanos) {
            byte[] nodes = exchange.to.v6() ? response.nodes6() : response.nodes();
            if (nodes != null && nodes.length > 0) {
                node.offerToSearches(nodes, exchange.to.v6());
            }
        }

        @Override
        public void failed(Exchange exchange, @Nullable Failure failure, long nowNanos) {}
    }

    /// Of members that have been silent: the table hears of it anyway.
    private static final class Checking implements ExchangeOwner {
        @Override
        public boolean expectsAnswer() {
            return false;
        }

        @Override
        public void answered(Exchange exchange, Response response, long nowNanos) {}

        @Override
        public void failed(Exchange exchange, @Nullable Failure failure, long nowNanos) {}
    }
}
