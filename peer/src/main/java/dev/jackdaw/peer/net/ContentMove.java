package dev.jackdaw.peer.net;

import dev.jackdaw.protocol.metainfo.FileEntry;
import dev.jackdaw.protocol.metainfo.Info;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.function.DoubleConsumer;
import java.util.function.LongConsumer;

/// A torrent's content on its way to another download directory or to other names, files' times kept, so that the
/// resume record holds there as well. Within a file system a file is renamed, else copied and then deleted.
///
/// Nothing is overwritten: a file that is in the way ends the move, and what was moved goes back. Symbolic links below
/// the download directory are not followed.
///
/// @param info  with the names as they are
/// @param named the same torrent with the names as they are to be
record ContentMove(Info info, Path from, Info named, Path to) {
    /// Copied between two reports of progress.
    private static final long COPY_BYTES = 8 << 20;

    private record Step(Path source, Path target, long length) {}

    /// Blocks until all is moved.
    ///
    /// @param progress told 0 … 1 after each file, and while a large one is copied
    /// @throws IOException if it cannot; everything is where it was then, as far as that could be done
    /// @throws CancellationException if `progress` has thrown it, and then likewise
    void run(DoubleConsumer progress) throws IOException {
        List<Step> steps = steps();
        long total = Math.max(1, steps.stream().mapToLong(Step::length).sum());
        Deque<Step> done = new ArrayDeque<>();
        long moved = 0;
        try {
            for (Step step : steps) {
                long before = moved;
                move(step.source, step.target, bytes -> progress.accept((double) (before + bytes) / total));
                done.push(step);
                moved += step.length;
                progress.accept((double) moved / total);
            }
        } catch (IOException | CancellationException e) {
            for (Step step : done) {
                try {
                    move(step.target, step.source, bytes -> {});
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
        for (int i = 0; i < info.files().size(); i++) {
            if (!info.files().get(i).padding()) {
                step(steps, info.files().get(i).path(), named.files().get(i).path());
            }
        }
        List<String> parts = List.of("." + info.infoHash() + ".parts");
        step(steps, parts, parts);
        return steps;
    }

    private void step(List<Step> steps, List<String> path, List<String> newPath) throws IOException {
        Path source = resolve(from, path);
        Path target = resolve(to, newPath);
        if (!source.equals(target) && Files.isRegularFile(source, LinkOption.NOFOLLOW_LINKS) && !isBehindALink(path)) {
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileAlreadyExistsException(target + " is there already");
            }
            steps.add(new Step(source, target, Files.size(source)));
        }
    }

    private boolean isBehindALink(List<String> path) {
        for (int depth = 1; depth < path.size(); depth++) {
            if (Files.isSymbolicLink(resolve(from, path.subList(0, depth)))) {
                return true;
            }
        }
        return false;
    }

    private static void move(Path source, Path target, LongConsumer copied) throws IOException {
        Files.createDirectories(target.getParent());
        if (Files.getFileStore(source).equals(Files.getFileStore(target.getParent()))) {
            Files.move(source, target);
        } else {
            copy(source, target, copied);
            Files.delete(source);
        }
    }

    /// Copies content and times; a copy that is not finished does not stay.
    static void copy(Path source, Path target, LongConsumer copied) throws IOException {
        try (FileChannel in = FileChannel.open(source, StandardOpenOption.READ);
                FileChannel out = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long length = in.size();
            for (long at = 0; at < length; ) {
                long count = in.transferTo(at, Math.min(COPY_BYTES, length - at), out);
                if (count <= 0) {
                    throw new IOException(source + " was cut short while it was copied");
                }
                at += count;
                copied.accept(at);
            }
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (IOException | CancellationException e) {
            Files.deleteIfExists(target);
            throw e;
        }
        PosixFileAttributeView rights = Files.getFileAttributeView(source, PosixFileAttributeView.class);
        if (rights != null) {
            Files.setPosixFilePermissions(target, rights.readAttributes().permissions());
        }
        Files.setLastModifiedTime(target, Files.getLastModifiedTime(source));
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
