package dev.jackdaw.protocol.tracker;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerId;
import java.util.Optional;

/// What a peer tells a tracker (BEP 3, "announce").
///
/// @param port       where the peer listens
/// @param uploaded   bytes since `started`
/// @param downloaded bytes since `started`
/// @param left       bytes still missing
/// @param key        a number that identifies the client when its address changes
/// @param numWant    how many peers are wanted, or -1 for as many as the tracker likes
/// @param trackerId  what an earlier reply asked to be sent back
public record AnnounceRequest(
        InfoHash infoHash,
        PeerId peerId,
        int port,
        long uploaded,
        long downloaded,
        long left,
        AnnounceEvent event,
        int key,
        int numWant,
        Optional<String> trackerId) {}
