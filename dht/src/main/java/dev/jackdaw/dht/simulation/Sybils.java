package dev.jackdaw.dht.simulation;

import dev.jackdaw.dht.NodeContact;
import dev.jackdaw.dht.NodeId;
import dev.jackdaw.dht.krpc.KrpcMessage.FindNode;
import dev.jackdaw.dht.krpc.KrpcMessage.GetPeers;
import dev.jackdaw.dht.krpc.KrpcMessage.KrpcPayload;
import dev.jackdaw.dht.krpc.KrpcMessage.Query;
import dev.jackdaw.dht.krpc.KrpcMessage.Response;
import dev.jackdaw.protocol.PeerAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Nodes of one attacker, who wants every lookup to end among them (BEP 42, "Rationale").
///
/// All of them are members of honest nodes' tables under ids of their own. Asked for a target, they name eight of
/// the attacker's hosts as nodes that share 80 bits with it, nearer than any honest node. Every other host plays
/// the part of such a node when it is asked for a target. They take what they are given to store, and never hand
/// it out.
final class Sybils {
    private static final int NAMED = 8;
    private static final byte[] TOKEN = new byte[8];

    private final List<NodeContact> lures = new ArrayList<>();
    private final List<NodeContact> traps = new ArrayList<>();

    void add(NodeContact sybil) {
        (isTrap(sybil) ? traps : lures).add(sybil);
    }

    private static boolean isTrap(NodeContact sybil) {
        return (sybil.id().low() & 1) != 0;
    }

    Response answer(NodeContact self, Query query, PeerAddress from, RandomGenerator random) {
        NodeId target = switch (query.request()) {
            case FindNode find -> find.target();
            case GetPeers get -> get.infoHash();
            default -> null;
        };
        if (target == null || traps.isEmpty()) {
            return Response.bare(query.transaction(), self.id(), from);
        }
        byte[] nodes = new byte[NAMED * Response.NODE_LENGTH];
        for (int i = 0; i < NAMED; i++) {
            NodeContact trap = traps.get(random.nextInt(traps.size()));
            near(target, trap).put(nodes, i * Response.NODE_LENGTH);
            byte[] address = trap.address().toCompact();
            System.arraycopy(address, 0, nodes, i * Response.NODE_LENGTH + NodeId.LENGTH, address.length);
        }
        NodeId id = isTrap(self) ? near(target, self) : self.id();
        return new Response(query.transaction(), id, nodes, null, TOKEN, KrpcPayload.NOTHING, from);
    }

    /// Under which id a host pretends to be near a target.
    private static NodeId near(NodeId target, NodeContact trap) {
        long middle = target.middle() & 0xffff_0000_0000_0000L | trap.id().middle() & 0xffff_ffff_ffffL;
        return new NodeId(target.high(), middle, trap.id().low());
    }
}
