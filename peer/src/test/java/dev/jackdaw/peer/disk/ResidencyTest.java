package dev.jackdaw.peer.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class ResidencyTest {
    private static final int LENGTH = 256 * 1024;

    @TempDir
    Path directory;

    private FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ);
    }

    private static boolean isInMemory(Residency residency, long position, int length) {
        assumeTrue(residency.isKnown(), "on this file system it is not told");
        return residency.isInMemory(position, length);
    }

    @Test
    void whatWasJustWrittenIsInMemory() throws IOException {
        Path file = Files.write(directory.resolve("f"), new byte[LENGTH]);
        try (FileChannel channel = open(file)) {
            Residency residency = Residency.of(channel, file);
            assertTrue(isInMemory(residency, 0, LENGTH));
            assertTrue(isInMemory(residency, 16_383, 16_385));
            assertTrue(isInMemory(residency, LENGTH - 1, 1));
            residency.close();
        }
    }

    @Test
    void whatWentPastTheCacheIsNotUntilItWasRead() throws IOException {
        Path file = directory.resolve("f");
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(LENGTH + 4096).alignedSlice(4096).limit(LENGTH);
        try (FileChannel directly = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT)) {
            directly.write(bytes);
        } catch (IOException | UnsupportedOperationException e) {
            assumeTrue(false, "no writes past the cache here: " + e);
        }
        try (FileChannel channel = open(file)) {
            Residency residency = Residency.of(channel, file);
            boolean inMemory = isInMemory(residency, 0, LENGTH);
            assumeTrue(!inMemory || !Files.getFileStore(file).type().equals("tmpfs"), "all there is in memory");
            assertFalse(inMemory);
            channel.read(ByteBuffer.allocate(LENGTH), 0);
            assertTrue(isInMemory(residency, 0, LENGTH));
            residency.close();
        }
    }

    @Test
    void ofWhatTheFileDidNotHaveWhenItWasOpenedNothingIsKnown() throws IOException {
        Path file = Files.write(directory.resolve("f"), new byte[LENGTH]);
        try (FileChannel channel = open(file)) {
            Residency residency = Residency.of(channel, file);
            assertFalse(isInMemory(residency, LENGTH, 1));
            assertFalse(isInMemory(residency, LENGTH - 1, 2));
            assertFalse(isInMemory(residency, Long.MAX_VALUE, Integer.MAX_VALUE));

            Files.write(file, new byte[1], StandardOpenOption.APPEND);
            assertFalse(isInMemory(residency, LENGTH, 1));
            assertEquals(LENGTH, residency.length());
            residency.close();
        }
    }

    @Test
    void aFileThatWasCutIsNotInMemoryWhereItEnded() throws IOException {
        Path file = Files.write(directory.resolve("f"), new byte[LENGTH]);
        try (FileChannel channel = open(file);
                FileChannel other = FileChannel.open(file, StandardOpenOption.WRITE)) {
            Residency residency = Residency.of(channel, file);
            other.truncate(LENGTH / 2);
            assertTrue(isInMemory(residency, 0, LENGTH / 2));
            assertFalse(isInMemory(residency, LENGTH / 2, 1));
            residency.close();
        }
    }

    @Test
    void ofAnEmptyFileNothingIsKnown() throws IOException {
        Path file = Files.createFile(directory.resolve("f"));
        try (FileChannel channel = open(file)) {
            assertEquals(Residency.UNKNOWN, Residency.of(channel, file));
            assertFalse(Residency.UNKNOWN.isInMemory(0, 0));
        }
    }
}
