package dev.jackdaw.peer.disk;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// The files below one directory: the seam between this package and a file system. Paths are components below the
/// directory, never empty; failures are [StorageException]s.
interface Folder {
    /// A file's size in bytes, and when it was last written, in nanoseconds of the file system's clock.
    record Facts(long size, long modifiedNanos) {}

    /// Opens an existing file for reading.
    ///
    /// @throws StorageException if it does not exist, is not a regular file, or lies behind a symbolic link
    OpenFile openForReading(List<String> path) throws IOException;

    /// The same for reading what peers ask for: the file tells what of it is in memory, if that can be told.
    default OpenFile openForServing(List<String> path) throws IOException {
        return openForReading(path);
    }

    /// Opens a file for reading and writing. It and the directories above it are created if absent; what it holds
    /// stays.
    OpenFile openForWriting(List<String> path) throws IOException;

    /// The same for writing past the system's cache: whole blocks of [DirectWrites#UNIT] bytes at multiples of it, from
    /// memory so aligned.
    ///
    /// @throws StorageException also if the file system cannot
    OpenFile openForDirectWriting(List<String> path) throws IOException;

    /// Empty if there is no such file, or something that is not a regular file.
    Optional<Facts> facts(List<String> path) throws IOException;

    /// Renames, atomically replacing `to`; creates the directories above `to`.
    void rename(List<String> from, List<String> to) throws IOException;

    /// Deletes a file; nothing happens if there is none.
    void delete(List<String> path) throws IOException;

    /// Returns when names made or changed in that directory are on the device; the empty list is the folder itself.
    void forceNames(List<String> directory) throws IOException;

    /// The path for people.
    String describe(List<String> path);
}
