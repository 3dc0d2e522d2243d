package dev.jackdaw.protocol.wire;

import dev.jackdaw.protocol.Bitfield;

/// How long a peer's messages may be. A frame that announces more is refused before any of it is kept.
///
/// @param maxPieces   pieces of the torrent, or the most that a torrent may have while its metadata is unknown: bounds
///                    a bitfield
/// @param maxBlock    bytes of one block: bounds a piece message
/// @param maxExtended bytes of an extension message's payload (BEP 10)
/// @param maxUnknown  bytes of a message with an unknown id, which is skipped and not kept
public record WireLimits(int maxPieces, int maxBlock, int maxExtended, int maxUnknown) {
    /// For a torrent whose number of pieces is not known: 4 Mi pieces are more than a 64 MiB info dictionary has
    /// room for. The longest extension messages that are of use are metadata pieces of 16 KiB and handshakes of
    /// 32.
    public static final WireLimits DEFAULT = new WireLimits(1 << 22, 128 * 1024, 64 * 1024, 1 << 20);

    public WireLimits {
        if (maxPieces < 0 || maxBlock < 0 || maxExtended < 0 || maxUnknown < 0) {
            throw new IllegalArgumentException(
                    "negative limit: " + maxPieces + ", " + maxBlock + ", " + maxExtended + ", " + maxUnknown);
        }
    }

    /// The same for a torrent of that many pieces.
    public WireLimits withMaxPieces(int pieces) {
        return new WireLimits(pieces, maxBlock, maxExtended, maxUnknown);
    }

    int maxBitfieldBytes() {
        return Bitfield.wireLength(maxPieces);
    }
}
