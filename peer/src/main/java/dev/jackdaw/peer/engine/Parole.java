package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.wire.PeerMessage;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What becomes of a piece that failed its hash, and of those who took part in it.
///
/// The piece goes to one of its senders alone, the most trustworthy: its own blocks stay, and it is asked for
/// those of the others. Thus an honest peer sends no block twice because somebody else has lied, and the next
/// verdict is on one sender. The other senders, unless proven, are *on parole*: what they sent for pieces that
/// they share with others is fetched again, and they work on pieces of their own until one passes. Condemned is
/// only who is proven to have lied, see [CorruptionEvidence].
///
/// A piece that belongs to one peer must not wait for it for ever: near the end an idle peer takes it over, if it
/// will be done with it much sooner.
final class Parole {
    /// How many times sooner a peer must be done with a piece to take it over; twice that from one that is proven.
    private static final int SOONER = 2;

    private final PieceLedger ledger;
    private final CorruptionEvidence evidence;
    private final Swarm swarm;
    private final Traffic traffic;

    Parole(PieceLedger ledger, CorruptionEvidence evidence, Swarm swarm, Traffic traffic) {
        this.ledger = ledger;
        this.evidence = evidence;
        this.swarm = swarm;
        this.traffic = traffic;
    }

    /// A piece failed that was being verified: says who is proven by it to have lied. The piece is in flight
    /// again, in the hands of one peer, or failed as a whole if there is none.
    Optional<PeerAddress> failed(PartialPiece failed, long[] digests, long nowNanos) {
        Optional<PeerAddress> culprit =
                evidence.failed(failed.piece(), failed.senders().clone(), digests);
        boolean wanted = ledger.wanted().get(failed.piece());
        PeerLink heir = culprit.isPresent() || !wanted ? null : heir(failed);
        if (heir == null) {
            ledger.failed(failed.piece());
            traffic.corrupt(failed.length());
            return culprit;
        }
        List<PeerLink> others = swarm.links().stream()
                .filter(link -> link != heir && !link.isProven() && failed.receivedFrom(link.address()) > 0)
                .toList();
        traffic.corrupt(ledger.reopen(failed, heir, nowNanos));
        heir.current = failed;
        heir.idleVersion = -1;
        others.forEach(link -> begin(link, nowNanos));
        return culprit;
    }

    /// The sender whom the rest of a failed piece is asked of: a proven one if there is, then whoever sent most of
    /// it.
    private @Nullable PeerLink heir(PartialPiece failed) {
        PeerLink best = null;
        int most = 0;
        for (PeerLink link : swarm.links()) {
            int sent = failed.receivedFrom(link.address());
            boolean able = sent > 0
                    && link.have().get(failed.piece())
                    && link.mayAskFor(failed.piece())
                    && !link.pipeline.isOverdue();
            if (able && (best == null || isBetter(link, sent, best, most))) {
                best = link;
                most = sent;
            }
        }
        return best;
    }

    private static boolean isBetter(PeerLink one, int sent, PeerLink other, int sentByOther) {
        return one.isProven() == other.isProven() ? sent > sentByOther : one.isProven();
    }

    private void begin(PeerLink link, long nowNanos) {
        link.onParole = true;
        for (PartialPiece partial : List.copyOf(ledger.open())) {
            int sent = partial.receivedFrom(link.address());
            if (partial.owner() == link && sent == partial.receivedBlocks()) {
                takeFromOthers(partial, link, nowNanos);
            } else {
                revoke(link, partial, nowNanos);
                traffic.wasted(ledger.discard(partial, link.address()::equals));
            }
        }
        link.idleVersion = -1;
    }

    /// A piece passed: its senders are trusted, one that made it alone also if it was on parole.
    void passed(PartialPiece passed) {
        for (PeerLink link : swarm.links()) {
            int sent = passed.receivedFrom(link.address());
            link.verifiedBlocks += sent;
            if (sent == passed.blockCount()) {
                link.onParole = false;
                link.isSuspect = false;
            }
        }
    }

    /// Forgets what liars have sent for pieces in flight.
    void discard(Predicate<PeerAddress> isLiar) {
        for (PartialPiece partial : List.copyOf(ledger.open())) {
            traffic.corrupt(ledger.discard(partial, sender -> sender != null && isLiar.test(sender)));
        }
    }

    /// A piece that another peer alone was to send and that this one, which has nothing else to do, sends much
    /// sooner; `null` if there is none.
    @Nullable
    PartialPiece takeOver(PeerLink link, long nowNanos) {
        if (!link.isProven()) {
            return null;
        }
        long rate = link.fromPeer.bytesPerSecond(nowNanos);
        for (PartialPiece partial : ledger.open()) {
            PeerLink owner = partial.owner();
            if (!partial.isExclusive()
                    || owner == null
                    || owner == link
                    || !link.have().get(partial.piece())
                    || !link.mayAskFor(partial.piece())) {
                continue;
            }
            double ours = seconds(partial, link, rate);
            double theirs = seconds(partial, owner, owner.fromPeer.bytesPerSecond(nowNanos));
            if (ours * (owner.isProven() ? 2 * SOONER : SOONER) < theirs) {
                takeFromOthers(partial, link, nowNanos);
                return partial;
            }
        }
        return null;
    }

    private static double seconds(PartialPiece partial, PeerLink link, long rate) {
        int missing = partial.blockCount() - partial.receivedFrom(link.address());
        return (double) missing * partial.blockLength(0) / Math.max(1, rate);
    }

    private void takeFromOthers(PartialPiece partial, PeerLink link, long nowNanos) {
        for (PeerLink other : swarm.links()) {
            if (other != link) {
                revoke(other, partial, nowNanos);
            }
        }
        traffic.wasted(ledger.claim(partial, link, nowNanos));
    }

    /// The peer is not to send what it was asked for of that piece.
    private void revoke(PeerLink link, PartialPiece partial, long nowNanos) {
        link.pipeline.retain(piece -> piece != partial.piece(), (revoked, block, wasLate) -> {
            link.strays++;
            BlockRequest request = ledger.layout().block(revoked.piece(), block);
            swarm.send(link, new PeerMessage.Cancel(request), nowNanos);
            if (!wasLate) {
                ledger.release(revoked, block);
            }
        });
        if (link.current == partial) {
            link.current = null;
        }
    }
}
