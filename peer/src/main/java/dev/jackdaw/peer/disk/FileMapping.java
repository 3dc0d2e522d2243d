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

/// An open file mapped into memory, which costs address space only: which of its bytes are in the system's memory, and
/// where, so that they can be sent from there without waiting for a device.
///
/// Only the system is to touch the mapping, when it is told to send from it: where the file is shorter now, or its
/// device fails, it gives an error to such a call, but would end a program that reads the memory itself.
///
/// The system says by the mapping which pages it holds (`mincore`). It says so only to who may write the file, else
/// that all are there; and on file systems that have no device of this machine below them, a page that is there may
/// still wait for a server. In both cases there is no mapping.
final class FileMapping {
    static final FileMapping NONE = new FileMapping(null, MemorySegment.NULL);

    /// The system maps so much around a page that is touched.
    private static final long AROUND = 64 * 1024;

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

    private FileMapping(@Nullable Arena arena, MemorySegment mapped) {
        this.arena = arena;
        this.mapped = mapped;
    }

    /// @param path where the file is, for its facts alone
    static FileMapping of(FileChannel file, Path path) throws IOException {
        long length = file.size();
        if (length == 0 || noRoom || !isTold(path)) {
            return NONE;
        }
        Arena arena = Arena.ofShared();
        try {
            return new FileMapping(arena, file.map(MapMode.READ_ONLY, 0, length, arena));
        } catch (IOException | UnsupportedOperationException e) {
            noRoom = true;
            arena.close();
            return NONE;
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

    /// How long the file was when it was opened: what came later is not mapped.
    long length() {
        return mapped.byteSize();
    }

    boolean isHere() {
        return arena != null;
    }

    boolean isInMemory(long position, int length) {
        return arena != null
                && length <= mapped.byteSize() - position
                && mapped.asSlice(position, length).isLoaded();
    }

    /// Where a byte is; 0 if what was sent from there could not be released.
    long address(long position) {
        return arena != null && MappedPages.canBeReleased() ? mapped.address() + position : 0;
    }

    /// To be called once bytes were sent from their address: until then they count as this program's memory.
    void release(long position, int length) {
        long base = mapped.address();
        long from = Math.max(base, base + position & -AROUND);
        long to = Math.min(base + mapped.byteSize(), base + position + length + AROUND - 1 & -AROUND);
        MappedPages.release(mapped.asSlice(from - base, to - from));
    }

    /// Not while it is being asked, or sent from.
    void close() {
        if (arena != null) {
            arena.close();
        }
    }
}
