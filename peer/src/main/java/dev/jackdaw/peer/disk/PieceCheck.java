package dev.jackdaw.peer.disk;

import dev.jackdaw.peer.disk.FileLayout.Slice;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.PieceLayout;
import dev.jackdaw.protocol.metainfo.FileEntry;
import dev.jackdaw.protocol.metainfo.Info;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/// One run over a torrent's content on disk: every piece that is asked for read and hashed, by as many threads as there
/// are cores.
///
/// Each thread takes a run of neighbouring pieces at a time and reads it front to back through one buffer that fits its
/// core's cache, so memory is bounded by threads, not by pieces. A piece that misses bytes is not read any further.
final class PieceCheck {
    /// Half of a usual second-level cache: what was read is hashed from there.
    private static final int READ_LENGTH = 256 * 1024;
    /// Bytes a thread takes on at a time: long enough to be sequential for a disk, short enough to end together.
    private static final int RUN_LENGTH = 8 << 20;

    private static final ByteBuffer ZEROS = ByteBuffer.allocate(READ_LENGTH).asReadOnlyBuffer();

    /// How a piece was found.
    sealed interface Outcome {
        record Good() implements Outcome {}

        /// Some of its bytes are not there.
        record Absent() implements Outcome {}

        /// All of its bytes are there, and have another hash.
        record Corrupt() implements Outcome {}

        /// Reading failed, in the file of that index.
        record Unreadable(int file, StorageException cause) implements Outcome {}
    }

    /// A file, and where in it the slice begins.
    record Opened(FilePool.Lease lease, long offset) {}

    /// Finds the file of a slice that is no padding.
    @FunctionalInterface
    interface Source {
        /// Null if the file does not exist.
        @Nullable
        Opened open(Slice slice) throws IOException;
    }

    private final Info info;
    private final PieceLayout pieces;
    private final FileLayout layout;
    /// The pieces to look at, and how many they are.
    private final Bitfield wanted;
    private final Source source;
    private final DoubleConsumer progress;
    private final BiConsumer<Integer, Outcome> observer;
    private final CompletableFuture<Bitfield> result = new CompletableFuture<>();
    private final AtomicInteger nextRun = new AtomicInteger();
    private final int piecesPerRun;
    /// Guarded by itself, as is [#bad].
    private final Bitfield good;
    private final Bitfield bad;
    private int checked;
    private int threadsLeft;

    /// @param observer told of each piece, by several threads at once, before the piece counts
    PieceCheck(
            Info info,
            FileLayout layout,
            Bitfield wanted,
            Source source,
            DoubleConsumer progress,
            BiConsumer<Integer, Outcome> observer) {
        this.info = info;
        this.pieces = info.layout();
        this.layout = layout;
        this.wanted = wanted.copy();
        this.source = source;
        this.progress = progress;
        this.observer = observer;
        this.good = new Bitfield(pieces.pieceCount());
        this.bad = new Bitfield(pieces.pieceCount());
        this.piecesPerRun = Math.max(1, RUN_LENGTH / pieces.pieceLength());
    }

    /// The good pieces, once all were looked at. An unreadable piece ends the check with its cause, unless an observer
    /// wants to know of every piece: see [#startToTheEnd].
    CompletableFuture<Bitfield> start(DiskExecutor executor, int threads) {
        return start(executor, threads, true);
    }

    /// The same, to which unreadable pieces are just not good.
    CompletableFuture<Bitfield> startToTheEnd(DiskExecutor executor, int threads) {
        return start(executor, threads, false);
    }

    private CompletableFuture<Bitfield> start(DiskExecutor executor, int threads, boolean failFast) {
        threadsLeft = threads;
        for (int i = 0; i < threads; i++) {
            if (!executor.tryExecute(() -> work(failFast))) {
                result.completeExceptionally(new StorageException("check", info.name(), "too many checks are waiting"));
            }
        }
        return result;
    }

    void cancel() {
        result.cancel(false);
    }

    /// What was looked at until now and is not good.
    Bitfield bad() {
        synchronized (good) {
            return bad.copy();
        }
    }

    private void work(boolean failFast) {
        try (Arena arena = Arena.ofConfined()) {
            ByteBuffer buffer = arena.allocate(READ_LENGTH).asByteBuffer();
            while (!result.isDone()) {
                long first = (long) nextRun.getAndIncrement() * piecesPerRun;
                if (first >= pieces.pieceCount()) {
                    break;
                }
                int end = (int) Math.min(first + piecesPerRun, pieces.pieceCount());
                for (int piece = wanted.nextSet((int) first);
                        piece >= 0 && piece < end && !result.isDone();
                        piece = wanted.nextSet(piece + 1)) {
                    note(piece, check(piece, buffer), failFast);
                }
            }
        } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
            throw e;
        } finally {
            finishThread();
        }
    }

    private void note(int piece, Outcome outcome, boolean failFast) {
        observer.accept(piece, outcome);
        int done;
        synchronized (good) {
            done = ++checked;
            if (outcome instanceof Outcome.Good) {
                good.set(piece);
            } else {
                bad.set(piece);
            }
        }
        if (outcome instanceof Outcome.Unreadable(int file, StorageException cause) && failFast) {
            result.completeExceptionally(cause);
        }
        if (done % piecesPerRun == 0 || done == wanted.cardinality()) {
            progress.accept((double) done / wanted.cardinality());
        }
    }

    private void finishThread() {
        synchronized (good) {
            if (--threadsLeft > 0) {
                return;
            }
        }
        result.complete(good);
    }

    private Outcome check(int piece, ByteBuffer buffer) {
        PieceHasher hasher = PieceHasher.current();
        for (Slice slice : layout.slices(pieces.offset(piece), pieces.length(piece))) {
            FileEntry file = layout.file(slice.file());
            try {
                if (file.padding()) {
                    hashZeros(hasher, slice.length());
                } else if (!hash(hasher, slice, buffer)) {
                    return new Outcome.Absent();
                }
            } catch (IOException e) {
                return new Outcome.Unreadable(slice.file(), StorageException.of("read", file.displayPath(), e));
            }
        }
        return info.matches(piece, hasher.digest()) ? new Outcome.Good() : new Outcome.Corrupt();
    }

    private boolean hash(PieceHasher hasher, Slice slice, ByteBuffer buffer) throws IOException {
        Opened opened = source.open(slice);
        if (opened == null) {
            return false;
        }
        try (FilePool.Lease lease = opened.lease()) {
            int done = 0;
            while (done < slice.length()) {
                buffer.clear().limit(Math.min(READ_LENGTH, slice.length() - done));
                int count = lease.file().read(buffer, opened.offset() + done);
                if (count < 0) {
                    return false;
                }
                hasher.update(buffer.flip());
                done += count;
            }
            return true;
        }
    }

    private static void hashZeros(PieceHasher hasher, int length) {
        for (int left = length; left > 0; left -= READ_LENGTH) {
            hasher.update(ZEROS.duplicate().limit(Math.min(left, READ_LENGTH)));
        }
    }
}
