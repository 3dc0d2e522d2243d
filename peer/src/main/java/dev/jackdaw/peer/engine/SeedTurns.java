package dev.jackdaw.peer.engine;

import dev.jackdaw.peer.engine.Choker.Candidate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Which peers a seed serves: each in its turn.
///
/// A newcomer is unchoked at once, beyond the slots, *on trial*: it may take [#TRIAL_BYTES]. An unchoked peer
/// that takes nothing costs nothing, so however many hold slots and make no use of them, a new peer has its
/// first block after a round trip. A peer that has shown in its trial that it takes waits for a slot.
///
/// A slot is held for a *turn*, then goes to whoever waited longest. A turn lasts until the holder has had its
/// quota and half a minute, or two minutes; it goes on when nobody waits. Thus each peer is served in runs long
/// enough to make it useful to others, and none is starved. A holder that asks for nothing, or does not read
/// what it was sent, loses its slot within seconds if another waits: that turn was *wasted*, and the peer rests
/// before it is chosen again, each time twice as long. What is left over of slots goes to those that rest,
/// since it is taken from nobody.
final class SeedTurns {
    /// What a newcomer gets on trial: four blocks.
    static final int TRIAL_BYTES = 64 << 10;
    /// The end of a trial in any case.
    static final long MAX_TRIAL_NANOS = TimeUnit.SECONDS.toNanos(10);
    /// What a peer gets in a turn, provided that the turn lasted [#MIN_TURN_NANOS].
    static final long TURN_QUOTA_BYTES = 16L << 20;

    static final long MIN_TURN_NANOS = TimeUnit.SECONDS.toNanos(30);
    /// The end of a turn, also for a peer that takes slowly.
    static final long MAX_TURN_NANOS = TimeUnit.MINUTES.toNanos(2);
    /// A holder may ask for nothing for this long.
    static final long UNUSED_NANOS = TimeUnit.SECONDS.toNanos(2);
    /// A holder may leave what it was sent unread for this long.
    static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(5);
    /// How long a peer rests that wasted its turn once; twice as long with each further one, at most
    /// [#MAX_REST_DOUBLINGS] times.
    static final long REST_NANOS = TimeUnit.SECONDS.toNanos(4);

    private static final int MAX_REST_DOUBLINGS = 5;

    /// How a peer stands.
    private enum Place {
        NEWCOMER,
        TRIAL,
        HOLDER,
        WAITING
    }

    /// A peer, and how it has used its chances.
    private static final class Guest {
        Candidate candidate;
        Place place = Place.NEWCOMER;
        /// When its turn or trial began, and what it had taken by then.
        long beganAtNanos;

        long takenBefore;
        /// Since when it waits, and not before when it may be chosen; `Long.MIN_VALUE` if it never held a slot.
        long waitsSinceNanos = Long.MIN_VALUE;

        int wasted;

        Guest(Candidate candidate) {
            this.candidate = candidate;
        }

        long taken() {
            return candidate.uploadedBytes() - takenBefore;
        }

        /// Whether it asks for nothing on trial, so that it has no use for a slot.
        boolean isSilent() {
            return taken() == 0 && candidate.demand() == Choker.Demand.NOTHING;
        }

        /// When it will have made no use of its slot for too long; `Long.MAX_VALUE` if it is for us to act.
        long idleAtNanos() {
            long since = Math.max(beganAtNanos, candidate.usedAtNanos());
            return switch (candidate.demand()) {
                case NOTHING -> since + UNUSED_NANOS;
                case UNSENT -> Long.MAX_VALUE;
                case UNREAD -> since + STALLED_NANOS;
            };
        }
    }

    private final int slots;
    private Map<PeerKey, Guest> guests = Map.of();
    private long nextIdleNanos = Long.MAX_VALUE;

    /// @param slots peers served at a time, those on trial left out
    SeedTurns(int slots) {
        this.slots = slots;
    }

    /// Picks the peers to be unchoked from now on.
    ///
    /// @param candidates all connected peers, in connection order
    /// @param unchoked   who is unchoked now
    /// @param round      whether turns end that have lasted long enough; others end at any time
    Set<PeerKey> decide(List<Candidate> candidates, Set<PeerKey> unchoked, boolean round, long nowNanos) {
        admit(candidates, unchoked, nowNanos);
        endTrials(nowNanos);
        List<Guest> waiting = waiting(nowNanos);
        makeRoom(waiting.size(), round, nowNanos);
        fill(waiting, nowNanos);
        fill(leftOver(), nowNanos);
        Set<PeerKey> chosen = LinkedHashSet.newLinkedHashSet(slots);
        boolean wanted = waiting.stream().anyMatch(guest -> guest.place != Place.HOLDER);
        nextIdleNanos = Long.MAX_VALUE;
        for (Guest guest : guests.values()) {
            if (guest.place == Place.NEWCOMER && guest.candidate.interested()) {
                begin(guest, Place.TRIAL, nowNanos);
            }
            if (guest.place == Place.HOLDER || guest.place == Place.TRIAL) {
                chosen.add(guest.candidate.peer());
            }
            boolean ends = guest.place == Place.TRIAL || (wanted && guest.place == Place.HOLDER);
            if (ends && guest.idleAtNanos() > nowNanos) {
                nextIdleNanos = Math.min(nextIdleNanos, guest.idleAtNanos());
            }
        }
        return chosen;
    }

    /// When a slot or trial will have gone unused for too long, unless it is used until then: [#decide] should be
    /// called then.
    long nextIdleNanos() {
        return nextIdleNanos;
    }

    /// Whether the peer may have [#TRIAL_BYTES] and no more.
    boolean isOnTrial(PeerKey peer) {
        Guest guest = guests.get(peer);
        return guest != null && guest.place == Place.TRIAL;
    }

    /// How many chances in a row the peer has wasted.
    int wasted(PeerKey peer) {
        Guest guest = guests.get(peer);
        return guest == null ? 0 : guest.wasted;
    }

    private void admit(List<Candidate> candidates, Set<PeerKey> unchoked, long nowNanos) {
        Map<PeerKey, Guest> present = LinkedHashMap.newLinkedHashMap(candidates.size());
        for (Candidate candidate : candidates) {
            Guest known = guests.get(candidate.peer());
            Guest guest = known == null ? new Guest(candidate) : known;
            guest.candidate = candidate;
            if (known == null && unchoked.contains(candidate.peer())) {
                begin(guest, Place.HOLDER, nowNanos); // served while we were no seed yet
            } else if (known == null && !candidate.isNewcomer()) {
                guest.place = Place.WAITING;
                guest.waitsSinceNanos = candidate.unchokedAtNanos();
            }
            present.put(candidate.peer(), guest);
        }
        guests = present;
    }

    private static void begin(Guest guest, Place place, long nowNanos) {
        guest.place = place;
        guest.beganAtNanos = nowNanos;
        guest.takenBefore = guest.candidate.uploadedBytes();
    }

    private void endTrials(long nowNanos) {
        for (Guest guest : guests.values()) {
            if (guest.place != Place.TRIAL) {
                continue;
            }
            boolean idle = nowNanos >= guest.idleAtNanos();
            boolean enough = guest.taken() >= TRIAL_BYTES || nowNanos - guest.beganAtNanos >= MAX_TRIAL_NANOS;
            if (idle || enough || !guest.candidate.interested()) {
                guest.place = Place.WAITING;
                if (idle && !enough) {
                    rest(guest, nowNanos);
                }
            }
        }
    }

    /// Those who may have a slot now, who waited longest first.
    private List<Guest> waiting(long nowNanos) {
        return guests.values().stream()
                .filter(guest -> guest.candidate.interested()
                        && guest.waitsSinceNanos <= nowNanos
                        && (guest.place == Place.WAITING || (guest.place == Place.TRIAL && !guest.isSilent())))
                .sorted(Comparator.comparingLong(guest -> guest.waitsSinceNanos)) // stable: else in connection order
                .toList();
    }

    /// Those who may have what nobody else wants.
    private List<Guest> leftOver() {
        return guests.values().stream()
                .filter(guest -> guest.candidate.interested()
                        && (guest.place == Place.WAITING || (guest.place == Place.TRIAL && !guest.isSilent())))
                .sorted(Comparator.comparingLong(guest -> guest.waitsSinceNanos))
                .toList();
    }

    /// Takes slots from holders whose turn is over, as many as others wait for.
    private void makeRoom(int wanted, boolean round, long nowNanos) {
        List<Guest> over = new ArrayList<>();
        int held = 0;
        for (Guest guest : guests.values()) {
            if (guest.place == Place.HOLDER) {
                held++;
                if (!guest.candidate.interested()
                        || nowNanos >= guest.idleAtNanos()
                        || (round && isTurnOver(guest, nowNanos))) {
                    over.add(guest);
                }
            }
        }
        over.sort(Comparator.comparing((Guest guest) -> guest.candidate.interested())
                .thenComparing(guest -> nowNanos < guest.idleAtNanos())
                .thenComparingLong(guest -> guest.candidate.rateToPeer()));
        int surplus = Math.min(over.size(), wanted - (slots - held));
        for (int i = 0; i < surplus; i++) {
            end(over.get(i), nowNanos);
        }
    }

    private static boolean isTurnOver(Guest holder, long nowNanos) {
        long turnNanos = nowNanos - holder.beganAtNanos;
        return turnNanos >= MAX_TURN_NANOS || (turnNanos >= MIN_TURN_NANOS && holder.taken() >= TURN_QUOTA_BYTES);
    }

    private static void end(Guest holder, long nowNanos) {
        holder.place = Place.WAITING;
        boolean idle = holder.candidate.interested() && nowNanos >= holder.idleAtNanos();
        boolean unread = holder.candidate.demand() == Choker.Demand.UNREAD;
        if (idle && (unread || holder.taken() < TRIAL_BYTES)) {
            rest(holder, nowNanos);
        } else {
            holder.wasted = 0;
            holder.waitsSinceNanos = nowNanos;
        }
    }

    private static void rest(Guest guest, long nowNanos) {
        guest.waitsSinceNanos = nowNanos + (REST_NANOS << Math.min(guest.wasted, MAX_REST_DOUBLINGS));
        guest.wasted++;
    }

    private void fill(List<Guest> guestsInOrder, long nowNanos) {
        long held = guests.values().stream()
                .filter(guest -> guest.place == Place.HOLDER)
                .count();
        for (Guest guest : guestsInOrder) {
            if (held >= slots) {
                return;
            }
            if (guest.place != Place.HOLDER) {
                begin(guest, Place.HOLDER, nowNanos);
                held++;
            }
        }
    }
}
