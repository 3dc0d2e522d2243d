package dev.jackdaw.peer.disk;

import java.io.IOException;

/// Bytes of a file that were in the system's memory when they were lent, to be sent from there. The file stays open
/// until they are given back.
public final class LentBytes implements AutoCloseable {
    private final FilePool.Lease lease;
    private final String path;
    private final long position;
    private final int length;

    /// @param path for messages
    LentBytes(FilePool.Lease lease, String path, long position, int length) {
        this.lease = lease;
        this.path = path;
        this.position = position;
        this.length = length;
    }

    public int length() {
        return length;
    }

    /// Sends those of the bytes that the socket takes now. If the system has dropped them from its memory meanwhile, it
    /// waits for the device.
    ///
    /// @param from  the first of them
    /// @param count how many at most
    /// @return how many it took, 0 if it takes none now
    /// @throws StorageException if the file cannot be read; other [IOException]s are the socket's
    public int sendTo(int socket, int from, int count, Sendfile calls) throws IOException {
        try {
            return (int) calls.sendfile(socket, lease.file().descriptor(), position + from, count);
        } catch (Sendfile.FileUnreadableException e) {
            lease.discard();
            throw new StorageException("read", path, String.valueOf(e.getMessage()));
        }
    }

    /// Gives them back.
    @Override
    public void close() {
        lease.close();
    }
}
