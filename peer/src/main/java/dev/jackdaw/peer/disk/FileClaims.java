package dev.jackdaw.peer.disk;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Which of a session's torrents writes to a file. Two that have one place for different content would write over each
/// other, and each claim what it had verified; so the second one waits until the first is gone.
///
/// Thread-safe. Only files that were written to are here, not those that were found complete: whoever reads these
/// notices that they are changed.
final class FileClaims {
    /// @param path as in the torrent
    private record Place(String folder, List<String> path) {}

    private final Map<Place, Object> owners = new ConcurrentHashMap<>();

    /// Says whether the file is the owner's now, or was.
    boolean claim(Object owner, String folder, List<String> path) {
        Object known = owners.putIfAbsent(new Place(folder, path), owner);
        return known == null || known == owner;
    }

    void release(Object owner, String folder, Collection<List<String>> paths) {
        paths.forEach(path -> owners.remove(new Place(folder, path), owner));
    }
}
