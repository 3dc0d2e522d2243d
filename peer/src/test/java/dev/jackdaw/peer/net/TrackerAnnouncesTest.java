package dev.jackdaw.peer.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.announce.TrackerAnswer;
import dev.jackdaw.peer.engine.TorrentEffect.Announce;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.tracker.AnnounceEvent;
import dev.jackdaw.protocol.tracker.AnnounceReply;
import dev.jackdaw.protocol.tracker.AnnounceRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TrackerAnnouncesTest {
    private static final String A = "http://a.example/announce";
    private static final String B = "http://b.example/announce";

    /// What the trackers have heard, and what they have yet to say to it.
    private final List<String> heard = new ArrayList<>();

    private final List<CompletableFuture<TrackerAnswer>> owed = new ArrayList<>();
    private final TrackerAnnounces announces = new TrackerAnnounces(Optional.of(this::hear), answer -> {});

    @Test
    void stoppedWaitsUntilTheTrackerHasTakenCompleted() {
        announces.make(announce(A, AnnounceEvent.COMPLETED));
        announces.make(announce(A, AnnounceEvent.STOPPED));
        announces.make(announce(B, AnnounceEvent.STOPPED));

        assertEquals(List.of(A + " COMPLETED", B + " STOPPED"), heard);
        answer(1);
        assertFalse(announces.goodbyes().isDone());

        answer(0);
        assertEquals(A + " STOPPED", heard.getLast());
        assertFalse(announces.goodbyes().isDone());
        answer(2);
        assertTrue(announces.goodbyes().isDone());
    }

    private CompletableFuture<TrackerAnswer> hear(String tracker, AnnounceRequest request) {
        heard.add(tracker + " " + request.event());
        owed.add(new CompletableFuture<>());
        return owed.getLast();
    }

    private void answer(int announce) {
        owed.get(announce).complete(new TrackerAnswer(new AnnounceReply.Failure("busy"), false));
    }

    private static Announce announce(String tracker, AnnounceEvent event) {
        return new Announce(
                tracker,
                new AnnounceRequest(
                        InfoHash.of(new byte[20]),
                        PeerId.of(new byte[20]),
                        6881,
                        0,
                        0,
                        0,
                        event,
                        0,
                        50,
                        Optional.empty()));
    }
}
