package dev.jackdaw.peer.disk;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Which bytes of an open file are in the system's memory, so that reading them waits for no device.
///
/// The file is mapped, but never touched through the mapping, which costs address space only: by it the system says
/// which pages it holds (`mincore`). It says so only to who may write the file, else that all are there; and on file
/// systems that have no device of this machine below them, a page that is there may still wait for a server. In both
/// cases nothing is known.
final class Residency {
    /// Nothing is known.
    static final Residency UNKNOWN = new Residency(null, MemorySegment.NULL);

    /// Names of file systems as Linux and macOS give them. XFS is not one of them: there, reading waits for whoever
    /// writes to the same file. Nor are those that have others below them.
    private static final Set<String> LOCAL =
            Set.of("apfs", "bcachefs", "btrfs", "ext2", "ext3", "ext4", "f2fs", "hfs", "tmpfs");

    /// Whether a device has one of those, by its number; finding out reads all that is mounted. Forgotten now and then,
    /// since numbers come again.
    private static final Map<Object, Boolean> LOCAL_DEVICES = new ConcurrentHashMap<>();

    private static final long REMEMBER_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final AtomicLong FORGOTTEN_AT = new AtomicLong(System.nanoTime());

    /// Set when there was no room for a mapping: the JVM collects all garbage and waits before it says so, each time.
    private static volatile boolean noRoom;

    private final @Nullable Arena arena;
    private final MemorySegment mapped;

    private Residency(@Nullable Arena arena, MemorySegment mapped) {
        this.arena = arena;
        this.mapped = mapped;
    }

    /// @param path where the file is, for its facts alone
    static Residency of(FileChannel file, Path path) throws IOException {
        long length = file.size();
        if (length == 0 || noRoom || !isTold(path)) {
            return UNKNOWN;
        }
        Arena arena = Arena.ofShared();
        try {
            return new Residency(arena, file.map(MapMode.READ_ONLY, 0, length, arena));
        } catch (IOException | UnsupportedOperationException e) {
            noRoom = true;
            arena.close();
            return UNKNOWN;
        }
    }

    private static boolean isTold(Path path) {
        try {
            return isLocal(path) && Files.isWritable(path);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private static boolean isLocal(Path path) throws IOException {
        long now = System.nanoTime();
        long forgottenAt = FORGOTTEN_AT.get();
        if (now - forgottenAt > REMEMBER_NANOS && FORGOTTEN_AT.compareAndSet(forgottenAt, now)) {
            LOCAL_DEVICES.clear();
        }
        Object device = Files.getAttribute(path, "unix:dev", LinkOption.NOFOLLOW_LINKS);
        Boolean local = LOCAL_DEVICES.get(device);
        if (local == null) {
            local = LOCAL.contains(Files.getFileStore(path).type());
            LOCAL_DEVICES.put(device, local);
        }
        return local;
    }

    boolean isKnown() {
        return arena != null;
    }

    /// How long the file was when it was opened: of what came later nothing is known.
    long length() {
        return mapped.byteSize();
    }

    boolean isInMemory(long position, int length) {
        return arena != null
                && length <= mapped.byteSize() - position
                && mapped.asSlice(position, length).isLoaded();
    }

    /// Not while it is being asked.
    void close() {
        if (arena != null) {
            arena.close();
        }
    }
}
