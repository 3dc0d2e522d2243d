package dev.jackdaw.peer;

import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.metainfo.Info;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// A torrent at one moment. Immutable.
///
/// @param name                   the torrent's safe name, or what the magnet link calls it
/// @param info                   empty until the metadata is known
/// @param have                   verified pieces, a copy; of size 0 until the metadata is known
/// @param wantedBytes            bytes of the files that are wanted
/// @param completedBytes         of these, verified
/// @param downloadedBytes        payload received in all, waste included, over all runs
/// @param uploadedBytes          payload sent in all, over all runs
/// @param wastedBytes            of the received ones: duplicates and pieces that failed their hash
/// @param corruptBytes           bytes of pieces that failed their hash
/// @param downloadRate           bytes of payload per second
/// @param uploadRate             bytes of payload per second
/// @param connectedPeers         connections with a finished handshake
/// @param connectedSeeds         of these, those that have everything
/// @param knownPeers             addresses known
/// @param availability           copies of the rarest wanted piece among connected peers, plus the share of pieces
///                               that have more, as other clients show it ("distributed copies")
/// @param eta                    at the present rate; empty if it stands still
/// @param added                  when it was added to the session
/// @param completed              when every wanted byte was first here
/// @param settings               what the user wants of it
public record TorrentStatus(
        InfoHash infoHash,
        String name,
        TorrentState state,
        Optional<Info> info,
        Bitfield have,
        Path directory,
        long wantedBytes,
        long completedBytes,
        long downloadedBytes,
        long uploadedBytes,
        long wastedBytes,
        long corruptBytes,
        long downloadRate,
        long uploadRate,
        int connectedPeers,
        int connectedSeeds,
        int knownPeers,
        double availability,
        Optional<Duration> eta,
        Instant added,
        Optional<Instant> completed,
        TorrentSettings settings) {

    /// Share of the wanted bytes that is verified, 0 … 1; 0 until the metadata is known.
    public double progress() {
        return wantedBytes == 0 ? (info.isPresent() ? 1 : 0) : (double) completedBytes / wantedBytes;
    }

    /// Whether every wanted byte is here and verified.
    public boolean isComplete() {
        return info.isPresent() && completedBytes == wantedBytes && !(state instanceof TorrentState.Checking);
    }

    /// Uploaded per byte of wanted content.
    public double ratio() {
        return wantedBytes == 0 ? 0 : (double) uploadedBytes / wantedBytes;
    }
}
