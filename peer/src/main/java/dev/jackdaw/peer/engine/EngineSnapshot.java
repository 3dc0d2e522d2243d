package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.PeerId;
import java.util.List;
import java.util.OptionalLong;

/// A torrent at one moment, as its engine sees it: the numbers behind a status. Immutable.
///
/// @param failure             why the phase is [Phase#FAILED], else empty
/// @param pieceCount          0 until the metadata is known
/// @param havePieces          verified ones
/// @param wantedBytes         bytes of the pieces that are wanted
/// @param completedBytes      of these, verified
/// @param downloadedBytes     payload received in this run, waste included
/// @param uploadedBytes       payload sent in this run
/// @param wastedBytes         of the received ones: duplicates and pieces that failed their hash
/// @param corruptBytes        bytes of pieces that failed their hash
/// @param downloadRate        bytes of payload per second
/// @param uploadRate          bytes of payload per second
/// @param connectedSeeds      peers that have everything
/// @param halfOpenConnections connections being dialled
/// @param knownPeers          addresses known
/// @param availability        distributed copies: of the rarest piece, plus the share of pieces that have more
public record EngineSnapshot(
        Phase phase,
        String failure,
        int pieceCount,
        int havePieces,
        long wantedBytes,
        long completedBytes,
        long downloadedBytes,
        long uploadedBytes,
        long wastedBytes,
        long corruptBytes,
        long downloadRate,
        long uploadRate,
        int connectedSeeds,
        int halfOpenConnections,
        int knownPeers,
        double availability,
        List<PeerState> peers,
        List<TrackerState> trackers) {
    public EngineSnapshot {
        peers = List.copyOf(peers);
        trackers = List.copyOf(trackers);
    }

    /// A connected peer.
    ///
    /// @param peerId       by which a client that says no name can be told
    /// @param client       name and version as it says, not escaped; empty if it says none
    /// @param source       who told of its address
    /// @param progress     share of the pieces that it has, 0 … 1
    /// @param amInterested whether we want something of it
    /// @param choked       whether it chokes us
    /// @param interested   whether it wants something of us
    /// @param amChoking    whether we choke it
    /// @param optimistic   whether it has the optimistic slot
    public record PeerState(
            PeerKey key,
            PeerAddress address,
            PeerId peerId,
            String client,
            boolean incoming,
            PeerSource source,
            double progress,
            boolean amInterested,
            boolean choked,
            boolean interested,
            boolean amChoking,
            boolean snubbed,
            boolean optimistic,
            long downloadRate,
            long uploadRate,
            long downloadedBytes,
            long uploadedBytes) {}

    /// A tracker.
    ///
    /// @param tier              counted from 0
    /// @param working           whether the last announce was answered with peers
    /// @param message           the last failure or warning, clipped, not escaped; empty if there was none
    /// @param nextAnnounceNanos when it is due, by the engine's clock; empty if it is not planned or under way
    /// @param seeders           as it last said, or -1
    /// @param leechers          as it last said, or -1
    /// @param peers             how many addresses its last answer had
    public record TrackerState(
            String url,
            int tier,
            boolean working,
            String message,
            OptionalLong nextAnnounceNanos,
            int seeders,
            int leechers,
            int peers) {}
}
