package dev.jackdaw.peer.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WriteTurnTest {
    private final WriteTurn turn = new WriteTurn();
    private final List<String> done = new ArrayList<>();

    @Test
    void whoComesWhileAnotherWritesLeavesTheWorkThere() {
        turn.run(() -> {
            turn.run(() -> done.add("second"));
            done.add("first");
        });

        assertEquals(List.of("first", "second"), done);
    }

    @Test
    void theTurnIsFreeAgainAfterwards() {
        turn.run(() -> done.add("first"));
        turn.run(() -> done.add("second"));

        assertEquals(List.of("first", "second"), done);
    }

    @Test
    void aFailureDoesNotKeepOthersFromTheirTurn() {
        assertThrows(
                IllegalStateException.class,
                () -> turn.run(() -> {
                    turn.run(() -> done.add("second"));
                    throw new IllegalStateException("first");
                }));
        turn.run(() -> done.add("third"));

        assertEquals(List.of("second", "third"), done);
    }

    @Test
    void norDoesAFaultInMemory() {
        assertThrows(
                InternalError.class,
                () -> turn.run(() -> {
                    throw new InternalError("a fault occurred in an unsafe memory access operation");
                }));
        turn.run(() -> done.add("next"));

        assertEquals(List.of("next"), done);
    }
}
