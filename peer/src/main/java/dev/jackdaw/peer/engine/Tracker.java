package dev.jackdaw.peer.engine;

import dev.jackdaw.peer.engine.EngineSnapshot.TrackerState;
import dev.jackdaw.protocol.tracker.AnnounceEvent;
import dev.jackdaw.protocol.tracker.AnnounceReply;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// One tracker of a torrent: whether it knows of us, what it said last, and when it may be asked again.
///
/// It hears `started` first, and again until it has answered; `completed` once, at once; `stopped` only if it ever
/// answered `started`. Whatever it says, it is not asked more often than every 30 seconds, but for the first
/// `completed` and `stopped`: a download may be over, and its session closed, within a second. One that fails
/// *rests*, for ever longer, and its tier turns to the others meanwhile.
final class Tracker {
    /// Between two announces, whatever it says.
    static final long MIN_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(30);
    /// One that wants to be asked less often than this is asked this often.
    static final long MAX_INTERVAL_NANOS = TimeUnit.HOURS.toNanos(2);
    /// An announce that is not answered for this long has failed.
    static final long ANSWER_TIMEOUT_NANOS = TimeUnit.MINUTES.toNanos(2);

    static final long MIN_BACKOFF_NANOS = TimeUnit.SECONDS.toNanos(30);
    static final long MAX_BACKOFF_NANOS = TimeUnit.HOURS.toNanos(1);
    /// The longest `retry in` that is obeyed.
    private static final long MAX_RETRY_NANOS = TimeUnit.DAYS.toNanos(1);
    /// Characters kept of a message.
    static final int MAX_MESSAGE_LENGTH = 300;

    static final long NEVER = Long.MAX_VALUE;
    /// Before any time: due at once, or never asked.
    static final long NOW = Long.MIN_VALUE;

    private final String url;
    private boolean started;
    private boolean completedPending;
    /// Whether it was ever sent `completed`, answered or not.
    private boolean completedSent;
    private Optional<AnnounceEvent> underWay = Optional.empty();
    private long askedAtNanos;
    /// The earliest time of the next announce: what its minimum interval or our back-off says.
    private long notBeforeNanos = NOW;
    private boolean resting;
    private boolean never;
    private int failures;
    private boolean working;
    private String message = "";
    private int seeders = -1;
    private int leechers = -1;
    private int peers;
    private Optional<String> trackerId = Optional.empty();

    /// @param askedAtNanos when it was last asked, in an earlier life; [#NOW] for never
    Tracker(String url, long askedAtNanos) {
        this.url = url;
        this.askedAtNanos = askedAtNanos;
    }

    /// As a person would look at it.
    ///
    /// @param nextAnnounceNanos when it is due; empty if it is not planned or under way
    TrackerState state(int tier, OptionalLong nextAnnounceNanos) {
        return new TrackerState(url, tier, working, message, nextAnnounceNanos, seeders, leechers, peers);
    }

    String url() {
        return url;
    }

    long askedAtNanos() {
        return askedAtNanos;
    }

    /// What it asked to be sent back with the next announce.
    Optional<String> trackerId() {
        return trackerId;
    }

    // ---- asking

    /// Whether an announce is not answered yet.
    boolean isUnderWay() {
        return underWay.isPresent();
    }

    private boolean isUnderWay(AnnounceEvent event) {
        return underWay.filter(event::equals).isPresent();
    }

    /// When an announce that is under way has failed.
    long timeoutNanos() {
        return askedAtNanos + ANSWER_TIMEOUT_NANOS;
    }

    /// Whether its tier stays with it: it works, as far as is known.
    boolean isServing() {
        return !resting && !never;
    }

    /// When it is to be asked, if its tier is due then.
    long announceAtNanos(long dueNanos) {
        if (started && completedPending) {
            return completedSent || resting || never ? allowedAtNanos() : NOW;
        }
        return Math.max(dueNanos, started ? regularAtNanos() : allowedAtNanos());
    }

    /// When it may be asked at the earliest.
    private long allowedAtNanos() {
        if (never) {
            return NEVER;
        }
        long rate = askedAtNanos == NOW ? NOW : askedAtNanos + MIN_INTERVAL_NANOS;
        return Math.max(rate, resting ? notBeforeNanos : NOW);
    }

    /// The same for an announce without an event, which also respects the tracker's own minimum.
    private long regularAtNanos() {
        return never ? NEVER : Math.max(allowedAtNanos(), notBeforeNanos);
    }

    /// Whether nothing but the passing of time makes an announce due.
    boolean isRegular() {
        return started && !completedPending;
    }

    /// It is asked now; says what it hears.
    AnnounceEvent ask(long nowNanos) {
        AnnounceEvent event =
                !started ? AnnounceEvent.STARTED : completedPending ? AnnounceEvent.COMPLETED : AnnounceEvent.NONE;
        underWay = Optional.of(event);
        askedAtNanos = nowNanos;
        completedSent |= event == AnnounceEvent.COMPLETED;
        return event;
    }

    /// Has it asked again although it has failed.
    void endRest() {
        resting = false;
    }

    /// The download has just become complete, which it hears if it knows of us or will with its next answer.
    void completed() {
        completedPending = started || isUnderWay(AnnounceEvent.STARTED);
    }

    /// Whether it has yet to be sent `completed`, before it is left; counts as sent from now on.
    boolean takeCompleted() {
        boolean owed = started && completedPending && !completedSent;
        completedSent |= owed;
        return owed;
    }

    /// It is left.
    ///
    /// @return whether it knows of us, and so is to be told
    boolean leave() {
        boolean knew = started;
        started = false;
        completedPending = false;
        return knew;
    }

    // ---- answers

    /// It has answered what is under way.
    ///
    /// @return how long until the next regular announce
    long answered(AnnounceReply.Peers reply, long nowNanos) {
        started |= isUnderWay(AnnounceEvent.STARTED); // another one's answer may come after `stopped`
        completedPending &= !isUnderWay(AnnounceEvent.COMPLETED);
        underWay = Optional.empty();
        failures = 0;
        resting = false;
        working = true;
        message = clip(reply.warning().orElse(""));
        seeders = reply.seeders();
        leechers = reply.leechers();
        peers = reply.peers().size();
        trackerId = reply.trackerId().or(() -> trackerId);
        long minimum = clamp(reply.minInterval().orElse(Duration.ZERO), MAX_INTERVAL_NANOS);
        notBeforeNanos = nowNanos + minimum;
        return Math.max(minimum, clamp(reply.interval(), MAX_INTERVAL_NANOS));
    }

    /// What is under way has failed.
    void failed(AnnounceReply.Failure failure, RandomGenerator random, long nowNanos) {
        underWay = Optional.empty();
        failures++;
        working = false;
        message = clip(failure.reason());
        never = failure.never();
        resting = true;
        long backoff = Math.min(MAX_BACKOFF_NANOS, MIN_BACKOFF_NANOS << Math.min(failures - 1, 10));
        long rest = failure.retryIn()
                .map(asked -> clamp(asked, MAX_RETRY_NANOS))
                .orElseGet(() -> backoff + random.nextLong(backoff / 4));
        notBeforeNanos = nowNanos + rest;
    }

    private static long clamp(Duration asked, long maxNanos) {
        // Compared as durations: what a tracker asks may not fit into nanoseconds.
        if (asked.compareTo(Duration.ofNanos(maxNanos)) >= 0) {
            return maxNanos;
        }
        return Math.max(MIN_INTERVAL_NANOS, asked.isNegative() ? 0 : asked.toNanos());
    }

    private static String clip(String message) {
        return message.length() <= MAX_MESSAGE_LENGTH ? message : message.substring(0, MAX_MESSAGE_LENGTH);
    }
}
