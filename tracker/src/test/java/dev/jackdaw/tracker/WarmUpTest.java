package dev.jackdaw.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jackdaw.tracker.Counters.Protocol;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarmUpTest {
    @Test
    void announcesByBothProtocolsAndIsNeverRefused() {
        Counters counters = WarmUp.run(TrackerConfig.loopback().build(), 500);

        assertEquals(500, counters.announces(Protocol.UDP));
        assertEquals(500, counters.announces(Protocol.HTTP));
        assertEquals(0, counters.refused());
    }

    @Test
    void leavesOutWhatWillNotBeServed() {
        Counters counters = WarmUp.run(TrackerConfig.loopback().http(List.of()).build(), 100);

        assertEquals(100, counters.announces(Protocol.UDP));
        assertEquals(0, counters.announces(Protocol.HTTP));
    }
}
