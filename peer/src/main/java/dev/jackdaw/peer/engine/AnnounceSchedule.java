package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.tracker.AnnounceEvent;
import dev.jackdaw.protocol.tracker.AnnounceReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// When to announce what to which tracker (BEP 3, 12, 31).
///
/// Each tier is announced to on its own, all tiers at once: in a tier the trackers are tried in order, the first
/// one that answers moves to the front and serves the tier until it fails. (BEP 12 would ask later tiers only
/// when the earlier ones fail; announcing to all finds more peers for one request a tier, and is what the common
/// clients do.)
///
/// A tracker hears `started` first, and again until it has answered; `completed` once, at once; `stopped` only if it
/// ever answered `started`. Whatever it says, it is not asked more often than every 30 seconds, but for the first
/// `completed` and `stopped`: a download may be over, and its session closed, within a second.
final class AnnounceSchedule {
    /// Trackers of a torrent; what a list has beyond is left out.
    static final int MAX_TRACKERS = 100;
    /// Between two announces to the same tracker, whatever it says.
    static final long MIN_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(30);
    /// A tracker that wants to be asked less often than this is asked this often.
    static final long MAX_INTERVAL_NANOS = TimeUnit.HOURS.toNanos(2);
    /// An announce that is not answered for this long has failed.
    static final long ANSWER_TIMEOUT_NANOS = TimeUnit.MINUTES.toNanos(2);

    /// A regular announce that is later than this was not in our hands: the machine slept.
    static final long OVERSLEPT_NANOS = TimeUnit.MINUTES.toNanos(1);
    /// After that each tier waits some of this, so that a session's many torrents do not announce all at once.
    static final long WAKING_NANOS = TimeUnit.MINUTES.toNanos(1);

    static final long MIN_BACKOFF_NANOS = TimeUnit.SECONDS.toNanos(30);
    static final long MAX_BACKOFF_NANOS = TimeUnit.HOURS.toNanos(1);
    /// The longest `retry in` that is obeyed.
    static final long MAX_RETRY_NANOS = TimeUnit.DAYS.toNanos(1);
    /// Characters kept of a tracker's message.
    static final int MAX_MESSAGE_LENGTH = 300;

    private static final long NEVER = Long.MAX_VALUE;
    private static final long NOW = Long.MIN_VALUE;

    /// An announce to be made now.
    record Due(String tracker, AnnounceEvent event) {}

    /// A tracker as a person would look at it.
    ///
    /// @param working           whether the last announce was answered with peers
    /// @param message           the last failure or warning as the tracker said it, clipped, not escaped; empty
    ///                          for none
    /// @param nextAnnounceNanos when it is due; empty if it is not planned or under way
    /// @param seeders           as the tracker last said, or -1
    /// @param leechers          as the tracker last said, or -1
    /// @param peers             how many addresses its last answer had
    record Status(
            String tracker,
            int tier,
            boolean working,
            String message,
            OptionalLong nextAnnounceNanos,
            int seeders,
            int leechers,
            int peers) {}

    private static final class Tracker {
        final String url;
        /// Whether it knows of us, so that it must be told when we go.
        boolean started;
        boolean completedPending;
        /// Whether it was ever sent `completed`, answered or not.
        boolean completedSent;
        Optional<AnnounceEvent> underWay = Optional.empty();
        long askedAtNanos = NOW;
        /// The earliest time of the next announce: what the tracker's minimum interval or our back-off says.
        long notBeforeNanos = NOW;
        boolean resting;
        boolean never;
        int failures;
        boolean working;
        String message = "";
        int seeders = -1;
        int leechers = -1;
        int peers;
        Optional<String> trackerId = Optional.empty();

        Tracker(String url) {
            this.url = url;
        }

        /// When it may be asked at the earliest.
        long allowedAtNanos() {
            if (never) {
                return NEVER;
            }
            long rate = askedAtNanos == NOW ? NOW : askedAtNanos + MIN_INTERVAL_NANOS;
            return Math.max(rate, resting ? notBeforeNanos : NOW);
        }

        /// The same for `completed`.
        long completedAtNanos() {
            return completedSent || resting || never ? allowedAtNanos() : NOW;
        }

        /// The same for an announce without an event, which also respects the tracker's own minimum.
        long regularAtNanos() {
            return never ? NEVER : Math.max(allowedAtNanos(), notBeforeNanos);
        }
    }

    private static final class Tier {
        final List<Tracker> trackers;
        /// When the tier's next regular announce is due.
        long dueNanos = NOW;

        Tier(List<Tracker> trackers) {
            this.trackers = trackers;
        }

        /// Those that have not answered yet: one, or more after tiers were merged.
        List<Tracker> underWay() {
            return trackers.stream().filter(t -> t.underWay.isPresent()).toList();
        }
    }

    private final RandomGenerator random;
    private List<Tier> tiers = List.of();
    private Map<String, Tracker> byUrl = new HashMap<>();
    /// When trackers that were removed were last asked, so that removing and adding one does not ask it sooner.
    /// The oldest is forgotten beyond [#MAX_TRACKERS].
    private final LinkedHashMap<String, Long> askedBefore = new LinkedHashMap<>();
    private final List<Due> farewells = new ArrayList<>();
    private boolean active;

    AnnounceSchedule(RandomGenerator random) {
        this.random = random;
    }

    /// Replaces the trackers. Those that stay keep their state, those that go and know of us hear `stopped`.
    void setTiers(List<List<String>> urls, long nowNanos) {
        Map<String, Tracker> before = byUrl;
        byUrl = new LinkedHashMap<>();
        List<Tier> now = new ArrayList<>();
        for (List<String> tier : urls) {
            List<Tracker> trackers = new ArrayList<>();
            for (String url : tier) {
                if (byUrl.size() < MAX_TRACKERS && !byUrl.containsKey(url)) {
                    Tracker old = before.get(url);
                    Tracker tracker = old == null ? newTracker(url) : old;
                    byUrl.put(url, tracker);
                    trackers.add(tracker);
                }
            }
            if (!trackers.isEmpty()) {
                Collections.shuffle(trackers, java.util.Random.from(random));
                now.add(new Tier(trackers));
            }
        }
        tiers = List.copyOf(now);
        for (Tracker old : before.values()) {
            if (!byUrl.containsKey(old.url)) {
                retire(old);
            }
        }
    }

    /// Begins to announce, with `started`.
    void start(long nowNanos) {
        if (active) {
            return;
        }
        active = true;
        farewells.removeIf(due -> byUrl.containsKey(due.tracker()));
        for (Tier tier : tiers) {
            tier.dueNanos = nowNanos;
        }
    }

    /// Says goodbye to every tracker that knows of us, and then is silent.
    void stop(long nowNanos) {
        if (!active) {
            return;
        }
        active = false;
        for (Tracker tracker : byUrl.values()) {
            if (tracker.started && tracker.completedPending && !tracker.completedSent) {
                tracker.completedSent = true;
                farewells.add(new Due(tracker.url, AnnounceEvent.COMPLETED));
            }
            tracker.completedPending = false;
            if (tracker.started) {
                farewell(tracker);
            }
        }
    }

    /// The download has just become complete. A tracker that first hears of us later is not told.
    void completed(long nowNanos) {
        if (!active) {
            return;
        }
        for (Tier tier : tiers) {
            for (Tracker tracker : tier.trackers) {
                tracker.completedPending = tracker.started
                        || tracker.underWay
                                .filter(AnnounceEvent.STARTED::equals)
                                .isPresent();
            }
        }
    }

    /// Announces as soon as the trackers allow.
    void announceNow(long nowNanos) {
        for (Tier tier : tiers) {
            tier.dueNanos = Math.min(tier.dueNanos, nowNanos);
            tier.trackers.forEach(tracker -> tracker.resting = false);
        }
    }

    /// The announces that are due, and from now on under way.
    List<Due> poll(long nowNanos) {
        List<Due> due = new ArrayList<>(farewells);
        farewells.clear();
        if (!active) {
            return due;
        }
        for (Tier tier : tiers) {
            expire(tier, nowNanos);
            if (!tier.underWay().isEmpty()) {
                continue;
            }
            for (Tracker tracker : tier.trackers) {
                if (overslept(tier, tracker, nowNanos)) {
                    tier.dueNanos = nowNanos + random.nextLong(WAKING_NANOS);
                    break;
                }
                if (announceAtNanos(tier, tracker) <= nowNanos) {
                    AnnounceEvent event = !tracker.started
                            ? AnnounceEvent.STARTED
                            : tracker.completedPending ? AnnounceEvent.COMPLETED : AnnounceEvent.NONE;
                    tracker.underWay = Optional.of(event);
                    tracker.askedAtNanos = nowNanos;
                    tracker.completedSent |= event == AnnounceEvent.COMPLETED;
                    due.add(new Due(tracker.url, event));
                    break;
                }
                if (!tracker.resting && !tracker.never) {
                    break; // it works, and is not due yet
                }
            }
        }
        return due;
    }

    /// Takes a tracker's answer.
    void answered(String url, AnnounceReply reply, long nowNanos) {
        Tracker tracker = byUrl.get(url);
        if (tracker == null || tracker.underWay.isEmpty()) {
            return;
        }
        AnnounceEvent event = tracker.underWay.get();
        tracker.underWay = Optional.empty();
        Tier tier = tiers.stream()
                .filter(t -> t.trackers.contains(tracker))
                .findFirst()
                .orElseThrow();
        switch (reply) {
            case AnnounceReply.Peers peers -> onPeers(tier, tracker, event, peers, nowNanos);
            case AnnounceReply.Failure failure -> onFailure(tier, tracker, failure, nowNanos);
        }
    }

    /// When [#poll] will have something; `Long.MAX_VALUE` for not before something else happens.
    long next() {
        if (!farewells.isEmpty()) {
            return NOW;
        }
        long next = NEVER;
        if (active) {
            for (Tier tier : tiers) {
                next = Math.min(next, nextOf(tier));
            }
        }
        return next;
    }

    /// What the tracker asked to be sent back with the next announce.
    Optional<String> trackerId(String url) {
        Tracker tracker = byUrl.get(url);
        return tracker == null ? Optional.empty() : tracker.trackerId;
    }

    /// All trackers, tier by tier, each in the order in which they are tried.
    List<Status> statuses() {
        List<Status> statuses = new ArrayList<>();
        for (int tier = 0; tier < tiers.size(); tier++) {
            for (Tracker tracker : tiers.get(tier).trackers) {
                long at = active && tracker.underWay.isEmpty() ? announceAtNanos(tiers.get(tier), tracker) : NEVER;
                statuses.add(new Status(
                        tracker.url,
                        tier,
                        tracker.working,
                        tracker.message,
                        at == NEVER ? OptionalLong.empty() : OptionalLong.of(at),
                        tracker.seeders,
                        tracker.leechers,
                        tracker.peers));
            }
        }
        return statuses;
    }

    private void onPeers(Tier tier, Tracker tracker, AnnounceEvent event, AnnounceReply.Peers reply, long nowNanos) {
        tracker.started |= event == AnnounceEvent.STARTED; // another one's answer may come after `stopped`
        if (event == AnnounceEvent.COMPLETED) {
            tracker.completedPending = false;
        }
        tracker.failures = 0;
        tracker.resting = false;
        tracker.working = true;
        tracker.message = clip(reply.warning().orElse(""));
        tracker.seeders = reply.seeders();
        tracker.leechers = reply.leechers();
        tracker.peers = reply.peers().size();
        tracker.trackerId = reply.trackerId().or(() -> tracker.trackerId);
        long minimum = clamp(reply.minInterval().orElse(Duration.ZERO), MAX_INTERVAL_NANOS);
        tracker.notBeforeNanos = nowNanos + minimum;
        tier.dueNanos = nowNanos + Math.max(minimum, clamp(reply.interval(), MAX_INTERVAL_NANOS));
        tier.trackers.remove(tracker);
        tier.trackers.addFirst(tracker);
        if (!active && tracker.started) {
            farewell(tracker);
        }
    }

    private void onFailure(Tier tier, Tracker tracker, AnnounceReply.Failure failure, long nowNanos) {
        tracker.failures++;
        tracker.working = false;
        tracker.message = clip(failure.reason());
        tracker.never = failure.never();
        tracker.resting = true;
        long backoff = Math.min(MAX_BACKOFF_NANOS, MIN_BACKOFF_NANOS << Math.min(tracker.failures - 1, 10));
        long rest = failure.retryIn()
                .map(asked -> clamp(asked, MAX_RETRY_NANOS))
                .orElseGet(() -> backoff + random.nextLong(backoff / 4));
        tracker.notBeforeNanos = nowNanos + rest;
        tier.dueNanos = Math.min(tier.dueNanos, nowNanos);
    }

    private static boolean overslept(Tier tier, Tracker tracker, long nowNanos) {
        return tracker.started
                && !tracker.completedPending
                && nowNanos - announceAtNanos(tier, tracker) > OVERSLEPT_NANOS;
    }

    private void expire(Tier tier, long nowNanos) {
        for (Tracker tracker : tier.underWay()) {
            if (nowNanos - tracker.askedAtNanos >= ANSWER_TIMEOUT_NANOS) {
                tracker.underWay = Optional.empty();
                onFailure(tier, tracker, new AnnounceReply.Failure("no answer"), nowNanos);
            }
        }
    }

    private Tracker newTracker(String url) {
        Tracker tracker = new Tracker(url);
        Long asked = askedBefore.remove(url);
        if (asked != null) {
            tracker.askedAtNanos = asked;
        }
        return tracker;
    }

    private void retire(Tracker tracker) {
        if (tracker.started) {
            farewell(tracker);
        }
        if (tracker.askedAtNanos != NOW) {
            askedBefore.put(tracker.url, tracker.askedAtNanos);
            if (askedBefore.size() > MAX_TRACKERS) {
                askedBefore.pollFirstEntry();
            }
        }
    }

    private void farewell(Tracker tracker) {
        tracker.started = false;
        farewells.add(new Due(tracker.url, AnnounceEvent.STOPPED));
    }

    private static long nextOf(Tier tier) {
        long next = NEVER;
        for (Tracker tracker : tier.underWay()) {
            next = Math.min(next, tracker.askedAtNanos + ANSWER_TIMEOUT_NANOS);
        }
        if (next != NEVER) {
            return next;
        }
        for (Tracker tracker : tier.trackers) {
            next = Math.min(next, announceAtNanos(tier, tracker));
            if (!tracker.resting && !tracker.never) {
                break;
            }
        }
        return next;
    }

    private static long announceAtNanos(Tier tier, Tracker tracker) {
        if (tracker.started && tracker.completedPending) {
            return tracker.completedAtNanos();
        }
        return Math.max(tier.dueNanos, tracker.started ? tracker.regularAtNanos() : tracker.allowedAtNanos());
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
