package dev.jackdaw.peer.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class ServedFileTest {
    private static final List<String> NAME = List.of("f");

    @TempDir
    Path directory;

    private final byte[] bytes = new byte[100_000];
    private Path file;

    @BeforeEach
    void write() throws IOException {
        new Random(1).nextBytes(bytes);
        file = Files.write(directory.resolve("f"), bytes);
    }

    private OpenFile open() throws IOException {
        return new LocalFolder(directory).openForServing(NAME);
    }

    @Test
    void isReadAsAnyOther() throws IOException {
        try (OpenFile open = open()) {
            ByteBuffer all = ByteBuffer.allocate(bytes.length);
            assertTrue(open.readFully(all, 0));
            assertArrayEquals(bytes, all.array());
            assertEquals(bytes.length, open.size());
        }
    }

    @Test
    void hasADescriptorWhereFilesCanBeSentAndGivesItBack() throws IOException {
        assumeTrue(Sendfile.isHere());
        int descriptor;
        try (OpenFile open = open()) {
            assumeTrue(open.isInMemory(0, 1), "on this file system it is not told");
            descriptor = open.descriptor();
            assertTrue(descriptor >= 0);
            assertTrue(Files.isSameFile(file, Path.of("/proc/self/fd/" + descriptor)));
        }
        assertFalse(isOpen(descriptor));
    }

    private boolean isOpen(int descriptor) throws IOException {
        Path link = Path.of("/proc/self/fd/" + descriptor);
        return Files.exists(link) && Files.isSameFile(file, link);
    }

    @Test
    void anotherFileUnderItsNameIsNotSent() throws IOException {
        assumeTrue(Sendfile.isHere());
        Object key = Files.getAttribute(file, "unix:fileKey");
        Files.move(file, directory.resolve("g"));
        Files.write(file, bytes);

        assertEquals(-1, Sendfile.open(file, key));
        int descriptor = Sendfile.open(directory.resolve("g"), key);
        assertTrue(descriptor >= 0);
        Sendfile.close(descriptor);
    }

    @Test
    void noLinkIsFollowed() throws IOException {
        assumeTrue(Sendfile.isHere());
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        assertEquals(-1, Sendfile.open(link, Files.getAttribute(file, "unix:fileKey")));
    }

    @Test
    void theCallsAreStillThereAfterTheyWereMadeInVain() {
        boolean before = Sendfile.isHere();
        Sendfile.warmUp();
        assertEquals(before, Sendfile.isHere());
    }

    @Test
    void tellsWhenItHasGrown() throws IOException {
        try (OpenFile open = open()) {
            assumeTrue(open.isInMemory(0, 1), "on this file system it is not told");
            assertFalse(open.isOutgrown());
            Files.write(file, new byte[1], StandardOpenOption.APPEND);
            assertTrue(open.isOutgrown());
        }
    }
}
