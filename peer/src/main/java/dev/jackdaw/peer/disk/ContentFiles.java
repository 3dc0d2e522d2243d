package dev.jackdaw.peer.disk;

import dev.jackdaw.peer.disk.FileLayout.Slice;
import dev.jackdaw.peer.disk.FileMap.Place;
import dev.jackdaw.peer.disk.FilePool.Access;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.PieceLayout;
import dev.jackdaw.protocol.Ticker;
import dev.jackdaw.protocol.metainfo.FileEntry;
import dev.jackdaw.protocol.metainfo.Info;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/// The files that a torrent's content lies in: reads and writes its bytes, and knows what has become of the files.
///
/// They are sparse, and created with the first bytes that belong in them. One that exists and is longer than the
/// torrent says keeps its tail, which no piece covers and [dev.jackdaw.peer.ContentCheck] reports, until the torrent
/// writes for the first time. A file that holds pieces is not made anew if it vanishes, and one that another program
/// has changed is not read until that was told ([#takeDoubtful()]). Files that are not wanted are kept aside, see
/// [FileMap].
///
/// Thread-safe. What blocks says so; the rest may be called by the torrent's loop.
public final class ContentFiles {
    private final Info info;
    private final PieceLayout pieces;
    private final Folder folder;
    private final Folder existing;
    private final WatchedFolder watched;
    private final FilePool pool;
    private final ContentWriter writer;
    private final UnforcedFiles unforced;
    private final FileClaims claims;

    private final FileMap map;
    /// Reading and writing content share it; what changes where content lies has it alone, for as long as that takes:
    /// nothing that does not block takes it.
    private final ReadWriteLock mapLock = new ReentrantReadWriteLock();
    /// Whether [#fitFiles()] was done; two threads that both do it do no harm.
    private volatile boolean filesFit;

    /// Files that are written to. Guarded by this.
    private final Set<List<String>> claimed = new HashSet<>();
    /// Files that hold pieces. Guarded by this.
    private Set<List<String>> expected = new HashSet<>();
    /// Files that another program has changed, until that is told. Guarded by this.
    private final Set<List<String>> changed = new HashSet<>();

    private volatile boolean closed;

    ContentFiles(Info info, Folder folder, FilePool pool, FileClaims claims, Ticker ticker) {
        this.info = info;
        this.pieces = info.layout();
        this.folder = folder;
        this.existing = new ExistingFiles(folder);
        this.watched = new WatchedFolder(folder, ticker);
        this.pool = pool;
        this.claims = claims;
        this.writer = new ContentWriter(pool, this, ticker);
        this.unforced = new UnforcedFiles(pool, this, folder);
        this.map = new FileMap(info, folder);
    }

    /// The whole of them, for messages.
    String describe() {
        return folder.describe(List.of(info.name()));
    }

    // ---- where bytes lie

    FileLayout layout() {
        return map.layout();
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

    /// The files in which a piece has bytes.
    private List<List<String>> paths(int piece) {
        List<List<String>> paths = new ArrayList<>(1);
        for (Slice slice : slices(piece)) {
            if (!map.isPadding(slice)) {
                paths.add(map.place(slice).path());
            }
        }
        return paths;
    }

    private Set<List<String>> paths(Bitfield some) {
        Set<List<String>> paths = new HashSet<>();
        for (int piece = some.nextSet(0); piece >= 0; piece = some.nextSet(piece + 1)) {
            paths.addAll(paths(piece));
        }
        return paths;
    }

    /// See [TorrentStorage#setFilePriorities]. Blocks.
    void setPriorities(byte[] priorities) throws IOException {
        mapLock.writeLock().lock();
        try {
            watched.forgetAll();
            map.setPriorities(priorities);
            if (filesFit) {
                filesFit = false;
                fitFiles();
            }
            if (map.nothingAside()) {
                pool.closeAll(this);
                folder.delete(map.partsPath());
            }
        } finally {
            mapLock.writeLock().unlock();
        }
    }

    // ---- writing

    /// Whether most of the piece would go past the system's cache now, and so needs no turn to be written.
    boolean goesDirectly(int piece) {
        int directly = 0;
        for (Slice slice : slices(piece)) {
            if (writer.wouldGoDirectly(slice.offset(), slice.at(), slice.length())) {
                directly += slice.length();
            }
        }
        return directly > pieces.length(piece) / 2;
    }

    /// Blocks.
    void write(int piece, PieceBuffer buffer) throws IOException {
        mapLock.readLock().lock();
        try {
            fitFiles();
            for (Slice slice : slices(piece)) {
                if (map.isPadding(slice)) {
                    continue;
                }
                Place place = map.place(slice);
                claim(place.path());
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

    private synchronized void claim(List<String> path) throws StorageException {
        if (closed || claimed.contains(path)) {
            return;
        }
        if (!claims.claim(this, describeFolder(), path)) {
            throw new StorageException("write", folder.describe(path), "another torrent writes to the file too");
        }
        claimed.add(path);
    }

    private String describeFolder() {
        return folder.describe(List.of());
    }

    private void write(ByteBuffer part, int at, List<String> path, long position) throws IOException {
        watched.writing(path);
        try {
            writer.write(part, at, folderOf(path), path, position);
        } finally {
            watched.wrote(path);
        }
    }

    /// Where to open a file that is written to.
    private synchronized Folder folderOf(List<String> path) {
        return expected.contains(path) ? existing : folder;
    }

    private void noteWritten(List<String> path) {
        synchronized (this) {
            expected.add(path);
        }
        unforced.noteWritten(path);
    }

    /// A check has found the piece good. What was read may never have reached the device, if its writer was killed:
    /// before it is claimed it is forced.
    void noteGood(int piece) {
        paths(piece).forEach(this::noteWritten);
    }

    /// What no piece brings about, the first one that is written does: empty files are made, and files that are
    /// longer than they are to be, as an older version of the content was perhaps, are cut.
    private void fitFiles() throws IOException {
        if (filesFit) {
            return;
        }
        for (FileEntry file : map.wantedFiles()) {
            long size = folder.facts(file.path()).map(Folder.Facts::size).orElse(-1L);
            if (size > file.length() || (size < 0 && file.length() == 0)) {
                fit(file);
            }
        }
        filesFit = true;
    }

    private void fit(FileEntry file) throws IOException {
        claim(file.path());
        watched.writing(file.path());
        try (OpenFile opened = folder.openForWriting(file.path())) {
            opened.truncate(file.length());
        } finally {
            watched.wrote(file.path());
        }
        noteWritten(file.path());
    }

    /// What was written before the call is on the device when it returns; if it fails, the next call tries all
    /// again. Blocks.
    void force() throws IOException {
        try {
            unforced.force();
        } finally {
            if (closed) {
                pool.closeAll(this);
            }
        }
    }

    // ---- reading

    private interface Reader {
        /// Fills `target` from there; false if it cannot be read that way.
        boolean read(Place place, ByteBuffer target) throws IOException;
    }

    /// Reads a block to `start` of `target`, whose position stays. Blocks.
    void read(BlockRequest block, ByteBuffer target, int start) throws IOException {
        mapLock.readLock().lock();
        try {
            read(block, target, start, (place, part) -> {
                read(place, part);
                return true;
            });
        } finally {
            mapLock.readLock().unlock();
        }
    }

    /// The same if that takes no waiting, see [TorrentStorage#readIfInMemory].
    boolean readIfInMemory(BlockRequest block, ByteBuffer target, int start) {
        if (!mapLock.readLock().tryLock()) {
            return false;
        }
        try {
            return read(block, target, start, this::readIfInMemory);
        } catch (IOException e) {
            return false;
        } finally {
            mapLock.readLock().unlock();
        }
    }

    private boolean read(BlockRequest block, ByteBuffer target, int start, Reader reader) throws IOException {
        for (Slice slice : map.layout().slices(pieces.offset(block.piece()) + block.begin(), block.length())) {
            ByteBuffer part = target.slice(start + slice.at(), slice.length());
            if (map.isPadding(slice)) {
                while (part.hasRemaining()) {
                    part.put((byte) 0);
                }
            } else if (!reader.read(map.place(slice), part)) {
                return false;
            }
        }
        return true;
    }

    private void read(Place place, ByteBuffer target) throws IOException {
        if (closed) {
            throw new StorageException("read", folder.describe(place.path()), "the torrent is closed");
        }
        try (FilePool.Lease lease = pool.acquire(this, watched, place.path(), Access.SERVING)) {
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

    private boolean readIfInMemory(Place place, ByteBuffer target) throws IOException {
        try (FilePool.Lease lease = closed ? null : pool.acquireIfReady(this, place.path(), Access.SERVING)) {
            return lease != null
                    && lease.file().isInMemory(place.offset(), target.remaining())
                    && lease.file().readFully(target, place.offset());
        }
    }

    /// See [TorrentStorage#lendIfInMemory].
    List<LentBytes> lendIfInMemory(BlockRequest block) {
        if (!mapLock.readLock().tryLock()) {
            return List.of();
        }
        List<LentBytes> lent = new ArrayList<>(1);
        boolean whole = false;
        try {
            for (Slice slice : map.layout().slices(pieces.offset(block.piece()) + block.begin(), block.length())) {
                if (lent.size() == TorrentStorage.MAX_LENT_PARTS
                        || map.isPadding(slice)
                        || !lend(map.place(slice), slice.length(), lent)) {
                    return List.of();
                }
            }
            whole = true;
            return lent;
        } finally {
            mapLock.readLock().unlock();
            if (!whole) {
                lent.forEach(LentBytes::close);
            }
        }
    }

    private boolean lend(Place place, int length, List<LentBytes> lent) {
        FilePool.Lease lease = closed ? null : pool.acquireIfReady(this, place.path(), Access.SERVING);
        if (lease == null) {
            return false;
        }
        boolean kept = false;
        try {
            long address = lease.file().addressInMemory(place.offset(), length);
            kept = address != 0 && lent.add(new LentBytes(lease, address, place.offset(), length));
        } catch (IOException e) {
            return false; // whoever reads it will meet it again
        } finally {
            if (!kept) {
                lease.close();
            }
        }
        return kept;
    }

    /// The file of a slice, for a [PieceCheck]. Blocks.
    PieceCheck.@Nullable Opened openForCheck(Slice slice) throws IOException {
        mapLock.readLock().lock();
        try {
            Place place = map.place(slice);
            if (watched.know(place.path()).isEmpty()) {
                return null;
            }
            FilePool.Lease lease = pool.acquire(this, folder, place.path(), Access.READING);
            return new PieceCheck.Opened(lease, place.offset());
        } finally {
            mapLock.readLock().unlock();
        }
    }

    // ---- what becomes of files

    /// These pieces are on disk, so the files that they lie in are there, and are not made anew if they vanish.
    public void expect(Bitfield have) {
        Set<List<String>> files = paths(have);
        synchronized (this) {
            expected = files;
        }
    }

    /// Takes these pieces' files as those that have their names now, and as they are now.
    void startAfresh(Bitfield some) {
        watched.forget(paths(some));
        pool.closeAll(this);
    }

    /// Takes files that another program has changed as they are now, and keeps that for [#takeDoubtful()].
    synchronized void noteChanged() {
        changed.addAll(watched.takeChanged());
    }

    /// Pieces in files that another program has changed, as far as that was noticed since the last call: whatever
    /// was known of them is in doubt.
    public Bitfield takeDoubtful() {
        Set<List<String>> files;
        synchronized (this) {
            noteChanged();
            files = Set.copyOf(changed);
            changed.clear();
        }
        Bitfield doubtful = new Bitfield(pieces.pieceCount());
        for (int piece = 0; !files.isEmpty() && piece < pieces.pieceCount(); piece++) {
            if (paths(piece).stream().anyMatch(files::contains)) {
                doubtful.set(piece);
            }
        }
        return doubtful;
    }

    /// Each file's size and time, in the torrent's order, and the part file's last; empty where there is no such
    /// file. Blocks.
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

    /// Nothing is read any more.
    void close() {
        closed = true;
        synchronized (this) {
            claims.release(this, describeFolder(), claimed);
            claimed.clear();
        }
        pool.closeAll(this);
    }
}
