package dev.jackdaw.peer.disk;

import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.PieceLayout;
import dev.jackdaw.protocol.metainfo.Info;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/// A torrent's pieces on their way from the first block into its [ContentFiles], and checks of what is there.
///
/// A piece is written by the thread that has just hashed it, while its bytes are still in that core's cache; one
/// that fails its hash never touches the disk, and one that the disk refuses is kept to be written later.
///
/// [#read], [#check], [#setFilePriorities], [#retry] and [#force] may be called by any thread that may block.
public final class FileStorage implements TorrentStorage {
    private final Info info;
    private final PieceLayout pieces;
    private final SessionDisk disk;
    private final SegmentSource memory;
    private final ContentFiles files;
    private final RefusedPieces refused;

    /// Pieces in the making. The torrent's loop puts them in; a hash thread removes one that needs no more blocks,
    /// which the loop leaves alone until it has heard the answer.
    private final Map<Integer, PieceBuffer> inTheMaking = new ConcurrentHashMap<>();

    private final WriteTurn turn = new WriteTurn();
    private PieceLog log = PieceLog.NONE;

    /// Never held while anything is read or written, nor while others are told.
    private final Object state = new Object();
    /// Pieces handed to the hash threads and not answered yet, and other work on pieces: closing waits for it. Guarded
    /// by [#state].
    private int underWay;
    /// Guarded by [#state].
    private @Nullable PieceCheck check;
    /// Set while [#state] is held.
    private volatile boolean closed;

    /// What could not be read.
    private volatile @Nullable BlockRequest unread;
    private volatile boolean leaving;

    /// @param memory for pieces in the making
    FileStorage(Info info, Folder folder, SessionDisk disk, SegmentSource memory) {
        this.info = info;
        this.pieces = info.layout();
        this.disk = disk;
        this.memory = memory;
        this.files = new ContentFiles(info, folder, disk.files(), disk.claims(), disk.ticker());
        this.refused = new RefusedPieces(disk.buffers());
    }

    /// Set once, before the first piece is complete.
    void logTo(PieceLog target) {
        log = target;
    }

    public ContentFiles files() {
        return files;
    }

    // ---- pieces in the making

    /// Pieces in the making that an earlier process has left, each with the blocks that are there; they are in
    /// the making again, until they are completed or dropped. Blocks; once, before the first block is stored.
    public Map<Integer, Bitfield> recover() {
        Map<Integer, Bitfield> recovered = new TreeMap<>();
        if (memory instanceof PieceScratch scratch && beginWork()) {
            try {
                scratch.recover().forEach((piece, parts) -> {
                    PieceBuffer buffer = new PieceBuffer(disk.buffers(), memory, piece, pieces.length(piece));
                    recovered.put(piece, buffer.adopt(parts));
                    inTheMaking.put(piece, buffer);
                });
            } finally {
                endWork();
            }
        }
        return recovered;
    }

    /// From now on a piece that is dropped is left for [#recover] of the next process.
    public void leavePieces() {
        leaving = true;
    }

    @Override
    public void store(int piece, int begin, ByteBuffer data) {
        BlockRequest range = new BlockRequest(piece, begin, data.remaining());
        if (!pieces.contains(range)) {
            throw new IllegalArgumentException("block outside the torrent: " + range);
        }
        PieceBuffer buffer = inTheMaking.get(piece);
        if (buffer == null) {
            buffer = new PieceBuffer(disk.buffers(), memory, piece, pieces.length(piece));
            inTheMaking.put(piece, buffer);
        }
        buffer.put(begin, data);
    }

    @Override
    public void drop(int piece) {
        PieceBuffer buffer = inTheMaking.remove(piece);
        if (buffer != null) {
            letGo(buffer);
        }
    }

    private void letGo(PieceBuffer buffer) {
        if (leaving) {
            buffer.leave();
        } else {
            buffer.release();
        }
    }

    @Override
    public void complete(int piece, boolean digests, Consumer<PieceResult> answer) {
        PieceBuffer buffer = inTheMaking.get(piece);
        if (buffer == null) {
            throw new IllegalStateException("piece " + piece + " is complete, but no block of it was stored");
        }
        synchronized (state) {
            underWay++;
        }
        Making made = new Making(piece, buffer, digests, answer);
        disk.hashers().execute(() -> {
            Optional<PieceResult> failure = made.verify();
            if (failure.isPresent()) {
                made.end(failure.get());
            } else if (files.goesDirectly(piece)) {
                made.end(made.write());
            } else {
                turn.run(() -> made.end(made.write()));
            }
        });
    }

    /// A piece that is complete, until it is answered for.
    private final class Making {
        private final int piece;
        private final PieceBuffer buffer;
        private final boolean digests;
        private final Consumer<PieceResult> answer;
        /// Whether the buffer is kept to be written later.
        private boolean kept;

        Making(int piece, PieceBuffer buffer, boolean digests, Consumer<PieceResult> answer) {
            this.piece = piece;
            this.buffer = buffer;
            this.digests = digests;
            this.answer = answer;
        }

        /// Empty if the piece is good.
        Optional<PieceResult> verify() {
            try {
                PieceHasher hasher = PieceHasher.current();
                return info.matches(piece, hasher.hash(buffer))
                        ? Optional.empty()
                        : Optional.of(new PieceResult.Corrupt(hasher.blockDigests(buffer, disk.digestSalt())));
            } catch (RuntimeException | Error e) {
                return Optional.of(failed(e));
            }
        }

        PieceResult write() {
            try {
                writeLogged(piece, buffer);
                return new PieceResult.Stored(
                        digests ? PieceHasher.current().blockDigests(buffer, disk.digestSalt()) : new long[0]);
            } catch (IOException e) {
                kept = !closed && refused.keep(piece, buffer);
                return StorageException.of("write", files.describe(), e).toResult();
            } catch (RuntimeException | Error e) {
                return failed(e);
            }
        }

        /// The torrent must hear of it, also of a fault in mapped memory, which is an [InternalError]: without an
        /// answer it would wait for this piece for ever, and [FileStorage#close] too.
        private PieceResult failed(Throwable cause) {
            return new PieceResult.Failed("write", files.describe(), cause.toString());
        }

        void end(PieceResult result) {
            try {
                boolean corrupt = result instanceof PieceResult.Corrupt;
                if (!corrupt) {
                    inTheMaking.remove(piece);
                }
                if (!corrupt && !kept) {
                    buffer.release();
                }
                answer.accept(result);
            } finally {
                endWork();
            }
        }
    }

    private void writeLogged(int piece, PieceBuffer buffer) throws IOException {
        log.beforeWriting(); // it may wait for a checkpoint, which takes the files' locks
        files.write(piece, buffer);
        log.written(piece, buffer.length());
    }

    /// False if it is too late for it.
    private boolean beginWork() {
        synchronized (state) {
            underWay += closed ? 0 : 1;
            return !closed;
        }
    }

    private void endWork() {
        synchronized (state) {
            underWay--;
            state.notifyAll();
        }
    }

    // ---- what has failed

    /// Whether a read has failed since the last [#retry] that worked: files may have been exchanged.
    public boolean hasFailedToRead() {
        return unread != null;
    }

    /// Tries again what has failed. Blocks.
    ///
    /// @return the pieces that have been written now
    /// @throws IOException if it fails still, or the torrent is closed
    public List<Integer> retry() throws IOException {
        if (!beginWork()) {
            throw new StorageException("write", files.describe(), "the torrent is closed");
        }
        try {
            files.noteChanged();
            BlockRequest failed = unread;
            if (failed != null) {
                read(failed, ByteBuffer.allocate(failed.length()));
            }
            refused.writeAll(this::writeLogged);
            unread = null;
            return refused.takeWritten();
        } finally {
            endWork();
        }
    }

    /// Tries again what has failed; what fails still is forgotten, and has to be fetched anew. Blocks.
    ///
    /// @return the pieces that have been written now
    public List<Integer> retryOrForget() {
        try {
            return retry();
        } catch (IOException e) {
            unread = null;
            refused.letGo(this::letGo);
            return refused.takeWritten();
        }
    }

    // ---- reading

    @Override
    public void read(BlockRequest block, ByteBuffer target) throws IOException {
        if (!pieces.contains(block)) {
            throw new IllegalArgumentException("block outside the torrent: " + block);
        }
        int start = target.position();
        try {
            files.read(block, target, start);
        } catch (IOException e) {
            unread = block;
            throw e;
        }
        target.position(start + block.length());
    }

    @Override
    public boolean readIfInMemory(BlockRequest block, ByteBuffer target) {
        int start = target.position();
        if (!pieces.contains(block) || !files.readIfInMemory(block, target, start)) {
            return false;
        }
        target.position(start + block.length());
        return true;
    }

    @Override
    public List<LentBytes> lendIfInMemory(BlockRequest block) {
        return pieces.contains(block) ? files.lendIfInMemory(block) : List.of();
    }

    /// Ends with [java.util.concurrent.CancellationException] when the storage is closed, and with a
    /// [StorageException] when a file that is there cannot be read. Cancelling the future ends the check.
    @Override
    public CompletableFuture<Bitfield> check(DoubleConsumer progress) {
        return check(Bitfield.full(pieces.pieceCount()), progress);
    }

    /// Hashes some pieces only: which of them are good.
    public CompletableFuture<Bitfield> check(Bitfield only, DoubleConsumer progress) {
        PieceCheck started =
                new PieceCheck(info, files.layout(), only, files::openForCheck, progress, this::noteChecked);
        PieceCheck before;
        synchronized (state) {
            if (closed) {
                return CompletableFuture.failedFuture(
                        new StorageException("check", files.describe(), "the torrent is closed"));
            }
            before = check;
            check = started;
        }
        if (before != null) {
            before.cancel();
        }
        files.startAfresh(only);
        return started.start(disk.checkers(), disk.cores());
    }

    private void noteChecked(int piece, PieceCheck.Outcome outcome) {
        if (outcome instanceof PieceCheck.Outcome.Good) {
            files.noteGood(piece);
        }
    }

    /// Ends the check that is under way, whose future is cancelled.
    ///
    /// @return the pieces that it has found not to be good
    public Bitfield cancelCheck() {
        PieceCheck cancelled;
        synchronized (state) {
            cancelled = check;
        }
        if (cancelled == null) {
            return new Bitfield(pieces.pieceCount());
        }
        cancelled.cancel();
        return cancelled.bad();
    }

    // ---- files

    @Override
    public void setFilePriorities(byte[] priorities) throws IOException {
        files.setPriorities(priorities);
    }

    @Override
    public void force() throws IOException {
        files.force();
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        PieceCheck ended;
        synchronized (state) {
            closed = true;
            ended = check;
        }
        if (ended != null) {
            ended.cancel();
        }
        awaitWork();
        refused.letGo(this::letGo);
        inTheMaking.keySet().forEach(this::drop);
        if (memory instanceof PieceScratch scratch) {
            disk.buffers().discardIdle(scratch);
            scratch.close();
        }
        files.close();
    }

    private void awaitWork() {
        boolean interrupted = false;
        synchronized (state) {
            while (underWay > 0) {
                try {
                    state.wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
