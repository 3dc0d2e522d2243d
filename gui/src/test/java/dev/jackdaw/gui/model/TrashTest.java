package dev.jackdaw.gui.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.metainfo.MetainfoBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrashTest {
    @TempDir
    Path root;

    private Path content;
    private Info info;
    private Trash trash;

    @BeforeEach
    void makeContent() throws Exception {
        content = Files.createDirectories(root.resolve("downloads/some album"));
        Files.writeString(content.resolve("a"), "aaa");
        Files.writeString(content.resolve("b"), "bbb");
        info = MetainfoBuilder.of(content).build().info();
        trash = Trash.in(root.resolve("data"));
    }

    private ContentTrash removal() {
        return new ContentTrash(info, root.resolve("downloads"), trash);
    }

    @Test
    void takesTheFolderAsOneThingWithANoteOfWhereItWas() throws Exception {
        removal().run();

        assertFalse(Files.exists(content));
        assertEquals("aaa", Files.readString(root.resolve("data/Trash/files/some album/a")));
        String note = Files.readString(root.resolve("data/Trash/info/some album.trashinfo"));
        assertTrue(note.startsWith("[Trash Info]\nPath=" + root.toString().replace(" ", "%20")), note);
        assertTrue(note.contains("/downloads/some%20album\nDeletionDate=20"), note);
    }

    @Test
    void leavesWhatIsNotTheTorrents() throws Exception {
        Files.writeString(content.resolve("mine"), "mine");

        removal().run();

        assertEquals("mine", Files.readString(content.resolve("mine")));
        assertFalse(Files.exists(content.resolve("a")));
        assertTrue(Files.exists(root.resolve("data/Trash/files/a")));
    }

    @Test
    void givesASecondThingOfTheSameNameAnother() throws Exception {
        removal().run();
        makeContent();

        removal().run();

        assertTrue(Files.exists(root.resolve("data/Trash/files/some album/a")));
        assertTrue(Files.exists(root.resolve("data/Trash/files/some album.2/a")));
        assertTrue(Files.exists(root.resolve("data/Trash/info/some album.2.trashinfo")));
    }

    @Test
    void doesNotFollowALinkOutOfTheFolder() throws Exception {
        Path elsewhere = Files.createDirectories(root.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("a"), "not yours");
        Files.delete(content.resolve("a"));
        Files.delete(content.resolve("b"));
        Files.delete(content);
        Files.createSymbolicLink(content, elsewhere);

        removal().run();

        assertEquals("not yours", Files.readString(elsewhere.resolve("a")));
    }
}
