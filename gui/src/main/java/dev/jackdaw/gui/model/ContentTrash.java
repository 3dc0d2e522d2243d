package dev.jackdaw.gui.model;

import dev.jackdaw.protocol.metainfo.FileEntry;
import dev.jackdaw.protocol.metainfo.Info;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;

/// A torrent's content on its way to the [Trash]: its folder as one thing if nothing of anybody else's is in
/// it, else file by file. Nothing is followed through a symbolic link.
///
/// @param directory the download directory
record ContentTrash(Info info, Path directory, Trash trash) {
    void run() throws IOException {
        Path top = directory.resolve(info.name());
        boolean single =
                info.files().size() == 1 && info.files().getFirst().path().size() == 1;
        if (Files.isDirectory(top, LinkOption.NOFOLLOW_LINKS) && !single && isAllOurs(top)) {
            trash.put(top);
        } else {
            for (FileEntry file : info.files()) {
                Path path = directory.resolve(file.displayPath());
                if (!file.padding() && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && !isBehindALink(file)) {
                    trash.put(path);
                }
            }
        }
        Files.deleteIfExists(directory.resolve("." + info.infoHash() + ".parts"));
    }

    private boolean isBehindALink(FileEntry file) {
        Path at = directory;
        for (String component : file.path().subList(0, file.path().size() - 1)) {
            at = at.resolve(component);
            if (Files.isSymbolicLink(at)) {
                return true;
            }
        }
        return false;
    }

    private boolean isAllOurs(Path top) throws IOException {
        Set<Path> ours = new HashSet<>();
        info.files().forEach(file -> ours.add(directory.resolve(file.displayPath())));
        boolean[] foreign = new boolean[1];
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                foreign[0] = !ours.contains(file) || !attributes.isRegularFile();
                return foreign[0] ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
            }
        });
        return !foreign[0];
    }
}
