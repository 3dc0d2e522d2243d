package dev.jackdaw.peer.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/// An open file, read and written at positions; for any number of threads.
interface OpenFile extends Closeable {
    /// Reads what one call gives, at most what `target` has room for; -1 at or after the end.
    int read(ByteBuffer target, long position) throws IOException;

    /// Writes what one call takes, at least one byte.
    int write(ByteBuffer source, long position) throws IOException;

    long size() throws IOException;

    void truncate(long size) throws IOException;

    /// Whether these bytes can be read without waiting for a device, as far as the system tells; false where it does
    /// not. Never waits.
    default boolean isInMemory(long position, int length) throws IOException {
        return false;
    }

    /// Whether the file has grown, and [#isInMemory] knows nothing of what is new: it has to be opened again.
    default boolean isOutgrown() throws IOException {
        return false;
    }

    /// Where these bytes are mapped, for the system alone to send them from ([FileMapping]); 0 if they are not, or not
    /// all in memory. Never waits.
    default long addressInMemory(long position, int length) throws IOException {
        return 0;
    }

    /// To be called once bytes were sent from their address.
    default void release(long position, int length) {}

    /// Returns when all that was written to the file, by whatever handle, is on the device.
    void force() throws IOException;

    /// Reads until `target` is full; false if the file ends first.
    default boolean readFully(ByteBuffer target, long position) throws IOException {
        long at = position;
        while (target.hasRemaining()) {
            int count = read(target, at);
            if (count < 0) {
                return false;
            }
            at += count;
        }
        return true;
    }

    default void writeFully(ByteBuffer source, long position) throws IOException {
        long at = position;
        while (source.hasRemaining()) {
            at += write(source, at);
        }
    }
}
