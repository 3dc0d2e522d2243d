package dev.jackdaw.peer.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jackdaw.peer.ContentCheck;
import dev.jackdaw.protocol.metainfo.FileEntry;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.metainfo.MetainfoBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Content whose names differ only by case, on a file system that keeps them apart, or are names here and not
/// everywhere.
class NamesOnDiskTest {
    @TempDir
    Path directory;

    private Info info;

    @BeforeEach
    void makeContent() throws Exception {
        Path content = Files.createDirectories(directory.resolve("t/Sub"));
        Files.createDirectories(directory.resolve("t/sub"));
        Files.writeString(content.resolveSibling("READ.me"), "one");
        Files.writeString(content.resolveSibling("read.me"), "other");
        Files.writeString(content.resolve("x"), "upper");
        Files.writeString(content.resolveSibling("sub").resolve("x"), "lower");
        assumeTrue(Files.readString(content.resolveSibling("READ.me")).equals("one"), "needs a system that minds case");
        info = MetainfoBuilder.of(directory.resolve("t")).build().info();
    }

    private static List<String> paths(Info of) {
        return of.files().stream().map(FileEntry::displayPath).sorted().toList();
    }

    @Test
    void contentThatIsThereKeepsItsNames() throws Exception {
        assertEquals(List.of("t/READ.me", "t/Sub/x", "t/read (2).me", "t/sub (2)/x"), paths(info));

        assertEquals(List.of("t/READ.me", "t/Sub/x", "t/read.me", "t/sub/x"), paths(NamesOnDisk.of(info, directory)));
        assertTrue(ContentCheck.run(info, directory, progress -> {}).isGood());
    }

    @Test
    void whatADownloadHasRenamedStaysThatWay() throws Exception {
        Files.move(directory.resolve("t/read.me"), directory.resolve("t/read (2).me"));
        Files.writeString(directory.resolve("t/read.me"), "somebody else's");

        assertEquals(
                List.of("t/READ.me", "t/Sub/x", "t/read (2).me", "t/sub/x"), paths(NamesOnDisk.of(info, directory)));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void contentKeepsNamesThatOtherSystemsCannotHave() throws Exception {
        Path band = Files.createDirectories(directory.resolve("R.E.M./Vol. 1 ..."));
        Files.writeString(band.resolve("song\n"), "la");
        Files.writeString(band.resolveSibling("aux.c"), "int");
        Info music = MetainfoBuilder.of(band.getParent()).build().info();
        assertEquals(List.of("R.E.M/Vol. 1/song_", "R.E.M/aux_.c"), paths(music));

        Info found = NamesOnDisk.of(music, directory);

        assertEquals(List.of("R.E.M./Vol. 1 .../song\n", "R.E.M./aux.c"), paths(found));
        assertEquals("R.E.M.", found.name());
        assertTrue(ContentCheck.run(music, directory, progress -> {}).isGood());
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void whatIsMissingJoinsWhatIsThereInItsFolder() throws Exception {
        Path band = Files.createDirectories(directory.resolve("R.E.M."));
        Files.writeString(band.resolve("one"), "la");
        Files.writeString(band.resolve("two"), "li");
        Info music = MetainfoBuilder.of(band).build().info();
        Files.delete(band.resolve("two"));

        assertEquals(List.of("R.E.M./one", "R.E.M./two"), paths(NamesOnDisk.of(music, directory)));

        Files.createDirectories(directory.resolve("R.E.M"));
        Files.writeString(directory.resolve("R.E.M/two"), "downloaded");
        assertEquals(List.of("R.E.M./one", "R.E.M/two"), paths(NamesOnDisk.of(music, directory)));
    }

    @Test
    void anEmptyDirectoryGetsSafeNames() {
        assertSame(info, NamesOnDisk.of(info, directory.resolve("elsewhere")));
    }
}
