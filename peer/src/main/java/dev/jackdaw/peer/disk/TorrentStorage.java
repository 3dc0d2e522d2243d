package dev.jackdaw.peer.disk;

import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.BlockRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;

/// One torrent's content: where blocks go and come from.
///
/// [#store], [#complete] and [#drop] are called by the torrent's loop alone; answers come on a disk or hash thread.
public interface TorrentStorage extends AutoCloseable {
    /// Copies a block of a piece in the making into its buffer, taking one from the pool for the first block.
    void store(int piece, int begin, ByteBuffer data);

    /// Hashes the piece on a hash thread and, if it passes, writes it with one call; its buffer returns to the
    /// pool. If it is corrupt, its blocks stay: some are stored anew and the piece is completed again, or it is
    /// dropped.
    ///
    /// @param digests whether block digests are wanted also if it passes
    /// @param answer  called once, on another thread
    void complete(int piece, boolean digests, Consumer<PieceResult> answer);

    /// Gives the buffer of a piece in the making back to the pool.
    void drop(int piece);

    /// Reads a block that is on disk into `target`, blocking; for disk threads.
    ///
    /// @throws IOException if the file is missing, shorter than it must be, or cannot be read; names the file
    void read(BlockRequest block, ByteBuffer target) throws IOException;

    /// Reads a block as [#read] does if that takes no waiting, since it is in the system's memory: for the torrent's
    /// loop. False if it is not, or cannot be told, or something is wrong with it, which [#read] will say; then
    /// `target` is as it was, but for bytes after its position.
    default boolean readIfInMemory(BlockRequest block, ByteBuffer target) {
        return false;
    }

    /// Parts of files that are lent at a time: a torrent of tiny files would hold thousands.
    int MAX_LENT_PARTS = 64;

    /// Lends a block that is in the system's memory, to be sent from there: its bytes in order, to be given back by
    /// the borrower. Never waits; empty if the block is not, or is in too many parts, or the system cannot, or
    /// something is wrong with it.
    default List<LentBytes> lendIfInMemory(BlockRequest block) {
        return List.of();
    }

    /// Hashes what is on disk, on all cores.
    ///
    /// @param progress told 0 … 1, now and then, on any thread
    CompletableFuture<Bitfield> check(DoubleConsumer progress);

    /// Sets which files are wanted, one byte a file as [dev.jackdaw.peer.FilePriority#value()]; files with 0 that do
    /// not exist yet are not created, their share of boundary pieces is kept aside.
    void setFilePriorities(byte[] priorities) throws IOException;

    /// Forces what was written to the device.
    void force() throws IOException;

    /// Waits for writes under way, and closes all files.
    @Override
    void close();

    /// What became of a completed piece. Digests are 64-bit, one a block.
    sealed interface PieceResult {
        record Stored(long[] blockDigests) implements PieceResult {}

        record Corrupt(long[] blockDigests) implements PieceResult {}

        record Failed(String operation, String path, String cause) implements PieceResult {}
    }
}
