package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HttpConnectionsTest {
    private final HttpConnections connections = new HttpConnections();

    @Test
    void comeInTheOrderOfTheirDeadlines() {
        HttpConnection one = connections.add(5, 10);
        HttpConnection two = connections.add(6, 11);
        HttpConnection three = connections.add(700, 12);

        connections.schedule(one, 13);
        connections.remove(two);

        assertSame(three, connections.first());
        connections.remove(three);
        assertSame(one, connections.first());
        connections.remove(one);
        assertNull(connections.first());
    }

    @Test
    void areFoundByTheirTags() {
        HttpConnection connection = connections.add(1000, 1);

        assertTrue(HttpConnections.isConnection(HttpConnections.tag(connection)));
        assertSame(connection, connections.tagged(HttpConnections.tag(connection)));
        assertNull(connections.tagged(HttpConnections.tag(new HttpConnection(5000, 1))));
    }

    @Test
    void anEventForOneThatIsGoneIsNotForTheNextWithItsDescriptor() {
        HttpConnection gone = connections.add(5, 1);
        connections.remove(gone);
        HttpConnection next = connections.add(5, 2);

        assertNull(connections.tagged(HttpConnections.tag(gone)));
        assertFalse(connections.has(gone));
        assertSame(next, connections.tagged(HttpConnections.tag(next)));
    }

    @Test
    void whatIsHeldForThemIsCountedUntilItIsTakenOrTheyAreGone() {
        HttpConnection one = connections.add(5, 1);
        HttpConnection two = connections.add(6, 1);
        connections.holdRequest(one, new byte[10]);
        connections.holdAnswer(one, new byte[200]);
        connections.holdAnswer(two, new byte[3_000]);
        assertEquals(3_210, connections.heldBytes());

        connections.holdRequest(one, null);
        connections.holdAnswer(two, new byte[1_000]);
        assertEquals(1_200, connections.heldBytes());

        connections.remove(two);
        assertEquals(200, connections.heldBytes());
    }

    @Test
    void aListenersBareDescriptorIsNoConnection() {
        assertFalse(HttpConnections.isConnection(7));
    }
}
