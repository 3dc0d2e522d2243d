package dev.jackdaw.peer.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.nio.file.ExtendedOpenOption;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class FileMappingTest {
    private static final int LENGTH = 256 * 1024;

    @TempDir
    Path directory;

    private FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ);
    }

    private static boolean isInMemory(FileMapping mapping, long position, int length) {
        assumeTrue(mapping.isHere(), "on this file system it is not told");
        return mapping.isInMemory(position, length);
    }

    @Test
    void whatWasJustWrittenIsInMemory() throws IOException {
        Path file = Files.write(directory.resolve("f"), new byte[LENGTH]);
        try (FileChannel channel = open(file)) {
            FileMapping mapping = FileMapping.of(channel, file);
            assertTrue(isInMemory(mapping, 0, LENGTH));
            assertTrue(isInMemory(mapping, 16_383, 16_385));
            assertTrue(isInMemory(mapping, LENGTH - 1, 1));
            mapping.close();
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
            FileMapping mapping = FileMapping.of(channel, file);
            boolean inMemory = isInMemory(mapping, 0, LENGTH);
            assumeTrue(!inMemory || !Files.getFileStore(file).type().equals("tmpfs"), "all there is in memory");
            assertFalse(inMemory);
            channel.read(ByteBuffer.allocate(LENGTH), 0);
            assertTrue(isInMemory(mapping, 0, LENGTH));
            mapping.close();
        }
    }

    @Test
    void ofWhatTheFileDidNotHaveWhenItWasOpenedNothingIsKnown() throws IOException {
        Path file = Files.write(directory.resolve("f"), new byte[LENGTH]);
        try (FileChannel channel = open(file)) {
            FileMapping mapping = FileMapping.of(channel, file);
            assertFalse(isInMemory(mapping, LENGTH, 1));
            assertFalse(isInMemory(mapping, LENGTH - 1, 2));
            assertFalse(isInMemory(mapping, Long.MAX_VALUE, Integer.MAX_VALUE));

            Files.write(file, new byte[1], StandardOpenOption.APPEND);
            assertFalse(isInMemory(mapping, LENGTH, 1));
            assertEquals(LENGTH, mapping.length());
            mapping.close();
        }
    }

    @Test
    void aFileThatWasCutIsNotInMemoryWhereItEnded() throws IOException {
        Path file = Files.write(directory.resolve("f"), new byte[LENGTH]);
        try (FileChannel channel = open(file);
                FileChannel other = FileChannel.open(file, StandardOpenOption.WRITE)) {
            FileMapping mapping = FileMapping.of(channel, file);
            other.truncate(LENGTH / 2);
            assertTrue(isInMemory(mapping, 0, LENGTH / 2));
            assertFalse(isInMemory(mapping, LENGTH / 2, 1));
            mapping.close();
        }
    }

    @Test
    void whatIsSentFromItsAddressCountsAsOursUntilItIsReleased() throws IOException {
        byte[] bytes = new byte[8 << 20];
        new Random(1).nextBytes(bytes);
        Path file = directory.resolve("f");
        try (FileChannel written = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            written.write(ByteBuffer.wrap(bytes)); // at once: the system holds much of it together
        }
        Path copy = Files.createFile(directory.resolve("copy"));
        try (FileChannel channel = open(file)) {
            FileMapping mapping = FileMapping.of(channel, file);
            assumeTrue(mapping.isHere(), "on this file system it is not told");
            assumeTrue(mapping.address(0) != 0, "the system cannot release pages");
            FileDescriptor target = FileDescriptor.from(copy.toFile());
            for (int at = 300_000; at < bytes.length; at += 1 << 20) {
                assertEquals(LENGTH, target.writeAddress(mapping.address(at), 0, LENGTH));
                assertTrue(resident(file) >= LENGTH);
                mapping.release(at, LENGTH);
                assertEquals(0, resident(file));
            }
            for (int at = 0; at < bytes.length; ) {
                at += target.writeAddress(mapping.address(at), 0, bytes.length - at);
            }
            target.close();
            mapping.release(0, bytes.length);
            assertEquals(0, resident(file));
            byte[] sent = Files.readAllBytes(copy);
            assertArrayEquals(bytes, Arrays.copyOfRange(sent, sent.length - bytes.length, sent.length));
            mapping.close();
        }
    }

    /// Bytes of the mapped file that count as this program's.
    private static long resident(Path file) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/self/smaps"));
        int mapping = 0;
        while (!lines.get(mapping).endsWith(" " + file.toRealPath())) {
            mapping++;
        }
        int rss = mapping;
        while (!lines.get(rss).startsWith("Rss:")) {
            rss++;
        }
        return 1024 * Long.parseLong(lines.get(rss).replaceAll("\\D", ""));
    }

    @Test
    void anEmptyFileIsNotMapped() throws IOException {
        Path file = Files.createFile(directory.resolve("f"));
        try (FileChannel channel = open(file)) {
            assertEquals(FileMapping.NONE, FileMapping.of(channel, file));
            assertFalse(FileMapping.NONE.isInMemory(0, 0));
        }
    }
}
