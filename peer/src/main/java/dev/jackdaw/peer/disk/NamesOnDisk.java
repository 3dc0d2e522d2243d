package dev.jackdaw.peer.disk;

import dev.jackdaw.protocol.metainfo.Info;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/// Which names a torrent's files have in a directory, where the torrent's own and the safe ones differ. Blocks.
public final class NamesOnDisk {
    private NamesOnDisk() {}

    /// The torrent with files where they are, see [Info#withNamesOnDisk]. Looks at the disk only if names were changed.
    public static Info of(Info info, Path directory) {
        return info.withNamesOnDisk(path -> isThere(directory, path));
    }

    /// Whether there is a regular file whose name is spelled just so, also on a system that takes others for it.
    private static boolean isThere(Path directory, List<String> path) {
        Path file = directory.resolve(String.join("/", path));
        try {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && file.toRealPath(LinkOption.NOFOLLOW_LINKS).endsWith(String.join("/", path));
        } catch (IOException e) {
            return false;
        }
    }
}
