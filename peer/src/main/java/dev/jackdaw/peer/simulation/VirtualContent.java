package dev.jackdaw.peer.simulation;

import dev.jackdaw.protocol.PieceLayout;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.Sha1;
import dev.jackdaw.protocol.bencode.BencodeValue;
import dev.jackdaw.protocol.bencode.BencodeWriter;
import dev.jackdaw.protocol.metainfo.Info;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Map;
import java.util.SplittableRandom;

/// A torrent's content that all peers of a simulation share: real bytes with real piece hashes, but no memory to speak
/// of.
///
/// Each block is a window of its own into one pool of random bytes, 64 bytes on from the window before, so all blocks
/// differ. Payload is never copied: blocks travel as these very buffers, and whether a peer got the right bytes is
/// mostly seen by the buffer's identity.
final class VirtualContent {
    private static final int STRIDE = 64;

    private final PieceLayout layout;
    private final Info info;
    private final ByteBuffer[] blocks;
    private final ByteBuffer garbage;
    private final int blocksPerPiece;

    VirtualContent(int pieces, int pieceLength, long seed) {
        // The last piece and its last block are shorter than the others.
        long shortBy = pieceLength > 1_000 ? 1_000 : 0;
        layout = new PieceLayout((long) pieces * pieceLength - shortBy, pieceLength);
        blocksPerPiece = layout.blockCount(0);
        int count = (pieces - 1) * blocksPerPiece + layout.blockCount(pieces - 1);
        byte[] pool = new byte[PieceLayout.BLOCK_LENGTH + STRIDE * count];
        new SplittableRandom(seed).nextBytes(pool);
        byte[] other = new byte[PieceLayout.BLOCK_LENGTH];
        new SplittableRandom(~seed).nextBytes(other);
        garbage = ByteBuffer.wrap(other).asReadOnlyBuffer();
        blocks = new ByteBuffer[count];
        for (int i = 0; i < count; i++) {
            int length = layout.blockLength(i / blocksPerPiece, i % blocksPerPiece);
            blocks[i] = ByteBuffer.wrap(pool, i * STRIDE, length).slice().asReadOnlyBuffer();
        }
        info = describe();
    }

    Info info() {
        return info;
    }

    PieceLayout layout() {
        return layout;
    }

    /// The shared buffer of a block; its position and limit must stay as they are.
    ByteBuffer block(int piece, int begin) {
        return blocks[piece * blocksPerPiece + layout.blockAt(begin)];
    }

    /// As many bytes that are not those of any block.
    ByteBuffer garbage(int length) {
        return garbage.slice(0, length);
    }

    boolean isRight(int piece, int begin, ByteBuffer data) {
        return data.equals(block(piece, begin)); // at once if it is the very buffer
    }

    /// What stands for the digest of a block.
    static long digest(int piece, int block, boolean right) {
        long mixed = ((long) piece << 32 | block) * 0x9E3779B97F4A7C15L;
        return right ? mixed : ~mixed;
    }

    private Info describe() {
        try {
            MessageDigest sha1 = Sha1.newDigest();
            ByteBuffer hashes = ByteBuffer.allocate(layout.pieceCount() * Info.PIECE_HASH_LENGTH);
            for (int piece = 0; piece < layout.pieceCount(); piece++) {
                for (int block = 0; block < layout.blockCount(piece); block++) {
                    sha1.update(blocks[piece * blocksPerPiece + block].duplicate());
                }
                hashes.put(sha1.digest());
            }
            return Info.parse(BencodeWriter.write(BencodeValue.Dictionary.of(Map.of(
                    "name", BencodeValue.ByteString.of("simulated"),
                    "length", new BencodeValue.Int(layout.totalLength()),
                    "piece length", new BencodeValue.Int(layout.pieceLength()),
                    "pieces", new BencodeValue.ByteString(hashes.array())))));
        } catch (ProtocolException e) {
            throw new IllegalStateException(e); // what we wrote is well-formed
        }
    }
}
