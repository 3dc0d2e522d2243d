package dev.jackdaw.peer.disk;

import dev.jackdaw.protocol.Ticker;
import dev.jackdaw.protocol.metainfo.Info;
import java.nio.file.Path;

/// What all torrents of a session share to get at their files: memory for pieces in the making, open files, and
/// threads.
///
/// ```java
/// try (SessionDisk disk = new SessionDisk(config.bufferBytes(), random.nextLong())) {
///     TorrentStorage storage = disk.open(info, directory);
///     storage.store(0, 0, block);
///     storage.complete(0, false, result -> …);
///     disk.readers().tryExecute(() -> storage.read(request, target));
/// }
/// ```
public final class SessionDisk implements AutoCloseable {
    /// Pieces that may wait to be hashed and written. The buffer budget bounds them long before; only pieces of
    /// a few KiB reach this number, and then the event loop hashes them itself.
    static final int MAX_WAITING_PIECES = 8192;
    /// Reads that may wait; beyond, [DiskExecutor#tryExecute] refuses and the connection asks again when it has
    /// sent.
    static final int MAX_WAITING_READS = 4096;
    /// Parts of checks that may wait: one a core for each torrent being checked.
    static final int MAX_WAITING_CHECKS = 100_000;
    /// Reads mostly wait for a device, so there may be more of them than cores.
    private static final int READER_COUNT = 4;

    private final int cores;
    private final PieceBuffers buffers;
    private final Ticker ticker;
    private final FilePool files;
    private final FileClaims claims = new FileClaims();
    private final DiskExecutor hashers;
    private final DiskExecutor readers;
    private final DiskExecutor checkers;
    private final long digestSalt;

    /// @param bufferBytes memory for pieces in the making, of all torrents together
    /// @param digestSalt  a random number that peers do not know
    public SessionDisk(long bufferBytes, long digestSalt) {
        this(bufferBytes, digestSalt, Runtime.getRuntime().availableProcessors());
    }

    SessionDisk(long bufferBytes, long digestSalt, int cores) {
        this(bufferBytes, digestSalt, cores, System::nanoTime);
    }

    /// @param ticker by which a device is quick or slow, and files are looked at again
    SessionDisk(long bufferBytes, long digestSalt, int cores, Ticker ticker) {
        this.cores = cores;
        this.ticker = ticker;
        this.files = new FilePool(FilePool.MAX_OPEN_FILES, ticker);
        this.buffers = new PieceBuffers(bufferBytes);
        this.digestSalt = digestSalt;
        this.hashers = new DiskExecutor("jackdaw-hash", cores, MAX_WAITING_PIECES, buffers::trim);
        this.readers = new DiskExecutor("jackdaw-disk", READER_COUNT, MAX_WAITING_READS, () -> {});
        this.checkers = new DiskExecutor("jackdaw-check", cores, MAX_WAITING_CHECKS, () -> {});
    }

    /// The torrent's content in that directory. Nothing is opened or created before the first block is read or
    /// written.
    public FileStorage open(Info info, Path directory) {
        return open(info, new LocalFolder(directory));
    }

    /// The same, with a record of what was written.
    public FileStorage open(Info info, Path directory, ResumeFile resume) {
        return open(info, new LocalFolder(directory), resume);
    }

    FileStorage open(Info info, Folder folder) {
        return new FileStorage(info, folder, this, SegmentSource.PLAIN);
    }

    FileStorage open(Info info, Folder folder, ResumeFile resume) {
        FileStorage storage = new FileStorage(info, folder, this, resume.pieceMemory(info));
        storage.logTo(resume.attach(storage, info.layout().pieceCount()));
        return storage;
    }

    public PieceBuffers buffers() {
        return buffers;
    }

    /// Threads for [TorrentStorage#read] and other blocking work on files.
    public DiskExecutor readers() {
        return readers;
    }

    DiskExecutor hashers() {
        return hashers;
    }

    DiskExecutor checkers() {
        return checkers;
    }

    Ticker ticker() {
        return ticker;
    }

    FilePool files() {
        return files;
    }

    FileClaims claims() {
        return claims;
    }

    int cores() {
        return cores;
    }

    long digestSalt() {
        return digestSalt;
    }

    /// Ends the threads after the work that waits, and frees the memory; the storages have been closed before.
    @Override
    public void close() {
        checkers.close();
        readers.close();
        hashers.close();
        buffers.close();
    }
}
