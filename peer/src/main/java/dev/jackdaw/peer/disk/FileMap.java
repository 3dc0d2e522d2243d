package dev.jackdaw.peer.disk;

import dev.jackdaw.peer.FilePriority;
import dev.jackdaw.peer.disk.FileLayout.Slice;
import dev.jackdaw.protocol.PieceLayout;
import dev.jackdaw.protocol.metainfo.FileEntry;
import dev.jackdaw.protocol.metainfo.Info;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;

/// Where each byte of a torrent lies on disk: in its file, in the part file, or nowhere because it is padding.
///
/// The part file keeps what boundary pieces hold of files that are not wanted and do not exist. It is one hidden sparse
/// file in the download directory, `.INFOHASH.parts`, in which every byte stands at its offset in the torrent, so that
/// it needs no index. It lies beside the content so that both move together, and on the same file system, so that a
/// file that is wanted later is put together under a temporary name and renamed into place whole: a file that exists is
/// complete as far as its pieces are.
///
/// One thread at a time changes it, under the lock of [ContentFiles]; any may ask without one where a slice lies, and
/// holds that lock for as long as the answer is to stay true.
final class FileMap {
    private static final int COPY_LENGTH = 256 * 1024;

    private final Info info;
    private final FileLayout layout;
    private final Folder folder;
    private final List<String> partsPath;
    private final List<String> movingPath;
    /// Files whose bytes are in the part file: 1, else 0.
    private final AtomicIntegerArray aside;

    private final byte[] priorities;

    FileMap(Info info, Folder folder) {
        this.info = info;
        this.folder = folder;
        this.layout = new FileLayout(info.files());
        this.partsPath = List.of("." + info.infoHash() + ".parts");
        this.movingPath = List.of("." + info.infoHash() + ".moving");
        this.aside = new AtomicIntegerArray(info.files().size());
        this.priorities = new byte[info.files().size()];
        Arrays.fill(priorities, (byte) FilePriority.NORMAL.value());
    }

    FileLayout layout() {
        return layout;
    }

    /// Where a slice lies; the path is the same list each time.
    ///
    /// @param offset in that file
    record Place(List<String> path, long offset) {}

    boolean isPadding(Slice slice) {
        return layout.file(slice.file()).padding();
    }

    Place place(Slice slice) {
        FileEntry file = layout.file(slice.file());
        return isAside(slice)
                ? new Place(partsPath, file.offset() + slice.offset())
                : new Place(file.path(), slice.offset());
    }

    /// Whether the slice's bytes are kept in the part file.
    boolean isAside(Slice slice) {
        return isAside(slice.file());
    }

    private boolean isAside(int file) {
        return aside.get(file) != 0;
    }

    List<String> partsPath() {
        return partsPath;
    }

    /// Files that are wanted.
    List<FileEntry> wantedFiles() {
        return IntStream.range(0, priorities.length)
                .filter(i -> priorities[i] != 0)
                .mapToObj(layout::file)
                .filter(file -> !file.padding())
                .toList();
    }

    /// Takes new priorities; moves what was kept aside of files that are wanted now into place, durably.
    void setPriorities(byte[] wanted) throws IOException {
        if (wanted.length != priorities.length) {
            throw new IllegalArgumentException(wanted.length + " priorities for " + priorities.length + " files");
        }
        Set<List<String>> changedDirectories = new HashSet<>();
        for (int i = 0; i < wanted.length; i++) {
            FileEntry file = layout.file(i);
            if (file.padding() || file.length() == 0) {
                priorities[i] = wanted[i];
                continue;
            }
            if (wanted[i] == 0 && !isAside(i)) {
                aside.set(i, folder.facts(file.path()).isEmpty() ? 1 : 0);
            } else if (wanted[i] != 0 && isAside(i)) {
                if (bringIntoPlace(i)) {
                    changedDirectories.add(file.path().subList(0, file.path().size() - 1));
                }
                aside.set(i, 0);
            }
            priorities[i] = wanted[i];
        }
        for (List<String> directory : changedDirectories) {
            folder.forceNames(directory);
        }
    }

    /// Whether the part file is of no use any more.
    boolean nothingAside() {
        for (int i = 0; i < aside.length(); i++) {
            if (isAside(i)) {
                return false;
            }
        }
        return true;
    }

    /// Says whether there was anything of the file.
    private boolean bringIntoPlace(int index) throws IOException {
        FileEntry file = layout.file(index);
        if (folder.facts(partsPath).isEmpty()) {
            return false;
        }
        folder.delete(movingPath);
        try (OpenFile parts = folder.openForReading(partsPath);
                OpenFile target = folder.openForWriting(movingPath)) {
            boolean any = false;
            PieceLayout pieces = info.layout();
            int first = pieces.pieceAt(file.offset());
            int last = pieces.pieceAt(file.offset() + file.length() - 1);
            any |= copyShare(first, file, parts, target);
            if (last != first) {
                any |= copyShare(last, file, parts, target);
            }
            if (!any) {
                folder.delete(movingPath);
                return false;
            }
            target.force();
        }
        folder.rename(movingPath, file.path());
        return true;
    }

    /// Copies what the piece has of the file, as far as the part file reaches.
    private boolean copyShare(int piece, FileEntry file, OpenFile parts, OpenFile target) throws IOException {
        PieceLayout pieces = info.layout();
        long from = Math.max(pieces.offset(piece), file.offset());
        long to = Math.min(pieces.offset(piece) + pieces.length(piece), file.offset() + file.length());
        ByteBuffer buffer = ByteBuffer.allocate(COPY_LENGTH);
        boolean any = false;
        while (from < to) {
            buffer.clear().limit((int) Math.min(COPY_LENGTH, to - from));
            int count = parts.read(buffer, from);
            if (count < 0) {
                break;
            }
            target.writeFully(buffer.flip(), from - file.offset());
            from += count;
            any = true;
        }
        return any;
    }
}
