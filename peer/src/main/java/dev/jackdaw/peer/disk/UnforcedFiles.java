package dev.jackdaw.peer.disk;

import dev.jackdaw.peer.disk.FilePool.Access;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The files of a torrent that were written and may not be on the device yet, and the directories that may not have
/// their names. Thread-safe.
final class UnforcedFiles {
    private final FilePool pool;
    private final ContentFiles owner;
    private final Folder folder;
    /// Written since they were last forced.
    private Set<List<String>> files = new HashSet<>();
    /// Of files that were written for the first time.
    private Set<List<String>> directories = new HashSet<>();
    /// Files whose names are, or are about to be, on the device.
    private final Set<List<String>> named = new HashSet<>();

    /// @param owner of the files in the pool
    UnforcedFiles(FilePool pool, ContentFiles owner, Folder folder) {
        this.pool = pool;
        this.owner = owner;
        this.folder = folder;
    }

    synchronized void noteWritten(List<String> path) {
        if (files.add(path) && named.add(path)) {
            directories.add(path.subList(0, path.size() - 1));
        }
    }

    /// What was noted before the call is on the device when it returns; if it fails, the next call tries all again.
    void force() throws IOException {
        Set<List<String>> written;
        Set<List<String>> entered;
        synchronized (this) {
            written = files;
            entered = directories;
            files = new HashSet<>();
            directories = new HashSet<>();
        }
        try {
            for (List<String> path : written) {
                force(path);
            }
            forceNames(entered);
        } catch (IOException e) {
            synchronized (this) {
                files.addAll(written);
                directories.addAll(entered);
            }
            throw e;
        }
    }

    private void force(List<String> path) throws IOException {
        // For reading: that is enough to force what anybody wrote, also where we may not write.
        try (FilePool.Lease lease = pool.acquire(owner, folder, path, Access.READING)) {
            lease.file().force();
        } catch (IOException e) {
            if (folder.facts(path).isPresent()) { // else somebody deleted it: the record will see that
                throw StorageException.of("force", folder.describe(path), e);
            }
        }
    }

    private void forceNames(Set<List<String>> entered) throws IOException {
        Set<List<String>> chain = new HashSet<>();
        for (List<String> directory : entered) {
            for (int depth = directory.size(); depth >= 0; depth--) {
                if (chain.add(directory.subList(0, depth))) {
                    folder.forceNames(directory.subList(0, depth));
                }
            }
        }
    }
}
