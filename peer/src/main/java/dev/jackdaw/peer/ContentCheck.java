package dev.jackdaw.peer;

import dev.jackdaw.peer.disk.ContentChecker;
import dev.jackdaw.peer.disk.NamesOnDisk;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.metainfo.FileEntry;
import dev.jackdaw.protocol.metainfo.Info;
import java.nio.file.Path;
import java.util.List;
import java.util.function.DoubleConsumer;

/// A hash check of content on disk, apart from any session: which pieces are good, and which files are not.
public final class ContentCheck {
    private ContentCheck() {}

    /// What was found.
    ///
    /// @param good     the pieces whose every byte is there and right
    /// @param problems in the torrent's order of files, at most a few a file; empty if the content is exactly the
    ///                 torrent's
    public record Report(Bitfield good, List<FileProblem> problems) {
        public Report {
            problems = List.copyOf(problems);
        }

        /// Whether every piece is good and every file as long as it should be.
        public boolean isGood() {
            return good.isFull() && problems.isEmpty();
        }
    }

    /// Something wrong with one file.
    public sealed interface FileProblem {
        FileEntry file();

        /// There is no such file.
        record Missing(FileEntry file) implements FileProblem {}

        /// The file ends before its content does.
        record TooShort(FileEntry file, long length) implements FileProblem {}

        /// The file goes on behind its content; nothing of the content is wrong by that.
        record TooLong(FileEntry file, long length) implements FileProblem {}

        /// All bytes are there and some are wrong, in these pieces, ascending. A piece that spans several files counts
        /// against each of them, because its hash does not say which one is wrong.
        record Corrupt(FileEntry file, List<Integer> pieces) implements FileProblem {
            public Corrupt {
                pieces = List.copyOf(pieces);
            }
        }

        /// The file is there and cannot be read, for that reason.
        record Unreadable(FileEntry file, String reason) implements FileProblem {}
    }

    /// Hashes all content below `directory` on all cores; blocks until done.
    ///
    /// @param progress told 0 … 1, now and then, on other threads
    /// @throws InterruptedException if the caller is interrupted; the check ends soon after
    public static Report run(Info info, Path directory, DoubleConsumer progress) throws InterruptedException {
        return ContentChecker.run(NamesOnDisk.of(info, directory), directory, progress);
    }
}
