package dev.jackdaw.peer.net;

import dev.jackdaw.peer.engine.TorrentEffect.Announce;
import dev.jackdaw.peer.engine.TorrentEvent.AnnounceAnswered;
import dev.jackdaw.protocol.tracker.AnnounceEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/// One torrent's announces to trackers: makes them, and knows which goodbyes are still under way. Owned by the
/// torrent's loop.
///
/// A tracker is told one thing after the other: a `stopped` that overtakes a `completed` would leave us in its swarm.
final class TrackerAnnounces {
    private static final CompletableFuture<?> DONE = CompletableFuture.completedFuture(null);

    private final Optional<Announcer> announcer;
    private final Consumer<AnnounceAnswered> answers;
    /// The last announce to each tracker, by its URL, while it is not answered.
    private final Map<String, CompletableFuture<?>> latest = new HashMap<>();
    private final List<CompletableFuture<?>> goodbyes = new ArrayList<>();

    /// @param announcer empty if the session announces to none
    /// @param answers   takes answers, from any thread; those to `stopped` are not passed on
    TrackerAnnounces(Optional<Announcer> announcer, Consumer<AnnounceAnswered> answers) {
        this.announcer = announcer;
        this.answers = answers;
    }

    void make(Announce announce) {
        boolean goodbye = announce.request().event() == AnnounceEvent.STOPPED;
        announcer.ifPresent(trackers -> {
            latest.values().removeIf(Future::isDone);
            CompletableFuture<?> answered = latest.getOrDefault(announce.tracker(), DONE)
                    .thenCompose(_ -> trackers.announce(announce.tracker(), announce.request()))
                    .thenAccept(answer -> {
                        if (!goodbye) {
                            answers.accept(new AnnounceAnswered(announce.tracker(), answer.reply(), answer.local()));
                        }
                    });
            latest.put(announce.tracker(), answered);
            if (goodbye) {
                goodbyes.removeIf(Future::isDone);
                goodbyes.add(answered);
            }
        });
    }

    /// Done when all `stopped` announces made until now are answered.
    CompletableFuture<?> goodbyes() {
        return CompletableFuture.allOf(goodbyes.toArray(CompletableFuture<?>[]::new));
    }
}
