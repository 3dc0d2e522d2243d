package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.PieceLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Which state each piece is in, exactly one at a time, and the pieces in the making.
///
/// ```
/// MISSING ──open──▶ IN_FLIGHT ──complete──▶ VERIFYING ──gained──▶ HAVE
///    ▲  ▲               │                       │
///    │  └─────drop──────┘◀───────failed─────────┘
///    └──priority 0──▶ SKIPPED
/// ```
/// *Have* means verified and written. A piece's buffer is reserved in the session's [BufferBudget] while it is
/// in flight or being verified.
final class PieceLedger {
    static final byte NORMAL_PRIORITY = 4;

    /// What a piece is.
    enum State {
        MISSING,
        IN_FLIGHT,
        VERIFYING,
        HAVE,
        /// Not wanted, and not there.
        SKIPPED
    }

    private final PieceLayout layout;
    private final BufferBudget buffers;
    private final State[] states;
    private final byte[] priorities;
    private final Bitfield have;
    /// Wanted and not there, whether begun or not.
    private final Bitfield wanted;
    private long wantedBytes;
    private long completedBytes;

    private final Map<Integer, PartialPiece> open = new LinkedHashMap<>();
    private final Map<Integer, PartialPiece> verifying = new LinkedHashMap<>();
    /// Open pieces with free blocks, oldest first.
    private final LinkedHashSet<PartialPiece> unfinished = new LinkedHashSet<>();

    /// Changes whenever something that may be asked for has become free.
    private long version;
    private boolean verified;

    PieceLedger(PieceLayout layout, BufferBudget buffers) {
        this.layout = layout;
        this.buffers = buffers;
        int count = layout.pieceCount();
        states = new State[count];
        Arrays.fill(states, State.MISSING);
        priorities = new byte[count];
        Arrays.fill(priorities, NORMAL_PRIORITY);
        have = new Bitfield(count);
        wanted = Bitfield.full(count);
        wantedBytes = layout.totalLength();
    }

    PieceLayout layout() {
        return layout;
    }

    State state(int piece) {
        return states[piece];
    }

    /// Verified pieces. Shared, not to be written to.
    Bitfield have() {
        return have;
    }

    /// Pieces that are wanted and not there. Shared, not to be written to.
    Bitfield wanted() {
        return wanted;
    }

    /// One byte a piece, 0 … 7. Shared, not to be written to.
    byte[] priorities() {
        return priorities;
    }

    /// Whether it has been found out what is on disk.
    boolean isVerified() {
        return verified;
    }

    /// Whether every wanted piece is there.
    boolean isComplete() {
        return wanted.isEmpty();
    }

    long wantedBytes() {
        return wantedBytes;
    }

    /// Bytes of pieces that are not there, wanted or not.
    long missingBytes() {
        long missing = 0;
        for (int piece = 0; piece < states.length; piece++) {
            missing += have.get(piece) ? 0 : layout.length(piece);
        }
        return missing;
    }

    /// Of the wanted bytes, those verified.
    long completedBytes() {
        return completedBytes;
    }

    long version() {
        return version;
    }

    /// Makes every peer look again for something to ask for.
    void touch() {
        version++;
    }

    /// Pieces in flight, oldest first.
    Collection<PartialPiece> open() {
        return open.values();
    }

    /// Pieces in flight with free blocks, oldest first.
    Collection<PartialPiece> unfinished() {
        return unfinished;
    }

    @Nullable
    PartialPiece openPiece(int piece) {
        return open.get(piece);
    }

    /// Whether the pieces in the making of all torrents leave half of the memory free.
    boolean leavesMemory() {
        return buffers.isAmple();
    }

    // ---- transitions

    /// Begins a missing piece, for a peer if there is one, if there is memory for it.
    @Nullable
    PartialPiece open(int piece, @Nullable PeerLink owner, boolean exclusive, long nowNanos) {
        require(piece, State.MISSING);
        if (!buffers.tryReserve(layout.length(piece))) {
            return null;
        }
        PartialPiece partial = new PartialPiece(piece, layout, owner, exclusive, nowNanos);
        states[piece] = State.IN_FLIGHT;
        open.put(piece, partial);
        unfinished.add(partial);
        return partial;
    }

    /// Takes a free block to ask for; -1 if there is none.
    int takeFree(PartialPiece partial, long nowNanos) {
        int block = partial.takeFree(nowNanos);
        if (partial.freeBlocks() == 0) {
            unfinished.remove(partial);
        }
        return block;
    }

    /// Notes that a request is no longer waited for.
    void release(PartialPiece partial, int block) {
        if (partial.release(block)) {
            unfinished.add(partial);
            version++;
        }
    }

    /// Notes that a request is overdue.
    void late(PartialPiece partial, int block) {
        if (partial.late(block)) {
            unfinished.add(partial);
            version++;
        }
    }

    /// Notes a received block.
    ///
    /// @param sender `null` if an earlier run received it
    void receive(PartialPiece partial, int block, @Nullable PeerLink sender, long nowNanos) {
        partial.receive(block, sender == null ? null : sender.address(), nowNanos);
        if (partial.freeBlocks() == 0) {
            unfinished.remove(partial);
        }
    }

    /// All blocks are there, and the hash is being taken.
    void complete(PartialPiece partial) {
        require(partial.piece(), State.IN_FLIGHT);
        forget(partial);
        states[partial.piece()] = State.VERIFYING;
        verifying.put(partial.piece(), partial);
    }

    /// Gives an incomplete piece up; its blocks are lost.
    void drop(PartialPiece partial) {
        require(partial.piece(), State.IN_FLIGHT);
        forget(partial);
        states[partial.piece()] = priorities[partial.piece()] == 0 ? State.SKIPPED : State.MISSING;
        buffers.release(partial.length());
        version++;
    }

    /// The piece is verified and on disk, whatever state it was thought to be in; says who sent its blocks if
    /// known.
    @Nullable
    PartialPiece gained(int piece) {
        PartialPiece partial = settle(piece);
        markHave(piece);
        return partial;
    }

    /// The piece failed its hash; says who sent its blocks, or `null` if it was not being verified.
    @Nullable
    PartialPiece failed(int piece) {
        PartialPiece partial = settle(piece);
        if (partial != null) {
            states[piece] = priorities[piece] == 0 ? State.SKIPPED : State.MISSING;
        }
        return partial;
    }

    /// The piece failed its hash, and one of its senders is to replace what the others sent.
    ///
    /// @return bytes that are lost
    int reopen(PartialPiece failed, PeerLink owner, long nowNanos) {
        int piece = failed.piece();
        require(piece, State.VERIFYING);
        verifying.remove(piece);
        states[piece] = State.IN_FLIGHT;
        open.put(piece, failed);
        return claim(failed, owner, nowNanos);
    }

    /// Makes a piece in flight the work of one peer alone, which keeps what it has sent; nobody else is asked for
    /// it any more.
    ///
    /// @return bytes that are lost
    int claim(PartialPiece partial, PeerLink owner, long nowNanos) {
        int lost = partial.claim(owner, nowNanos);
        refile(partial);
        return lost;
    }

    /// Makes blocks of a piece in flight free again, by sender.
    ///
    /// @return bytes that are lost
    int discard(PartialPiece partial, Predicate<@Nullable PeerAddress> whose) {
        int lost = partial.discard(whose);
        refile(partial);
        return lost;
    }

    private void refile(PartialPiece partial) {
        if (partial.freeBlocks() > 0) {
            unfinished.add(partial);
            version++;
        }
    }

    /// How many pieces the peer works on or took part in that are not verified yet.
    int unverified(PeerLink link) {
        int count = 0;
        for (PartialPiece partial : open.values()) {
            boolean tookPart = partial.owner() == link || partial.receivedFrom(link.address()) > 0;
            count += tookPart || link.pipeline.asksFor(partial) ? 1 : 0;
        }
        for (PartialPiece partial : verifying.values()) {
            count += partial.receivedFrom(link.address()) > 0 ? 1 : 0;
        }
        return count;
    }

    /// The piece that is being verified; `null` if it is not.
    @Nullable
    PartialPiece verifying(int piece) {
        return verifying.get(piece);
    }

    /// The disk refused a piece of those being verified, unknown which: all are missing until an answer says
    /// otherwise.
    void abandonVerifying() {
        for (Integer piece : List.copyOf(verifying.keySet())) {
            failed(piece);
        }
    }

    /// What is on disk is to be found out anew.
    void doubt() {
        verified = false;
    }

    /// What is on disk has been found out anew. Pieces in the making stay unless they turn out to be there;
    /// those are returned, closed.
    List<PartialPiece> verified(Bitfield onDisk) {
        verified = true;
        List<PartialPiece> superseded = new ArrayList<>();
        for (int piece = 0; piece < states.length; piece++) {
            if (onDisk.get(piece)) {
                PartialPiece partial = open.get(piece);
                if (partial != null) {
                    drop(partial);
                    superseded.add(partial);
                }
                settle(piece);
                markHave(piece);
            } else if (have.clear(piece)) {
                boolean isWanted = priorities[piece] != 0;
                states[piece] = isWanted ? State.MISSING : State.SKIPPED;
                if (isWanted) {
                    wanted.set(piece);
                    completedBytes -= layout.length(piece);
                }
            }
        }
        version++;
        return superseded;
    }

    /// Sets how much each piece is wanted; returns the pieces in flight that are not wanted any more, dropped.
    List<PartialPiece> prioritize(byte[] newPriorities) {
        List<PartialPiece> unwanted = new ArrayList<>();
        wantedBytes = 0;
        completedBytes = 0;
        for (int piece = 0; piece < states.length; piece++) {
            priorities[piece] = newPriorities[piece];
            boolean isWanted = newPriorities[piece] != 0;
            if (isWanted) {
                wantedBytes += layout.length(piece);
                completedBytes += have.get(piece) ? layout.length(piece) : 0;
            }
            if (have.get(piece)) {
                continue;
            }
            if (isWanted) {
                wanted.set(piece);
            } else {
                wanted.clear(piece);
            }
            switch (states[piece]) {
                case MISSING, SKIPPED -> states[piece] = isWanted ? State.MISSING : State.SKIPPED;
                case IN_FLIGHT -> {
                    PartialPiece partial = open.get(piece);
                    if (!isWanted && partial != null) {
                        drop(partial);
                        unwanted.add(partial);
                    }
                }
                case VERIFYING, HAVE -> {}
            }
        }
        version++;
        return unwanted;
    }

    private void markHave(int piece) {
        if (have.set(piece)) {
            wanted.clear(piece);
            if (priorities[piece] != 0) {
                completedBytes += layout.length(piece);
            }
        }
        states[piece] = State.HAVE;
    }

    private @Nullable PartialPiece settle(int piece) {
        PartialPiece partial = verifying.remove(piece);
        if (partial != null) {
            buffers.release(partial.length());
            version++;
        }
        return partial;
    }

    private void forget(PartialPiece partial) {
        open.remove(partial.piece());
        unfinished.remove(partial);
        partial.close();
    }

    private void require(int piece, State expected) {
        if (states[piece] != expected) {
            throw new IllegalStateException("piece " + piece + " is " + states[piece] + ", expected " + expected);
        }
    }
}
