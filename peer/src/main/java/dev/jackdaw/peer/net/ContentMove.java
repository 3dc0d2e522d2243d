package dev.jackdaw.peer.net;

import dev.jackdaw.protocol.metainfo.FileEntry;
import dev.jackdaw.protocol.metainfo.Info;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;
import java.util.function.DoubleConsumer;

/// A torrent's content on its way to another download directory, files' times kept, so that the resume record holds
/// there as well. Within a file system a file is renamed, else copied and then deleted.
///
/// Nothing is overwritten: a file that is in the way ends the move, and what was moved goes back. Symbolic links below
/// the download directory are not followed.
record ContentMove(Info info, Path from, Path to) {
    private record Step(Path source, Path target, long length) {}

    /// Blocks until all is moved.
    ///
    /// @param progress told 0 … 1 after each file
    /// @throws IOException if it cannot; everything is where it was then, as far as that could be done
    void run(DoubleConsumer progress) throws IOException {
        List<Step> steps = steps();
        long total = Math.max(1, steps.stream().mapToLong(Step::length).sum());
        Deque<Step> done = new ArrayDeque<>();
        long moved = 0;
        try {
            for (Step step : steps) {
                move(step.source, step.target);
                done.push(step);
                moved += step.length;
                progress.accept((double) moved / total);
            }
        } catch (IOException e) {
            for (Step step : done) {
                try {
                    move(step.target, step.source);
                } catch (IOException back) {
                    e.addSuppressed(back);
                }
            }
            throw e;
        }
        deleteEmptyFolders();
    }

    private List<Step> steps() throws IOException {
        List<Step> steps = new ArrayList<>();
        List<List<String>> paths = new ArrayList<>();
        info.files().stream()
                .filter(file -> !file.padding())
                .map(FileEntry::path)
                .forEach(paths::add);
        paths.add(List.of("." + info.infoHash() + ".parts"));
        for (List<String> path : paths) {
            Path source = resolve(from, path);
            if (Files.isRegularFile(source, LinkOption.NOFOLLOW_LINKS) && !isBehindALink(path)) {
                Path target = resolve(to, path);
                if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                    throw new FileAlreadyExistsException(target + " is there already");
                }
                steps.add(new Step(source, target, Files.size(source)));
            }
        }
        return steps;
    }

    private boolean isBehindALink(List<String> path) {
        for (int depth = 1; depth < path.size(); depth++) {
            if (Files.isSymbolicLink(resolve(from, path.subList(0, depth)))) {
                return true;
            }
        }
        return false;
    }

    private static void move(Path source, Path target) throws IOException {
        Files.createDirectories(target.getParent());
        if (Files.getFileStore(source).equals(Files.getFileStore(target.getParent()))) {
            Files.move(source, target);
        } else {
            Files.copy(source, target, StandardCopyOption.COPY_ATTRIBUTES);
            Files.delete(source);
        }
    }

    private void deleteEmptyFolders() throws IOException {
        TreeSet<Path> folders = new TreeSet<>((one, other) -> {
            int byDepth = Integer.compare(other.getNameCount(), one.getNameCount());
            return byDepth != 0 ? byDepth : one.compareTo(other);
        });
        for (FileEntry file : info.files()) {
            for (int depth = 1; depth < file.path().size(); depth++) {
                folders.add(resolve(from, file.path().subList(0, depth)));
            }
        }
        for (Path folder : folders) {
            try {
                if (!Files.isSymbolicLink(folder)) {
                    Files.deleteIfExists(folder);
                }
            } catch (DirectoryNotEmptyException e) {
                // something of somebody else's is in there
            }
        }
    }

    private static Path resolve(Path directory, List<String> path) {
        return directory.resolve(String.join("/", path));
    }
}
