package dev.jackdaw.peer.net;

import dev.jackdaw.peer.engine.TorrentEffect.Announce;
import dev.jackdaw.peer.engine.TorrentEvent.AnnounceAnswered;
import dev.jackdaw.protocol.tracker.AnnounceEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/// One torrent's announces to trackers: makes them, and knows which goodbyes are still under way. Owned by the
/// torrent's
/// loop.
final class TrackerAnnounces {
    private final Optional<Announcer> announcer;
    private final Consumer<AnnounceAnswered> answers;
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
            CompletableFuture<?> answered = trackers.announce(announce.tracker(), announce.request())
                    .thenAccept(answer -> {
                        if (!goodbye) {
                            answers.accept(new AnnounceAnswered(announce.tracker(), answer.reply(), answer.local()));
                        }
                    });
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
