package dev.jackdaw.peer.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
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
class ChannelFileTest {
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
    void whatAFileLostIsNotInMemoryThoughItsLastPageIs() throws IOException {
        try (OpenFile open = open();
                FileChannel other = FileChannel.open(file, StandardOpenOption.WRITE)) {
            assumeTrue(open.isInMemory(0, bytes.length), "on this file system it is not told");
            other.truncate(1);
            assertTrue(open.isInMemory(0, 1));
            assertFalse(open.isInMemory(0, 2));
        }
    }

    @Test
    void isNotMappedIfItIsNotForPeers() throws IOException {
        try (OpenFile open = new LocalFolder(directory).openForReading(NAME)) {
            assertFalse(open.isInMemory(0, 1));
            assertEquals(0, open.addressInMemory(0, 1));
        }
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
