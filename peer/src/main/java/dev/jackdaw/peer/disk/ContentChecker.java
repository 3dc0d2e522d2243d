package dev.jackdaw.peer.disk;

import dev.jackdaw.peer.ContentCheck.FileProblem;
import dev.jackdaw.peer.ContentCheck.Report;
import dev.jackdaw.peer.disk.FileLayout.Slice;
import dev.jackdaw.peer.disk.PieceCheck.Outcome;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.PieceLayout;
import dev.jackdaw.protocol.metainfo.FileEntry;
import dev.jackdaw.protocol.metainfo.Info;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/// Performs a [dev.jackdaw.peer.ContentCheck]: a [PieceCheck] over the plain files, and what its outcomes say of
/// files.
public final class ContentChecker {
    private final Info info;
    private final Folder folder;
    private final FileLayout layout;
    private final FilePool files = new FilePool(FilePool.MAX_OPEN_FILES);
    /// Pieces that are there and wrong, by file.
    private final TreeMap<Integer, List<Integer>> corrupt = new TreeMap<>();
    private final TreeMap<Integer, String> unreadable = new TreeMap<>();

    ContentChecker(Info info, Folder folder) {
        this.info = info;
        this.folder = folder;
        this.layout = new FileLayout(info.files());
    }

    public static Report run(Info info, Path directory, DoubleConsumer progress) throws InterruptedException {
        return new ContentChecker(info, new LocalFolder(directory))
                .run(Runtime.getRuntime().availableProcessors(), progress);
    }

    Report run(int threads, DoubleConsumer progress) throws InterruptedException {
        PieceCheck check = new PieceCheck(
                info, layout, Bitfield.full(info.layout().pieceCount()), this::open, progress, this::note);
        Bitfield good;
        try (DiskExecutor executor = new DiskExecutor("jackdaw-check", threads, threads, () -> {})) {
            CompletableFuture<Bitfield> result = check.startToTheEnd(executor, threads);
            try {
                good = result.get();
            } catch (InterruptedException e) {
                check.cancel();
                throw e;
            } catch (ExecutionException e) {
                throw new IllegalStateException("the check of " + info.name() + " failed", e.getCause());
            }
        } finally {
            files.closeAll(this);
        }
        return new Report(good, problems());
    }

    private PieceCheck.@Nullable Opened open(Slice slice) throws IOException {
        List<String> path = layout.file(slice.file()).path();
        if (folder.facts(path).isEmpty()) {
            return null;
        }
        return new PieceCheck.Opened(files.acquire(this, folder, path, FilePool.Access.READING), slice.offset());
    }

    /// Outcomes come in any order of pieces, and several at once.
    private synchronized void note(int piece, Outcome outcome) {
        switch (outcome) {
            case Outcome.Good good -> {}
            case Outcome.Absent absent -> {}
            case Outcome.Corrupt wrong -> {
                for (Slice slice : slices(piece)) {
                    if (!layout.file(slice.file()).padding()) {
                        corrupt.computeIfAbsent(slice.file(), file -> new ArrayList<>())
                                .add(piece);
                    }
                }
            }
            case Outcome.Unreadable(int file, StorageException cause) -> unreadable.putIfAbsent(file, cause.reason());
        }
    }

    private List<Slice> slices(int piece) {
        PieceLayout pieces = info.layout();
        return layout.slices(pieces.offset(piece), pieces.length(piece));
    }

    private List<FileProblem> problems() {
        List<FileProblem> problems = new ArrayList<>();
        for (int i = 0; i < info.files().size(); i++) {
            FileEntry file = layout.file(i);
            if (file.padding()) {
                continue;
            }
            String reason = unreadable.get(i);
            if (reason != null) {
                problems.add(new FileProblem.Unreadable(file, reason));
            } else {
                addLengthProblem(file, problems);
            }
            List<Integer> pieces = corrupt.get(i);
            if (pieces != null) {
                problems.add(
                        new FileProblem.Corrupt(file, pieces.stream().sorted().toList()));
            }
        }
        return problems;
    }

    private void addLengthProblem(FileEntry file, List<FileProblem> problems) {
        try {
            Optional<Folder.Facts> facts = folder.facts(file.path());
            if (facts.isEmpty()) {
                problems.add(new FileProblem.Missing(file));
            } else if (facts.get().size() < file.length()) {
                problems.add(new FileProblem.TooShort(file, facts.get().size()));
            } else if (facts.get().size() > file.length()) {
                problems.add(new FileProblem.TooLong(file, facts.get().size()));
            }
        } catch (IOException e) {
            problems.add(new FileProblem.Unreadable(
                    file, StorageException.of("look at", file.displayPath(), e).reason()));
        }
    }
}
