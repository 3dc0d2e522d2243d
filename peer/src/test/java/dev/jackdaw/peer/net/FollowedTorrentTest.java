package dev.jackdaw.peer.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.SessionException;
import dev.jackdaw.protocol.InfoHash;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowedTorrentTest {
    private static final InfoHash OLD = InfoHash.ofHex("11".repeat(20));
    private static final InfoHash NEW = InfoHash.ofHex("22".repeat(20));

    @TempDir
    Path directory;

    private final MagnetSession session = new MagnetSession();

    private FollowedTorrent followed() {
        return new FollowedTorrent(session.asSession(), AddOptions.into(directory));
    }

    @Test
    void theNewOneTakesThePlaceOfTheOldOne() {
        FollowedTorrent torrent = followed();
        torrent.replaceBy(OLD);

        torrent.replaceBy(NEW);

        assertEquals(List.of(NEW), session.torrents);
    }

    @Test
    void theOldOneIsPutBackIfTheNewOneCannotBeAdded() {
        FollowedTorrent torrent = followed();
        torrent.replaceBy(OLD);
        session.refuse(NEW);

        assertThrows(SessionException.class, () -> torrent.replaceBy(NEW));
        assertEquals(List.of(OLD), session.torrents);
        assertEquals(Optional.of(OLD), torrent.infoHash());

        session.refuseNone();
        torrent.replaceBy(NEW);
        assertEquals(List.of(NEW), session.torrents);
    }

    @Test
    void aTorrentThatTheSessionHadAnywayIsNotRemoved() {
        session.torrents.add(OLD);
        FollowedTorrent torrent = followed();
        torrent.replaceBy(OLD);

        torrent.replaceBy(NEW);

        assertEquals(List.of(OLD, NEW), session.torrents);
    }

    @Test
    void whatWasItsOwnBeforeARestartIsReplaced() {
        session.torrents.add(OLD);
        FollowedTorrent torrent = followed();
        torrent.recall(OLD, true);

        torrent.replaceBy(NEW);

        assertEquals(List.of(NEW), session.torrents);
    }

    @Test
    void whatTheSessionHasNoLongerIsNotRecalled() {
        FollowedTorrent torrent = followed();

        torrent.recall(OLD, true);

        assertTrue(torrent.infoHash().isEmpty());
    }
}
