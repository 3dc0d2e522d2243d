package dev.jackdaw.dht.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class CrewTest {
    private final Shard[] shards = {shard(0), shard(1)};

    private static Shard shard(int index) {
        return new Shard(index, 2, null, 0, null);
    }

    @Test
    void windowsFollowOneAnotherUntilThereIsNoNext() {
        List<Long> windows = new ArrayList<>();

        new Crew(shards, 2, 7, window -> {
                    windows.add(window);
                    return window < 10;
                })
                .run();

        assertEquals(List.of(7L, 8L, 9L, 10L), windows);
    }

    /// Whether the others wait already or come later to where they would wait.
    @RepeatedTest(50)
    void aShardThatFailsEndsTheRunOfAll() {
        shards[0].planStart(new Place(NodeKind.values()[0], shards[0], 0, null), 0); // there is no Internet to start in

        assertThrows(IllegalStateException.class, () -> new Crew(shards, 2, 0, window -> true).run());
    }
}
