package dev.jackdaw.peer.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.disk.FileLayout.Slice;
import dev.jackdaw.protocol.metainfo.FileEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FileLayoutTest {
    private static List<FileEntry> files(long... lengths) {
        List<FileEntry> files = new ArrayList<>();
        long offset = 0;
        for (long length : lengths) {
            files.add(new FileEntry(List.of("f" + files.size()), offset, length));
            offset += length;
        }
        return files;
    }

    @Test
    void oneFileIsOneSlice() {
        FileLayout layout = new FileLayout(files(100));
        assertEquals(List.of(new Slice(0, 20, 0, 30)), layout.slices(20, 30));
    }

    @Test
    void aRangeAcrossFilesLeavesOutEmptyOnes() {
        FileLayout layout = new FileLayout(files(0, 10, 0, 0, 5, 0, 20, 0));
        assertEquals(
                List.of(new Slice(1, 8, 0, 2), new Slice(4, 0, 2, 5), new Slice(6, 0, 7, 3)), layout.slices(8, 10));
        assertEquals(List.of(new Slice(4, 0, 0, 5)), layout.slices(10, 5));
        assertEquals(List.of(new Slice(6, 19, 0, 1)), layout.slices(34, 1));
    }

    @Test
    void filesBeyondTwoGibibytesKeepTheirOffsets() {
        FileLayout layout = new FileLayout(files(1, 5L << 32, 7));
        assertEquals(
                List.of(new Slice(1, (5L << 32) - 3, 0, 3), new Slice(2, 0, 3, 2)), layout.slices((5L << 32) - 2, 5));
    }

    @Test
    void everyRangeOfAHundredThousandFilesIsCoveredWithoutGaps() {
        Random random = new Random(1);
        long[] lengths = random.longs(100_000, 0, 50).toArray();
        List<FileEntry> files = files(lengths);
        long total = files.getLast().offset() + files.getLast().length();
        FileLayout layout = new FileLayout(files);

        for (int i = 0; i < 1000; i++) {
            int length = 1 + random.nextInt(5000);
            long offset = random.nextLong(total - length + 1);
            int at = 0;
            for (Slice slice : layout.slices(offset, length)) {
                FileEntry file = files.get(slice.file());
                assertEquals(at, slice.at());
                assertEquals(offset + at, file.offset() + slice.offset());
                assertTrue(slice.length() > 0 && slice.offset() + slice.length() <= file.length());
                at += slice.length();
            }
            assertEquals(length, at);
        }
    }
}
