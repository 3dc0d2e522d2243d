package dev.jackdaw.peer.net;

import dev.jackdaw.protocol.metainfo.FileEntry;
import dev.jackdaw.protocol.metainfo.Info;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The end of a torrent's content on disk: its files, and of its directories those that are empty then. What does not
/// belong to the torrent stays, and nothing is followed through a symbolic link below the download directory.
///
/// @param directory the download directory, which stays itself
record ContentDeletion(Info info, Path directory) {
    void run() throws IOException {
        Set<Path> parents = new TreeSet<>(
                Comparator.comparingInt(Path::getNameCount).reversed().thenComparing(Comparator.naturalOrder()));
        for (FileEntry file : info.files()) {
            if (!file.padding()) {
                delete(file.path(), parents);
            }
        }
        delete(List.of("." + info.infoHash() + ".parts"), parents);
        for (Path parent : parents) {
            try {
                Files.deleteIfExists(parent);
            } catch (DirectoryNotEmptyException e) {
                // something of somebody else's is in there
            }
        }
    }

    private void delete(List<String> path, Set<Path> parents) throws IOException {
        Path at = directory;
        for (String component : path.subList(0, path.size() - 1)) {
            at = at.resolve(component);
            if (Files.isSymbolicLink(at)) {
                return;
            }
            parents.add(at);
        }
        try {
            Files.deleteIfExists(at.resolve(path.getLast()));
        } catch (NoSuchFileException | DirectoryNotEmptyException e) {
            // it is not there, or is not a file of ours
        }
    }
}
