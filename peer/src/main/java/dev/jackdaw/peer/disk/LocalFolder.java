package dev.jackdaw.peer.disk;

import com.sun.nio.file.ExtendedOpenOption;
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
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// A [Folder] on the machine's file system, from which nothing leads out.
///
/// A symbolic link below the directory is refused, also one planted between a check and the opening: each component is
/// opened relative to the handle of the one before it and never through a link. A missing directory is made under a
/// temporary name in the folder itself, whose path the user chose, and moved into place handle to handle, because the
/// JDK makes directories by path only. All of this happens when a file is opened, nothing of it when it is used.
///
/// Where the system has no handles of directories (Windows), every component is checked before and again after opening,
/// before anything is written; opening never truncates, so what a link planted in between can suffer is an empty file.
final class LocalFolder implements Folder {
    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> WRITE = Set.of(
            StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE, LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> WRITE_DIRECTLY = Set.of(
            StandardOpenOption.WRITE, StandardOpenOption.CREATE, LinkOption.NOFOLLOW_LINKS, ExtendedOpenOption.DIRECT);
    private static final AtomicLong TEMPORARY_NAMES = new AtomicLong();
    /// One directory at a time: a rename replaces an empty directory, also one that another thread has just made and is
    /// about to create a file in, which would then be created nowhere.
    private static final Object MAKING_DIRECTORIES = new Object();

    private final Path root;

    /// @param root followed if it is itself a symbolic link: the user chose it
    LocalFolder(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    @Override
    public OpenFile openForReading(List<String> path) throws IOException {
        return inParent("open", path, false, (parent, name) -> {
            parent.requireRegularOrAbsent(name);
            return new ChannelFile(parent.open(name, READ));
        });
    }

    @Override
    public OpenFile openForServing(List<String> path) throws IOException {
        return inParent("open", path, false, (parent, name) -> {
            parent.requireRegularOrAbsent(name);
            FileChannel channel = parent.open(name, READ);
            boolean mapped = false;
            try {
                ChannelFile file = new ChannelFile(channel, FileMapping.of(channel, resolve(path)));
                mapped = true;
                return file;
            } finally {
                if (!mapped) {
                    channel.close();
                }
            }
        });
    }

    @Override
    public OpenFile openForWriting(List<String> path) throws IOException {
        return inParent("open", path, true, (parent, name) -> {
            parent.requireRegularOrAbsent(name);
            return new ChannelFile(parent.open(name, WRITE));
        });
    }

    @Override
    public OpenFile openForDirectWriting(List<String> path) throws IOException {
        try {
            return inParent("open", path, true, (parent, name) -> {
                parent.requireRegularOrAbsent(name);
                return new ChannelFile(parent.open(name, WRITE_DIRECTLY));
            });
        } catch (UnsupportedOperationException e) {
            throw new StorageException("open", describe(path), "writes past the cache are not supported there");
        }
    }

    /// By path, which may lead through a link: nothing is read or written here, and opening decides.
    @Override
    public Optional<Facts> facts(List<String> path) throws IOException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(resolve(path), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.isRegularFile()
                    ? Optional.of(new Facts(
                            attributes.size(), attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS)))
                    : Optional.empty();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return Optional.empty();
        } catch (FileSystemException e) {
            if ("Not a directory".equals(e.getReason())) {
                return Optional.empty();
            }
            throw StorageException.of("look at", describe(path), e);
        } catch (IllegalArgumentException e) {
            throw StorageException.of("look at", describe(path), e);
        }
    }

    @Override
    public void rename(List<String> from, List<String> to) throws IOException {
        inParent(
                "rename",
                from,
                false,
                (source, sourceName) -> inParent("rename", to, true, (target, targetName) -> {
                    source.move(sourceName, target, targetName);
                    return true;
                }));
    }

    @Override
    public void delete(List<String> path) throws IOException {
        if (facts(path).isEmpty()) {
            return;
        }
        inParent("delete", path, false, (parent, name) -> {
            parent.deleteFile(name);
            return true;
        });
    }

    /// Directories cannot be forced everywhere (Windows keeps names by other means); that is no failure.
    @Override
    public void forceNames(List<String> directory) throws IOException {
        Path path = directory.isEmpty() ? root : resolve(directory);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (NoSuchFileException e) {
            throw StorageException.of("force", path.toString(), e);
        } catch (IOException e) {
            if (SECURE) {
                throw StorageException.of("force", path.toString(), e);
            }
        }
    }

    @Override
    public String describe(List<String> path) {
        return root + "/" + String.join("/", path);
    }

    private Path resolve(List<String> path) {
        Path result = root;
        for (String component : path) {
            result = result.resolve(component);
        }
        return result;
    }

    @FunctionalInterface
    private interface Action<T> {
        T run(Parent parent, Path name) throws IOException;
    }

    private <T> T inParent(String operation, List<String> path, boolean create, Action<T> action) throws IOException {
        try (Parent parent = descend(path.subList(0, path.size() - 1), create)) {
            return action.run(parent, root.getFileSystem().getPath(path.getLast()));
        } catch (FileSystemException | IllegalArgumentException e) {
            throw StorageException.of(operation, describe(path), e);
        }
    }

    @SuppressWarnings("StreamResourceLeak") // the parent closes it
    private Parent descend(List<String> directories, boolean create) throws IOException {
        DirectoryStream<Path> top = openRoot(create);
        if (!(top instanceof SecureDirectoryStream<Path> secureRoot)) {
            top.close();
            return CheckedParent.descend(root, directories, create);
        }
        HandleParent parent = new HandleParent(secureRoot);
        try {
            for (String directory : directories) {
                parent.enter(root, root.getFileSystem().getPath(directory), create);
            }
            return parent;
        } catch (IOException | RuntimeException e) {
            parent.close();
            throw e;
        }
    }

    private DirectoryStream<Path> openRoot(boolean create) throws IOException {
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

    private static final boolean SECURE = !System.getProperty("os.name", "").startsWith("Windows");

    /// The directory that holds a file, held so that it cannot be exchanged.
    private sealed interface Parent extends Closeable {
        BasicFileAttributes attributes(Path name) throws IOException;

        FileChannel open(Path name, Set<OpenOption> options) throws IOException;

        void move(Path name, Parent target, Path targetName) throws IOException;

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
    }

    private static final class HandleParent implements Parent {
        private final Deque<SecureDirectoryStream<Path>> open = new ArrayDeque<>();

        HandleParent(SecureDirectoryStream<Path> root) {
            open.push(root);
        }

        private SecureDirectoryStream<Path> here() {
            return open.element();
        }

        void enter(Path root, Path name, boolean create) throws IOException {
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
        public void move(Path name, Parent target, Path targetName) throws IOException {
            here().move(name, ((HandleParent) target).here(), targetName);
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
    private record CheckedParent(Path directory) implements Parent {
        static CheckedParent descend(Path root, List<String> directories, boolean create) throws IOException {
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
            CheckedParent parent = new CheckedParent(at);
            parent.requireReal(root, directories);
            return parent;
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
        public void move(Path name, Parent target, Path targetName) throws IOException {
            Files.move(
                    directory.resolve(name),
                    ((CheckedParent) target).directory().resolve(targetName),
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
