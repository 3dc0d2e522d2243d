package dev.jackdaw.dht.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.dht.NodeId;
import dev.jackdaw.dht.krpc.KrpcMessage;
import org.junit.jupiter.api.Test;

class EventListTest {
    private final EventList events = new EventList();

    @Test
    void keepsMoreEventsThanItWasMadeForInTheirOrder() {
        for (int i = 0; i < 1_000; i++) {
            events.add(10L * i, i, -i, null);
        }

        assertEquals(1_000, events.size());
        assertEquals(9_990, events.tick(999));
        assertEquals(999, events.receiver(999));
        assertEquals(-999, events.sender(999));
    }

    @Test
    void movesAllToAWheelAndIsEmpty() {
        KrpcMessage message = KrpcMessage.Response.bare(new byte[] {1}, new NodeId(1, 2, 3), null);
        events.add(20, 2, 1, null);
        events.add(10, 4, 3, message);
        TimingWheel wheel = new TimingWheel();

        events.moveTo(wheel);

        assertEquals(0, events.size());
        assertTrue(wheel.next());
        assertEquals(4, wheel.receiver());
        assertSame(message, wheel.message());
        assertTrue(wheel.next());
        assertEquals(20, wheel.tick());
        assertFalse(wheel.next());
    }
}
