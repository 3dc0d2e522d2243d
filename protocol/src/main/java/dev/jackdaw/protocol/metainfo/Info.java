package dev.jackdaw.protocol.metainfo;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PieceLayout;
import java.util.Arrays;
import java.util.List;

/// The info dictionary (BEP 3): what is shared, apart from where to find it. Immutable.
///
/// It is known from the start with a `.torrent` file, and arrives from peers with a magnet link (BEP 9).
public final class Info {
    /// Bytes of a v1 piece hash, SHA-1.
    public static final int PIECE_HASH_LENGTH = 20;

    private final InfoHash infoHash;
    private final byte[] bytes;
    private final String name;
    private final PieceLayout layout;
    private final byte[] pieceHashes;
    private final List<FileEntry> files;
    private final boolean isPrivate;

    /// @param bytes       the dictionary's original bytes, of which the info-hash was taken
    /// @param name        the safe name of the file or of the directory
    /// @param pieceHashes 20 bytes a piece
    Info(
            InfoHash infoHash,
            byte[] bytes,
            String name,
            PieceLayout layout,
            byte[] pieceHashes,
            List<FileEntry> files,
            boolean isPrivate) {
        this.infoHash = infoHash;
        this.bytes = bytes;
        this.name = name;
        this.layout = layout;
        this.pieceHashes = pieceHashes;
        this.files = List.copyOf(files);
        this.isPrivate = isPrivate;
    }

    public InfoHash infoHash() {
        return infoHash;
    }

    /// The dictionary's original bytes, as peers exchange them (BEP 9). Shared, not to be written to.
    public byte[] bytes() {
        return bytes;
    }

    /// The safe name of the file, or of the directory of files.
    public String name() {
        return name;
    }

    public PieceLayout layout() {
        return layout;
    }

    /// The expected SHA-1 of a piece, a new array of 20 bytes.
    public byte[] pieceHash(int piece) {
        int from = piece * PIECE_HASH_LENGTH;
        return Arrays.copyOfRange(pieceHashes, from, from + PIECE_HASH_LENGTH);
    }

    /// Whether that SHA-1 is the one expected of the piece.
    public boolean matches(int piece, byte[] sha1) {
        int from = piece * PIECE_HASH_LENGTH;
        return Arrays.equals(sha1, 0, PIECE_HASH_LENGTH, pieceHashes, from, from + PIECE_HASH_LENGTH);
    }

    /// In the torrent's order, padding files included; offsets ascend without gaps and end at the total length.
    public List<FileEntry> files() {
        return files;
    }

    /// BEP 27: peers only from the torrent's own trackers.
    public boolean isPrivate() {
        return isPrivate;
    }

    @Override
    public String toString() {
        return infoHash.abbreviated() + " " + files.size() + " files, " + layout.pieceCount() + " pieces";
    }
}
