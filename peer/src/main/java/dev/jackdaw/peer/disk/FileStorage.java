package dev.jackdaw.peer.disk;

import dev.jackdaw.peer.disk.FileLayout.Slice;
import dev.jackdaw.peer.disk.FileMap.Place;
import dev.jackdaw.peer.disk.FilePool.Access;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.PieceLayout;
import dev.jackdaw.protocol.metainfo.FileEntry;
import dev.jackdaw.protocol.metainfo.Info;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/// A torrent's content in files.
///
/// A piece is written by the thread that has just hashed it, while its bytes are still in that core's cache; one
/// that fails its hash never touches the disk. Files are sparse, created with the first bytes that belong in
/// them, and never truncated: one that exists and is longer than the torrent says keeps its tail, which no piece
/// covers and [dev.jackdaw.peer.ContentCheck] reports. Files that are not wanted are kept aside, see [FileMap].
///
/// [#read], [#check], [#setFilePriorities] and [#force] may be called by any thread that may block.
public final class FileStorage implements TorrentStorage {
    private final Info info;
    private final PieceLayout pieces;
    private final Folder folder;
    private final Folder existing;
    private final WatchedFolder watched;
    private final SessionDisk disk;
    private final SegmentSource memory;
    private final FileMap map;
    /// Reading and writing content share it; what changes where content lies has it alone, for as long as that takes:
    /// nothing that the torrent's loop calls takes it.
    private final ReadWriteLock mapLock = new ReentrantReadWriteLock();

    /// Pieces in the making. The torrent's loop puts them in; a hash thread removes one that needs no more blocks,
    /// which the loop leaves alone until it has heard the answer.
    private final Map<Integer, PieceBuffer> inTheMaking = new ConcurrentHashMap<>();

    private final ContentWriter writer;
    private final UnforcedFiles unforced;
    private final WriteTurn turn = new WriteTurn();

    private final Object state = new Object();
    /// Pieces handed to the hash threads and not answered yet. Guarded by [#state].
    private int underWay;
    /// Files that hold pieces. Guarded by [#state].
    private Set<List<String>> expected = new HashSet<>();
    /// Verified pieces that the disk has refused, oldest first. Guarded by [#state].
    private final Deque<Unwritten> unwritten = new ArrayDeque<>();
    /// Of those, the ones that have been written since and were not told of. Guarded by [#state].
    private List<Integer> rewritten = new ArrayList<>();
    /// Files that another program has changed, until that is told. Guarded by [#state].
    private final Set<List<String>> changed = new HashSet<>();
    /// What could not be read. Guarded by [#state].
    private @Nullable BlockRequest unread;
    /// Guarded by [#state].
    private @Nullable PieceCheck check;
    /// Whether the empty files exist; two threads that both make them do no harm.
    private volatile boolean emptyFilesMade;

    private volatile boolean closed;
    private PieceLog log = PieceLog.NONE;
    private boolean leaving;

    /// A verified piece that the disk has refused.
    ///
    /// @param reserved whether its memory is reserved in the session's budget
    private record Unwritten(int piece, PieceBuffer buffer, boolean reserved) {}

    /// @param memory for pieces in the making
    FileStorage(Info info, Folder folder, SessionDisk disk, SegmentSource memory) {
        this.info = info;
        this.pieces = info.layout();
        this.folder = folder;
        this.existing = new ExistingFiles(folder);
        this.watched = new WatchedFolder(folder, System::nanoTime);
        this.disk = disk;
        this.memory = memory;
        this.map = new FileMap(info, folder);
        this.writer = new ContentWriter(disk.files(), this);
        this.unforced = new UnforcedFiles(disk.files(), this, folder);
    }

    /// Set once, before the first piece is complete.
    void logTo(PieceLog target) {
        log = target;
    }

    /// Pieces in the making that an earlier process has left, each with the blocks that are there; they are in
    /// the making again, until they are completed or dropped. Blocks; once, before the first block is stored.
    public Map<Integer, Bitfield> recover() {
        Map<Integer, Bitfield> recovered = new TreeMap<>();
        if (memory instanceof PieceScratch scratch) {
            scratch.recover().forEach((piece, parts) -> {
                PieceBuffer buffer = new PieceBuffer(disk.buffers(), memory, piece, pieces.length(piece));
                recovered.put(piece, buffer.adopt(parts));
                inTheMaking.put(piece, buffer);
            });
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
            Optional<PieceResult> failure = verify(made);
            if (failure.isPresent()) {
                made.end(failure.get());
            } else if (goesDirectly(piece)) {
                made.end(write(made));
            } else {
                turn.run(() -> made.end(write(made)));
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
                synchronized (state) {
                    underWay--;
                    state.notifyAll();
                }
            }
        }
    }

    /// Keeps a verified piece for [#retry]: it is good, and to write it is what is to be tried again. The first
    /// is always kept, others as long as half of the session's memory is free.
    private boolean keepUnwritten(int piece, PieceBuffer buffer) {
        synchronized (state) {
            if (closed) {
                return false;
            }
            boolean reserved = !unwritten.isEmpty();
            if (reserved && !reserveForRest(buffer.length())) {
                return false;
            }
            unwritten.add(new Unwritten(piece, buffer, reserved));
            return true;
        }
    }

    private boolean reserveForRest(int bytes) {
        if (!disk.buffers().tryReserve(bytes)) {
            return false;
        }
        if (disk.buffers().isAmple()) {
            return true;
        }
        disk.buffers().release(bytes);
        return false;
    }

    private void letGo(Unwritten kept) {
        letGo(kept.buffer());
        if (kept.reserved()) {
            disk.buffers().release(kept.buffer().length());
        }
    }

    /// Whether a read has failed since the last [#retry] that worked: files may have been exchanged.
    public boolean hasFailedToRead() {
        synchronized (state) {
            return unread != null;
        }
    }

    /// Pieces in files that another program has changed, as far as that was noticed since the last call: whatever
    /// was known of them is in doubt.
    public Bitfield takeDoubtful() {
        Bitfield doubtful = new Bitfield(pieces.pieceCount());
        Set<List<String>> files;
        synchronized (state) {
            changed.addAll(watched.takeChanged());
            files = Set.copyOf(changed);
            changed.clear();
        }
        for (int piece = 0; !files.isEmpty() && piece < pieces.pieceCount(); piece++) {
            for (Slice slice : slices(piece)) {
                if (!map.isPadding(slice) && files.contains(map.place(slice).path())) {
                    doubtful.set(piece);
                }
            }
        }
        return doubtful;
    }

    /// Tries again what has failed. Blocks.
    ///
    /// @return the pieces that have been written now
    /// @throws IOException if it fails still
    public List<Integer> retry() throws IOException {
        BlockRequest read;
        synchronized (state) {
            read = unread;
            changed.addAll(watched.takeChanged());
        }
        if (read != null) {
            read(read, ByteBuffer.allocate(read.length()));
        }
        for (Unwritten next = firstUnwritten(); next != null; next = firstUnwritten()) {
            log.beforeWriting();
            write(next.piece(), next.buffer());
            log.written(next.piece(), next.buffer().length());
            synchronized (state) {
                unwritten.remove(next);
                rewritten.add(next.piece());
            }
            next.buffer().release();
            if (next.reserved()) {
                disk.buffers().release(next.buffer().length());
            }
        }
        synchronized (state) {
            unread = null;
            List<Integer> written = rewritten;
            rewritten = new ArrayList<>();
            return written;
        }
    }

    /// Tries again what has failed; what fails still is forgotten, and has to be fetched anew. Blocks.
    ///
    /// @return the pieces that have been written now
    public List<Integer> retryOrForget() {
        try {
            return retry();
        } catch (IOException e) {
            synchronized (state) {
                unread = null;
                unwritten.forEach(this::letGo);
                unwritten.clear();
                List<Integer> written = rewritten;
                rewritten = new ArrayList<>();
                return written;
            }
        }
    }

    private @Nullable Unwritten firstUnwritten() {
        synchronized (state) {
            return unwritten.peek();
        }
    }

    /// These pieces are on disk, so the files that they lie in are there, and are not made anew if they vanish.
    public void expect(Bitfield have) {
        Set<List<String>> files = new HashSet<>();
        for (int piece = have.nextSet(0); piece >= 0; piece = have.nextSet(piece + 1)) {
            for (Slice slice : slices(piece)) {
                if (!map.isPadding(slice)) {
                    files.add(map.place(slice).path());
                }
            }
        }
        synchronized (state) {
            expected = files;
        }
    }

    /// Where to open a file that is written to.
    private Folder folderOf(List<String> path) {
        synchronized (state) {
            return expected.contains(path) ? existing : folder;
        }
    }

    /// Empty if the piece is good.
    private Optional<PieceResult> verify(Making made) {
        try {
            PieceHasher hasher = PieceHasher.current();
            return info.matches(made.piece, hasher.hash(made.buffer))
                    ? Optional.empty()
                    : Optional.of(new PieceResult.Corrupt(hasher.blockDigests(made.buffer, disk.digestSalt())));
        } catch (RuntimeException | Error e) {
            return Optional.of(failed(e));
        }
    }

    /// Whether most of the piece needs no turn to be written.
    private boolean goesDirectly(int piece) {
        int directly = 0;
        for (Slice slice : slices(piece)) {
            if (writer.wouldGoDirectly(slice.offset(), slice.at(), slice.length())) {
                directly += slice.length();
            }
        }
        return directly > pieces.length(piece) / 2;
    }

    private PieceResult write(Making made) {
        try {
            log.beforeWriting(); // outside of the lock, because it may wait for a checkpoint, which takes it
            write(made.piece, made.buffer);
            log.written(made.piece, made.buffer.length());
            return new PieceResult.Stored(
                    made.digests ? PieceHasher.current().blockDigests(made.buffer, disk.digestSalt()) : new long[0]);
        } catch (IOException e) {
            made.kept = keepUnwritten(made.piece, made.buffer);
            return StorageException.of("write", folder.describe(List.of(info.name())), e)
                    .toResult();
        } catch (RuntimeException | Error e) {
            return failed(e);
        }
    }

    /// The torrent must hear of it, also of a fault in mapped memory, which is an [InternalError]: without an answer it
    /// would wait for this piece for ever, and [#close] too.
    private PieceResult failed(Throwable cause) {
        return new PieceResult.Failed("write", folder.describe(List.of(info.name())), cause.toString());
    }

    private void write(int piece, PieceBuffer buffer) throws IOException {
        mapLock.readLock().lock();
        try {
            makeEmptyFiles();
            for (Slice slice : slices(piece)) {
                if (map.isPadding(slice)) {
                    continue;
                }
                Place place = map.place(slice);
                try {
                    buffer.forEachPart(
                            slice.at(),
                            slice.length(),
                            (part, at) -> write(part, at, place.path(), place.offset() + at - slice.at()));
                } catch (IOException e) {
                    throw StorageException.of("write", folder.describe(place.path()), e);
                }
                noteWritten(place.path());
            }
        } finally {
            mapLock.readLock().unlock();
        }
    }

    private void write(ByteBuffer part, int at, List<String> path, long position) throws IOException {
        watched.writing(path);
        try {
            writer.write(part, at, folderOf(path), path, position);
        } finally {
            watched.wrote(path);
        }
    }

    private void noteWritten(List<String> path) {
        synchronized (state) {
            expected.add(path);
        }
        unforced.noteWritten(path);
    }

    /// Empty files have no piece that would bring them about, so the first piece of any other does.
    private void makeEmptyFiles() throws IOException {
        if (emptyFilesMade) {
            return;
        }
        for (FileEntry file : map.emptyFiles()) {
            if (folder.facts(file.path()).isEmpty()) {
                folder.openForWriting(file.path()).close();
                noteWritten(file.path());
            }
        }
        emptyFilesMade = true;
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
    public void read(BlockRequest block, ByteBuffer target) throws IOException {
        if (!pieces.contains(block)) {
            throw new IllegalArgumentException("block outside the torrent: " + block);
        }
        int start = target.position();
        mapLock.readLock().lock();
        try {
            readSlices(block, target, start);
        } catch (IOException e) {
            synchronized (state) {
                unread = block;
            }
            throw e;
        } finally {
            mapLock.readLock().unlock();
        }
        target.position(start + block.length());
    }

    private void readSlices(BlockRequest block, ByteBuffer target, int start) throws IOException {
        for (Slice slice : map.layout().slices(pieces.offset(block.piece()) + block.begin(), block.length())) {
            ByteBuffer part = target.slice(start + slice.at(), slice.length());
            if (map.isPadding(slice)) {
                while (part.hasRemaining()) {
                    part.put((byte) 0);
                }
            } else {
                readFrom(map.place(slice), part);
            }
        }
    }

    private void readFrom(Place place, ByteBuffer target) throws IOException {
        if (closed) {
            throw new StorageException("read", folder.describe(place.path()), "the torrent is closed");
        }
        try (FilePool.Lease lease = disk.files().acquire(this, watched, place.path(), Access.READING)) {
            try {
                if (!lease.file().readFully(target, place.offset())) {
                    throw new StorageException(
                            "read",
                            folder.describe(place.path()),
                            "the file ends at " + lease.file().size() + ", expected " + target.remaining()
                                    + " bytes more at " + (place.offset() + target.position()));
                }
            } catch (IOException e) {
                lease.discard(); // it may have been replaced: look again next time
                throw e;
            }
        } catch (IOException e) {
            throw StorageException.of("read", folder.describe(place.path()), e);
        }
    }

    /// Ends with [java.util.concurrent.CancellationException] when the storage is closed, and with a
    /// [StorageException] when a file that is there cannot be read. Cancelling the future ends the check.
    @Override
    public CompletableFuture<Bitfield> check(DoubleConsumer progress) {
        return check(Bitfield.full(pieces.pieceCount()), progress);
    }

    /// Hashes some pieces only: which of them are good.
    public CompletableFuture<Bitfield> check(Bitfield only, DoubleConsumer progress) {
        PieceCheck started = new PieceCheck(info, map.layout(), only, this::openForCheck, progress, this::noteChecked);
        PieceCheck before;
        synchronized (state) {
            if (closed) {
                return CompletableFuture.failedFuture(
                        new StorageException("check", folder.describe(List.of(info.name())), "the torrent is closed"));
            }
            before = check;
            check = started;
        }
        if (before != null) {
            before.cancel();
        }
        startAfresh(only);
        return started.start(disk.checkers(), disk.cores());
    }

    /// What is checked are the files that have their names now, as they are now.
    private void startAfresh(Bitfield only) {
        Set<List<String>> files = new HashSet<>();
        for (int piece = only.nextSet(0); piece >= 0; piece = only.nextSet(piece + 1)) {
            for (Slice slice : slices(piece)) {
                if (!map.isPadding(slice)) {
                    files.add(map.place(slice).path());
                }
            }
        }
        watched.forget(files);
        disk.files().closeAll(this);
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

    /// What was read may never have reached the device, if its writer was killed: before it is claimed it is
    /// forced.
    private void noteChecked(int piece, PieceCheck.Outcome outcome) {
        if (outcome instanceof PieceCheck.Outcome.Good) {
            for (Slice slice : slices(piece)) {
                if (!map.isPadding(slice)) {
                    noteWritten(map.place(slice).path());
                }
            }
        }
    }

    List<Slice> slices(int piece) {
        return map.layout().slices(pieces.offset(piece), pieces.length(piece));
    }

    boolean isPadding(Slice slice) {
        return map.isPadding(slice);
    }

    /// Whether the slice's bytes are kept in the part file.
    boolean isAside(Slice slice) {
        return map.isAside(slice);
    }

    /// Each file's size and time, in the torrent's order, and the part file's last; empty where there is no such
    /// file.
    List<Optional<Folder.Facts>> facts() throws IOException {
        return facts(watched::know);
    }

    /// The same, of files that were verified and not written to since as they were then: what another program has made
    /// of them meanwhile is not claimed.
    List<Optional<Folder.Facts>> verifiedFacts() throws IOException {
        return facts(watched::asKnown);
    }

    private interface Look {
        Optional<Folder.Facts> at(List<String> path) throws IOException;
    }

    private List<Optional<Folder.Facts>> facts(Look look) throws IOException {
        List<Optional<Folder.Facts>> facts = new ArrayList<>(info.files().size() + 1);
        for (FileEntry file : info.files()) {
            facts.add(file.padding() ? Optional.empty() : look.at(file.path()));
        }
        facts.add(look.at(map.partsPath()));
        return facts;
    }

    boolean isClosed() {
        return closed;
    }

    private PieceCheck.@Nullable Opened openForCheck(Slice slice) throws IOException {
        mapLock.readLock().lock();
        try {
            Place place = map.place(slice);
            if (watched.know(place.path()).isEmpty()) {
                return null;
            }
            FilePool.Lease lease = disk.files().acquire(this, folder, place.path(), Access.READING);
            return new PieceCheck.Opened(lease, place.offset());
        } finally {
            mapLock.readLock().unlock();
        }
    }

    @Override
    public void setFilePriorities(byte[] priorities) throws IOException {
        mapLock.writeLock().lock();
        try {
            watched.forgetAll();
            map.setPriorities(priorities);
            if (emptyFilesMade) {
                emptyFilesMade = false;
                makeEmptyFiles();
            }
            if (map.nothingAside()) {
                disk.files().closeAll(this);
                folder.delete(map.partsPath());
            }
        } finally {
            mapLock.writeLock().unlock();
        }
    }

    /// What was written before the call is on the device when it returns; if it fails, the next call tries all
    /// again.
    @Override
    public void force() throws IOException {
        try {
            unforced.force();
        } finally {
            if (closed) {
                disk.files().closeAll(this);
            }
        }
    }

    @Override
    public void close() {
        boolean interrupted = false;
        PieceCheck ended;
        synchronized (state) {
            closed = true;
            ended = check;
        }
        if (ended != null) {
            ended.cancel();
        }
        synchronized (state) {
            while (underWay > 0) {
                try {
                    state.wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        unwritten.forEach(this::letGo);
        unwritten.clear();
        inTheMaking.values().forEach(this::letGo);
        inTheMaking.clear();
        if (memory instanceof PieceScratch scratch) {
            disk.buffers().discardIdle(scratch);
            scratch.close();
        }
        disk.files().closeAll(this);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
