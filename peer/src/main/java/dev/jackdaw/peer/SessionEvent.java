package dev.jackdaw.peer;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.metainfo.PublisherLink;

/// Something that happened in a session.
public sealed interface SessionEvent {
    /// What happened to one torrent.
    sealed interface OfTorrent extends SessionEvent {
        InfoHash infoHash();
    }

    record TorrentAdded(InfoHash infoHash) implements OfTorrent {}

    record TorrentRemoved(InfoHash infoHash) implements OfTorrent {}

    /// A magnet link's info dictionary has arrived.
    record MetadataResolved(InfoHash infoHash, Info info) implements OfTorrent {}

    record StateChanged(InfoHash infoHash, TorrentState state) implements OfTorrent {}

    /// A piece is verified and on disk.
    record PieceCompleted(InfoHash infoHash, int piece) implements OfTorrent {}

    /// Every wanted byte is here and verified; said when a download ends, not when a complete torrent starts.
    record TorrentCompleted(InfoHash infoHash) implements OfTorrent {}

    record PeerBanned(InfoHash infoHash, PeerAddress address, String proof) implements OfTorrent {}

    /// A publisher that the session follows offers this torrent now (BEP 46): it is in the session, and the one that
    /// was offered before is not.
    ///
    /// @param seq grows with every change that the publisher makes
    record TorrentPublished(PublisherLink link, InfoHash infoHash, long seq) implements OfTorrent {}

    /// Something to look at that stops nothing: a tracker's warning, a damaged state file that was set aside.
    record Warning(String message) implements SessionEvent {}
}
