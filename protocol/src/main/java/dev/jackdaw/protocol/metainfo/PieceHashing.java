package dev.jackdaw.protocol.metainfo;

import dev.jackdaw.protocol.PieceLayout;
import dev.jackdaw.protocol.Sha1;
import dev.jackdaw.protocol.metainfo.SourceFiles.SourceFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/// The SHA-1 of every piece of some files, each byte read once.
///
/// Workers take runs of pieces in order, so that reading stays close to sequential, and each worker reads into a buffer
/// of its own that is hashed while it is still in the processor's cache: [#BUFFER_LENGTH] bytes a worker is all the
/// memory, whatever the pieces' length. The calling thread is the first worker; helpers run on the caller's executor. A
/// helper that the executor starts late or never costs nothing but speed.
final class PieceHashing {
    /// Bytes of one read; more than fits in a core's cache would be slower.
    private static final int BUFFER_LENGTH = 256 * 1024;
    /// Bytes that a worker takes at a time, unless a piece is longer.
    private static final int RUN_LENGTH = 8 << 20;

    private final List<SourceFile> files;
    private final long[] offsets;
    private final PieceLayout layout;
    private final MetainfoBuilder.Progress progress;
    private final byte[] hashes;
    private final int piecesPerRun;

    // Guarded by this.
    private int nextPiece;
    private int workers;
    private boolean closed;
    private long hashedBytes;
    private Optional<Throwable> failure = Optional.empty();

    private PieceHashing(SourceFiles source, PieceLayout layout, MetainfoBuilder.Progress progress) {
        this.files = source.files();
        this.layout = layout;
        this.progress = progress;
        this.hashes = new byte[layout.pieceCount() * Info.PIECE_HASH_LENGTH];
        this.piecesPerRun = Math.max(1, RUN_LENGTH / layout.pieceLength());
        this.offsets = new long[files.size()];
        long offset = 0;
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = offset;
            offset += files.get(i).length();
        }
    }

    /// Hashes all pieces; blocks until no worker is left, also when it fails.
    ///
    /// @param executor    where `parallelism - 1` helpers are run
    /// @throws InterruptedException if the calling thread was interrupted, which cancels the work
    static byte[] hash(
            SourceFiles source,
            PieceLayout layout,
            Executor executor,
            int parallelism,
            MetainfoBuilder.Progress progress)
            throws IOException, InterruptedException {
        PieceHashing hashing = new PieceHashing(source, layout, progress);
        try {
            for (int i = 1; i < parallelism; i++) {
                executor.execute(hashing::work);
            }
        } catch (RejectedExecutionException e) {
            // fewer helpers: the calling thread gets through everything by itself
        }
        hashing.work();
        return hashing.awaitResult();
    }

    private void work() {
        if (!enter()) {
            return;
        }
        try (Reader reader = new Reader()) {
            for (int piece = takeRun(); piece < layout.pieceCount(); piece = takeRun()) {
                int end = Math.min(layout.pieceCount(), piece + piecesPerRun);
                for (int i = piece; i < end; i++) {
                    reader.hash(i);
                }
            }
        } catch (Throwable e) {
            fail(e);
        } finally {
            leave();
        }
    }

    private synchronized boolean enter() {
        if (closed) {
            return false;
        }
        workers++;
        return true;
    }

    private synchronized void leave() {
        workers--;
        notifyAll();
    }

    private synchronized int takeRun() {
        int piece = nextPiece;
        nextPiece = (int) Math.min(layout.pieceCount(), (long) piece + piecesPerRun);
        return piece;
    }

    private synchronized void fail(Throwable cause) {
        if (failure.isEmpty()) {
            failure = Optional.of(cause);
        }
        nextPiece = layout.pieceCount();
    }

    private synchronized boolean failed() {
        return failure.isPresent();
    }

    private synchronized void onHashed(long bytes) {
        hashedBytes += bytes;
        if (failure.isEmpty()) {
            progress.onHashed(hashedBytes, layout.totalLength());
        }
    }

    private synchronized byte[] awaitResult() throws IOException, InterruptedException {
        closed = true;
        boolean interrupted = Thread.interrupted();
        while (workers > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
                fail(e);
            }
        }
        if (interrupted) {
            throw new InterruptedException();
        }
        switch (failure.orElse(null)) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
        return hashes;
    }

    /// One worker's open file, buffer and digest.
    private final class Reader implements AutoCloseable {
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_LENGTH);
        private final MessageDigest sha1 = Sha1.newDigest();
        private int file = -1;
        private Optional<FileChannel> channel = Optional.empty();

        void hash(int piece) throws IOException, DigestException {
            long offset = layout.offset(piece);
            int left = layout.length(piece);
            int current = fileAt(offset);
            while (left > 0 && !failed()) {
                long position = offset - offsets[current];
                long available = files.get(current).length() - position;
                if (available == 0) {
                    current++;
                    continue;
                }
                int length = (int) Math.min(Math.min(left, available), BUFFER_LENGTH);
                int read = read(current, position, length);
                sha1.update(buffer.flip());
                offset += read;
                left -= read;
                onHashed(read);
            }
            sha1.digest(hashes, piece * Info.PIECE_HASH_LENGTH, Info.PIECE_HASH_LENGTH);
        }

        private int read(int index, long position, int length) throws IOException {
            Path path = files.get(index).path();
            int read;
            try {
                read = open(index).read(buffer.clear().limit(length), position);
            } catch (IOException e) {
                throw SourceFiles.unreadable(path, e);
            }
            if (read < 0) {
                throw new EOFException(SourceFiles.shown(path) + " became shorter while it was read");
            }
            return read;
        }

        private FileChannel open(int index) throws IOException {
            if (file == index && channel.isPresent()) {
                return channel.get();
            }
            close();
            FileChannel opened =
                    FileChannel.open(files.get(index).path(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            file = index;
            channel = Optional.of(opened);
            return opened;
        }

        /// The last file that begins at or before the offset, past empty ones.
        private int fileAt(long offset) {
            int low = 0;
            int high = offsets.length - 1;
            while (low < high) {
                int middle = (low + high + 1) >>> 1;
                if (offsets[middle] <= offset) {
                    low = middle;
                } else {
                    high = middle - 1;
                }
            }
            return low;
        }

        @Override
        public void close() throws IOException {
            if (channel.isPresent()) {
                FileChannel open = channel.get();
                channel = Optional.empty();
                open.close();
            }
        }
    }
}
