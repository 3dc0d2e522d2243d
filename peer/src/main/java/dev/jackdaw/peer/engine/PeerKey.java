package dev.jackdaw.peer.engine;

/// Which connection of a torrent, as a value. Keys of outgoing connections come from the engine and are even, those of
/// incoming ones from the driver and are odd; none is used twice.
public record PeerKey(long number) {}
