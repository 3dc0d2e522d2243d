package dev.jackdaw.protocol.bencode;

/// What a reader accepts before it allocates anything.
///
/// @param maxBytes   length of the whole input
/// @param maxDepth   lists and dictionaries inside each other
/// @param maxValues  values in all, keys included; bounds the memory of an input of many tiny values
/// @param anyOrder   whether keys of a dictionary may be unsorted, as some real torrents have them; a repeated key is
///                   refused either way
/// @param trailing   whether bytes may follow the value (`ut_metadata` puts a piece there, BEP 9)
public record BencodeLimits(int maxBytes, int maxDepth, int maxValues, boolean anyOrder, boolean trailing) {
    /// A `.torrent` file or an info dictionary.
    public static final BencodeLimits METAINFO = new BencodeLimits(64 << 20, 64, 2_000_000, true, false);
    /// A datagram or a small message from a peer.
    public static final BencodeLimits MESSAGE = new BencodeLimits(1 << 20, 16, 10_000, true, false);
    /// A tracker's answer, which many a script ends with a line break.
    public static final BencodeLimits TRACKER = new BencodeLimits(2 << 20, 16, 100_000, true, true);

    public BencodeLimits withTrailing() {
        return new BencodeLimits(maxBytes, maxDepth, maxValues, anyOrder, true);
    }

    public BencodeLimits withMaxBytes(int bytes) {
        return new BencodeLimits(bytes, maxDepth, maxValues, anyOrder, trailing);
    }
}
