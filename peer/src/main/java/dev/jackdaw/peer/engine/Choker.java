package dev.jackdaw.peer.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Decides which peers may download from us (BEP 3, "choking").
///
/// Every ten seconds there is a *round*, when slots change hands; between rounds [#decide] only fills slots
/// that have become free, and takes none away.
///
/// **Leeching**: regular slots go to the peers that serve us best. Peers that serve us equally little take turns:
/// whoever waited longest, after the holder had twenty seconds to show itself. A peer that snubs us, one that owes
/// us blocks and sends none or takes much and gives nothing, gets no regular slot. One optimistic slot goes to a
/// random peer and on to another every third round, so that newcomers are measured and can earn a first piece; who
/// never had a slot is three times as likely, who snubs us has its chance when nobody else waits.
///
/// **Seeding**: every peer has its turn, see [SeedTurns].
///
/// A slot holder that is no longer interested keeps its slot only while nobody else wants it: interest often
/// comes back with the next piece. Not thread-safe: owned by an engine.
final class Choker {
    /// How often slots change hands.
    static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(10);
    /// Rounds that the optimistic slot stays with a peer.
    static final int OPTIMISTIC_ROUNDS = 3;
    /// How much more likely a peer that never had a slot gets the optimistic one.
    static final int NEWCOMER_WEIGHT = 3;
    /// How long an equally bad peer may keep a regular slot while leeching, so that it can start to give.
    static final long TRIAL_NANOS = TimeUnit.SECONDS.toNanos(20);
    /// What a peer wants of us at this moment.
    enum Demand {
        /// It has asked for nothing that it did not get.
        NOTHING,
        /// It has asked for blocks that we have not begun to send.
        UNSENT,
        /// The network has blocks in hand that the peer has not taken yet.
        UNREAD
    }

    /// What is known of a peer that could be unchoked.
    ///
    /// @param interested       whether it wants anything of us
    /// @param rateFromPeer     bytes of payload per second that it gives us
    /// @param rateToPeer       bytes of payload per second that it takes
    /// @param snubbed          whether it left our requests unanswered for long, or only takes
    /// @param demand          what it wants of us at this moment
    /// @param usedAtNanos     when it last took a block, or asked for one while nothing was under way to it;
    ///                        `Long.MIN_VALUE` for never
    /// @param unchokedAtNanos  when it was last unchoked, also if choked since; `Long.MIN_VALUE` for never
    /// @param uploadedBytes    payload that it took in all
    record Candidate(
            PeerKey peer,
            boolean interested,
            long rateFromPeer,
            long rateToPeer,
            boolean snubbed,
            Demand demand,
            long usedAtNanos,
            long unchokedAtNanos,
            long uploadedBytes) {
        boolean isNewcomer() {
            return unchokedAtNanos == Long.MIN_VALUE;
        }
    }

    private final int slots;
    private final RandomGenerator random;
    private SeedTurns turns;
    private Set<PeerKey> holders = Set.of();
    private @Nullable PeerKey optimistic;
    private int roundsOfOptimistic;
    private long nextRoundNanos = Long.MIN_VALUE;
    private boolean wasSeeding;

    /// @param slots peers unchoked at a time, the optimistic one among them; at least 1
    Choker(int slots, RandomGenerator random) {
        if (slots < 1) {
            throw new IllegalArgumentException(slots + " upload slots, expected at least 1");
        }
        this.slots = slots;
        this.random = random;
        turns = new SeedTurns(slots);
    }

    /// Picks the peers to be unchoked from now on; everyone else is to be choked.
    ///
    /// @param candidates all connected peers, in connection order
    /// @param seeding    whether we want nothing any more
    /// @return at most `slots` peers, and those that a seed has on trial
    Set<PeerKey> decide(List<Candidate> candidates, boolean seeding, long nowNanos) {
        boolean round = nowNanos >= nextRoundNanos;
        if (round) {
            nextRoundNanos = nowNanos + ROUND_NANOS;
        } else if (!seeding && optimistic != null && isNoSlotFree(candidates)) {
            return holders; // what most calls between rounds find
        }
        if (seeding && !wasSeeding) {
            turns = new SeedTurns(slots);
        }
        wasSeeding = seeding;
        if (seeding) {
            optimistic = null;
            holders = Collections.unmodifiableSet(turns.decide(candidates, holders, round, nowNanos));
            return holders;
        }
        Set<PeerKey> chosen = LinkedHashSet.newLinkedHashSet(slots);
        chooseOptimistic(candidates, round);
        int regular = slots == 1 ? 0 : slots - 1;
        Comparator<Candidate> order = leechingOrder(round, nowNanos);
        choose(chosen, candidates, regular, order, true);
        if (optimistic != null) {
            chosen.add(optimistic);
        }
        // With places left over there is no reason to choke even a snubbed peer.
        choose(chosen, candidates, slots, order, false);
        keepIdleHolders(chosen, candidates);
        holders = Collections.unmodifiableSet(chosen);
        return holders;
    }

    /// Whether the peer is unchoked for a first look at it, and may have [SeedTurns#TRIAL_BYTES] only.
    boolean isOnTrial(PeerKey peer) {
        return wasSeeding && turns.isOnTrial(peer);
    }

    /// How many chances in a row to take something of a seed the peer has wasted.
    int wasted(PeerKey peer) {
        return wasSeeding ? turns.wasted(peer) : 0;
    }

    /// Who has the optimistic slot; empty while seeding.
    Optional<PeerKey> optimistic() {
        return Optional.ofNullable(optimistic);
    }

    /// When [#decide] should be called again: for the next round, or because a seed's slot goes unused. Any
    /// time is due before the first call.
    long nextDecisionNanos() {
        return wasSeeding ? Math.min(nextRoundNanos, turns.nextIdleNanos()) : nextRoundNanos;
    }

    private boolean isNoSlotFree(List<Candidate> candidates) {
        int held = 0;
        for (Candidate candidate : candidates) {
            held += candidate.interested() && holds(candidate) ? 1 : 0;
        }
        return held == slots;
    }

    private void choose(
            Set<PeerKey> chosen,
            List<Candidate> candidates,
            int places,
            Comparator<Candidate> order,
            boolean reciprocating) {
        List<Candidate> ranked = new ArrayList<>(candidates.size());
        for (Candidate candidate : candidates) {
            boolean excluded =
                    reciprocating && (candidate.snubbed() || candidate.peer().equals(optimistic));
            if (candidate.interested() && !excluded) {
                ranked.add(candidate);
            }
        }
        ranked.sort(order); // stable: equals stay in connection order
        for (int i = 0; i < ranked.size() && chosen.size() < places; i++) {
            chosen.add(ranked.get(i).peer());
        }
    }

    /// Between rounds who holds a slot keeps it; then who gives most, who is on trial, and who was unchoked first.
    ///
    /// A comparator that is composed of others would be made anew at each start, at the cost of milliseconds (decision
    /// 0007).
    private Comparator<Candidate> leechingOrder(boolean round, long nowNanos) {
        return (a, b) -> {
            int order = round ? 0 : Boolean.compare(holds(b), holds(a));
            if (order == 0) {
                order = Long.compare(b.rateFromPeer(), a.rateFromPeer());
            }
            if (order == 0) {
                order = Boolean.compare(isOnTrial(b, nowNanos), isOnTrial(a, nowNanos));
            }
            return order != 0 ? order : Long.compare(a.unchokedAtNanos(), b.unchokedAtNanos());
        };
    }

    private boolean isOnTrial(Candidate candidate, long nowNanos) {
        return holds(candidate) && nowNanos - candidate.unchokedAtNanos() < TRIAL_NANOS;
    }

    private boolean holds(Candidate candidate) {
        return holders.contains(candidate.peer());
    }

    private void chooseOptimistic(List<Candidate> candidates, boolean round) {
        if (round) {
            roundsOfOptimistic++;
        }
        boolean stays = roundsOfOptimistic < OPTIMISTIC_ROUNDS
                && optimistic != null
                && candidates.stream().anyMatch(c -> c.interested() && c.peer().equals(optimistic));
        if (!stays) {
            drawOptimistic(candidates);
        }
    }

    /// Draws among those who have no slot; the present one stays if there is nobody else.
    private void drawOptimistic(List<Candidate> candidates) {
        List<Candidate> waiting =
                candidates.stream().filter(c -> c.interested() && !holds(c)).toList();
        if (waiting.stream().anyMatch(c -> !c.snubbed())) {
            waiting = waiting.stream().filter(c -> !c.snubbed()).toList();
        }
        int weights = waiting.stream().mapToInt(Choker::weight).sum();
        if (weights == 0) {
            boolean present =
                    candidates.stream().anyMatch(c -> c.interested() && c.peer().equals(optimistic));
            optimistic = present ? optimistic : null;
            return;
        }
        int draw = random.nextInt(weights);
        for (Candidate candidate : waiting) {
            draw -= weight(candidate);
            if (draw < 0) {
                optimistic = candidate.peer();
                roundsOfOptimistic = 0;
                return;
            }
        }
    }

    private static int weight(Candidate candidate) {
        return candidate.isNewcomer() ? NEWCOMER_WEIGHT : 1;
    }

    private void keepIdleHolders(Set<PeerKey> chosen, List<Candidate> candidates) {
        for (Candidate candidate : candidates) {
            if (chosen.size() >= slots) {
                return;
            }
            if (holds(candidate)) {
                chosen.add(candidate.peer());
            }
        }
    }
}
