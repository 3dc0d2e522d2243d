package dev.jackdaw.tracker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A file that is read again when it has changed: when it has another size, time or identity than it had.
/// Looking from time to time also finds what was changed by renaming, or on another machine.
final class WatchedFile {
    private final Path path;
    private @Nullable Object seen;

    WatchedFile(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    /// Whether the file is not as it was at the last call, or at the first is there at all. A file that cannot
    /// be looked at has not changed: it may be between two versions.
    boolean hasChanged() {
        Object now;
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            now = new State(attributes.size(), attributes.lastModifiedTime().toMillis(), attributes.fileKey());
        } catch (IOException e) {
            return false;
        }
        boolean changed = !Objects.equals(seen, now);
        seen = now;
        return changed;
    }

    private record State(
            long size, long modifiedMillis, @Nullable Object key) {}
}
