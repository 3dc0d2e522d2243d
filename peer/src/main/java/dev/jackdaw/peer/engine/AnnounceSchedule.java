package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.tracker.AnnounceEvent;
import dev.jackdaw.protocol.tracker.AnnounceReply;
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
/// What each [Tracker] hears, and when it may be asked, is its own business.
final class AnnounceSchedule {
    /// Trackers of a torrent; what a list has beyond is left out.
    static final int MAX_TRACKERS = 100;
    /// A regular announce that is later than this was not in our hands: the machine slept.
    static final long OVERSLEPT_NANOS = TimeUnit.MINUTES.toNanos(1);
    /// After that each tier waits some of this, so that a session's many torrents do not announce all at once.
    static final long WAKING_NANOS = TimeUnit.MINUTES.toNanos(1);

    /// An announce to be made now.
    record Due(String tracker, AnnounceEvent event) {}

    private static final class Tier {
        final List<Tracker> trackers;
        /// When the tier's next regular announce is due.
        long dueNanos = Tracker.NOW;

        Tier(List<Tracker> trackers) {
            this.trackers = trackers;
        }

        /// Those that have not answered yet: one, or more after tiers were merged.
        List<Tracker> underWay() {
            return trackers.stream().filter(Tracker::isUnderWay).toList();
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
            if (!byUrl.containsKey(old.url())) {
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
            if (tracker.takeCompleted()) {
                farewells.add(new Due(tracker.url(), AnnounceEvent.COMPLETED));
            }
            farewell(tracker);
        }
    }

    /// The download has just become complete. A tracker that first hears of us later is not told.
    void completed(long nowNanos) {
        if (!active) {
            return;
        }
        for (Tier tier : tiers) {
            tier.trackers.forEach(Tracker::completed);
        }
    }

    /// Announces as soon as the trackers allow.
    void announceNow(long nowNanos) {
        for (Tier tier : tiers) {
            tier.dueNanos = Math.min(tier.dueNanos, nowNanos);
            tier.trackers.forEach(Tracker::endRest);
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
                if (tracker.announceAtNanos(tier.dueNanos) <= nowNanos) {
                    due.add(new Due(tracker.url(), tracker.ask(nowNanos)));
                    break;
                }
                if (tracker.isServing()) {
                    break; // it works, and is not due yet
                }
            }
        }
        return due;
    }

    /// Takes a tracker's answer.
    void answered(String url, AnnounceReply reply, long nowNanos) {
        Tracker tracker = byUrl.get(url);
        if (tracker == null || !tracker.isUnderWay()) {
            return;
        }
        Tier tier = tiers.stream()
                .filter(t -> t.trackers.contains(tracker))
                .findFirst()
                .orElseThrow();
        switch (reply) {
            case AnnounceReply.Peers peers -> onPeers(tier, tracker, peers, nowNanos);
            case AnnounceReply.Failure failure -> onFailure(tier, tracker, failure, nowNanos);
        }
    }

    /// When [#poll] will have something; `Long.MAX_VALUE` for not before something else happens.
    long next() {
        if (!farewells.isEmpty()) {
            return Tracker.NOW;
        }
        long next = Tracker.NEVER;
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
        return tracker == null ? Optional.empty() : tracker.trackerId();
    }

    /// All trackers, tier by tier, each in the order in which they are tried.
    List<EngineSnapshot.TrackerState> statuses() {
        List<EngineSnapshot.TrackerState> statuses = new ArrayList<>();
        for (int number = 0; number < tiers.size(); number++) {
            Tier tier = tiers.get(number);
            for (Tracker tracker : tier.trackers) {
                long at = active && !tracker.isUnderWay() ? tracker.announceAtNanos(tier.dueNanos) : Tracker.NEVER;
                statuses.add(tracker.state(number, at == Tracker.NEVER ? OptionalLong.empty() : OptionalLong.of(at)));
            }
        }
        return statuses;
    }

    private void onPeers(Tier tier, Tracker tracker, AnnounceReply.Peers reply, long nowNanos) {
        tier.dueNanos = nowNanos + tracker.answered(reply, nowNanos);
        tier.trackers.remove(tracker);
        tier.trackers.addFirst(tracker);
        if (!active) {
            farewell(tracker);
        }
    }

    private void onFailure(Tier tier, Tracker tracker, AnnounceReply.Failure failure, long nowNanos) {
        tracker.failed(failure, random, nowNanos);
        tier.dueNanos = Math.min(tier.dueNanos, nowNanos);
    }

    private static boolean overslept(Tier tier, Tracker tracker, long nowNanos) {
        return tracker.isRegular() && nowNanos - tracker.announceAtNanos(tier.dueNanos) > OVERSLEPT_NANOS;
    }

    private void expire(Tier tier, long nowNanos) {
        for (Tracker tracker : tier.underWay()) {
            if (nowNanos >= tracker.timeoutNanos()) {
                onFailure(tier, tracker, new AnnounceReply.Failure("no answer"), nowNanos);
            }
        }
    }

    private Tracker newTracker(String url) {
        Long asked = askedBefore.remove(url);
        return new Tracker(url, asked == null ? Tracker.NOW : asked);
    }

    private void retire(Tracker tracker) {
        farewell(tracker);
        if (tracker.askedAtNanos() != Tracker.NOW) {
            askedBefore.put(tracker.url(), tracker.askedAtNanos());
            if (askedBefore.size() > MAX_TRACKERS) {
                askedBefore.pollFirstEntry();
            }
        }
    }

    private void farewell(Tracker tracker) {
        if (tracker.leave()) {
            farewells.add(new Due(tracker.url(), AnnounceEvent.STOPPED));
        }
    }

    private static long nextOf(Tier tier) {
        long next = Tracker.NEVER;
        for (Tracker tracker : tier.underWay()) {
            next = Math.min(next, tracker.timeoutNanos());
        }
        if (next != Tracker.NEVER) {
            return next;
        }
        for (Tracker tracker : tier.trackers) {
            next = Math.min(next, tracker.announceAtNanos(tier.dueNanos));
            if (tracker.isServing()) {
                break;
            }
        }
        return next;
    }
}
