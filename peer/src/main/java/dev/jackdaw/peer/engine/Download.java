package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.PieceLayout;
import dev.jackdaw.protocol.wire.PeerMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The half of a torrent that takes: what becomes of the blocks that the [Requester] has asked for, and of their
/// pieces.
final class Download {
    /// Blocks and refusals that nobody asked for, until the peer is disconnected.
    static final int MAX_UNASKED = 16;
    /// The same of a peer of which nothing was found right yet.
    static final int MAX_UNASKED_UNPROVEN = 4;
    /// Refusals without a block between them, until the peer is disconnected.
    static final int MAX_REFUSALS = 8 * RequestPipeline.MAX;
    /// Chokes without a block between them, until the peer is disconnected: each costs us a round of requests.
    static final int MAX_FRUITLESS_CHOKES = 50;
    /// Bytes of no use that a peer may send beyond those of use.
    static final int MAX_WASTED = 4 << 20;

    private static final long SNUBBED_NANOS = 60_000_000_000L;
    private static final long HOPELESS_NANOS = 180_000_000_000L;
    /// A piece that nobody goes on with is given up after this, and its memory with it.
    private static final long STALE_NANOS = 300_000_000_000L;
    /// The same while memory lacks and nothing comes in.
    private static final long STARVED_NANOS = 5_000_000_000L;

    private final PieceLedger ledger;
    private final PieceLayout layout;
    private final PiecePicker picker;
    private final Interest interest;
    private final Requester requester;
    private final CorruptionEvidence evidence;
    private final Parole parole;
    private final Swarm swarm;
    private final Traffic traffic;
    private final Exclusion exclusion;
    private long lastBlockAt;

    /// Ends connections.
    interface Exclusion {
        void disconnect(PeerLink link, String reason, long nowNanos);

        /// The peer is proven to have lied.
        void ban(PeerAddress address, String proof, long nowNanos);
    }

    Download(
            PieceLedger ledger,
            PiecePicker picker,
            Interest interest,
            Requester requester,
            CorruptionEvidence evidence,
            Parole parole,
            Swarm swarm,
            Traffic traffic,
            Exclusion exclusion) {
        this.ledger = ledger;
        this.layout = ledger.layout();
        this.picker = picker;
        this.interest = interest;
        this.requester = requester;
        this.evidence = evidence;
        this.parole = parole;
        this.swarm = swarm;
        this.traffic = traffic;
        this.exclusion = exclusion;
    }

    // ---- choking

    void onUnchoke(PeerLink link) {
        link.choked = false;
        link.forgetDeclined();
        link.idleVersion = -1;
    }

    void onChoke(PeerLink link) throws Offence {
        if (++link.fruitlessChokes > MAX_FRUITLESS_CHOKES) {
            throw new Offence("choked us " + link.fruitlessChokes + " times without sending a block");
        }
        link.choked = true;
        link.current = null;
        link.pipeline.retain(link::isAllowedFast, (partial, block, wasLate) -> {
            link.strays++;
            if (!wasLate) {
                ledger.release(partial, block);
            }
        });
        abandonExclusive(link);
    }

    /// The connection is gone.
    void left(PeerLink link) {
        link.current = null;
        link.choked = true;
        link.pipeline.retain(_ -> false, (partial, block, wasLate) -> {
            if (!wasLate) {
                ledger.release(partial, block);
            }
        });
        abandonExclusive(link);
        if (link.have().size() == layout.pieceCount()) {
            picker.left(link);
        }
    }

    private void abandonExclusive(PeerLink link) {
        for (PartialPiece partial : List.copyOf(ledger.open())) {
            if (partial.owner() == link) {
                partial.setOwner(null);
                if (partial.isExclusive()) {
                    drop(partial);
                }
            }
        }
    }

    private void drop(PartialPiece partial) {
        ledger.drop(partial);
        dropped(partial);
    }

    private void dropped(PartialPiece partial) {
        if (partial.isStored()) {
            swarm.emit(new TorrentEffect.DropPiece(partial.piece()));
        }
        picker.returned(partial.piece());
    }

    /// Gives up all pieces in the making.
    void dropAll() {
        for (PartialPiece partial : List.copyOf(ledger.open())) {
            drop(partial);
        }
    }

    /// The disk has refused something, and is tried again later: pieces in the making are kept for then, the fullest
    /// ones, as long as they leave half of the memory to torrents that can go on.
    void rest() {
        List<PartialPiece> emptiestFirst = new ArrayList<>(ledger.open());
        emptiestFirst.sort(Comparator.comparingInt(PartialPiece::receivedBlocks));
        for (PartialPiece partial : emptiestFirst) {
            if (partial.receivedBlocks() == 0 || !ledger.leavesMemory()) {
                drop(partial);
            }
        }
    }

    /// After [#rest], however long that was: nothing that was kept is stale.
    void wake(long nowNanos) {
        for (PartialPiece partial : ledger.open()) {
            partial.touch(nowNanos);
        }
    }

    // ---- blocks

    void onBlock(PeerLink link, int piece, int begin, ByteBuffer data, long nowNanos) throws Offence {
        int length = data.remaining();
        traffic.received(link, length, nowNanos);
        int block = layout.blockAt(begin);
        boolean aligned = begin >= 0 && begin % PieceLayout.BLOCK_LENGTH == 0;
        PartialPiece partial = aligned ? link.pipeline.answered(piece, block, nowNanos) : null;
        boolean belated = partial == null;
        if (partial == null && aligned) {
            partial = belated(link, piece, block);
        }
        if (partial == null) {
            wasted(link, length);
            countUnasked(link, "block begin=" + begin + " of piece " + piece);
            return;
        }
        if (length != partial.blockLength(block)) {
            if (!belated && !link.pipeline.removedWasLate()) {
                ledger.release(partial, block);
            }
            throw new Offence("block begin=" + begin + " of piece " + piece + " has " + length + " bytes, expected "
                    + partial.blockLength(block));
        }
        link.snubbed = false;
        link.refusals = 0;
        link.fruitlessChokes = 0;
        if (partial.isClosed() || partial.isReceived(block)) {
            wasted(link, length);
            return;
        }
        lastBlockAt = nowNanos;
        boolean shared = partial.isShared(block) || (belated && partial.askedOf(block) > 0);
        ledger.receive(partial, block, link, nowNanos);
        swarm.emit(new TorrentEffect.StoreBlock(piece, begin, data));
        if (shared) {
            cancelElsewhere(link, partial, block, nowNanos);
        }
        if (partial.isComplete()) {
            ledger.complete(partial);
            swarm.emit(new TorrentEffect.CompletePiece(piece, evidence.isSuspect(piece)));
        }
    }

    /// The piece for which a block is still good that was asked for and then given up, by a choke or a cancel that
    /// crossed it; `null` if it is of no use.
    private @Nullable PartialPiece belated(PeerLink link, int piece, int block) {
        PartialPiece partial = link.strays > 0 && !link.onParole ? ledger.openPiece(piece) : null;
        if (partial == null
                || block >= partial.blockCount()
                || partial.isReceived(block)
                || (partial.isExclusive() && partial.owner() != link)) {
            return null;
        }
        link.strays--;
        return partial;
    }

    private void wasted(PeerLink link, int length) throws Offence {
        traffic.wasted(length);
        link.wastedBytes += length;
        if (link.wastedBytes > MAX_WASTED + link.verifiedBlocks * PieceLayout.BLOCK_LENGTH) {
            throw new Offence(link.wastedBytes + " bytes of no use, " + link.verifiedBlocks + " blocks of use");
        }
    }

    private void countUnasked(PeerLink link, String what) throws Offence {
        if (link.strays > 0) {
            link.strays--;
        } else if (++link.unasked > allowedUnasked(link)) {
            throw new Offence(what + ", the " + link.unasked + "th that was not asked for");
        }
    }

    private static int allowedUnasked(PeerLink link) {
        if (link.isSuspect) {
            return 0;
        }
        return link.isProven() ? MAX_UNASKED : MAX_UNASKED_UNPROVEN;
    }

    private void cancelElsewhere(PeerLink sender, PartialPiece partial, int block, long nowNanos) {
        for (PeerLink other : swarm.links()) {
            if (other != sender && other.pipeline.remove(partial.piece(), block) != null) {
                other.strays++;
                swarm.send(other, new PeerMessage.Cancel(layout.block(partial.piece(), block)), nowNanos);
            }
        }
    }

    /// BEP 6.
    void onReject(PeerLink link, BlockRequest refused) throws Offence {
        PartialPiece partial = link.pipeline.remove(refused.piece(), layout.blockAt(refused.begin()));
        if (partial == null) {
            countUnasked(link, "refusal of " + refused);
            return;
        }
        int block = layout.blockAt(refused.begin());
        if (!link.pipeline.removedWasLate()) {
            ledger.release(partial, block);
        }
        link.decline(refused.piece());
        if (link.current == partial) {
            link.current = null;
        }
        if (partial.isExclusive() && !partial.isClosed()) {
            drop(partial);
        }
        if (++link.refusals > MAX_REFUSALS) {
            throw new Offence(link.refusals + " requests refused in a row");
        }
    }

    // ---- verdicts

    /// Takes in a piece in the making of an earlier run; who sent its blocks is not known.
    void onRecovered(int piece, Bitfield blocks, long nowNanos) {
        boolean missing = ledger.state(piece) == PieceLedger.State.MISSING;
        PartialPiece partial = missing ? ledger.open(piece, null, false, nowNanos) : null;
        if (partial == null) {
            swarm.emit(new TorrentEffect.DropPiece(piece));
            return;
        }
        picker.withdrawn(piece);
        for (int block = blocks.nextSet(0); block >= 0; block = blocks.nextSet(block + 1)) {
            ledger.receive(partial, block, null, nowNanos);
        }
        ledger.touch();
        if (partial.isComplete()) {
            ledger.complete(partial);
            swarm.emit(new TorrentEffect.CompletePiece(piece, false));
        }
    }

    /// A piece is verified and on disk; says whether it is news.
    boolean onStored(int piece, long[] digests, long nowNanos) {
        PartialPiece open = ledger.openPiece(piece);
        if (open != null) {
            drop(open);
        }
        if (ledger.state(piece) == PieceLedger.State.HAVE) {
            return false;
        }
        boolean wasWanted = ledger.wanted().get(piece);
        picker.withdrawn(piece);
        PartialPiece passed = ledger.gained(piece);
        if (passed != null) {
            parole.passed(passed);
        }
        interest.gained(piece, wasWanted, nowNanos);
        if (ledger.isComplete()) {
            picker.rest();
        }
        for (PeerAddress liar : evidence.passed(piece, digests)) {
            exclusion.ban(liar, "sent a wrong block of piece " + piece, nowNanos);
        }
        return true;
    }

    void onFailed(int piece, long[] digests, long nowNanos) {
        PartialPiece failed = ledger.verifying(piece);
        if (failed == null) {
            swarm.emit(new TorrentEffect.DropPiece(piece));
            return;
        }
        Optional<PeerAddress> culprit = parole.failed(failed, digests, nowNanos);
        if (failed.isClosed()) {
            dropped(failed);
        }
        culprit.ifPresent(liar -> exclusion.ban(liar, "sent all of piece " + piece + ", which is wrong", nowNanos));
    }

    /// Forgets what liars have sent.
    void discard(Predicate<PeerAddress> isLiar) {
        parole.discard(isLiar);
    }

    /// What is on disk has been found out; [Interest#setActive] must follow.
    void onVerified(Bitfield onDisk) {
        ledger.verified(onDisk).forEach(this::dropped);
    }

    void prioritize(byte[] priorities, long nowNanos) {
        ledger.prioritize(priorities).forEach(this::dropped);
        interest.setActive(interest.isActive(), nowNanos);
    }

    // ---- time

    /// Once a second: adapts to what was measured, and takes from peers what they do not deliver.
    void tick(long nowNanos) {
        for (PeerLink link : swarm.snapshot()) {
            link.pipeline.measure(link.fromPeer.bytesPerSecond(nowNanos));
            link.pipeline.expire(nowNanos, (partial, block, _) -> ledger.late(partial, block));
            if (link.pipeline.isOverdue()) {
                link.current = null;
                abandonExclusive(link);
            }
            long silent = link.pipeline.silentNanos(nowNanos);
            link.snubbed |= silent > SNUBBED_NANOS;
            if (silent > HOPELESS_NANOS) {
                exclusion.disconnect(link, "requests unanswered for " + silent / 1_000_000_000L + " s", nowNanos);
            }
        }
        dropStale(nowNanos);
        requester.retry(nowNanos);
    }

    private void dropStale(long nowNanos) {
        boolean starvedOut = picker.isStarved() && nowNanos - lastBlockAt > STARVED_NANOS;
        PartialPiece emptiest = null;
        for (PartialPiece partial : List.copyOf(ledger.open())) {
            long idle = nowNanos - partial.touchedAtNanos();
            if (idle > STALE_NANOS) {
                drop(partial);
            } else if (starvedOut
                    && idle > STARVED_NANOS
                    && (emptiest == null || partial.receivedBlocks() < emptiest.receivedBlocks())) {
                emptiest = partial;
            }
        }
        if (emptiest != null && !emptiest.isClosed()) {
            drop(emptiest);
        }
    }
}
