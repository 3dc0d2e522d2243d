package dev.jackdaw.peer.net;

import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.wire.PeerMessageEncoder;
import java.util.ArrayList;
import java.util.List;

/// Blocks that leave together, in this order; at least one.
record BlockBatch(List<BlockRequest> blocks) {
    BlockBatch {
        blocks = List.copyOf(blocks);
        if (blocks.isEmpty()) {
            throw new IllegalArgumentException("no blocks");
        }
    }

    /// The same, divided into neighbours: blocks that follow one another in a piece.
    List<BlockBatch> runs() {
        List<BlockBatch> runs = new ArrayList<>();
        int next = 0;
        while (next < blocks.size()) {
            int end = next + 1;
            while (end < blocks.size() && follows(blocks.get(end), blocks.get(end - 1))) {
                end++;
            }
            runs.add(new BlockBatch(blocks.subList(next, end)));
            next = end;
        }
        return runs;
    }

    private static boolean follows(BlockRequest block, BlockRequest before) {
        return block.piece() == before.piece() && block.begin() == before.begin() + before.length();
    }

    /// Neighbours as one.
    BlockRequest whole() {
        BlockRequest first = blocks.getFirst();
        return new BlockRequest(first.piece(), first.begin(), payload());
    }

    /// Bytes of content.
    int payload() {
        int bytes = 0;
        for (BlockRequest block : blocks) {
            bytes += block.length();
        }
        return bytes;
    }

    /// Bytes of the messages that bring them.
    int encodedLength() {
        return payload() + blocks.size() * PeerMessageEncoder.PIECE_HEADER_LENGTH;
    }
}
