package dev.jackdaw.peer.net;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionException;
import dev.jackdaw.peer.Torrent;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.metainfo.MagnetLink;
import dev.jackdaw.protocol.metainfo.Metainfo;
import java.util.Optional;

/// The torrent of a publisher that a session has, and its replacement by a newer one.
///
/// The old torrent leaves the session before the new one comes, since the two may share files; if the new one cannot
/// come, the old one is put back.
final class FollowedTorrent {
    private final Session session;
    private final AddOptions options;
    private volatile Optional<InfoHash> infoHash = Optional.empty();
    /// Whether it came to the session by this.
    private volatile boolean isOwn;

    FollowedTorrent(Session session, AddOptions options) {
        this.session = session;
        this.options = options;
    }

    Optional<InfoHash> infoHash() {
        return infoHash;
    }

    boolean isOwn() {
        return isOwn;
    }

    /// It was this one before the session was closed; unless the session has it no longer.
    void recall(InfoHash remembered, boolean wasOwn) {
        if (session.torrent(remembered).isPresent()) {
            infoHash = Optional.of(remembered);
            isOwn = wasOwn;
        }
    }

    /// @throws SessionException if the new one cannot be added
    void replaceBy(InfoHash newest) {
        if (infoHash.equals(Optional.of(newest))) {
            return;
        }
        Optional<TorrentSource> old = isOwn ? infoHash.map(this::source) : Optional.empty();
        old.ifPresent(source -> session.remove(source.infoHash(), false));
        boolean isNew = session.torrent(newest).isEmpty();
        if (isNew) {
            try {
                session.add(new TorrentSource.Magnet(MagnetLink.of(newest)), options);
            } catch (SessionException e) {
                old.ifPresent(source -> putBack(source, e));
                throw e;
            }
        }
        infoHash = Optional.of(newest);
        isOwn = isNew;
    }

    /// How to add a torrent of the session again.
    private TorrentSource source(InfoHash known) {
        Optional<Metainfo> metainfo = session.torrent(known).flatMap(Torrent::metainfo);
        return metainfo.<TorrentSource>map(TorrentSource.TorrentFile::new)
                .orElseGet(() -> new TorrentSource.Magnet(MagnetLink.of(known)));
    }

    private void putBack(TorrentSource old, SessionException reason) {
        try {
            session.add(old, options);
        } catch (SessionException e) {
            infoHash = Optional.empty();
            reason.addSuppressed(e);
        }
    }
}
