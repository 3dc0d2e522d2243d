package dev.jackdaw.peer.disk;

import dev.jackdaw.protocol.metainfo.Info;
import java.util.List;

/// A file or folder of a torrent that the user calls otherwise, see [Info#withName].
///
/// @param path what it was called before, after the renames before this one
/// @param name its last component since then
public record Rename(List<String> path, String name) {
    public Rename {
        path = List.copyOf(path);
        if (path.isEmpty()) {
            throw new IllegalArgumentException("a rename without a path");
        }
    }

    /// The torrent as the metadata has it, with all that was renamed since.
    ///
    /// @throws IllegalArgumentException if one of them is not possible, with a sentence
    public static Info all(Info info, List<Rename> renames) {
        Info named = info;
        for (Rename rename : renames) {
            named = named.withName(rename.path, rename.name);
        }
        return named;
    }
}
