package dev.jackdaw.protocol;

/// One block as it is asked for: `length` bytes at `begin` of `piece` (BEP 3, "request").
///
/// Nothing is known to lie inside the torrent until [PieceLayout#contains(BlockRequest)] has said so.
public record BlockRequest(int piece, int begin, int length) {}
