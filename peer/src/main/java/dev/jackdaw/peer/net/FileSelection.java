package dev.jackdaw.peer.net;

import dev.jackdaw.peer.FilePriority;
import dev.jackdaw.peer.FileStatus;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.PieceLayout;
import dev.jackdaw.protocol.metainfo.FileEntry;
import dev.jackdaw.protocol.metainfo.Info;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How much each file of a torrent is wanted. Immutable.
///
/// @param priorities by file index
/// @param onlyListed whether files without an entry are skipped rather than [FilePriority#NORMAL]
record FileSelection(Map<Integer, FilePriority> priorities, boolean onlyListed) {
    static final FileSelection ALL = new FileSelection(Map.of(), false);

    FileSelection {
        priorities = Map.copyOf(priorities);
    }

    /// Files, from the first, that [#listed()] tells of; what was said of later ones is left out.
    static final int MAX_LISTED = 100_000;

    /// The inverse of [#byFile(Info)] and of [#listed()].
    ///
    /// @param restSkipped whether files beyond the values are skipped rather than [FilePriority#NORMAL]
    static FileSelection ofBytes(byte[] values, boolean restSkipped) {
        Map<Integer, FilePriority> priorities = new HashMap<>();
        for (int i = 0; i < values.length; i++) {
            for (FilePriority priority : FilePriority.values()) {
                if (priority.value() == values[i]
                        && priority != (restSkipped ? FilePriority.SKIP : FilePriority.NORMAL)) {
                    priorities.put(i, priority);
                }
            }
        }
        return new FileSelection(priorities, restSkipped);
    }

    FilePriority of(int file) {
        return priorities.getOrDefault(file, onlyListed ? FilePriority.SKIP : FilePriority.NORMAL);
    }

    /// The same but for the files in `changes`.
    FileSelection with(Map<Integer, FilePriority> changes) {
        Map<Integer, FilePriority> all = new HashMap<>(priorities);
        all.putAll(changes);
        return new FileSelection(all, onlyListed);
    }

    boolean isEverything(Info info) {
        for (int i = 0; i < info.files().size(); i++) {
            if (of(i) != FilePriority.NORMAL) {
                return false;
            }
        }
        return true;
    }

    /// One byte a file.
    byte[] byFile(Info info) {
        byte[] values = new byte[info.files().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) of(i).value();
        }
        return values;
    }

    /// One byte a file as far as files have entries: for when it is not known how many files there are.
    byte[] listed() {
        int count = priorities.keySet().stream()
                .filter(file -> file < MAX_LISTED)
                .mapToInt(file -> file + 1)
                .max()
                .orElse(0);
        byte[] values = new byte[count];
        for (int i = 0; i < count; i++) {
            values[i] = (byte) of(i).value();
        }
        return values;
    }

    /// One byte a piece: that of the most wanted file which has bytes in it. Padding wants nothing by itself.
    byte[] byPiece(Info info) {
        PieceLayout layout = info.layout();
        byte[] values = new byte[layout.pieceCount()];
        for (int i = 0; i < info.files().size(); i++) {
            FileEntry file = info.files().get(i);
            byte value = (byte) of(i).value();
            if (file.length() == 0 || file.padding() || value == 0) {
                continue;
            }
            int last = layout.pieceAt(file.offset() + file.length() - 1);
            for (int piece = layout.pieceAt(file.offset()); piece <= last; piece++) {
                values[piece] = (byte) Math.max(values[piece], value);
            }
        }
        return values;
    }

    /// Each file with what is verified of it.
    List<FileStatus> status(Info info, Bitfield have) {
        List<FileStatus> all = new ArrayList<>(info.files().size());
        for (int i = 0; i < info.files().size(); i++) {
            FileEntry file = info.files().get(i);
            all.add(new FileStatus(i, file.displayPath(), file.length(), verified(info, file, have), of(i)));
        }
        return all;
    }

    /// Bytes of the files that are wanted, padding left out.
    long wantedBytes(Info info) {
        long bytes = 0;
        for (int i = 0; i < info.files().size(); i++) {
            FileEntry file = info.files().get(i);
            bytes += of(i) == FilePriority.SKIP || file.padding() ? 0 : file.length();
        }
        return bytes;
    }

    /// Of these, verified.
    long completedBytes(Info info, Bitfield have) {
        long bytes = 0;
        for (int i = 0; i < info.files().size(); i++) {
            FileEntry file = info.files().get(i);
            bytes += of(i) == FilePriority.SKIP || file.padding() ? 0 : verified(info, file, have);
        }
        return bytes;
    }

    private static long verified(Info info, FileEntry file, Bitfield have) {
        if (file.length() == 0 || have.isFull()) {
            return file.length();
        }
        PieceLayout layout = info.layout();
        long end = file.offset() + file.length();
        int last = layout.pieceAt(end - 1);
        long bytes = 0;
        for (int piece = have.nextSet(layout.pieceAt(file.offset())); piece >= 0 && piece <= last; ) {
            long from = Math.max(file.offset(), layout.offset(piece));
            bytes += Math.min(end, layout.offset(piece) + layout.length(piece)) - from;
            piece = have.nextSet(piece + 1);
        }
        return bytes;
    }
}
