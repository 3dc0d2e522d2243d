package dev.jackdaw.gui.model;

import static dev.jackdaw.gui.model.Fixtures.hash;
import static dev.jackdaw.gui.model.Fixtures.status;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.TorrentState;
import dev.jackdaw.peer.TorrentState.Downloading;
import dev.jackdaw.peer.TorrentState.Paused;
import dev.jackdaw.peer.TorrentStatus;
import dev.jackdaw.protocol.InfoHash;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TorrentQueueTest {
    private static final Settings.Queue ONE_AT_A_TIME = new Settings.Queue(true, 1, 1);

    private final TorrentQueue queue = new TorrentQueue(List.of(), List.of());
    private final Map<InfoHash, TorrentState> session = new HashMap<>();

    private void add(int... numbers) {
        for (int number : numbers) {
            session.put(hash(number), new Downloading());
        }
    }

    /// Does as the queue says until it says nothing more.
    private void settle() {
        for (int round = 0; round < 3; round++) {
            TorrentQueue.Decision decision = queue.decide(statuses(), ONE_AT_A_TIME);
            decision.pause().forEach(infoHash -> session.put(infoHash, new Paused()));
            decision.resume().forEach(infoHash -> session.put(infoHash, new Downloading()));
        }
        assertEquals(new TorrentQueue.Decision(List.of(), List.of()), queue.decide(statuses(), ONE_AT_A_TIME));
    }

    private List<TorrentStatus> statuses() {
        return session.keySet().stream()
                .sorted()
                .map(infoHash -> status((int) infoHash.high(), "t", session.get(infoHash)))
                .toList();
    }

    private boolean runs(int number) {
        return session.get(hash(number)) instanceof Downloading;
    }

    @Test
    void runsTheFirstAndHoldsTheOthers() {
        add(1, 2, 3);

        settle();

        assertTrue(runs(1) && !runs(2) && !runs(3));
        assertEquals(
                List.of(false, true, true),
                List.of(queue.isHeld(hash(1)), queue.isHeld(hash(2)), queue.isHeld(hash(3))));
    }

    @Test
    void startsTheNextWhenTheUserPausesTheFirst() {
        add(1, 2);
        settle();

        queue.wantPaused(hash(1));
        session.put(hash(1), new Paused());
        settle();

        assertTrue(runs(2) && !runs(1));
        assertFalse(queue.isHeld(hash(1)));
    }

    @Test
    void leavesAloneWhatTheUserPaused() {
        add(1);
        session.put(hash(1), new Paused());

        settle();

        assertFalse(runs(1));
    }

    @Test
    void runsTheOneThatIsMovedToTheFront() {
        add(1, 2, 3);
        settle();

        queue.move(List.of(hash(3)), -10);
        settle();

        assertTrue(runs(3) && !runs(1) && !runs(2));
        assertEquals(List.of(hash(3), hash(1), hash(2)), queue.order());
    }

    @Test
    void movesSeveralByOneAndKeepsTheirOrder() {
        add(1, 2, 3, 4);
        settle();

        queue.move(List.of(hash(1), hash(2)), 1);

        assertEquals(List.of(hash(3), hash(1), hash(2), hash(4)), queue.order());
    }

    @Test
    void givesAForcedTorrentNoPlace() {
        add(1, 2);
        settle();

        queue.force(hash(2));
        session.put(hash(2), new Downloading());
        settle();

        assertTrue(runs(1) && runs(2));
    }
}
