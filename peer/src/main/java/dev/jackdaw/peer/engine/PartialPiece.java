package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.PieceLayout;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A piece in the making: for each block whether it is free, how many peers it is asked of, or who sent it.
///
/// A block is free until it is asked for, and again when all who were asked have refused, choked or gone. A
/// request that is overdue counts no longer, so the block becomes free though its data may still come (see
/// [#late]).
final class PartialPiece {
    private static final byte RECEIVED = -1;
    /// Set beside the count when the block may also come from a peer whose request is overdue.
    private static final byte LATE = 0x40;
    private static final byte COUNT = 0x3f;

    private final int piece;
    private final int length;
    private final byte[] blocks;
    private final @Nullable PeerAddress[] senders;
    private boolean exclusive;

    private int free;
    private int received;
    /// No block before this one is free.
    private int firstFree;

    private @Nullable PeerLink owner;
    private long touchedAt;
    private boolean closed;
    private boolean stored;

    /// @param exclusive whether only its owner may be asked for its blocks
    PartialPiece(int piece, PieceLayout layout, @Nullable PeerLink owner, boolean exclusive, long nowNanos) {
        this.piece = piece;
        this.length = layout.length(piece);
        this.blocks = new byte[layout.blockCount(piece)];
        this.senders = new @Nullable PeerAddress[blocks.length];
        this.free = blocks.length;
        this.owner = owner;
        this.exclusive = exclusive;
        this.touchedAt = nowNanos;
    }

    int piece() {
        return piece;
    }

    int length() {
        return length;
    }

    int blockCount() {
        return blocks.length;
    }

    int blockLength(int block) {
        return Math.min(PieceLayout.BLOCK_LENGTH, length - block * PieceLayout.BLOCK_LENGTH);
    }

    int freeBlocks() {
        return free;
    }

    int receivedBlocks() {
        return received;
    }

    boolean isComplete() {
        return received == blocks.length;
    }

    boolean isExclusive() {
        return exclusive;
    }

    /// Whether the piece was completed or dropped, so that nothing may be done with it any more.
    boolean isClosed() {
        return closed;
    }

    void close() {
        closed = true;
        owner = null;
    }

    /// The peer that opened it and still works on it, if any.
    @Nullable
    PeerLink owner() {
        return owner;
    }

    void setOwner(@Nullable PeerLink link) {
        owner = link;
    }

    /// Whether blocks of it were ever handed to the disk, which holds them until the piece is done or dropped.
    boolean isStored() {
        return stored;
    }

    /// Makes it the work of that peer alone, again open if it was closed: blocks that others sent are free again.
    ///
    /// @return bytes that are lost
    int claim(PeerLink link, long nowNanos) {
        closed = false;
        exclusive = true;
        owner = link;
        touchedAt = nowNanos;
        return discard(sender -> !link.address().equals(sender));
    }

    /// Makes received blocks free again.
    ///
    /// @param whose says of a sender, `null` for an earlier run's, whether its blocks are not to be trusted
    /// @return bytes that are lost
    int discard(Predicate<@Nullable PeerAddress> whose) {
        int lost = 0;
        for (int block = 0; block < blocks.length; block++) {
            if (isReceived(block) && whose.test(senders[block])) {
                blocks[block] = 0;
                senders[block] = null;
                received--;
                free++;
                firstFree = Math.min(firstFree, block);
                lost += blockLength(block);
            }
        }
        return lost;
    }

    /// How many blocks that peer has sent.
    int receivedFrom(PeerAddress address) {
        int count = 0;
        for (PeerAddress sender : senders) {
            count += address.equals(sender) ? 1 : 0;
        }
        return count;
    }

    /// When a block was last asked for or received.
    long touchedAtNanos() {
        return touchedAt;
    }

    void touch(long nowNanos) {
        touchedAt = nowNanos;
    }

    /// Takes the first free block as asked for once; -1 if there is none.
    int takeFree(long nowNanos) {
        for (int block = firstFree; block < blocks.length; block++) {
            if ((blocks[block] & ~LATE) == 0) {
                blocks[block]++;
                free--;
                firstFree = block + 1;
                touchedAt = nowNanos;
                return block;
            }
        }
        firstFree = blocks.length;
        return -1;
    }

    /// How many peers are being asked for the block, overdue ones left out; 0 if it is free or received.
    int askedOf(int block) {
        return isReceived(block) ? 0 : blocks[block] & COUNT;
    }

    boolean isReceived(int block) {
        return blocks[block] == RECEIVED;
    }

    /// Whether another peer than the one that sends it now may be sending the block too.
    boolean isShared(int block) {
        return !isReceived(block) && ((blocks[block] & LATE) != 0 || (blocks[block] & COUNT) > 1);
    }

    /// Notes one more peer that is asked for a block which is asked for already.
    void askAgain(int block) {
        blocks[block]++;
    }

    /// Notes that a request is no longer waited for; says whether the block has become free.
    boolean release(int block) {
        if (closed || isReceived(block) || (blocks[block] & COUNT) == 0) {
            return false;
        }
        blocks[block]--;
        if ((blocks[block] & COUNT) != 0) {
            return false;
        }
        free++;
        firstFree = Math.min(firstFree, block);
        return true;
    }

    /// Notes that a request is overdue: its block may be asked of others, yet may still come. Says whether it
    /// has become free.
    boolean late(int block) {
        if (closed || isReceived(block)) {
            return false;
        }
        boolean freed = release(block);
        blocks[block] |= LATE;
        return freed;
    }

    /// Notes that the block's data is stored; only for a block that [#isReceived] denies.
    void receive(int block, @Nullable PeerAddress sender, long nowNanos) {
        if ((blocks[block] & COUNT) == 0) {
            free--;
        }
        blocks[block] = RECEIVED;
        stored = true;
        senders[block] = sender;
        received++;
        touchedAt = nowNanos;
    }

    /// Who sent each block, `null` for those not received, or received by an earlier run. Shared, not to be
    /// written to.
    @Nullable
    PeerAddress[] senders() {
        return senders;
    }

    @Override
    public String toString() {
        return "piece " + piece + ": " + received + " of " + blocks.length + " blocks, " + free + " free";
    }
}
