package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.PieceLayout;
import java.util.Collection;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Chooses the piece that a peer is asked for next.
///
/// A peer first finishes the piece it works on, then one that others have left, and then:
///
/// - a peer quick enough to fetch a whole piece soon begins a new one, so that a bad piece has one sender;
/// - a slow one joins a piece that is being fetched, so that it does not keep a piece open for long.
///
/// New pieces are taken at random while there are fewer than [#RANDOM_FIRST], so that there soon is something
/// to trade, then rarest first; or in order, in sequential mode. A piece that failed its hash before is given
/// to one peer alone.
final class PiecePicker {
    /// BEP 3 strategy: with so few pieces, any piece will do.
    static final int RANDOM_FIRST = 4;

    /// A peer that fetches a piece within this time fetches it alone.
    private static final int WHOLE_PIECE_SECONDS = 20;
    /// What a peer of unknown speed is trusted with.
    private static final int UNTRIED_LENGTH = 2 * RequestPipeline.START * PieceLayout.BLOCK_LENGTH;

    private final PieceLedger ledger;
    private final CorruptionEvidence evidence;
    private final RandomGenerator random;
    private boolean sequential;
    private boolean starved;
    /// [PieceLedger#version()] when memory was refused.
    private long starvedVersion;
    /// `null` while nothing is wanted: a seed needs no order.
    private @Nullable AvailabilityOrder order;

    PiecePicker(PieceLedger ledger, CorruptionEvidence evidence, RandomGenerator random) {
        this.ledger = ledger;
        this.evidence = evidence;
        this.random = random;
    }

    void setSequential(boolean value) {
        sequential = value;
    }

    /// Makes the order anew, because what is there or wanted has changed as a whole.
    void rebuild(Collection<PeerLink> links) {
        if (ledger.isComplete()) {
            order = null;
            return;
        }
        AvailabilityOrder fresh = new AvailabilityOrder(ledger.priorities(), random);
        order = fresh;
        links.forEach(this::joined);
        Bitfield missing = ledger.wanted().copy();
        for (int piece = missing.nextSet(0); piece >= 0; piece = missing.nextSet(piece + 1)) {
            if (ledger.state(piece) != PieceLedger.State.MISSING) {
                missing.clear(piece);
            }
        }
        fresh.addAll(missing);
    }

    /// Nothing is wanted any more.
    void rest() {
        order = null;
    }

    // ---- who has what

    void joined(PeerLink link) {
        link.countedAsSeed = link.isSeed();
        if (order == null) {
            return;
        }
        if (link.countedAsSeed) {
            order.addSeed();
        } else {
            order.addCopies(link.have());
        }
    }

    void left(PeerLink link) {
        if (order == null) {
            return;
        }
        if (link.countedAsSeed) {
            order.removeSeed();
        } else {
            order.removeCopies(link.have());
        }
    }

    void gained(int piece) {
        if (order != null) {
            order.addCopy(piece);
        }
    }

    /// The peer no longer has a piece; to be told after its bitfield was changed.
    void lost(PeerLink link, int piece) {
        if (order == null) {
            link.countedAsSeed = false;
        } else if (link.countedAsSeed) {
            order.removeSeed();
            order.addCopies(link.have());
            link.countedAsSeed = false;
        } else {
            order.removeCopy(piece);
        }
    }

    /// A piece is missing again.
    void returned(int piece) {
        if (order != null && ledger.state(piece) == PieceLedger.State.MISSING) {
            order.add(piece);
        }
    }

    /// A piece has come without having been begun.
    void withdrawn(int piece) {
        if (order != null) {
            order.remove(piece);
        }
    }

    // ---- choosing

    /// Whether everything wanted is begun: what is left may be asked of several. While pieces are still to be
    /// begun, though no connected peer has them yet, asking twice would only waste what a slow seed can give.
    boolean isEndgame() {
        return order != null && order.pickable().isEmpty();
    }

    /// Whether a new piece was refused for lack of memory since [#forgetStarved].
    boolean isStarved() {
        return starved;
    }

    void forgetStarved() {
        starved = false;
    }

    /// A piece with free blocks that the peer may be asked for, begun if need be; `null` if there is none.
    @Nullable
    PartialPiece pick(PeerLink link, long nowNanos) {
        PartialPiece current = link.current;
        if (current != null
                && current.freeBlocks() > 0
                && isFor(current, link)
                && (current.isExclusive() || !link.onParole)) {
            return current;
        }
        boolean alone = !sequential && fetchesAlone(link, nowNanos);
        PartialPiece next = join(link, alone);
        if (next == null) {
            next = begin(link, link.onParole, nowNanos);
        }
        if (next == null && alone) {
            next = join(link, false);
        }
        link.current = next;
        return next;
    }

    /// A piece with free blocks that the peer has taken part in already; `null` if there is none.
    @Nullable
    PartialPiece resume(PeerLink link) {
        for (PartialPiece partial : ledger.unfinished()) {
            boolean tookPart = partial.owner() == link || partial.receivedFrom(link.address()) > 0;
            if (tookPart && isFor(partial, link) && (partial.isExclusive() || !link.onParole)) {
                link.current = partial;
                return partial;
            }
        }
        return null;
    }

    /// Whether the peer has the piece, and may be asked for it now.
    boolean isFor(PartialPiece partial, PeerLink link) {
        int piece = partial.piece();
        return !partial.isClosed()
                && link.have().get(piece)
                && link.mayAskFor(piece)
                && (!partial.isExclusive() || partial.owner() == link);
    }

    private boolean fetchesAlone(PeerLink link, long nowNanos) {
        long rate = link.fromPeer.bytesPerSecond(nowNanos);
        int length = ledger.layout().pieceLength();
        return rate == 0 ? length <= UNTRIED_LENGTH : rate * WHOLE_PIECE_SECONDS >= length;
    }

    /// @param leftOnly only pieces that nobody works on
    private @Nullable PartialPiece join(PeerLink link, boolean leftOnly) {
        PartialPiece best = null;
        for (PartialPiece partial : ledger.unfinished()) {
            if (!isFor(partial, link)
                    || (leftOnly && isWorkedOn(partial))
                    || (link.onParole && !partial.isExclusive())) {
                continue;
            }
            if (!sequential) {
                best = partial; // the oldest
                break;
            }
            best = best == null || partial.piece() < best.piece() ? partial : best;
        }
        if (best != null && !isWorkedOn(best)) {
            best.setOwner(link);
        }
        return best;
    }

    private static boolean isWorkedOn(PartialPiece partial) {
        PeerLink owner = partial.owner();
        return owner != null && owner.current == partial && !owner.pipeline.isOverdue();
    }

    /// A new piece that nobody else is to work on; `null` if there is none.
    @Nullable
    PartialPiece beginAlone(PeerLink link, long nowNanos) {
        PartialPiece begun = begin(link, true, nowNanos);
        link.current = begun;
        return begun;
    }

    private @Nullable PartialPiece begin(PeerLink link, boolean alone, long nowNanos) {
        if (order == null || (starved && starvedVersion == ledger.version())) {
            return null;
        }
        int piece = choose(link, order, nowNanos);
        if (piece < 0) {
            return null;
        }
        PartialPiece begun = ledger.open(piece, link, alone || evidence.isSuspect(piece), nowNanos);
        if (begun == null) {
            starved = true;
            starvedVersion = ledger.version();
            return null;
        }
        order.remove(piece);
        if (isEndgame()) {
            ledger.touch(); // idle peers may help now
        }
        return begun;
    }

    /// A piece that failed before, which one peer alone must deliver, is left to quick and proven peers while
    /// there are others.
    private int choose(PeerLink link, AvailabilityOrder from, long nowNanos) {
        if (!evidence.hasSuspects() || (link.isProven() && fetchesAlone(link, nowNanos))) {
            return choose(link, from, link::mayAskFor);
        }
        int piece = choose(link, from, each -> link.mayAskFor(each) && !evidence.isSuspect(each));
        return piece >= 0 ? piece : choose(link, from, link::mayAskFor);
    }

    private int choose(PeerLink link, AvailabilityOrder from, IntPredicate acceptable) {
        if (sequential) {
            if (link.choked) {
                return -1; // what is allowed fast is seldom what comes next
            }
            return from.first(link.have(), acceptable);
        }
        List<Integer> suggested = link.suggested();
        for (int i = suggested.size() - 1; i >= 0; i--) {
            int piece = suggested.get(i);
            if (from.pickable().get(piece) && link.have().get(piece) && acceptable.test(piece)) {
                return piece;
            }
        }
        return ledger.have().cardinality() < RANDOM_FIRST
                ? from.random(link.have(), acceptable)
                : from.rarest(link.have(), acceptable);
    }

    // ---- for people

    /// Copies of the rarest wanted piece among connected peers, plus the share of wanted pieces that have more;
    /// 0 when nothing is wanted.
    double distributedCopies() {
        if (order == null) {
            return 0;
        }
        Bitfield wanted = ledger.wanted();
        int least = Integer.MAX_VALUE;
        int atLeast = 0;
        for (int piece = wanted.nextSet(0); piece >= 0; piece = wanted.nextSet(piece + 1)) {
            int copies = order.copies(piece);
            if (copies < least) {
                least = copies;
                atLeast = 0;
            }
            atLeast += copies == least ? 1 : 0;
        }
        int count = wanted.cardinality();
        return count == 0 ? 0 : least + (double) (count - atLeast) / count;
    }
}
