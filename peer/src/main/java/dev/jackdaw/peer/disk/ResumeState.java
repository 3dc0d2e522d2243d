package dev.jackdaw.peer.disk;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What a session remembers of a torrent beside its pieces.
///
/// @param directory  where the content is
/// @param added      when the torrent was added
/// @param completed  when all that was wanted was first there
/// @param priorities by file, as [TorrentStorage#setFilePriorities]; before the metadata is known, as far as files were
///                   named; shared, not to be written to
/// @param restSkipped whether files beyond those are skipped rather than [dev.jackdaw.peer.FilePriority#NORMAL]
/// @param maxDownloadRate bytes per second, 0 for none
/// @param maxUploadRate   bytes per second, 0 for none
/// @param trackers   tiers of announce URLs (BEP 12); at most [#MAX_TRACKERS] are kept
/// @param peers      addresses that worked, the best first; at most [#MAX_PEERS] are kept
/// @param renames    what the user has renamed, the first first; at most [#MAX_RENAMES]
public record ResumeState(
        InfoHash infoHash,
        Path directory,
        boolean paused,
        boolean sequential,
        long downloadedBytes,
        long uploadedBytes,
        long wastedBytes,
        long corruptBytes,
        Instant added,
        Optional<Instant> completed,
        byte[] priorities,
        boolean restSkipped,
        long maxDownloadRate,
        long maxUploadRate,
        List<List<String>> trackers,
        List<PeerAddress> peers,
        List<Rename> renames) {
    /// Enough to find the swarm again at once.
    public static final int MAX_PEERS = 200;
    public static final int MAX_TRACKERS = 500;
    /// Renames of one torrent; one more is to be refused.
    public static final int MAX_RENAMES = 500;

    public ResumeState {
        trackers = trackers.stream().limit(MAX_TRACKERS).map(List::copyOf).toList();
        peers = peers.stream().limit(MAX_PEERS).toList();
        renames = List.copyOf(renames);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ResumeState that
                && infoHash.equals(that.infoHash)
                && directory.equals(that.directory)
                && paused == that.paused
                && sequential == that.sequential
                && downloadedBytes == that.downloadedBytes
                && uploadedBytes == that.uploadedBytes
                && wastedBytes == that.wastedBytes
                && corruptBytes == that.corruptBytes
                && added.equals(that.added)
                && completed.equals(that.completed)
                && Arrays.equals(priorities, that.priorities)
                && restSkipped == that.restSkipped
                && maxDownloadRate == that.maxDownloadRate
                && maxUploadRate == that.maxUploadRate
                && trackers.equals(that.trackers)
                && peers.equals(that.peers)
                && renames.equals(that.renames);
    }

    @Override
    public int hashCode() {
        return infoHash.hashCode();
    }
}
