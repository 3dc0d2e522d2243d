package dev.jackdaw.peer.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionException;
import dev.jackdaw.peer.Torrent;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.metainfo.MagnetLink;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowedTorrentTest {
    private static final InfoHash OLD = InfoHash.ofHex("11".repeat(20));
    private static final InfoHash NEW = InfoHash.ofHex("22".repeat(20));

    @TempDir
    Path directory;

    /// Which torrents the session has.
    private final List<InfoHash> torrents = new ArrayList<>();
    private boolean isFull;

    /// A session of magnet links, of which only what a [FollowedTorrent] needs is there.
    private final Session session = (Session) Proxy.newProxyInstance(
            Session.class.getClassLoader(),
            new Class<?>[] {Session.class},
            (_, method, arguments) -> switch (method.getName()) {
                case "torrent" ->
                    Optional.of((InfoHash) arguments[0])
                            .filter(torrents::contains)
                            .map(this::torrent);
                case "add" -> add(((TorrentSource) arguments[0]).infoHash());
                case "remove" -> {
                    torrents.remove((InfoHash) arguments[0]);
                    yield null;
                }
                default -> throw new UnsupportedOperationException(method.getName());
            });

    private FollowedTorrent followed() {
        return new FollowedTorrent(session, AddOptions.into(directory));
    }

    private Torrent add(InfoHash infoHash) {
        if (isFull && infoHash.equals(NEW)) {
            throw new SessionException("full");
        }
        torrents.add(infoHash);
        return torrent(infoHash);
    }

    private Torrent torrent(InfoHash infoHash) {
        return (Torrent) Proxy.newProxyInstance(
                Torrent.class.getClassLoader(),
                new Class<?>[] {Torrent.class},
                (_, method, _) -> switch (method.getName()) {
                    case "metainfo" -> Optional.empty();
                    case "infoHash" -> infoHash;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    @Test
    void theNewOneTakesThePlaceOfTheOldOne() {
        FollowedTorrent torrent = followed();
        torrent.replaceBy(OLD);

        torrent.replaceBy(NEW);

        assertEquals(List.of(NEW), torrents);
    }

    @Test
    void theOldOneIsPutBackIfTheNewOneCannotBeAdded() {
        FollowedTorrent torrent = followed();
        torrent.replaceBy(OLD);
        isFull = true;

        assertThrows(SessionException.class, () -> torrent.replaceBy(NEW));
        assertEquals(List.of(OLD), torrents);
        assertEquals(Optional.of(OLD), torrent.infoHash());

        isFull = false;
        torrent.replaceBy(NEW);
        assertEquals(List.of(NEW), torrents);
    }

    @Test
    void aTorrentThatTheSessionHadAnywayIsNotRemoved() {
        session.add(new TorrentSource.Magnet(MagnetLink.of(OLD)), AddOptions.into(directory));
        FollowedTorrent torrent = followed();
        torrent.replaceBy(OLD);

        torrent.replaceBy(NEW);

        assertEquals(List.of(OLD, NEW), torrents);
    }

    @Test
    void whatWasItsOwnBeforeARestartIsReplaced() {
        torrents.add(OLD);
        FollowedTorrent torrent = followed();
        torrent.recall(OLD, true);

        torrent.replaceBy(NEW);

        assertEquals(List.of(NEW), torrents);
    }

    @Test
    void whatTheSessionHasNoLongerIsNotRecalled() {
        FollowedTorrent torrent = followed();

        torrent.recall(OLD, true);

        assertTrue(torrent.infoHash().isEmpty());
    }
}
