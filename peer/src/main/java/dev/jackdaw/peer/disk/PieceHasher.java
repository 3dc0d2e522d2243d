package dev.jackdaw.peer.disk;

import dev.jackdaw.protocol.PieceLayout;
import dev.jackdaw.protocol.Sha1;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;

/// SHA-1 of pieces, and short digests of their blocks; each thread has one of its own.
///
/// The JDK hashes direct buffers through a 4 KiB copy that stays in the nearest cache: measured at 0.59 CPU-seconds per
/// GiB against 0.57 from heap arrays, which would cost a copy of everything when written.
final class PieceHasher {
    private static final ThreadLocal<PieceHasher> CURRENT = ThreadLocal.withInitial(PieceHasher::new);

    private final MessageDigest sha1 = Sha1.newDigest();

    private PieceHasher() {}

    /// The calling thread's.
    static PieceHasher current() {
        PieceHasher hasher = CURRENT.get();
        hasher.sha1.reset();
        return hasher;
    }

    void update(ByteBuffer data) {
        sha1.update(data);
    }

    /// 20 bytes; begins anew.
    byte[] digest() {
        return sha1.digest();
    }

    byte[] hash(PieceBuffer piece) {
        piece.forEachPart(0, piece.length(), (part, at) -> sha1.update(part));
        return sha1.digest();
    }

    /// A 64-bit digest of each block: the head of SHA-1 over a salt that peers do not know, so that nobody can prepare
    /// two blocks that look alike.
    long[] blockDigests(PieceBuffer piece, long salt) {
        byte[] key = ByteBuffer.allocate(Long.BYTES).putLong(salt).array();
        long[] digests = new long[Math.ceilDiv(piece.length(), PieceLayout.BLOCK_LENGTH)];
        for (int block = 0; block < digests.length; block++) {
            int begin = block * PieceLayout.BLOCK_LENGTH;
            sha1.update(key);
            piece.forEachPart(
                    begin, Math.min(PieceLayout.BLOCK_LENGTH, piece.length() - begin), (part, at) -> sha1.update(part));
            digests[block] =
                    ByteBuffer.wrap(sha1.digest()).order(ByteOrder.BIG_ENDIAN).getLong();
        }
        return digests;
    }
}
