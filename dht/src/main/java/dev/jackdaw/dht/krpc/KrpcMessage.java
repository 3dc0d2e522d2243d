package dev.jackdaw.dht.krpc;

import dev.jackdaw.dht.DhtItem;
import dev.jackdaw.dht.NodeId;
import dev.jackdaw.protocol.PeerAddress;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// One datagram between nodes (BEP 5, "KRPC Protocol").
///
/// Messages are values that are shared, not copied: their arrays are never written to. Lists of nodes and peers
/// stay in their compact form, so that a message costs two or three objects and can be handed on without
/// encoding it.
public sealed interface KrpcMessage {
    /// What the answer must echo; chosen by who asks.
    byte[] transaction();

    /// A question.
    ///
    /// @param id       of the node that asks
    /// @param readOnly whether it wants to stay out of routing tables (BEP 43)
    record Query(byte[] transaction, NodeId id, boolean readOnly, KrpcRequest request) implements KrpcMessage {}

    /// An answer. Which fields mean something depends on what was asked; those that are not there are empty.
    ///
    /// @param id        of the node that answers
    /// @param nodes     contacts of 26 bytes each; null where the answer says nothing of IPv4
    /// @param nodes6    contacts of 38 bytes each (BEP 32); null likewise
    /// @param token     to be shown when storing
    /// @param recipient whom the answer is for, as the answering node sees it (BEP 42); null where it does not
    ///     say
    record Response(
            byte[] transaction,
            NodeId id,
            byte @Nullable [] nodes,
            byte @Nullable [] nodes6,
            byte[] token,
            KrpcPayload payload,
            @Nullable PeerAddress recipient)
            implements KrpcMessage {
        /// Bytes of an IPv4 contact in `nodes`.
        public static final int NODE_LENGTH = NodeId.LENGTH + PeerAddress.COMPACT_V4_LENGTH;
        /// Bytes of an IPv6 contact in `nodes6`.
        public static final int NODE6_LENGTH = NodeId.LENGTH + PeerAddress.COMPACT_V6_LENGTH;

        private static final byte[] EMPTY = {};

        /// An answer of nothing but an id.
        public static Response bare(byte[] transaction, NodeId id, @Nullable PeerAddress recipient) {
            return new Response(transaction, id, null, null, EMPTY, KrpcPayload.NOTHING, recipient);
        }
    }

    /// The answer that something went wrong.
    ///
    /// @param code      see [KrpcError]
    /// @param recipient as for a response
    record Failure(
            byte[] transaction,
            int code,
            String text,
            @Nullable PeerAddress recipient) implements KrpcMessage {}

    /// A datagram that is no good message.
    ///
    /// @param transaction empty if it must not be answered: it has none, or is itself an answer
    /// @param code        what an answer says
    /// @param detail      what was seen and what was expected
    record Malformed(byte[] transaction, int code, String detail) implements KrpcMessage {
        public boolean isAnswerable() {
            return transaction.length > 0;
        }
    }

    /// What is asked for: `q` and `a` of a query.
    sealed interface KrpcRequest {
        /// Of `want` (BEP 32): nothing said, so the family of the query's own address.
        int WANT_OWN_FAMILY = 0;
        /// Of `want`: `n4`.
        int WANT_V4 = 1;
        /// Of `want`: `n6`.
        int WANT_V6 = 2;
    }

    /// Are you there?
    record Ping() implements KrpcRequest {}

    /// Which nodes are closest to `target`?
    record FindNode(NodeId target, int want) implements KrpcRequest {}

    /// Who shares this torrent (BEP 5), if possible without seeds, and how many are they (BEP 33)?
    record GetPeers(NodeId infoHash, int want, boolean noSeed, boolean scrape) implements KrpcRequest {}

    /// I share this torrent.
    ///
    /// @param port 0 … 65535; 0 only with `impliedPort`, which says that the datagram's own port is meant
    record AnnouncePeer(NodeId infoHash, int port, boolean impliedPort, boolean seed, byte[] token)
            implements KrpcRequest {}

    /// What is kept there (BEP 44)?
    ///
    /// @param seq a mutable item is only wanted if it is newer than that
    record Get(NodeId target, int want, OptionalLong seq) implements KrpcRequest {}

    /// Keep this (BEP 44).
    ///
    /// @param cas the sequence number of what it replaces
    record Put(byte[] token, DhtItem item, OptionalLong cas) implements KrpcRequest {}

    /// Which torrents do you know of (BEP 51)?
    record SampleInfohashes(NodeId target, int want) implements KrpcRequest {}

    /// A query of a later BEP, of which is known what it is about: answered with nodes, as the asker expects of
    /// nodes that do not know it (BEP 51, "those that respond to unknown query types which contain a target
    /// field").
    record UnknownAbout(NodeId target, int want) implements KrpcRequest {}

    /// What an answer brings beside nodes and a token.
    sealed interface KrpcPayload {
        /// No more than nodes and token.
        KrpcPayload NOTHING = new Nothing();
    }

    /// No more than nodes and token.
    record Nothing() implements KrpcPayload {}

    /// To [GetPeers].
    ///
    /// @param v4         peers of 6 bytes each
    /// @param v6         peers of 18 bytes each
    /// @param seedFilter `BFsd`, 256 bytes or none (BEP 33)
    /// @param peerFilter `BFpe`, likewise
    record Peers(byte[] v4, byte[] v6, byte[] seedFilter, byte[] peerFilter) implements KrpcPayload {}

    /// To [Get]. A mutable item's salt is not sent: it is empty here.
    record Value(DhtItem item) implements KrpcPayload {}

    /// To [Get]: there is an item, but none newer than asked for.
    record Unchanged(long seq) implements KrpcPayload {}

    /// To [SampleInfohashes].
    ///
    /// @param intervalSeconds the sample stays the same for so long
    /// @param count           torrents known in all
    /// @param infoHashes      20 bytes each
    record Samples(long intervalSeconds, long count, byte[] infoHashes) implements KrpcPayload {}
}
