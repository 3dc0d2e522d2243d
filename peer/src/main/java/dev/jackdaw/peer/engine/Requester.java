package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.PieceLayout;
import dev.jackdaw.protocol.wire.PeerMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Asks peers for blocks: keeps each one's [RequestPipeline] filled with what the [PiecePicker] chooses, within
/// the download limit, and asks several peers for the same blocks in endgame.
final class Requester {
    /// Peers that are asked for the same block in endgame; overdue ones do not count.
    static final int MAX_ASKED = 3;
    /// The same when the peer to be asked is proven: liars may have been asked before it.
    static final int MAX_ASKED_OF_PROVEN = 2 * MAX_ASKED;

    /// Blocks that a peer may owe us before anything that it sent was verified: 1 MiB.
    private static final int MAX_OWED_UNPROVEN = 64;
    /// Pieces that a peer may work on before anything that it sent was verified: so many are bad at most if it
    /// lies.
    static final int MAX_PIECES_UNPROVEN = 2;

    /// In endgame a block is asked of another peer that will have sent it so many times sooner than who owes it,
    private static final double SOONER = 2;
    /// and by this much: what is asked for again and comes from both is wasted.
    private static final double SOONER_SECONDS = 1;
    /// Of a peer that owes blocks and has sent none lately no more is expected than this.
    private static final double LEAST_RATE = 8 << 10;
    /// A peer that was just asked for its first block is not called slow for this long.
    private static final long PATIENCE_NANOS = 1_000_000_000L;

    private final PieceLedger ledger;
    private final PieceLayout layout;
    private final PiecePicker picker;
    private final Interest interest;
    private final Parole parole;
    private final Suspicion suspicion;
    private final Swarm swarm;
    private final Allowance allowance;
    private long servedVersion;

    Requester(
            PieceLedger ledger,
            PiecePicker picker,
            Interest interest,
            Parole parole,
            Suspicion suspicion,
            Swarm swarm,
            Allowance allowance) {
        this.ledger = ledger;
        this.layout = ledger.layout();
        this.picker = picker;
        this.interest = interest;
        this.parole = parole;
        this.suspicion = suspicion;
        this.swarm = swarm;
        this.allowance = allowance;
    }

    /// Asks the peer for more, if it has few requests left.
    void topUp(PeerLink link, long nowNanos) {
        if (!interest.isActive()) {
            return;
        }
        if (link.isSuspect && !link.invited && link.interesting > 0 && suspicion.mayAsk(link, nowNanos)) {
            interest.invite(link, nowNanos);
        }
        if (!link.mayAsk()) {
            return;
        }
        int room = Math.min(link.pipeline.room(), trusted(link) - link.pipeline.outstanding());
        if (room <= 0 || link.idleVersion == ledger.version() || !suspicion.mayAsk(link, nowNanos)) {
            return;
        }
        if (allowance.isLimited()) {
            room = Math.min(room, allowedBlocks(nowNanos));
        }
        while (room > 0) {
            PartialPiece partial = pick(link, nowNanos);
            if (partial == null && picker.isEndgame()) {
                partial = parole.takeOver(link, nowNanos);
            }
            if (partial == null) {
                break;
            }
            for (int block = 0; room > 0 && (block = ledger.takeFree(partial, nowNanos)) >= 0; room--) {
                ask(link, partial, block, nowNanos);
            }
        }
        if (room > 0) {
            if (picker.isEndgame()) {
                askAgain(link, room, nowNanos);
            } else if (!picker.isStarved()) {
                link.idleVersion = ledger.version();
            }
        }
    }

    /// A piece to ask the peer for. While nothing of it was found right it shares one with others and has one to
    /// itself, which tells soon what it is worth, whatever the others send.
    private @Nullable PartialPiece pick(PeerLink link, long nowNanos) {
        if (link.isProven()) {
            return picker.pick(link, nowNanos);
        }
        int unverified = ledger.unverified(link);
        if (unverified >= piecesAtATime(link)) {
            return picker.resume(link);
        }
        if (link.onParole || unverified == 0) {
            return picker.pick(link, nowNanos);
        }
        PartialPiece begun = picker.resume(link);
        return begun != null ? begun : picker.beginAlone(link, nowNanos);
    }

    /// On how many pieces a peer may work of whose data nothing was found right yet: few, a suspect or one on parole on
    /// one.
    private static int piecesAtATime(PeerLink link) {
        return link.isSuspect || link.onParole ? 1 : MAX_PIECES_UNPROVEN;
    }

    /// How many blocks a peer may owe us: few while nothing of it was found right, so that a liar is found out
    /// before it has sent much more.
    private int trusted(PeerLink link) {
        return link.isProven() ? RequestPipeline.MAX : MAX_OWED_UNPROVEN;
    }

    private int allowedBlocks(long nowNanos) {
        long available = allowance.available(nowNanos);
        if (available <= 0) {
            allowance.await();
            return 0;
        }
        // An equal part for each, so that the first one does not take it all.
        return (int) Math.max(1, Math.min(RequestPipeline.MAX, available / PieceLayout.BLOCK_LENGTH / swarm.size()));
    }

    private void ask(PeerLink link, PartialPiece partial, int block, long nowNanos) {
        link.pipeline.add(partial, block, nowNanos);
        allowance.take(partial.blockLength(block), nowNanos);
        swarm.send(link, new PeerMessage.Request(layout.block(partial.piece(), block)), nowNanos);
    }

    /// A block that others owe, and when it is to be expected of the soonest of them.
    private record Owed(PartialPiece partial, int block, double seconds) {}

    /// Endgame: asks for blocks that others owe and that this peer will have sent much sooner, the latest first.
    private void askAgain(PeerLink link, int room, long nowNanos) {
        if (link.onParole || (!link.isProven() && ledger.unverified(link) >= piecesAtATime(link))) {
            return;
        }
        double rate = expectedRate(link, nowNanos);
        List<Owed> late = new ArrayList<>(owedByOthers(link, nowNanos).values());
        late.sort((a, b) -> Double.compare(b.seconds(), a.seconds()));
        PartialPiece only = null;
        int left = room;
        for (Owed owed : late) {
            double ours = (link.pipeline.outstanding() + 1) * PieceLayout.BLOCK_LENGTH / rate;
            if (left == 0 || owed.seconds() < SOONER * ours + SOONER_SECONDS) {
                return;
            }
            if (link.isProven() || only == null || only == owed.partial()) {
                only = owed.partial();
                owed.partial().askAgain(owed.block());
                ask(link, owed.partial(), owed.block(), nowNanos);
                left--;
            }
        }
    }

    private Map<BlockRequest, Owed> owedByOthers(PeerLink link, long nowNanos) {
        int most = link.isProven() ? MAX_ASKED_OF_PROVEN : MAX_ASKED;
        Map<BlockRequest, Owed> owed = new LinkedHashMap<>();
        for (PeerLink other : swarm.links()) {
            boolean isNew = other.fromPeer.total() == 0 && other.pipeline.silentNanos(nowNanos) < PATIENCE_NANOS;
            double rate = isNew ? Double.POSITIVE_INFINITY : expectedRate(other, nowNanos);
            for (int i = 0; other != link && i < other.pipeline.outstanding(); i++) {
                PartialPiece partial = other.pipeline.pieceAt(i);
                int block = other.pipeline.blockAt(i);
                int asked = partial.askedOf(block);
                if (asked > 0
                        && asked < most
                        && !partial.isExclusive()
                        && picker.isFor(partial, link)
                        && !link.pipeline.contains(partial.piece(), block)) {
                    double seconds = (i + 1) * PieceLayout.BLOCK_LENGTH / rate;
                    owed.merge(
                            layout.block(partial.piece(), block),
                            new Owed(partial, block, seconds),
                            (one, two) -> one.seconds() <= two.seconds() ? one : two);
                }
            }
        }
        return owed;
    }

    private static double expectedRate(PeerLink link, long nowNanos) {
        return Math.max(LEAST_RATE, link.fromPeer.bytesPerSecond(nowNanos));
    }

    /// Lets everyone look again if something became free.
    void topUpAll(long nowNanos) {
        if (servedVersion != ledger.version()) {
            servedVersion = ledger.version();
            for (PeerLink link : swarm.links()) {
                topUp(link, nowNanos);
            }
        }
    }

    /// Memory or allowance may have come back.
    void retry(long nowNanos) {
        picker.forgetStarved();
        allowance.retried();
        for (PeerLink link : swarm.links()) {
            topUp(link, nowNanos);
        }
    }

    /// Whether a new piece was refused for lack of memory since the last [#retry].
    boolean isStarved() {
        return picker.isStarved();
    }
}
