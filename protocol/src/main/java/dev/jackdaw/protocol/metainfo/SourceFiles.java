package dev.jackdaw.protocol.metainfo;

import dev.jackdaw.protocol.Printable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/// The files that a new torrent is made of, in its order: by name, component for component, which is the same on every
/// system.
///
/// Empty directories have no place in a torrent. A symbolic link counts as the file it leads to if that is a regular
/// file inside the source; any other link is an error rather than a leak of what lies outside or a silent gap.
///
/// @param single whether the source is a file, not a directory
record SourceFiles(boolean single, List<SourceFile> files, long totalLength) {
    /// Directories inside each other; a deeper source is refused, as it would be when its torrent is read.
    private static final int MAX_DEPTH = SafePaths.MAX_DEPTH;
    /// Chars of a path in a message.
    private static final int SHOWN_LENGTH = 400;

    SourceFiles {
        files = List.copyOf(files);
    }

    /// One file as it was when the source was listed.
    ///
    /// @param name its components below the source directory; empty for a single file
    /// @param path where it really is, links resolved
    record SourceFile(List<String> name, Path path, long length, FileTime modified) {
        /// Fails if the file is not the one that was listed, so that a torrent never describes a mixture.
        void requireUnchanged() throws IOException {
            BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (now.size() != length || !now.lastModifiedTime().equals(modified)) {
                throw new IOException(shown(path) + " changed while it was read");
            }
        }
    }

    static SourceFiles list(Path source) throws IOException, InterruptedException {
        if (!Files.exists(source)) {
            throw new NoSuchFileException(source.toString(), null, "no such file or directory");
        }
        Path root = source.toRealPath();
        Lister lister = new Lister(root);
        boolean single = Files.isRegularFile(root);
        lister.add(root, List.of());
        if (lister.totalLength == 0) {
            throw new IOException(shown(source) + " holds no data: a torrent needs at least one byte");
        }
        return new SourceFiles(single, lister.files, lister.totalLength);
    }

    static String shown(Path path) {
        return Printable.of(path.toString(), SHOWN_LENGTH);
    }

    /// A sentence that names the file, which the system's own often does not.
    static IOException unreadable(Path path, IOException cause) {
        String reason = switch (cause) {
            case AccessDeniedException _ -> "permission denied";
            case FileSystemException failure when failure.getReason() != null -> failure.getReason();
            default -> String.valueOf(cause.getMessage());
        };
        return new IOException("cannot read " + shown(path) + ": " + reason, cause);
    }

    private static final class Lister {
        private final Path root;
        private final List<SourceFile> files = new ArrayList<>();
        private long totalLength;

        Lister(Path root) {
            this.root = root;
        }

        private void add(Path path, List<String> name) throws IOException, InterruptedException {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            BasicFileAttributes attributes =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (attributes.isSymbolicLink()) {
                addLink(path, name);
            } else if (attributes.isDirectory()) {
                addDirectory(path, name);
            } else if (attributes.isRegularFile()) {
                addFile(path, name, attributes);
            } else {
                throw new IOException(shown(path) + " is neither a file nor a directory");
            }
        }

        private void addLink(Path link, List<String> name) throws IOException {
            Path target;
            try {
                target = link.toRealPath();
            } catch (NoSuchFileException e) {
                throw new IOException(shown(link) + " is a symbolic link to nothing", e);
            }
            if (!target.startsWith(root)) {
                throw new IOException(shown(link) + " is a symbolic link out of the directory, to " + shown(target));
            }
            BasicFileAttributes attributes = Files.readAttributes(target, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                throw new IOException(shown(link) + " is a symbolic link to a directory, which is not followed");
            }
            addFile(target, name, attributes);
        }

        private void addDirectory(Path directory, List<String> name) throws IOException, InterruptedException {
            if (name.size() >= MAX_DEPTH) {
                throw new IOException(shown(directory) + " is deeper than " + MAX_DEPTH + " directories");
            }
            List<Path> children = new ArrayList<>();
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
                stream.forEach(children::add);
            } catch (DirectoryIteratorException e) {
                throw unreadable(directory, Objects.requireNonNull(e.getCause()));
            } catch (IOException e) {
                throw unreadable(directory, e);
            }
            children.sort(Comparator.comparing(child -> child.getFileName().toString()));
            for (Path child : children) {
                String component = child.getFileName().toString();
                if (component.indexOf('\ufffd') >= 0) {
                    throw new IOException("the name of " + shown(child) + " is not text in UTF-8: rename it first");
                }
                List<String> childName = new ArrayList<>(name);
                childName.add(component);
                add(child, childName);
            }
        }

        private void addFile(Path path, List<String> name, BasicFileAttributes attributes) throws IOException {
            if (files.size() == Info.MAX_FILES) {
                throw new IOException("more than " + Info.MAX_FILES + " files");
            }
            totalLength = Math.addExact(totalLength, attributes.size());
            files.add(new SourceFile(List.copyOf(name), path, attributes.size(), attributes.lastModifiedTime()));
        }
    }
}
