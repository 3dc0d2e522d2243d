package dev.jackdaw.dht.krpc;

import dev.jackdaw.dht.DhtItem;
import dev.jackdaw.dht.NodeId;
import dev.jackdaw.dht.krpc.KrpcMessage.AnnouncePeer;
import dev.jackdaw.dht.krpc.KrpcMessage.Failure;
import dev.jackdaw.dht.krpc.KrpcMessage.FindNode;
import dev.jackdaw.dht.krpc.KrpcMessage.Get;
import dev.jackdaw.dht.krpc.KrpcMessage.GetPeers;
import dev.jackdaw.dht.krpc.KrpcMessage.KrpcPayload;
import dev.jackdaw.dht.krpc.KrpcMessage.KrpcRequest;
import dev.jackdaw.dht.krpc.KrpcMessage.Malformed;
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
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads datagrams. Never fails: what is no good message is a [Malformed].
///
/// Not thread-safe: it is reused from one datagram to the next. Keys may come in any order, as some nodes send
/// them; a repeated one is refused, and so is everything that is not the one form of BEP 3.
public final class KrpcDecoder {
    /// A longer datagram is not looked at. No good message is a third as long; an item of such a length is still told
    /// that it is too long (BEP 44, error 205).
    public static final int MAX_LENGTH = 4096;
    /// Longer transactions are not echoed.
    static final int MAX_TRANSACTION_LENGTH = 64;
    /// Longer tokens are not kept.
    private static final int MAX_TOKEN_LENGTH = 128;
    /// Of an error, in bytes.
    private static final int MAX_TEXT_LENGTH = 256;

    private static final byte[] EMPTY = {};
    private static final Ping PING = new Ping();

    private final BencodeCursor cursor = new BencodeCursor();
    private final KrpcFields top = new KrpcFields(cursor);
    private final KrpcFields body = new KrpcFields(cursor);

    /// Makes a decoder for one thread.
    public KrpcDecoder() {}

    /// Reads the first `length` bytes of `datagram`, which are not kept.
    public KrpcMessage decode(byte[] datagram, int length) {
        byte[] transaction = EMPTY;
        try {
            if (length > MAX_LENGTH) {
                throw new ProtocolException(Violation.LIMIT_EXCEEDED, length + " bytes, the limit is " + MAX_LENGTH);
            }
            cursor.reset(datagram, 0, length);
            top.read();
            if (cursor.at != length) {
                throw new ProtocolException(Violation.MALFORMED, (length - cursor.at) + " bytes after the message");
            }
            byte[] echoed = transaction();
            switch (kind()) {
                case 'r':
                    return response(echoed);
                case 'e':
                    return failure(echoed);
                case 'q':
                    transaction = echoed;
                    return query(echoed);
                default:
                    transaction = echoed;
                    throw new ProtocolException(Violation.BAD_VALUE, "\"y\" is none of q, r and e");
            }
        } catch (KrpcRefusal e) {
            return new Malformed(transaction, e.code(), e.getMessage());
        } catch (ProtocolException e) {
            return new Malformed(transaction, KrpcError.PROTOCOL, e.getMessage());
        }
    }

    private byte[] transaction() throws ProtocolException {
        top.string(KrpcKey.T);
        if (cursor.stringLength == 0 || cursor.stringLength > MAX_TRANSACTION_LENGTH) {
            throw new ProtocolException(Violation.BAD_VALUE, "\"t\" of " + cursor.stringLength + " bytes");
        }
        return top.bytes(KrpcKey.T);
    }

    /// The letter of `y`, or 0.
    private int kind() {
        try {
            top.string(KrpcKey.Y);
            return cursor.stringLength == 1 ? cursor.in[cursor.stringAt] : 0;
        } catch (ProtocolException e) {
            return 0;
        }
    }

    private KrpcMessage query(byte[] transaction) throws ProtocolException, KrpcRefusal {
        top.string(KrpcKey.Q);
        String method = new String(cursor.in, cursor.stringAt, cursor.stringLength, StandardCharsets.ISO_8859_1);
        boolean readOnly = top.flag(KrpcKey.RO);
        top.enter(KrpcKey.A);
        body.read();
        NodeId id = body.id(KrpcKey.ID);
        KrpcRequest request = switch (method) {
            case "ping" -> PING;
            case "find_node" -> new FindNode(body.id(KrpcKey.TARGET), want());
            case "get_peers" ->
                new GetPeers(body.id(KrpcKey.INFO_HASH), want(), body.flag(KrpcKey.NOSEED), body.flag(KrpcKey.SCRAPE));
            case "announce_peer" -> announcePeer();
            case "get" -> new Get(body.id(KrpcKey.TARGET), want(), body.optionalInteger(KrpcKey.SEQ));
            case "put" -> put();
            case "sample_infohashes" -> new SampleInfohashes(body.id(KrpcKey.TARGET), want());
            default -> unknown();
        };
        return new Query(transaction, id, readOnly, request);
    }

    private KrpcRequest announcePeer() throws ProtocolException {
        boolean implied = body.flag(KrpcKey.IMPLIED_PORT);
        long port = body.has(KrpcKey.PORT) || !implied ? body.integer(KrpcKey.PORT) : 0;
        if (!implied && (port < 1 || port > 0xffff)) {
            throw new ProtocolException(Violation.BAD_VALUE, "port " + port);
        }
        return new AnnouncePeer(
                body.id(KrpcKey.INFO_HASH),
                implied ? 0 : (int) port,
                implied,
                body.has(KrpcKey.SEED) && body.integer(KrpcKey.SEED) == 1,
                token());
    }

    private KrpcRequest put() throws ProtocolException, KrpcRefusal {
        byte[] token = token();
        body.enter(KrpcKey.V);
        if (body.valueLength(KrpcKey.V) > DhtItem.MAX_VALUE_LENGTH) {
            throw new KrpcRefusal(
                    KrpcError.VALUE_TOO_BIG,
                    "\"v\" of " + body.valueLength(KrpcKey.V) + " bytes, the limit is " + DhtItem.MAX_VALUE_LENGTH);
        }
        byte[] value = body.value(KrpcKey.V);
        if (!body.has(KrpcKey.K)) {
            return new Put(token, new DhtItem.Immutable(value), body.optionalInteger(KrpcKey.CAS));
        }
        byte[] key = body.bytes(KrpcKey.K, DhtItem.Mutable.KEY_LENGTH);
        byte[] salt = body.bytesOrEmpty(KrpcKey.SALT);
        if (salt.length > DhtItem.MAX_SALT_LENGTH) {
            throw new KrpcRefusal(
                    KrpcError.SALT_TOO_BIG,
                    "\"salt\" of " + salt.length + " bytes, the limit is " + DhtItem.MAX_SALT_LENGTH);
        }
        long seq = body.integer(KrpcKey.SEQ);
        if (seq < 0) {
            throw new ProtocolException(Violation.BAD_VALUE, "\"seq\" " + seq);
        }
        byte[] signature = body.bytes(KrpcKey.SIG, DhtItem.Mutable.SIGNATURE_LENGTH);
        return new Put(token, new DhtItem.Mutable(key, salt, seq, signature, value), body.optionalInteger(KrpcKey.CAS));
    }

    private KrpcRequest unknown() throws ProtocolException, KrpcRefusal {
        if (body.has(KrpcKey.TARGET)) {
            return new UnknownAbout(body.id(KrpcKey.TARGET), want());
        }
        if (body.has(KrpcKey.INFO_HASH)) {
            return new UnknownAbout(body.id(KrpcKey.INFO_HASH), want());
        }
        throw new KrpcRefusal(KrpcError.METHOD_UNKNOWN, "method unknown");
    }

    private byte[] token() throws ProtocolException {
        byte[] token = body.bytes(KrpcKey.TOKEN);
        if (token.length > MAX_TOKEN_LENGTH) {
            throw new ProtocolException(Violation.LIMIT_EXCEEDED, "\"token\" of " + token.length + " bytes");
        }
        return token;
    }

    private int want() throws ProtocolException {
        if (!body.has(KrpcKey.WANT)) {
            return KrpcRequest.WANT_OWN_FAMILY;
        }
        body.list(KrpcKey.WANT);
        int want = 0;
        while (cursor.peek() != 'e') {
            int first = cursor.peek();
            if (first < '0' || first > '9') {
                cursor.skip();
                continue;
            }
            cursor.string();
            if (cursor.stringLength == 2 && cursor.in[cursor.stringAt] == 'n') {
                want |= switch (cursor.in[cursor.stringAt + 1]) {
                    case '4' -> KrpcRequest.WANT_V4;
                    case '6' -> KrpcRequest.WANT_V6;
                    default -> 0;
                };
            }
        }
        return want;
    }

    private KrpcMessage response(byte[] transaction) throws ProtocolException {
        PeerAddress recipient = recipient();
        top.enter(KrpcKey.R);
        body.read();
        NodeId id = body.id(KrpcKey.ID);
        byte[] nodes = contacts(KrpcKey.NODES, Response.NODE_LENGTH);
        byte[] nodes6 = contacts(KrpcKey.NODES6, Response.NODE6_LENGTH);
        byte[] token = body.has(KrpcKey.TOKEN) ? token() : EMPTY;
        return new Response(transaction, id, nodes, nodes6, token, payload(), recipient);
    }

    private byte @Nullable [] contacts(KrpcKey key, int length) throws ProtocolException {
        if (!body.has(key)) {
            return null;
        }
        byte[] contacts = body.bytes(key);
        if (contacts.length % length != 0) {
            throw new ProtocolException(Violation.BAD_VALUE, "\"" + key.text() + "\" of " + contacts.length + " bytes");
        }
        return contacts;
    }

    private KrpcPayload payload() throws ProtocolException {
        if (body.has(KrpcKey.SAMPLES)) {
            byte[] hashes = body.bytes(KrpcKey.SAMPLES);
            if (hashes.length % NodeId.LENGTH != 0) {
                throw new ProtocolException(Violation.BAD_VALUE, "\"samples\" of " + hashes.length + " bytes");
            }
            return new Samples(
                    Math.clamp(body.optionalInteger(KrpcKey.INTERVAL).orElse(0), 0, 21_600),
                    Math.max(0, body.optionalInteger(KrpcKey.NUM).orElse(0)),
                    hashes);
        }
        if (body.has(KrpcKey.V)) {
            return body.valueLength(KrpcKey.V) > DhtItem.MAX_VALUE_LENGTH ? KrpcPayload.NOTHING : new Value(item());
        }
        if (body.has(KrpcKey.SEQ)) {
            return new Unchanged(body.integer(KrpcKey.SEQ));
        }
        if (!body.has(KrpcKey.VALUES) && !body.has(KrpcKey.BFSD) && !body.has(KrpcKey.BFPE)) {
            return KrpcPayload.NOTHING;
        }
        return new Peers(
                peers(PeerAddress.COMPACT_V4_LENGTH),
                peers(PeerAddress.COMPACT_V6_LENGTH),
                filter(KrpcKey.BFSD),
                filter(KrpcKey.BFPE));
    }

    private DhtItem item() throws ProtocolException {
        byte[] value = body.value(KrpcKey.V);
        if (!body.has(KrpcKey.K)) {
            return new DhtItem.Immutable(value);
        }
        return new DhtItem.Mutable(
                body.bytes(KrpcKey.K, DhtItem.Mutable.KEY_LENGTH),
                EMPTY,
                body.integer(KrpcKey.SEQ),
                body.bytes(KrpcKey.SIG, DhtItem.Mutable.SIGNATURE_LENGTH),
                value);
    }

    /// Those of the list's strings that are of this length.
    private byte[] peers(int length) throws ProtocolException {
        if (!body.has(KrpcKey.VALUES)) {
            return EMPTY;
        }
        int count = 0;
        for (body.list(KrpcKey.VALUES); cursor.peek() != 'e'; ) {
            count += isString(length) ? 1 : 0;
        }
        byte[] peers = new byte[count * length];
        int at = 0;
        for (body.list(KrpcKey.VALUES); cursor.peek() != 'e'; ) {
            if (isString(length)) {
                System.arraycopy(cursor.in, cursor.stringAt, peers, at, length);
                at += length;
            }
        }
        return peers;
    }

    private boolean isString(int length) throws ProtocolException {
        int first = cursor.peek();
        if (first < '0' || first > '9') {
            throw new ProtocolException(Violation.BAD_VALUE, "an element of \"values\" is not a string");
        }
        cursor.string();
        return cursor.stringLength == length;
    }

    private byte[] filter(KrpcKey key) throws ProtocolException {
        byte[] filter = body.bytesOrEmpty(key);
        return filter.length == 256 ? filter : EMPTY;
    }

    private KrpcMessage failure(byte[] transaction) throws ProtocolException {
        PeerAddress recipient = recipient();
        top.list(KrpcKey.E);
        long code = cursor.integer();
        cursor.string();
        String text = new String(
                cursor.in, cursor.stringAt, Math.min(cursor.stringLength, MAX_TEXT_LENGTH), StandardCharsets.UTF_8);
        return new Failure(transaction, (int) Math.clamp(code, 0, Integer.MAX_VALUE), text, recipient);
    }

    /// A malformed one is as good as none: it is only a hint.
    private @Nullable PeerAddress recipient() {
        try {
            if (!top.has(KrpcKey.IP)) {
                return null;
            }
            top.string(KrpcKey.IP);
            int hostLength = cursor.stringLength - 2;
            if (hostLength != 4 && hostLength != 16) {
                return null;
            }
            int portAt = cursor.stringAt + hostLength;
            return PeerAddress.of(
                    Arrays.copyOfRange(cursor.in, cursor.stringAt, portAt),
                    (cursor.in[portAt] & 0xff) << 8 | cursor.in[portAt + 1] & 0xff);
        } catch (ProtocolException e) {
            return null;
        }
    }

    /// A query to be refused with a code of its own.
    private static final class KrpcRefusal extends Exception {
        private static final long serialVersionUID = 1L;
        private final int code;
        private final String detail;

        KrpcRefusal(int code, String detail) {
            super(detail, null, false, false);
            this.code = code;
            this.detail = detail;
        }

        int code() {
            return code;
        }

        @Override
        public String getMessage() {
            return detail;
        }
    }
}
