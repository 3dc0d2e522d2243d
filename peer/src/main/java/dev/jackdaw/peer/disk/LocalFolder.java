package dev.jackdaw.peer.disk;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// A [Folder] on the machine's file system, from which nothing leads out.
///
/// A symbolic link below the directory is refused, whenever it was planted: a file is opened, moved and deleted
/// through the [HeldDirectory] that it is in. All of that happens when a file is opened, nothing of it when it is
/// used.
final class LocalFolder implements Folder {
    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> WRITE = Set.of(
            StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE, LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> WRITE_DIRECTLY = Set.of(
            StandardOpenOption.WRITE, StandardOpenOption.CREATE, LinkOption.NOFOLLOW_LINKS, ExtendedOpenOption.DIRECT);
    private static final boolean SECURE = !System.getProperty("os.name", "").startsWith("Windows");

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
        T run(HeldDirectory parent, Path name) throws IOException;
    }

    private <T> T inParent(String operation, List<String> path, boolean create, Action<T> action) throws IOException {
        try (HeldDirectory parent = HeldDirectory.of(root, path.subList(0, path.size() - 1), create)) {
            return action.run(parent, root.getFileSystem().getPath(path.getLast()));
        } catch (FileSystemException | IllegalArgumentException e) {
            throw StorageException.of(operation, describe(path), e);
        }
    }
}
