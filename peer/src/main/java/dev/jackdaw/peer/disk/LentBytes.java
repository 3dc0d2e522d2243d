package dev.jackdaw.peer.disk;

import java.io.IOException;

/// Bytes of a file that were in the system's memory when they were lent, to be sent from there. The file stays open
/// until they are given back.
public final class LentBytes implements AutoCloseable {
    private final FilePool.Lease lease;
    private final long address;
    private final long position;
    private final int length;

    /// @param address where the file's byte at `position` is mapped
    LentBytes(FilePool.Lease lease, long address, long position, int length) {
        this.lease = lease;
        this.address = address;
        this.position = position;
        this.length = length;
    }

    /// Where they are, for the system alone to read: it gives an error to a call where they are not any more, but ends
    /// a program that reads them itself.
    public long address() {
        return address;
    }

    public int length() {
        return length;
    }

    /// Whether all of them still are in memory.
    public boolean isInMemory() throws IOException {
        return lease.file().addressInMemory(position, length) != 0;
    }

    /// Gives them back.
    @Override
    public void close() {
        try {
            lease.file().release(position, length);
        } finally {
            lease.close();
        }
    }
}
