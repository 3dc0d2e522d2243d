package dev.jackdaw.protocol.metainfo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jackdaw.protocol.ProtocolException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A torrent whose files the user calls otherwise.
class InfoNamesTest {
    private Info info;

    @BeforeEach
    void read() throws ProtocolException {
        info = Metainfo.parse(TorrentDraft.of("a", "sub/b", "sub/c")
                        .with("name", "album")
                        .bytes())
                .info();
    }

    private static List<String> paths(Info of) {
        return of.files().stream().map(FileEntry::displayPath).toList();
    }

    @Test
    void givesAFileAnotherName() {
        Info named = info.withName(List.of("album", "sub", "b"), "ü (1).txt");

        assertEquals(List.of("album/a", "album/sub/ü (1).txt", "album/sub/c"), paths(named));
        assertEquals(List.of("album", "sub", "b"), named.originalPath(1), "web seeds know the torrent's name");
        assertEquals(info.infoHash(), named.infoHash());
    }

    @Test
    void givesAFolderAndTheTorrentOtherNames() {
        Info named = info.withName(List.of("album", "sub"), "inside").withName(List.of("album"), "mine");

        assertEquals(List.of("mine/a", "mine/inside/b", "mine/inside/c"), paths(named));
        assertEquals("mine", named.name());
        assertEquals(List.of("album", "sub", "b"), named.originalPath(1));
    }

    @Test
    void comesBackToItsOwnNames() {
        Info back = info.withName(List.of("album"), "mine").withName(List.of("mine"), "album");

        assertEquals(paths(info), paths(back));
        assertEquals(List.of("album", "a"), back.originalPath(0));
    }

    /// Else the second would be written over the first as soon as that is on disk.
    @Test
    void neverGivesTwoFilesOneNameOnDisk() throws ProtocolException {
        Info twins =
                Metainfo.parse(TorrentDraft.of("x", "x", "y.", "y.").bytes()).info();
        assertEquals(List.of("n/x", "n/x (2)", "n/y", "n/y (2)"), paths(twins));

        Info found = twins.withNamesOnDisk(
                path -> path.getLast().equals("x") || path.getLast().equals("y."));

        assertEquals(List.of("n/x", "n/x (2)", "n/y.", "n/y (2)"), paths(found));
        assertEquals(List.of("n", "x"), found.originalPath(1));
        assertEquals(List.of("n", "y."), found.originalPath(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", "", "a\u0000b", "\u00ff"})
    void looksForNoFileOutsideOfItsFolder(String component) throws ProtocolException {
        Info info = Metainfo.parse(TorrentDraft.of(component + "/x").bytes()).info();

        List<String> safe = info.files().getFirst().path();

        assertSame(info, info.withNamesOnDisk(path -> !path.equals(safe)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sub", "SUB", "", ".", "..", "a/b", "a\\b", "nul.txt", "x\u0000", "x\u202ey", "end "})
    void refusesNamesThatAreTakenOrUnsafe(String name) {
        assertThrows(IllegalArgumentException.class, () -> info.withName(List.of("album", "a"), name));
    }

    @Test
    void refusesAPathThatIsTooLong() {
        assertThrows(IllegalArgumentException.class, () -> info.withName(List.of("album", "a"), "n".repeat(256)));
    }

    @Test
    void saysWhenThereIsNoSuchPath() {
        String reason = assertThrows(IllegalArgumentException.class, () -> info.withName(List.of("album", "su"), "x"))
                .getMessage();

        assertEquals("the torrent has no \"album/su\"", reason);
    }
}
