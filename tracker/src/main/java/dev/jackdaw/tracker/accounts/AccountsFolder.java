package dev.jackdaw.tracker.accounts;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// The directory of a tracker's [Accounts], which is its own as long as this is open: the journal and its name are in
/// it, and the embedded database.
final class AccountsFolder implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(AccountsFolder.class.getName());

    private final Path path;
    private final FileChannel lock;

    private AccountsFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /// Makes the directory if there is none, for this user's eyes only, and locks it.
    ///
    /// @throws IOException if that cannot be done, or if another tracker has it
    static AccountsFolder open(Path path) throws IOException {
        Files.createDirectories(path);
        restrict(path);
        return new AccountsFolder(path, lock(path));
    }

    Path journal() {
        return path.resolve("journal");
    }

    Path embeddedDatabase() {
        return path.resolve("accounts.sqlite").toAbsolutePath();
    }

    /// Passkeys are in there: nobody else needs to look.
    private static void restrict(Path directory) throws IOException {
        try {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        } catch (UnsupportedOperationException _) {
            // not that kind of system
        }
    }

    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        @Nullable FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException _) {
            // another tracker in this process
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        if (lock == null) {
            throw new IOException(directory + " is in use by another tracker; give each a directory of its own");
        }
        return channel;
    }

    /// The name under which the database keeps how far this directory's journal was taken.
    /// The journal has to be there.
    String node() throws IOException {
        Path file = journal().resolve("node");
        if (!Files.exists(file)) {
            byte[] bytes = new byte[16];
            new SecureRandom().nextBytes(bytes);
            Path temporary = file.resolveSibling("node.new");
            Files.writeString(temporary, HexFormat.of().formatHex(bytes));
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return Files.readString(file, StandardCharsets.US_ASCII).strip();
    }

    /// Lets another tracker have it.
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "closing the lock", e);
        }
    }
}
