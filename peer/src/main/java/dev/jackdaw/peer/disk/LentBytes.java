package dev.jackdaw.peer.disk;

import java.io.IOException;

/// Bytes of a file that were in the system's memory when they were lent, to be sent from there. The file stays open
/// until they are given back.
public final class LentBytes implements AutoCloseable {
    private final FilePool.Lease lease;
    private final long position;
    private final int length;

    LentBytes(FilePool.Lease lease, long position, int length) {
        this.lease = lease;
        this.position = position;
        this.length = length;
    }

    public int length() {
        return length;
    }

    /// Whether these of the bytes still are in memory.
    public boolean isInMemory(int from, int count) {
        return lease.file().isInMemory(position + from, count);
    }

    /// Sends those of the bytes that the socket takes now. Those that the system has dropped from its memory meanwhile
    /// are waited for.
    ///
    /// @param from  the first of them
    /// @param count how many at most
    /// @return how many it took, 0 if it takes none now
    /// @throws IOException if the connection or the file has failed; whoever reads the file next will find out
    public int sendTo(int socket, int from, int count, Sendfile calls) throws IOException {
        try {
            return (int) calls.sendfile(socket, lease.file().descriptor(), position + from, count);
        } catch (IOException e) {
            lease.discard();
            throw e;
        }
    }

    /// Gives them back.
    @Override
    public void close() {
        lease.close();
    }
}
