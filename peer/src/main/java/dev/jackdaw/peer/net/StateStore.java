package dev.jackdaw.peer.net;

import dev.jackdaw.peer.SessionException;
import dev.jackdaw.protocol.InfoHash;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// The state directory: below `torrents`, a directory for each torrent, named for its info-hash.
///
/// There is no list of torrents besides these directories, so several processes can share one state directory as long
/// as each runs torrents of its own.
final class StateStore {
    private final Path torrents;
    private final Executor blocking;
    private final Consumer<String> warnings;

    private StateStore(Path torrents, Executor blocking, Consumer<String> warnings) {
        this.torrents = torrents;
        this.blocking = blocking;
        this.warnings = warnings;
    }

    /// @param warnings told, in a sentence each, of what could not be read or written
    /// @throws SessionException if the directory cannot be used
    static StateStore open(Path directory, Executor blocking, Consumer<String> warnings) {
        Path torrents = directory.resolve("torrents");
        try {
            Files.createDirectories(torrents);
        } catch (IOException e) {
            throw new SessionException("cannot use the state directory " + directory + ": " + e, e);
        }
        return new StateStore(torrents, blocking, warnings);
    }

    /// The memory of one torrent, new or old.
    TorrentMemory of(InfoHash infoHash) {
        return TorrentMemory.open(torrents.resolve(infoHash.hex()), blocking, warnings);
    }

    /// Memories of all torrents that were left here, in no order.
    List<TorrentMemory> all() {
        List<TorrentMemory> all = new ArrayList<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(torrents, Files::isDirectory)) {
            for (Path directory : directories) {
                all.add(TorrentMemory.open(directory, blocking, warnings));
            }
        } catch (IOException e) {
            warnings.accept("cannot list " + torrents + ": " + e);
        }
        return all;
    }
}
