package dev.jackdaw.protocol.metainfo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InfoTest {
    private static Info info(TorrentDraft draft) throws Exception {
        return Metainfo.parse(draft.bytes()).info();
    }

    @Test
    void replacesANameWithNothingInItByTheInfoHash() throws Exception {
        Info info = info(TorrentDraft.of("a").with("name", "..").pieces(1));

        assertEquals(info.infoHash().hex(), info.name());
        assertEquals(List.of("the name \"..\" is replaced by the info-hash"), info.renamed());
    }

    @Test
    void remembersOriginalPathsForWebSeeds() throws Exception {
        Info info = info(TorrentDraft.of("a:b\\c", "plain").with("name", "x."));

        assertEquals(List.of("x", "a:b_c").getFirst(), info.name());
        assertEquals(List.of("x.", "a:b\\c"), info.originalPath(0));
        assertEquals(List.of("x.", "plain"), info.originalPath(1));
    }

    @Test
    void carriesAttributesAndKeepsOffsetsOverPadding() throws Exception {
        Info info = info(TorrentDraft.single()
                .files(
                        TorrentDraft.file(3, "run", "x"),
                        TorrentDraft.file(5, "", "p"),
                        TorrentDraft.file(2, ".secret", "h")));

        assertEquals(
                List.of(
                        new FileEntry(List.of("n", "run"), 0, 3, false, true, false),
                        new FileEntry(List.of("n", ".pad", "1"), 3, 5, true, false, false),
                        new FileEntry(List.of("n", ".secret"), 8, 2, false, false, true)),
                info.files());
    }

    @Test
    void saysWhatBecameOfALink() throws Exception {
        Info info = info(TorrentDraft.single()
                .files(
                        TorrentDraft.file(3, "a"),
                        java.util.Map.of("path", List.of("l"), "attr", "l", "symlink path", List.of("..", "\u001b"))));

        assertEquals(
                List.of("the link \"n/l\" to \"../\\x{1b}\" is not made, an empty file stands for it"), info.renamed());
        assertEquals(0, info.files().get(1).length());
    }

    @Test
    void holdsAsManyFilesAsItSays() throws Exception {
        List<Object> files = new ArrayList<>();
        for (int i = 0; i < Info.MAX_FILES; i++) {
            files.add(TorrentDraft.file(1, "d" + i % 1_000 + "/f" + i));
        }
        Info info = info(TorrentDraft.single().files(files.toArray()).with("piece length", 1 << 20));

        assertEquals(Info.MAX_FILES, info.files().size());
        assertTrue(info.renamed().isEmpty());
    }
}
