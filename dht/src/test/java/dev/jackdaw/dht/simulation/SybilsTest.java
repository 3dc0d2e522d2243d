package dev.jackdaw.dht.simulation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.dht.NodeContact;
import dev.jackdaw.dht.NodeId;
import dev.jackdaw.dht.krpc.KrpcMessage.FindNode;
import dev.jackdaw.dht.krpc.KrpcMessage.KrpcRequest;
import dev.jackdaw.dht.krpc.KrpcMessage.Ping;
import dev.jackdaw.dht.krpc.KrpcMessage.Query;
import dev.jackdaw.dht.krpc.KrpcMessage.Response;
import dev.jackdaw.simulation.Seed;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SybilsTest {
    private final RandomGenerator random = new Seed(1).random("sybils");
    private final NodeId target = NodeId.random(random);
    private final Sybils sybils = new Sybils();
    private final NodeContact lure = contact(1, 2);
    private final NodeContact trap = contact(2, 3);

    private static NodeContact contact(int number, int low) {
        return new NodeContact(new NodeId(number, 7, low), Addresses.of(number));
    }

    private Response ask(NodeContact sybil, KrpcRequest request) {
        Query query = new Query(new byte[] {1}, NodeId.random(random), false, request);
        return sybils.answer(sybil, query, Addresses.of(9), random);
    }

    @Test
    void nameHostsOfTheirOwnAsNeighboursOfATargetNearerThanAnyHonestNode() {
        sybils.add(lure);
        sybils.add(trap);

        Response answer = ask(lure, new FindNode(target, 0));

        byte[] nodes = answer.nodes();
        assertEquals(8 * Response.NODE_LENGTH, nodes.length);
        assertTrue(target.sharedPrefix(NodeId.of(nodes, 0)) >= 80);
        byte[] host = Arrays.copyOfRange(nodes, NodeId.LENGTH, Response.NODE_LENGTH);
        assertArrayEquals(trap.address().toCompact(), host);
        assertEquals(lure.id(), answer.id());
    }

    @Test
    void aTrapAnswersUnderTheIdItWasNamedBy() {
        sybils.add(trap);
        NodeId named = NodeId.of(ask(trap, new FindNode(target, 0)).nodes(), 0);

        assertEquals(named, ask(trap, new FindNode(target, 0)).id());
    }

    @Test
    void answerAPingLikeAnyNode() {
        sybils.add(trap);

        Response answer = ask(trap, new Ping());

        assertNull(answer.nodes());
        assertEquals(trap.id(), answer.id());
    }
}
