package dev.jackdaw.protocol;

/// All arithmetic of pieces, blocks and bytes of one torrent: the only place that divides.
///
/// A torrent is `totalLength` bytes cut into pieces of `pieceLength`; the last one may be shorter. A piece is cut into
/// blocks of [#BLOCK_LENGTH] bytes, the last of which may be shorter too (BEP 3).
public record PieceLayout(long totalLength, int pieceLength) {
    /// 16 KiB: what every client asks for at a time.
    public static final int BLOCK_LENGTH = 16 * 1024;

    public PieceLayout {
        if (totalLength <= 0) {
            throw new IllegalArgumentException("total length " + totalLength + ", expected more than 0");
        }
        if (pieceLength <= 0) {
            throw new IllegalArgumentException("piece length " + pieceLength + ", expected more than 0");
        }
        if (Math.ceilDiv(totalLength, pieceLength) > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    totalLength + " bytes in pieces of " + pieceLength + ": too many pieces");
        }
    }

    public int pieceCount() {
        return (int) Math.ceilDiv(totalLength, pieceLength);
    }

    /// Where the piece begins in the torrent's bytes.
    public long offset(int piece) {
        return (long) piece * pieceLength;
    }

    /// The piece's own length: [#pieceLength()] but for the last piece.
    public int length(int piece) {
        return (int) Math.min(pieceLength, totalLength - offset(piece));
    }

    /// Which piece holds the byte at `offset` of the torrent.
    public int pieceAt(long offset) {
        return (int) (offset / pieceLength);
    }

    public int blockCount(int piece) {
        return Math.ceilDiv(length(piece), BLOCK_LENGTH);
    }

    /// The block of that index as a request; `0 ≤ block < blockCount(piece)`.
    public BlockRequest block(int piece, int block) {
        return new BlockRequest(piece, block * BLOCK_LENGTH, blockLength(piece, block));
    }

    public int blockLength(int piece, int block) {
        return Math.min(BLOCK_LENGTH, length(piece) - block * BLOCK_LENGTH);
    }

    /// The index of the block that begins at `begin`.
    public int blockAt(int begin) {
        return begin / BLOCK_LENGTH;
    }

    public boolean isPiece(int piece) {
        return piece >= 0 && piece < pieceCount();
    }

    /// Whether the range lies wholly inside one piece; any length of at least one byte.
    public boolean contains(BlockRequest range) {
        return isPiece(range.piece())
                && range.begin() >= 0
                && range.length() > 0
                && (long) range.begin() + range.length() <= length(range.piece());
    }

    /// Whether the range is exactly one of the torrent's blocks.
    public boolean isBlock(BlockRequest range) {
        return contains(range)
                && range.begin() % BLOCK_LENGTH == 0
                && range.length() == blockLength(range.piece(), blockAt(range.begin()));
    }
}
