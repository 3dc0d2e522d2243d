package dev.jackdaw.peer.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ListeningPortTest {
    private final List<Integer> tried = new ArrayList<>();
    private int next = 40_000;

    /// What the system does: it chooses another number each time if it may.
    private int listen(int wanted) {
        return wanted == 0 ? next++ : wanted;
    }

    private ListeningPort<String> open(int wanted, int takenBelow) {
        return ListeningPort.open(wanted, this::listen, Optional.of(number -> {
            tried.add(number);
            if (number < takenBelow) {
                throw new IOException("address already in use");
            }
            return "udp " + number;
        }));
    }

    @Test
    void anotherNumberIsChosenWhenTheFirstIsTakenForUdp() {
        ListeningPort<String> port = open(0, 40_002);

        assertEquals(40_002, port.number());
        assertEquals(Optional.of("udp 40002"), port.datagrams());
        assertEquals(List.of(40_000, 40_001, 40_002), tried);
    }

    @Test
    void aNumberThatTheUserChoseIsKept() {
        ListeningPort<String> port = open(6881, 7000);

        assertEquals(6881, port.number());
        assertTrue(port.failure().isPresent());
        assertEquals(List.of(6881), tried);
    }

    @Test
    void givesUpAfterSomeNumbers() {
        ListeningPort<String> port = open(0, 50_000);

        assertTrue(port.datagrams().isEmpty());
        assertEquals(ListeningPort.ATTEMPTS, tried.size());
    }

    @Test
    void withoutUdpAnyNumberDoes() {
        assertEquals(
                40_000, ListeningPort.open(0, this::listen, Optional.empty()).number());
    }
}
