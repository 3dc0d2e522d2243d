package dev.jackdaw.peer.engine;

import java.util.Collection;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeSet;

/// The idle addresses of a [PeerPool] in the order in which they are dialled, and those that rest until they may
/// be.
///
/// First come those that the user named, then those that never failed, of each answer the first [PeerPool#TURN]
/// before its next ones, then by priority. An address is taken out before anything of it changes that the order
/// depends on.
final class DialOrder {
    private final TreeSet<KnownAddress> ready = new TreeSet<>(DialOrder::compareRank);
    private final PriorityQueue<KnownAddress> resting = new PriorityQueue<>(DialOrder::compareReadiness);
    private boolean seeding;

    /// While seeding, peers known to be seeds are not dialled.
    ///
    /// @param known all addresses
    void setSeeding(boolean value, Collection<KnownAddress> known) {
        if (seeding != value) {
            seeding = value;
            clear();
            addAll(known);
        }
    }

    /// Whether an address is not dialled because neither side wants anything.
    boolean leavesOut(KnownAddress known) {
        return seeding && known.seed;
    }

    /// Takes an address in if it may be dialled now or later.
    void add(KnownAddress known, long nowNanos) {
        if (known.state != KnownAddress.State.IDLE || leavesOut(known)) {
            return;
        }
        if (known.readyAtNanos <= nowNanos) {
            ready.add(known);
        } else {
            resting.add(known);
        }
    }

    void addAll(Collection<KnownAddress> known) {
        known.forEach(each -> add(each, Long.MIN_VALUE));
    }

    /// Takes an address out, if it is there.
    void remove(KnownAddress known) {
        if (!ready.remove(known)) {
            resting.remove(known);
        }
    }

    void clear() {
        ready.clear();
        resting.clear();
    }

    /// The one to dial now, which stays.
    Optional<KnownAddress> first(long nowNanos) {
        while (!resting.isEmpty() && resting.peek().readyAtNanos <= nowNanos) {
            ready.add(resting.remove());
        }
        return ready.isEmpty() ? Optional.empty() : Optional.of(ready.first());
    }

    /// When [#first] will have something: `Long.MIN_VALUE` for now, `Long.MAX_VALUE` for not before something is
    /// added.
    long nextReadyNanos() {
        if (!ready.isEmpty()) {
            return Long.MIN_VALUE;
        }
        return resting.isEmpty() ? Long.MAX_VALUE : resting.peek().readyAtNanos;
    }

    private static int compareRank(KnownAddress one, KnownAddress other) {
        int byUser = Boolean.compare(other.source == PeerSource.USER, one.source == PeerSource.USER);
        if (byUser != 0) {
            return byUser;
        }
        int byFailure = Boolean.compare(one.failures > 0, other.failures > 0);
        if (byFailure != 0) {
            return byFailure;
        }
        if (one.turn != other.turn) {
            return Integer.compare(one.turn, other.turn);
        }
        int byPriority = Long.compare(other.priority, one.priority);
        return byPriority != 0 ? byPriority : one.compareAddress(other);
    }

    private static int compareReadiness(KnownAddress one, KnownAddress other) {
        int byTime = Long.compare(one.readyAtNanos, other.readyAtNanos);
        return byTime != 0 ? byTime : one.compareAddress(other);
    }
}
