package dev.jackdaw.peer.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/// A directory of a folder, held so that it cannot be exchanged while something is done with a file in it.
///
/// A symbolic link on the way to it is refused, also one planted between a check and the opening: each component
/// is opened relative to the handle of the one before it and never through a link. A missing directory is made
/// under a temporary name in the folder itself, whose path the user chose, and moved into place handle to handle,
/// because the JDK makes directories by path only.
///
/// Where the system has no handles of directories (Windows), every component is checked before and again after
/// opening, before anything is written; opening never truncates, so what a link planted in between can suffer is
/// an empty file.
sealed interface HeldDirectory extends Closeable {
    /// Takes hold of the directory that these names lead to from the root, which may itself be a link.
    ///
    /// @param create whether directories that are missing are made, the root too
    @SuppressWarnings("StreamResourceLeak") // what is held closes it
    static HeldDirectory of(Path root, List<String> names, boolean create) throws IOException {
        DirectoryStream<Path> top = openRoot(root, create);
        if (top instanceof SecureDirectoryStream<Path> handle) {
            return ByHandle.descend(handle, root, names, create);
        }
        top.close();
        return ByPath.descend(root, names, create);
    }

    private static DirectoryStream<Path> openRoot(Path root, boolean create) throws IOException {
        try {
            return Files.newDirectoryStream(root);
        } catch (NoSuchFileException e) {
            if (!create) {
                throw e;
            }
            Files.createDirectories(root);
            return Files.newDirectoryStream(root);
        }
    }

    /// Of a file in it, or of the link that has its name.
    BasicFileAttributes attributes(Path name) throws IOException;

    FileChannel open(Path name, Set<OpenOption> options) throws IOException;

    /// Gives a file another name, there or in another directory, in place of the one that has it.
    void move(Path name, HeldDirectory target, Path targetName) throws IOException;

    void deleteFile(Path name) throws IOException;

    @Override
    void close() throws IOException;

    /// A pipe would block whoever opens it, a device has no length.
    default void requireRegularOrAbsent(Path name) throws IOException {
        try {
            BasicFileAttributes attributes = attributes(name);
            if (attributes.isSymbolicLink()) {
                throw new FileSystemException(name.toString(), null, "is a symbolic link, which is not followed");
            }
            if (attributes.isDirectory()) {
                throw new FileSystemException(name.toString(), null, "is a directory, expected a file");
            }
            if (!attributes.isRegularFile()) {
                throw new FileSystemException(name.toString(), null, "is not a regular file");
            }
        } catch (NoSuchFileException e) {
            return;
        }
    }

    /// By a handle, which goes with the directory wherever it is moved.
    final class ByHandle implements HeldDirectory {
        private static final AtomicLong TEMPORARY_NAMES = new AtomicLong();
        /// One directory at a time: a rename replaces an empty directory, also one that another thread has just
        /// made and is about to create a file in, which would then be created nowhere.
        private static final Object MAKING_DIRECTORIES = new Object();

        /// From the root on, that one last.
        private final Deque<SecureDirectoryStream<Path>> open = new ArrayDeque<>();

        private ByHandle(SecureDirectoryStream<Path> root) {
            open.push(root);
        }

        static ByHandle descend(SecureDirectoryStream<Path> handle, Path root, List<String> names, boolean create)
                throws IOException {
            ByHandle directory = new ByHandle(handle);
            try {
                for (String name : names) {
                    directory.enter(root, root.getFileSystem().getPath(name), create);
                }
                return directory;
            } catch (IOException | RuntimeException e) {
                directory.close();
                throw e;
            }
        }

        private SecureDirectoryStream<Path> here() {
            return open.element();
        }

        private void enter(Path root, Path name, boolean create) throws IOException {
            try {
                open.push(here().newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS));
            } catch (NoSuchFileException e) {
                if (!create) {
                    throw e;
                }
                synchronized (MAKING_DIRECTORIES) {
                    if (!exists(name)) {
                        makeDirectory(root, name);
                    }
                }
                open.push(here().newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS));
            } catch (FileSystemException e) {
                if (attributes(name).isSymbolicLink()) {
                    throw new FileSystemException(
                            name.toString(), null, name + " is a symbolic link, which is not followed");
                }
                throw e;
            }
        }

        private void makeDirectory(Path root, Path name) throws IOException {
            Path temporary = root.getFileSystem()
                    .getPath(".jackdaw-" + ProcessHandle.current().pid() + "-" + TEMPORARY_NAMES.incrementAndGet());
            Files.createDirectory(root.resolve(temporary));
            try {
                open.getLast().move(temporary, here(), name);
            } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
                open.getLast().deleteDirectory(temporary); // another process was first
            } catch (IOException e) {
                open.getLast().deleteDirectory(temporary);
                if (!exists(name)) {
                    throw e;
                }
            }
        }

        private boolean exists(Path name) throws IOException {
            try {
                attributes(name);
                return true;
            } catch (NoSuchFileException e) {
                return false;
            }
        }

        @Override
        public BasicFileAttributes attributes(Path name) throws IOException {
            return here().getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes();
        }

        @Override
        public FileChannel open(Path name, Set<OpenOption> options) throws IOException {
            SeekableByteChannel channel = here().newByteChannel(name, options);
            if (channel instanceof FileChannel file) {
                return file;
            }
            channel.close();
            throw new FileSystemException(name.toString(), null, "is not a file with positions");
        }

        @Override
        public void move(Path name, HeldDirectory target, Path targetName) throws IOException {
            here().move(name, ((ByHandle) target).here(), targetName);
        }

        @Override
        public void deleteFile(Path name) throws IOException {
            here().deleteFile(name);
        }

        @Override
        public void close() throws IOException {
            while (!open.isEmpty()) {
                open.pop().close();
            }
        }
    }

    /// The same by path, for systems without handles of directories.
    record ByPath(Path directory) implements HeldDirectory {
        static ByPath descend(Path root, List<String> directories, boolean create) throws IOException {
            Path at = root;
            for (String directory : directories) {
                at = at.resolve(directory);
                if (create && Files.notExists(at, LinkOption.NOFOLLOW_LINKS)) {
                    Files.createDirectory(at);
                }
                BasicFileAttributes attributes =
                        Files.readAttributes(at, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                if (!attributes.isDirectory() || attributes.isSymbolicLink() || attributes.isOther()) {
                    throw new FileSystemException(at.toString(), null, "is not a directory of this folder");
                }
            }
            ByPath held = new ByPath(at);
            held.requireReal(root, directories);
            return held;
        }

        private void requireReal(Path root, List<String> directories) throws IOException {
            Path expected = root.toRealPath();
            for (String directory : directories) {
                expected = expected.resolve(directory);
            }
            if (!directory.toRealPath().equals(expected)) {
                throw new FileSystemException(directory.toString(), null, "leads out of the folder");
            }
        }

        @Override
        public BasicFileAttributes attributes(Path name) throws IOException {
            return Files.readAttributes(directory.resolve(name), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        }

        @Override
        public FileChannel open(Path name, Set<OpenOption> options) throws IOException {
            Path before = directory.toRealPath();
            FileChannel channel = FileChannel.open(directory.resolve(name), options);
            if (!directory.resolve(name).toRealPath().equals(before.resolve(name))) {
                channel.close();
                throw new FileSystemException(name.toString(), null, "leads out of the folder");
            }
            return channel;
        }

        @Override
        public void move(Path name, HeldDirectory target, Path targetName) throws IOException {
            Files.move(
                    directory.resolve(name),
                    ((ByPath) target).directory().resolve(targetName),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }

        @Override
        public void deleteFile(Path name) throws IOException {
            Files.delete(directory.resolve(name));
        }

        @Override
        public void close() {}
    }
}
