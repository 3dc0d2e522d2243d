package dev.jackdaw.dht.krpc;

import dev.jackdaw.dht.DhtItem;
import dev.jackdaw.dht.NodeId;
import dev.jackdaw.dht.krpc.KrpcMessage.AnnouncePeer;
import dev.jackdaw.dht.krpc.KrpcMessage.Failure;
import dev.jackdaw.dht.krpc.KrpcMessage.FindNode;
import dev.jackdaw.dht.krpc.KrpcMessage.Get;
import dev.jackdaw.dht.krpc.KrpcMessage.GetPeers;
import dev.jackdaw.dht.krpc.KrpcMessage.KrpcRequest;
import dev.jackdaw.dht.krpc.KrpcMessage.Malformed;
import dev.jackdaw.dht.krpc.KrpcMessage.Nothing;
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
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Writes datagrams in their canonical form, keys sorted, with our version (BEP 5, "v").
///
/// Not thread-safe: the bytes are in [#bytes()] until the next message.
public final class KrpcEncoder {
    private static final byte[] VERSION = ascii("1:v4:JD01");
    private static final byte[] QUERY_END = ascii("1:y1:qe");
    private static final byte[] RESPONSE_END = ascii("1:y1:re");
    private static final byte[] FAILURE_END = ascii("1:y1:ee");
    private static final byte[] READ_ONLY = ascii("2:roi1e");
    private static final byte[] ONE = ascii("i1e");
    private static final byte[] PING = ascii("1:q4:ping");
    private static final byte[] FIND_NODE = ascii("1:q9:find_node");
    private static final byte[] GET_PEERS = ascii("1:q9:get_peers");
    private static final byte[] ANNOUNCE_PEER = ascii("1:q13:announce_peer");
    private static final byte[] GET = ascii("1:q3:get");
    private static final byte[] PUT = ascii("1:q3:put");
    private static final byte[] SAMPLE_INFOHASHES = ascii("1:q17:sample_infohashes");
    private static final byte[] WANT_V4 = ascii("l2:n4e");
    private static final byte[] WANT_V6 = ascii("l2:n6e");
    private static final byte[] WANT_BOTH = ascii("l2:n42:n6e");

    private byte[] out = new byte[2048];
    private int at;

    /// Makes an encoder for one thread.
    public KrpcEncoder() {}

    /// Writes a message and says how many of [#bytes()] it takes.
    public int encode(KrpcMessage message) {
        at = 0;
        put('d');
        switch (message) {
            case Query query -> query(query);
            case Response response -> response(response);
            case Failure failure -> failure(failure);
            case Malformed _ -> throw new IllegalArgumentException("a malformed message is not for sending");
        }
        return at;
    }

    /// Where the message last encoded begins.
    public byte[] bytes() {
        return out;
    }

    /// How many bytes a response takes that has nothing but an id.
    ///
    /// @param transactionLength 1 … 99
    public static int bareResponseLength(int transactionLength, boolean v6) {
        int fixed = "d2:ip6:1:rd2:id20:e1:t1:1:v4:JD011:y1:re".length();
        return fixed
                + (v6 ? 1 + PeerAddress.COMPACT_V6_LENGTH : PeerAddress.COMPACT_V4_LENGTH)
                + NodeId.LENGTH
                + transactionLength
                + (transactionLength > 9 ? 1 : 0);
    }

    private void query(Query query) {
        key(KrpcKey.A);
        put('d');
        KrpcRequest request = query.request();
        if (request instanceof Put(byte[] token, DhtItem item, OptionalLong cas) && cas.isPresent()) {
            key(KrpcKey.CAS);
            integer(cas.getAsLong());
        }
        key(KrpcKey.ID);
        id(query.id());
        byte[] method = switch (request) {
            case Ping() -> PING;
            case FindNode(NodeId target, int want) -> about(target, want, FIND_NODE);
            case SampleInfohashes(NodeId target, int want) -> about(target, want, SAMPLE_INFOHASHES);
            case GetPeers getPeers -> getPeers(getPeers);
            case AnnouncePeer announce -> announce(announce);
            case Get(NodeId target, int want, OptionalLong seq) -> {
                if (seq.isPresent()) {
                    key(KrpcKey.SEQ);
                    integer(seq.getAsLong());
                }
                yield about(target, want, GET);
            }
            case Put(byte[] token, DhtItem item, OptionalLong _) -> put(token, item);
            case UnknownAbout _ -> throw new IllegalArgumentException("an unknown query is not for sending");
        };
        put('e');
        put(method);
        if (query.readOnly()) {
            put(READ_ONLY);
        }
        end(query.transaction(), QUERY_END);
    }

    private byte[] about(NodeId target, int want, byte[] method) {
        key(KrpcKey.TARGET);
        id(target);
        want(want);
        return method;
    }

    private byte[] getPeers(GetPeers request) {
        key(KrpcKey.INFO_HASH);
        id(request.infoHash());
        if (request.noSeed()) {
            key(KrpcKey.NOSEED);
            put(ONE);
        }
        if (request.scrape()) {
            key(KrpcKey.SCRAPE);
            put(ONE);
        }
        want(request.want());
        return GET_PEERS;
    }

    private byte[] announce(AnnouncePeer request) {
        if (request.impliedPort()) {
            key(KrpcKey.IMPLIED_PORT);
            put(ONE);
        }
        key(KrpcKey.INFO_HASH);
        id(request.infoHash());
        key(KrpcKey.PORT);
        integer(request.port());
        if (request.seed()) {
            key(KrpcKey.SEED);
            put(ONE);
        }
        key(KrpcKey.TOKEN);
        string(request.token());
        return ANNOUNCE_PEER;
    }

    private byte[] put(byte[] token, DhtItem item) {
        switch (item) {
            case DhtItem.Immutable _ -> {}
            case DhtItem.Mutable mutable -> {
                key(KrpcKey.K);
                string(mutable.key());
                if (mutable.salt().length > 0) {
                    key(KrpcKey.SALT);
                    string(mutable.salt());
                }
                key(KrpcKey.SEQ);
                integer(mutable.seq());
                key(KrpcKey.SIG);
                string(mutable.signature());
            }
        }
        key(KrpcKey.TOKEN);
        string(token);
        key(KrpcKey.V);
        put(item.value());
        return PUT;
    }

    private void want(int want) {
        if (want != KrpcRequest.WANT_OWN_FAMILY) {
            key(KrpcKey.WANT);
            put(want == KrpcRequest.WANT_V4 ? WANT_V4 : want == KrpcRequest.WANT_V6 ? WANT_V6 : WANT_BOTH);
        }
    }

    private void response(Response response) {
        recipient(response.recipient());
        key(KrpcKey.R);
        put('d');
        if (response.payload() instanceof Peers peers) {
            optional(KrpcKey.BFPE, peers.peerFilter());
            optional(KrpcKey.BFSD, peers.seedFilter());
        }
        key(KrpcKey.ID);
        id(response.id());
        switch (response.payload()) {
            case Nothing _ -> nodesAndToken(response);
            case Peers peers -> {
                nodesAndToken(response);
                if (peers.v4().length > 0 || peers.v6().length > 0) {
                    key(KrpcKey.VALUES);
                    put('l');
                    strings(peers.v4(), PeerAddress.COMPACT_V4_LENGTH);
                    strings(peers.v6(), PeerAddress.COMPACT_V6_LENGTH);
                    put('e');
                }
            }
            case Value(DhtItem.Immutable(byte[] value)) -> {
                nodesAndToken(response);
                key(KrpcKey.V);
                put(value);
            }
            case Value(DhtItem.Mutable item) -> {
                key(KrpcKey.K);
                string(item.key());
                nodes(response);
                key(KrpcKey.SEQ);
                integer(item.seq());
                key(KrpcKey.SIG);
                string(item.signature());
                optional(KrpcKey.TOKEN, response.token());
                key(KrpcKey.V);
                put(item.value());
            }
            case Unchanged(long seq) -> {
                nodes(response);
                key(KrpcKey.SEQ);
                integer(seq);
                optional(KrpcKey.TOKEN, response.token());
            }
            case Samples(long interval, long count, byte[] hashes) -> {
                key(KrpcKey.INTERVAL);
                integer(interval);
                nodes(response);
                key(KrpcKey.NUM);
                integer(count);
                key(KrpcKey.SAMPLES);
                string(hashes);
                optional(KrpcKey.TOKEN, response.token());
            }
        }
        put('e');
        end(response.transaction(), RESPONSE_END);
    }

    private void nodesAndToken(Response response) {
        nodes(response);
        optional(KrpcKey.TOKEN, response.token());
    }

    private void nodes(Response response) {
        contacts(KrpcKey.NODES, response.nodes());
        contacts(KrpcKey.NODES6, response.nodes6());
    }

    private void contacts(KrpcKey key, byte @Nullable [] contacts) {
        if (contacts != null) {
            key(key);
            string(contacts);
        }
    }

    private void failure(Failure failure) {
        key(KrpcKey.E);
        put('l');
        integer(failure.code());
        string(failure.text().getBytes(StandardCharsets.UTF_8));
        put('e');
        recipient(failure.recipient());
        end(failure.transaction(), FAILURE_END);
    }

    private void recipient(@Nullable PeerAddress recipient) {
        if (recipient != null) {
            key(KrpcKey.IP);
            string(recipient.toCompact());
        }
    }

    private void end(byte[] transaction, byte[] last) {
        key(KrpcKey.T);
        string(transaction);
        put(VERSION);
        put(last);
    }

    private void optional(KrpcKey key, byte[] bytes) {
        if (bytes.length > 0) {
            key(key);
            string(bytes);
        }
    }

    private void strings(byte[] bytes, int length) {
        ensure((length + 3) * (bytes.length / length));
        for (int i = 0; i < bytes.length; i += length) {
            number(length);
            out[at++] = ':';
            System.arraycopy(bytes, i, out, at, length);
            at += length;
        }
    }

    private void key(KrpcKey key) {
        put(key.encoded);
    }

    private void id(NodeId id) {
        ensure(NodeId.LENGTH + 3);
        out[at++] = '2';
        out[at++] = '0';
        out[at++] = ':';
        id.put(out, at);
        at += NodeId.LENGTH;
    }

    private void string(byte[] bytes) {
        ensure(bytes.length + 12);
        number(bytes.length);
        out[at++] = ':';
        System.arraycopy(bytes, 0, out, at, bytes.length);
        at += bytes.length;
    }

    private void integer(long value) {
        if (value >= 0 && value <= Integer.MAX_VALUE) {
            ensure(13);
            out[at++] = 'i';
            number((int) value);
            out[at++] = 'e';
        } else {
            put(ascii("i" + value + "e"));
        }
    }

    /// @param value not negative; room for it was ensured
    private void number(int value) {
        int digits = 1;
        for (int rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        for (int i = at + digits - 1, rest = value; i >= at; i--, rest /= 10) {
            out[i] = (byte) ('0' + rest % 10);
        }
        at += digits;
    }

    private void put(byte[] bytes) {
        ensure(bytes.length);
        System.arraycopy(bytes, 0, out, at, bytes.length);
        at += bytes.length;
    }

    private void put(char letter) {
        ensure(1);
        out[at++] = (byte) letter;
    }

    private void ensure(int more) {
        if (at + more > out.length) {
            out = Arrays.copyOf(out, Math.max(out.length * 2, at + more));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
