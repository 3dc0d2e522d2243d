package dev.jackdaw.peer.disk;

import dev.jackdaw.protocol.metainfo.FileEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Which files a range of the torrent's bytes lies in; found by bisection, so 100,000 files cost what ten do.
final class FileLayout {
    private final List<FileEntry> files;
    /// Of the files that are not empty, in ascending order.
    private final long[] starts;
    private final int[] indexes;

    FileLayout(List<FileEntry> files) {
        this.files = files;
        int[] nonEmpty = IntStream.range(0, files.size())
                .filter(i -> files.get(i).length() > 0)
                .toArray();
        this.indexes = nonEmpty;
        this.starts = new long[nonEmpty.length];
        for (int i = 0; i < nonEmpty.length; i++) {
            starts[i] = files.get(nonEmpty[i]).offset();
        }
    }

    /// A part of a range that lies in one file.
    ///
    /// @param file    index of the file
    /// @param offset  in the file
    /// @param at      in the range
    /// @param length  bytes, at least 1
    record Slice(int file, long offset, int at, int length) {}

    List<FileEntry> files() {
        return files;
    }

    FileEntry file(int index) {
        return files.get(index);
    }

    /// The slices of `length` bytes at `offset` of the torrent, in order and without gaps; padding files included,
    /// empty ones left out.
    List<Slice> slices(long offset, int length) {
        int i = lastStartingAtOrBefore(offset);
        int at = 0;
        List<Slice> slices = new ArrayList<>(1);
        while (at < length) {
            FileEntry file = files.get(indexes[i]);
            long inFile = offset + at - file.offset();
            int count = (int) Math.min(length - at, file.length() - inFile);
            slices.add(new Slice(indexes[i], inFile, at, count));
            at += count;
            i++;
        }
        return slices;
    }

    private int lastStartingAtOrBefore(long offset) {
        int found = Arrays.binarySearch(starts, offset);
        return found >= 0 ? found : -found - 2;
    }
}
