package dev.jackdaw.peer.simulation;

import dev.jackdaw.peer.engine.BufferBudget;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.PieceLayout;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/// What one peer has stored: which pieces, and which blocks of the pieces in the making are there and right. Complains
/// when the engine breaks the contract of its disk effects.
final class VirtualDisk implements BufferBudget {
    /// Memory for pieces in the making.
    static final long BUDGET_BYTES = 64L << 20;

    private static final class Partial {
        final BitSet present = new BitSet();
        final BitSet wrong = new BitSet();
    }

    private final VirtualContent content;
    private final Violations violations;
    private final String owner;
    private final Bitfield have;
    private final Map<Integer, Partial> partials = new HashMap<>();
    private long reserved;
    private long buffered;

    VirtualDisk(VirtualContent content, Violations violations, String owner) {
        this.content = content;
        this.violations = violations;
        this.owner = owner;
        this.have = new Bitfield(content.layout().pieceCount());
    }

    /// Verified pieces; not to be changed.
    Bitfield have() {
        return have;
    }

    void fill() {
        for (int piece = 0; piece < have.size(); piece++) {
            have.set(piece);
        }
    }

    void store(int piece, int begin, ByteBuffer data) {
        PieceLayout layout = content.layout();
        int block = layout.blockAt(begin);
        if (!layout.isPiece(piece)
                || begin % PieceLayout.BLOCK_LENGTH != 0
                || data.remaining() != layout.blockLength(piece, block)) {
            violations.add("%s stores %d bytes at %d of piece %d", owner, data.remaining(), begin, piece);
            return;
        }
        if (have.get(piece)) {
            violations.add("%s stores a block of piece %d, which it has", owner, piece);
        }
        Partial partial = partials.computeIfAbsent(piece, _ -> {
            buffered += layout.length(piece);
            return new Partial();
        });
        partial.present.set(block);
        partial.wrong.set(block, !content.isRight(piece, begin, data));
        if (buffered > reserved) {
            violations.add("%s buffers %d bytes and has reserved %d", owner, buffered, reserved);
        }
    }

    /// Hashes a piece in the making; one that is wrong stays.
    ///
    /// @return whether it is right; then it is stored
    boolean complete(int piece, long[] digests) {
        PieceLayout layout = content.layout();
        Partial partial = partials.get(piece);
        if (partial == null || partial.present.cardinality() != layout.blockCount(piece)) {
            violations.add("%s completes piece %d without having stored all blocks", owner, piece);
            return false;
        }
        for (int block = 0; block < digests.length; block++) {
            digests[block] = VirtualContent.digest(piece, block, !partial.wrong.get(block));
        }
        if (!partial.wrong.isEmpty()) {
            return false;
        }
        drop(piece);
        if (!have.set(piece)) {
            violations.add("%s has stored piece %d twice", owner, piece);
        }
        return true;
    }

    void drop(int piece) {
        if (partials.remove(piece) != null) {
            buffered -= content.layout().length(piece);
        }
    }

    @Override
    public boolean tryReserve(int bytes) {
        if (reserved > 0 && reserved + bytes > BUDGET_BYTES) {
            return false;
        }
        reserved += bytes;
        return true;
    }

    @Override
    public void release(int bytes) {
        reserved -= bytes;
        if (reserved < 0) {
            violations.add("%s released %d bytes more than it had reserved", owner, -reserved);
            reserved = 0;
        }
    }

    @Override
    public boolean isAmple() {
        return reserved <= BUDGET_BYTES / 2;
    }
}
