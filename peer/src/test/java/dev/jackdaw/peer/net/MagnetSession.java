package dev.jackdaw.peer.net;

import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionException;
import dev.jackdaw.peer.Torrent;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.protocol.InfoHash;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// A session of magnet links, of which only what a [FollowedTorrent] needs is there.
final class MagnetSession {
    /// Which torrents it has.
    final List<InfoHash> torrents = new CopyOnWriteArrayList<>();

    private volatile Optional<InfoHash> refused = Optional.empty();

    /// From now on it has no room for that one.
    void refuse(InfoHash infoHash) {
        refused = Optional.of(infoHash);
    }

    void refuseNone() {
        refused = Optional.empty();
    }

    Session asSession() {
        return (Session) Proxy.newProxyInstance(
                Session.class.getClassLoader(),
                new Class<?>[] {Session.class},
                (_, method, arguments) -> switch (method.getName()) {
                    case "torrent" ->
                        Optional.of((InfoHash) arguments[0])
                                .filter(torrents::contains)
                                .map(MagnetSession::torrent);
                    case "add" -> add(((TorrentSource) arguments[0]).infoHash());
                    case "remove" -> {
                        torrents.remove((InfoHash) arguments[0]);
                        yield null;
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private Torrent add(InfoHash infoHash) {
        if (refused.equals(Optional.of(infoHash))) {
            throw new SessionException("full");
        }
        torrents.add(infoHash);
        return torrent(infoHash);
    }

    private static Torrent torrent(InfoHash infoHash) {
        return (Torrent) Proxy.newProxyInstance(
                Torrent.class.getClassLoader(),
                new Class<?>[] {Torrent.class},
                (_, method, _) -> switch (method.getName()) {
                    case "metainfo" -> Optional.empty();
                    case "infoHash" -> infoHash;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
