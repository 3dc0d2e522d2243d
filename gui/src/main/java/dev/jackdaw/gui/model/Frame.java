package dev.jackdaw.gui.model;

import dev.jackdaw.peer.FileStatus;
import dev.jackdaw.peer.PeerStatus;
import dev.jackdaw.peer.SessionStatus;
import dev.jackdaw.peer.TrackerStatus;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.metainfo.Metainfo;
import java.util.List;
import java.util.Optional;

/// Everything the window shows at one moment: what [SnapshotFeed] hands over to the JavaFX thread.
///
/// @param detail of the one torrent whose details are open
public record Frame(List<TorrentSnapshot> torrents, SessionStatus session, Optional<Detail> detail) {
    public Frame {
        torrents = List.copyOf(torrents);
    }

    /// What is only read of the torrent whose details are open.
    ///
    /// @param metainfo empty until the metadata is known
    public record Detail(
            InfoHash infoHash,
            Optional<Metainfo> metainfo,
            List<FileStatus> files,
            List<PeerStatus> peers,
            List<TrackerStatus> trackers) {}
}
