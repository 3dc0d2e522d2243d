package dev.jackdaw.dht.engine;

import dev.jackdaw.dht.DhtItem;
import dev.jackdaw.dht.NodeId;
import dev.jackdaw.dht.krpc.KrpcEncoder;
import dev.jackdaw.dht.krpc.KrpcError;
import dev.jackdaw.dht.krpc.KrpcMessage;
import dev.jackdaw.dht.krpc.KrpcMessage.AnnouncePeer;
import dev.jackdaw.dht.krpc.KrpcMessage.Failure;
import dev.jackdaw.dht.krpc.KrpcMessage.FindNode;
import dev.jackdaw.dht.krpc.KrpcMessage.Get;
import dev.jackdaw.dht.krpc.KrpcMessage.GetPeers;
import dev.jackdaw.dht.krpc.KrpcMessage.KrpcPayload;
import dev.jackdaw.dht.krpc.KrpcMessage.KrpcRequest;
import dev.jackdaw.dht.krpc.KrpcMessage.Peers;
import dev.jackdaw.dht.krpc.KrpcMessage.Ping;
import dev.jackdaw.dht.krpc.KrpcMessage.Put;
import dev.jackdaw.dht.krpc.KrpcMessage.Query;
import dev.jackdaw.dht.krpc.KrpcMessage.Response;
import dev.jackdaw.dht.krpc.KrpcMessage.SampleInfohashes;
import dev.jackdaw.dht.krpc.KrpcMessage.Samples;
import dev.jackdaw.dht.krpc.KrpcMessage.Unchanged;
import dev.jackdaw.dht.krpc.KrpcMessage.UnknownAbout;
import dev.jackdaw.dht.krpc.KrpcMessage.Value;
import dev.jackdaw.protocol.PeerAddress;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What a node has to say, and has been told to keep: makes of a query its answer.
///
/// An answer fits a budget of bytes. To a source without proof of its address it is [#AMPLIFICATION] times the
/// bytes that came; then contacts of the other family are left out first, then peers and samples, then
/// contacts. To others it is what no network cuts in two.
final class Answers {
    /// Of IPv6's smallest packet (RFC 8200), without its headers.
    static final int MOST_BYTES = 1_232;
    /// Bytes for each byte of a query from nobody knows where.
    static final int AMPLIFICATION = 4;

    private static final int MOST_PEERS = 100;
    private static final int MOST_SAMPLES = 20;
    /// A sample differs with every query: nothing is computed ahead.
    private static final int SAMPLE_INTERVAL_SECONDS = 0;

    private static final long MINUTE_NANOS = 60_000_000_000L;
    /// `6:valuesle`, and the same for other keys or less.
    private static final int LIST_BYTES = 10;
    /// `5:token8:` and the token.
    private static final int TOKEN_BYTES = 9 + WriteTokens.LENGTH;
    /// `5:nodes208:`, `6:nodes6304:`.
    private static final int NODES_BYTES = 12;
    /// `4:BFpe256:`, twice, with the filters.
    private static final int FILTER_BYTES = 2 * (10 + BloomFilter.LENGTH);
    /// `1:k32:`, `3:sig64:`, `3:seqi…e` and `1:v` around a mutable item's value.
    private static final int ITEM_BYTES = 6 + 32 + 8 + 64 + 27 + 3;

    private static final byte[] NONE = {};

    private final AddressRules rules;
    private final @Nullable Overlay v4;
    private final @Nullable Overlay v6;
    private final WriteTokens tokens;
    private final RandomGenerator random;
    /// Made when the first item comes.
    private @Nullable ItemStore items;

    Answers(
            AddressRules rules,
            @Nullable Overlay v4,
            @Nullable Overlay v6,
            WriteTokens tokens,
            RandomGenerator random) {
        this.rules = rules;
        this.v4 = v4;
        this.v6 = v6;
        this.tokens = tokens;
        this.random = random;
    }

    int items() {
        return items == null ? 0 : items.size();
    }

    /// Forgets what was stored and is over.
    void expire(long nowNanos) {
        int minute = minute(nowNanos);
        if (v4 != null) {
            v4.peers.expire(minute);
        }
        if (v6 != null) {
            v6.peers.expire(minute);
        }
        if (items != null) {
            items.expire(minute);
        }
    }

    private static int minute(long nowNanos) {
        return (int) (nowNanos / MINUTE_NANOS);
    }

    /// Whether the query shows a good token: then its source receives at its address.
    boolean showsToken(Query query, PeerAddress from, long nowNanos) {
        return switch (query.request()) {
            case AnnouncePeer announce -> tokens.accepts(announce.token(), from, announce.infoHash(), nowNanos);
            case Put put -> tokens.accepts(put.token(), from, put.item().target(), nowNanos);
            case Ping _, FindNode _, GetPeers _, Get _, SampleInfohashes _, UnknownAbout _ -> false;
        };
    }

    /// Whether the whole answer is worth proof of the address first, because it will not fit without.
    boolean isWorthProof(Overlay overlay, KrpcRequest request, int budget) {
        return switch (request) {
            case Get get -> {
                DhtItem item = items == null ? null : items.find(get.target());
                yield item != null && item.value().length + ITEM_BYTES + 100 > budget;
            }
            case GetPeers getPeers -> getPeers.scrape() && overlay.peers.find(getPeers.infoHash()) != null;
            case SampleInfohashes _ -> overlay.peers.torrents() > 1;
            case Ping _, FindNode _, AnnouncePeer _, Put _, UnknownAbout _ -> false;
        };
    }

    /// The answer to a query.
    ///
    /// @param hasToken whether it shows a good token, see [#showsToken]
    /// @param budget   in bytes
    KrpcMessage answer(Overlay overlay, Query query, PeerAddress from, boolean hasToken, int budget, long nowNanos) {
        int left = budget - KrpcEncoder.bareResponseLength(query.transaction().length, from.v6());
        return switch (query.request()) {
            case Ping _ -> Response.bare(query.transaction(), overlay.id(), from);
            case FindNode(NodeId target, int want) ->
                nodes(overlay, query, from, target, want, NONE, KrpcPayload.NOTHING, left);
            case UnknownAbout(NodeId target, int want) ->
                nodes(overlay, query, from, target, want, NONE, KrpcPayload.NOTHING, left);
            case GetPeers getPeers -> peers(overlay, query, getPeers, from, left, nowNanos);
            case AnnouncePeer announce -> announce(overlay, query, announce, from, hasToken, nowNanos);
            case Get get -> item(overlay, query, get, from, left, nowNanos);
            case Put put -> put(overlay, query, put, from, hasToken, nowNanos);
            case SampleInfohashes(NodeId target, int want) -> samples(overlay, query, target, want, from, left);
        };
    }

    private KrpcMessage peers(
            Overlay overlay, Query query, GetPeers asked, PeerAddress from, int budget, long nowNanos) {
        byte[] token = tokens.issue(from, asked.infoHash(), nowNanos);
        AnnouncedPeers known = overlay.peers.find(asked.infoHash());
        if (known == null) {
            return nodes(
                    overlay,
                    query,
                    from,
                    asked.infoHash(),
                    asked.want(),
                    token,
                    KrpcPayload.NOTHING,
                    budget - TOKEN_BYTES);
        }
        int left = budget - TOKEN_BYTES - reserve(overlay.v6) - LIST_BYTES;
        boolean scrape = asked.scrape() && left >= FILTER_BYTES;
        if (scrape) {
            left -= FILTER_BYTES;
        }
        int peerBytes = overlay.v6 ? PeerAddress.COMPACT_V6_LENGTH + 3 : PeerAddress.COMPACT_V4_LENGTH + 2;
        int limit = Math.clamp(left / peerBytes, 0, MOST_PEERS);
        byte[] values = known.sample(limit, asked.noSeed(), random);
        Peers peers = new Peers(
                overlay.v6 ? NONE : values,
                overlay.v6 ? values : NONE,
                scrape ? known.seedFilter() : NONE,
                scrape ? known.peerFilter() : NONE);
        int rest = budget - TOKEN_BYTES - LIST_BYTES - limit * peerBytes - (scrape ? FILTER_BYTES : 0);
        return nodes(overlay, query, from, asked.infoHash(), asked.want(), token, peers, rest);
    }

    /// Bytes of eight contacts of the query's own family.
    private static int reserve(boolean v6) {
        return NODES_BYTES + RoutingTable.BUCKET_SIZE * Contacts.compactLength(v6);
    }

    private KrpcMessage announce(
            Overlay overlay, Query query, AnnouncePeer announce, PeerAddress from, boolean hasToken, long nowNanos) {
        if (!hasToken) {
            return failure(query, KrpcError.PROTOCOL, "bad token", from);
        }
        int port = announce.impliedPort() ? from.port() : announce.port();
        if (!rules.accepts(from.high(), from.low(), from.v6(), port)) {
            return failure(query, KrpcError.PROTOCOL, "your address is not one of the Internet", from);
        }
        overlay.peers.announce(announce.infoHash(), from, port, announce.seed(), minute(nowNanos));
        return Response.bare(query.transaction(), overlay.id(), from);
    }

    private KrpcMessage item(Overlay overlay, Query query, Get get, PeerAddress from, int budget, long nowNanos) {
        byte[] token = tokens.issue(from, get.target(), nowNanos);
        int left = budget - TOKEN_BYTES;
        DhtItem item = items == null ? null : items.find(get.target());
        KrpcPayload payload = switch (item) {
            case null -> KrpcPayload.NOTHING;
            case DhtItem.Immutable immutable -> new Value(immutable);
            case DhtItem.Mutable mutable ->
                get.seq().isPresent() && mutable.seq() <= get.seq().getAsLong()
                        ? new Unchanged(mutable.seq())
                        : new Value(mutable);
        };
        if (payload instanceof Value(DhtItem value)) {
            int length = value.value().length + (value instanceof DhtItem.Mutable ? ITEM_BYTES : 3);
            if (length > left) {
                payload = value instanceof DhtItem.Mutable mutable ? new Unchanged(mutable.seq()) : KrpcPayload.NOTHING;
            } else {
                left -= length;
            }
        }
        if (payload instanceof Unchanged) {
            left -= 27;
        }
        return nodes(overlay, query, from, get.target(), get.want(), token, payload, left);
    }

    private KrpcMessage put(Overlay overlay, Query query, Put put, PeerAddress from, boolean hasToken, long nowNanos) {
        if (!hasToken) {
            return failure(query, KrpcError.PROTOCOL, "bad token", from);
        }
        if (put.item() instanceof DhtItem.Mutable mutable && !mutable.isSigned()) {
            return failure(query, KrpcError.INVALID_SIGNATURE, "invalid signature", from);
        }
        ItemStore store = items;
        if (store == null) {
            store = new ItemStore();
            items = store;
        }
        int error = store.put(put.item().target(), put.item(), put.cas(), overlay.id(), minute(nowNanos));
        return switch (error) {
            case 0 -> Response.bare(query.transaction(), overlay.id(), from);
            case KrpcError.CAS_MISMATCH -> failure(query, error, "the CAS number mismatched, re-read value", from);
            case KrpcError.SEQUENCE_TOO_LOW -> failure(query, error, "sequence number not above the current one", from);
            default -> failure(query, error, "full", from);
        };
    }

    private KrpcMessage samples(Overlay overlay, Query query, NodeId target, int want, PeerAddress from, int budget) {
        int left = budget - 40 - reserve(overlay.v6); // the numbers and the names of interval, num and samples
        byte[] hashes = overlay.peers.sample(Math.clamp(left / NodeId.LENGTH, 0, MOST_SAMPLES));
        Samples samples = new Samples(SAMPLE_INTERVAL_SECONDS, overlay.peers.torrents(), hashes);
        return nodes(overlay, query, from, target, want, NONE, samples, budget - 40 - hashes.length);
    }

    private static Failure failure(Query query, int code, String text, PeerAddress from) {
        return new Failure(query.transaction(), code, text, from);
    }

    /// Adds the contacts closest to the target, of the families that are wanted, as many as fit.
    private Response nodes(
            Overlay overlay,
            Query query,
            PeerAddress from,
            NodeId target,
            int want,
            byte[] token,
            KrpcPayload payload,
            int budget) {
        boolean own = want == KrpcRequest.WANT_OWN_FAMILY;
        Overlay wanted4 = own ? (overlay.v6 ? null : overlay) : (want & KrpcRequest.WANT_V4) != 0 ? v4 : null;
        Overlay wanted6 = own ? (overlay.v6 ? overlay : null) : (want & KrpcRequest.WANT_V6) != 0 ? v6 : null;
        byte[] nodes = null;
        byte[] nodes6 = null;
        int left = budget;
        if (overlay.v6) {
            nodes6 = closest(wanted6, target, left);
            left -= nodes6 == null ? 0 : NODES_BYTES + nodes6.length;
            nodes = closest(wanted4, target, left);
        } else {
            nodes = closest(wanted4, target, left);
            left -= nodes == null ? 0 : NODES_BYTES + nodes.length;
            nodes6 = closest(wanted6, target, left);
        }
        return new Response(query.transaction(), overlay.id(), nodes, nodes6, token, payload, from);
    }

    private static byte @Nullable [] closest(@Nullable Overlay overlay, NodeId target, int budget) {
        if (overlay == null || budget < NODES_BYTES) {
            return null;
        }
        int fit = (budget - NODES_BYTES) / Contacts.compactLength(overlay.v6);
        return overlay.table().closest(target, Math.min(fit, RoutingTable.BUCKET_SIZE));
    }
}
