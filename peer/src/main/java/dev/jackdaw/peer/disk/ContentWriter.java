package dev.jackdaw.peer.disk;

import dev.jackdaw.peer.disk.FilePool.Access;
import dev.jackdaw.protocol.Ticker;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.List;

/// Writes parts of pieces into a torrent's files: directly what [DirectWrites] would have so, the rest through the
/// system's cache.
///
/// A large part that does not lie in memory as the device wants it, which is usual in torrents of several files, is
/// copied once to where it does. That copy stays in a near cache of the processor and costs less than one into the
/// system's.
///
/// Thread-safe.
final class ContentWriter {
    /// Each thread's, where parts are aligned.
    private static final ThreadLocal<ByteBuffer> ALIGNED = ThreadLocal.withInitial(() -> Arena.ofAuto()
            .allocate(PieceBuffers.SEGMENT_LENGTH, DirectWrites.UNIT)
            .asByteBuffer());

    private final FilePool files;
    private final ContentFiles owner;
    private final Ticker ticker;
    private final DirectWrites directWrites = DirectWrites.whereMeasured();

    /// @param owner  of the files in the pool
    /// @param ticker by which the device is quick or slow
    ContentWriter(FilePool files, ContentFiles owner, Ticker ticker) {
        this.files = files;
        this.owner = owner;
        this.ticker = ticker;
    }

    /// Whether most of such a part would go directly now.
    boolean wouldGoDirectly(long position, int at, int length) {
        return directWrites.suit(position, at, Math.min(length, PieceBuffers.SEGMENT_LENGTH));
    }

    /// @param part     all of it, at most [PieceBuffers#SEGMENT_LENGTH] bytes
    /// @param at       where it begins in memory, counted from the beginning of a page
    /// @param position in the file
    void write(ByteBuffer part, int at, Folder folder, List<String> path, long position) throws IOException {
        int length = part.remaining();
        int direct = directWrites.share(position, at, length);
        if (direct == 0) {
            writeThroughCache(part, folder, path, position);
            return;
        }
        int head = DirectWrites.head(position);
        ByteBuffer middle = part.slice(head, direct);
        if (writeDirectly(
                DirectWrites.isAligned(position, at) ? middle : aligned(middle), folder, path, position + head)) {
            writeThroughCache(part.slice(0, head), folder, path, position);
            int tail = head + direct;
            writeThroughCache(part.slice(tail, length - tail), folder, path, position + tail);
        } else {
            writeThroughCache(part, folder, path, position);
            directWrites.refused(); // and the cache took it: a full disk would have failed both ways
        }
    }

    private static ByteBuffer aligned(ByteBuffer data) {
        return ALIGNED.get().clear().put(data).flip();
    }

    private boolean writeDirectly(ByteBuffer data, Folder folder, List<String> path, long position) {
        int length = data.remaining();
        long begun = ticker.nanos();
        try (FilePool.Lease lease = files.acquire(owner, folder, path, Access.DIRECT_WRITING)) {
            lease.file().writeFully(data, position);
            directWrites.took(length, ticker.nanos() - begun);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void writeThroughCache(ByteBuffer data, Folder folder, List<String> path, long position)
            throws IOException {
        if (data.hasRemaining()) {
            try (FilePool.Lease lease = files.acquire(owner, folder, path, Access.WRITING)) {
                lease.file().writeFully(data, position);
            }
        }
    }
}
