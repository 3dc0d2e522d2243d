package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.PieceLayout;
import dev.jackdaw.protocol.wire.PeerMessage;

/// Asks peers for blocks: keeps each one's [RequestPipeline] filled with what the [PiecePicker] chooses, within the
/// download limit, and asks several peers for the same blocks in endgame.
final class Requester {
    /// Peers that are asked for the same block in endgame; overdue ones do not count.
    static final int MAX_ASKED = 3;
    /// The same when the peer to be asked is proven: liars may have been asked before it.
    static final int MAX_ASKED_OF_PROVEN = 2 * MAX_ASKED;

    /// Blocks that a peer may owe us before anything that it sent was verified: 1 MiB.
    private static final int MAX_OWED_UNPROVEN = 64;
    /// A peer with fewer requests than this is asked for blocks that others were asked for, in endgame.
    private static final int ENDGAME_DEPTH = 16;

    private final PieceLedger ledger;
    private final PieceLayout layout;
    private final PiecePicker picker;
    private final Interest interest;
    private final Parole parole;
    private final Swarm swarm;
    private final Allowance allowance;
    private boolean waitsForAllowance;
    private long servedVersion;

    Requester(
            PieceLedger ledger,
            PiecePicker picker,
            Interest interest,
            Parole parole,
            Swarm swarm,
            Allowance allowance) {
        this.ledger = ledger;
        this.layout = ledger.layout();
        this.picker = picker;
        this.interest = interest;
        this.parole = parole;
        this.swarm = swarm;
        this.allowance = allowance;
    }

    /// Asks the peer for more, if it has few requests left.
    void topUp(PeerLink link, long nowNanos) {
        if (!interest.isActive() || !link.mayAsk()) {
            return;
        }
        int room = Math.min(link.pipeline.room(), trusted(link) - link.pipeline.outstanding());
        if (room <= 0 || link.idleVersion == ledger.version()) {
            return;
        }
        if (allowance.isLimited()) {
            room = Math.min(room, allowedBlocks(nowNanos));
        }
        while (room > 0) {
            PartialPiece partial = picker.pick(link, nowNanos);
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
                askAgain(link, Math.min(room, ENDGAME_DEPTH - link.pipeline.outstanding()), nowNanos);
            } else if (!picker.isStarved()) {
                link.idleVersion = ledger.version();
            }
        }
    }

    /// How many blocks a peer may owe us: few while nothing of it was found right, so that a liar is found out
    /// before it has sent much more.
    private int trusted(PeerLink link) {
        return link.isProven() ? RequestPipeline.MAX : MAX_OWED_UNPROVEN;
    }

    private int allowedBlocks(long nowNanos) {
        long available = allowance.available(nowNanos);
        if (available <= 0) {
            waitsForAllowance = true;
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

    /// Endgame: asks for blocks that others are being asked for, those asked of the fewest first.
    private void askAgain(PeerLink link, int room, long nowNanos) {
        int left = link.onParole ? 0 : room;
        int most = link.isProven() ? MAX_ASKED_OF_PROVEN : MAX_ASKED;
        for (int asked = 1; asked < most && left > 0; asked++) {
            for (PartialPiece partial : ledger.open()) {
                if (partial.isExclusive() || !picker.isFor(partial, link)) {
                    continue;
                }
                for (int block = 0; block < partial.blockCount() && left > 0; block++) {
                    if (partial.askedOf(block) == asked && !link.pipeline.contains(partial.piece(), block)) {
                        partial.askAgain(block);
                        ask(link, partial, block, nowNanos);
                        left--;
                    }
                }
            }
        }
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
        waitsForAllowance = false;
        for (PeerLink link : swarm.links()) {
            topUp(link, nowNanos);
        }
    }

    /// Whether a new piece was refused for lack of memory since the last [#retry].
    boolean isStarved() {
        return picker.isStarved();
    }

    /// Whether a peer was not asked for want of allowance.
    boolean waitsForAllowance() {
        return waitsForAllowance;
    }
}
