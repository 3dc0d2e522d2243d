package dev.jackdaw.cli;

import dev.jackdaw.cli.TransferDisplay.Completion;
import dev.jackdaw.peer.FilePriority;
import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionEvent;
import dev.jackdaw.peer.SessionListener;
import dev.jackdaw.peer.Subscription;
import dev.jackdaw.peer.Torrent;
import dev.jackdaw.peer.TorrentState;
import dev.jackdaw.peer.TorrentStatus;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.Ticker;
import dev.jackdaw.protocol.metainfo.Info;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Watches a session's torrents until they are where the command wants them, and tells a display.
///
/// Events wake it; what it believes it reads from snapshots, so that a lost event costs a delay and nothing else.
final class TransferRun implements SessionListener {
    /// More events than the display can follow are dropped.
    private static final int MAX_EVENTS = 65_536;

    /// Snapshots of torrents under way are taken this often, whatever the display wants.
    private static final long SURVEY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// Of those that only seed, without a goal, this often: there may be thousands.
    private static final long FULL_SURVEY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private sealed interface Wake {
        record Event(SessionEvent event) implements Wake {}

        record Stop() implements Wake {}
    }

    /// What a torrent that is not complete after its check means.
    enum Wanted {
        /// The rest is to be downloaded.
        CONTENT,
        /// The same, unless nothing of it is there: then the place was wrong.
        SEEDS
    }

    private final Session session;
    private final TransferDisplay display;
    private final Wanted wanted;
    private final Optional<SeedGoal> seedGoal;
    private final Interruption interruption;
    private final Ticker ticker;
    private final LinkedBlockingQueue<Wake> wakes = new LinkedBlockingQueue<>(MAX_EVENTS);
    private final Map<InfoHash, Transfer> transfers = new LinkedHashMap<>();
    /// With the torrent of each that is, or was, among the transfers.
    private final Map<Subscription, Optional<InfoHash>> subscriptions = new LinkedHashMap<>();

    private ExitStatus worst = ExitStatus.DONE;
    private long nextSurveyNanos;
    private long nextFullSurveyNanos;

    /// @param seedGoal empty to stop as soon as everything is complete
    TransferRun(
            Session session,
            TransferDisplay display,
            Wanted wanted,
            Optional<SeedGoal> seedGoal,
            Interruption interruption,
            Ticker ticker) {
        this.session = session;
        this.display = display;
        this.wanted = wanted;
        this.seedGoal = seedGoal;
        this.interruption = interruption;
        this.ticker = ticker;
    }

    void add(Torrent torrent) {
        transfers.put(torrent.infoHash(), new Transfer(torrent, ticker.nanos()));
    }

    /// The subscription's torrents come and go as its publisher says.
    void add(Subscription subscription) {
        subscriptions.put(subscription, Optional.empty());
    }

    @Override
    public void on(SessionEvent event) {
        if (!(event instanceof SessionEvent.PieceCompleted) || display.wantsPieces()) {
            boolean _ = wakes.offer(new Wake.Event(event));
        }
    }

    /// Returns when every torrent is done or has failed, or the user interrupts.
    ExitStatus await() throws InterruptedException {
        try (Interruption.Hearing _ = interruption.hear(this::stop)) {
            return watch();
        }
    }

    private void stop() {
        wakes.clear();
        boolean _ = wakes.offer(new Wake.Stop());
    }

    private ExitStatus watch() throws InterruptedException {
        nextSurveyNanos = ticker.nanos();
        nextFullSurveyNanos = nextSurveyNanos;
        handleEvents(nextSurveyNanos); // those of adding
        while (true) {
            long nowNanos = ticker.nanos();
            if (nowNanos - nextSurveyNanos >= 0) {
                survey(nowNanos);
            }
            if (interruption.isRequested()) {
                return ExitStatus.INTERRUPTED;
            }
            if (isOver()) {
                return worst;
            }
            display.progress(present(), session.status(), nowNanos);
            handleEvents(nowNanos + display.period().toNanos());
        }
    }

    /// Whether there is nothing left to wait for.
    private boolean isOver() {
        return transfers.isEmpty() && unresolved() == 0;
    }

    private int unresolved() {
        return (int) subscriptions.values().stream().filter(Optional::isEmpty).count();
    }

    /// What was added and is not interrupted, done or failed.
    int remaining() {
        return unresolved()
                + (int) transfers.values().stream()
                        .filter(transfer -> transfer.stage() == Transfer.Stage.UNDER_WAY)
                        .count();
    }

    /// Those under way first, otherwise in the order of the command line.
    private List<Transfer> present() {
        return transfers.values().stream()
                .sorted((a, b) -> a.stage().compareTo(b.stage()))
                .toList();
    }

    /// Handles events until the display is due again, the command is over, or the user interrupts.
    private void handleEvents(long untilNanos) throws InterruptedException {
        while (!isOver() && !interruption.isRequested()) {
            @Nullable Wake wake = wakes.poll(Math.max(0, untilNanos - ticker.nanos()), TimeUnit.NANOSECONDS);
            switch (wake) {
                case null -> {
                    return;
                }
                case Wake.Stop() -> {
                    return;
                }
                case Wake.Event(SessionEvent event) -> handle(event);
            }
        }
    }

    private void handle(SessionEvent event) {
        display.event(event);
        switch (event) {
            case SessionEvent.TorrentCompleted completed -> survey(completed);
            case SessionEvent.StateChanged changed -> survey(changed);
            case SessionEvent.MetadataResolved resolved -> survey(resolved);
            case SessionEvent.TorrentPublished _ -> followPublishers();
            case SessionEvent.TorrentAdded _,
                    SessionEvent.TorrentRemoved _,
                    SessionEvent.PieceCompleted _,
                    SessionEvent.PeerBanned _,
                    SessionEvent.Warning _ -> {
                // Changes nothing that a survey would see.
            }
        }
    }

    private void survey(SessionEvent.OfTorrent event) {
        Transfer transfer = transfers.get(event.infoHash());
        if (transfer != null) {
            survey(transfer, transfer.torrent().status(), ticker.nanos());
            removeEnded();
        }
    }

    /// Takes in the torrents that publishers offer now, in place of those that they offered before.
    private void followPublishers() {
        subscriptions.replaceAll((subscription, before) -> {
            Optional<InfoHash> newest = subscription.newest();
            if (!newest.equals(before)) {
                before.ifPresent(transfers::remove);
                newest.flatMap(session::torrent).ifPresent(this::add);
            }
            return newest;
        });
    }

    private void survey(long nowNanos) {
        followPublishers();
        nextSurveyNanos = nowNanos + SURVEY_NANOS;
        boolean full = nowNanos - nextFullSurveyNanos >= 0;
        if (full) {
            nextFullSurveyNanos = nowNanos + FULL_SURVEY_NANOS;
        }
        boolean openEnded = seedGoal.isPresent() && seedGoal.get().isOpenEnded();
        for (Transfer transfer : transfers.values()) {
            if (full || !openEnded || transfer.stage() == Transfer.Stage.UNDER_WAY) {
                survey(transfer, transfer.torrent().status(), nowNanos);
            }
        }
        removeEnded();
    }

    private void removeEnded() {
        transfers
                .values()
                .removeIf(transfer ->
                        transfer.stage() == Transfer.Stage.DONE || transfer.stage() == Transfer.Stage.FAILED);
    }

    private void survey(Transfer transfer, TorrentStatus status, long nowNanos) {
        if (!transfer.isDescribed() && status.info().isPresent()) {
            Info info = status.info().get();
            transfer.markDescribed();
            display.described(status, info);
            if (status.wantedBytes() == 0 && hasNothingWanted(transfer.torrent(), info)) {
                transfer.torrent().pause();
                fail(transfer, status, "nothing of it is selected: " + range(info));
                return;
            }
        }
        switch (status.state()) {
            case TorrentState.Failed(String reason, boolean retried) -> {
                if (!retried) {
                    fail(transfer, status, reason);
                } else if (transfer.waitsFor(reason)) {
                    display.waits(status, reason);
                }
                return;
            }
            case TorrentState.Downloading() -> {
                goesOn(transfer, status);
                transfer.markDownloaded();
                if (wanted == Wanted.SEEDS && !status.isComplete() && status.completedBytes() == 0) {
                    transfer.torrent().pause();
                    fail(transfer, status, absent(status));
                    return;
                }
                if (wanted == Wanted.SEEDS && transfer.isFirstFetch()) {
                    display.event(new SessionEvent.Warning(incomplete(status)));
                }
            }
            case TorrentState.FetchingMetadata() -> transfer.markDownloaded();
            case TorrentState.Seeding() -> goesOn(transfer, status);
            case TorrentState.Checking _, TorrentState.Paused() -> {
                // Nothing to note.
            }
        }
        TransferText.trackers(status, transfer.torrent().trackers())
                .filter(transfer::isNewsOfTrackers)
                .ifPresent(message -> display.event(new SessionEvent.Warning(message)));
        if (transfer.stage() == Transfer.Stage.UNDER_WAY && status.isComplete()) {
            transfer.completedAt(nowNanos);
            display.complete(status, completion(transfer), transfer.taken());
        }
        if (transfer.stage() == Transfer.Stage.COMPLETE) {
            if (seedGoal.isEmpty()) {
                transfer.stage(Transfer.Stage.DONE);
            } else if (seedGoal.get().isReached(status.ratio(), transfer.seeded(nowNanos))) {
                transfer.stage(Transfer.Stage.DONE);
                display.seeded(status, transfer.seeded(nowNanos));
                transfer.torrent().pause();
            }
        }
    }

    private void goesOn(Transfer transfer, TorrentStatus status) {
        if (transfer.goesOn()) {
            display.goesOn(status);
        }
    }

    private Completion completion(Transfer transfer) {
        return switch (wanted) {
            case SEEDS -> Completion.SEEDING;
            case CONTENT -> transfer.isDownloaded() ? Completion.DOWNLOADED : Completion.FOUND;
        };
    }

    private void fail(Transfer transfer, TorrentStatus status, String reason) {
        transfer.stage(Transfer.Stage.FAILED);
        worst = worst.and(ExitStatus.FAILED);
        display.failed(status, reason);
    }

    /// Whether a selection that was made before the files were known, as with a magnet link, has missed them all.
    private static boolean hasNothingWanted(Torrent torrent, Info info) {
        return torrent.files().stream()
                .filter(file -> !info.files().get(file.index()).padding())
                .allMatch(file -> file.priority() == FilePriority.SKIP);
    }

    private static String range(Info info) {
        int last = info.files().size() - 1;
        return last == 0 ? "its only file is 0" : "its files are 0 to " + last;
    }

    private static String absent(TorrentStatus status) {
        return "nothing of its content is in " + status.directory()
                + "; name the right --dir, or fetch it with 'jackdaw download --seed'";
    }

    private static String incomplete(TorrentStatus status) {
        return Transfer.name(status) + ": only " + Amount.percent(status.progress()) + " of its content is in "
                + status.directory() + "; fetching the rest";
    }
}
