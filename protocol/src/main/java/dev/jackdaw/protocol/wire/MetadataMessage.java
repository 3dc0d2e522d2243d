package dev.jackdaw.protocol.wire;

import dev.jackdaw.protocol.ProtocolException;
import java.util.OptionalInt;

/// The payload of a `ut_metadata` message: the info dictionary in pieces of [#PIECE_LENGTH] bytes (BEP 9).
public sealed interface MetadataMessage {
    /// 16 KiB; the last piece may be shorter.
    int PIECE_LENGTH = 16 * 1024;

    /// Asks for a piece.
    record Request(int piece) implements MetadataMessage {}

    /// A piece. The bytes follow the dictionary on the wire.
    ///
    /// @param totalSize bytes of the whole info dictionary, 1 … [ExtensionHandshake#MAX_METADATA_SIZE];
    ///                  torrent-stream does not say it again after its handshake
    /// @param data      exactly what a piece of that index has of that many bytes
    record Data(int piece, OptionalInt totalSize, byte[] data) implements MetadataMessage {
        public Data(int piece, int totalSize, byte[] data) {
            this(piece, OptionalInt.of(totalSize), data);
        }
    }

    /// The piece will not be sent.
    record Reject(int piece) implements MetadataMessage {}

    /// A type that this implementation does not know; to be ignored, as the specification says.
    record Unknown(int type) implements MetadataMessage {}

    /// How many pieces an info dictionary of that many bytes has.
    static int pieceCount(int totalSize) {
        return (totalSize + PIECE_LENGTH - 1) / PIECE_LENGTH;
    }

    /// How many bytes that piece has; `0 ≤ piece < pieceCount(totalSize)`.
    static int pieceLength(int piece, int totalSize) {
        return Math.min(PIECE_LENGTH, totalSize - piece * PIECE_LENGTH);
    }

    /// Reads a payload.
    static MetadataMessage read(byte[] payload) throws ProtocolException {
        return MetadataCodec.read(payload);
    }

    /// The payload.
    ///
    /// @throws IllegalArgumentException for [Unknown]
    default byte[] write() {
        return MetadataCodec.write(this);
    }
}
