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
    static final FileMapping NONE = new FileMapping(null, MemorySegment.NULL, false);

    /// Around a page that is touched the system maps what it holds together, which is at most so much and begins at a
    /// multiple of it in the file; else pages near it.
    private static final long FOLIO = 2 << 20;

    private static final long NEAR = 64 * 1024;

    /// Names of file systems as Linux and macOS give them; not those that have others below them.
    private static final Set<String> LOCAL =
            Set.of("apfs", "bcachefs", "btrfs", "ext2", "ext3", "ext4", "f2fs", "hfs", "tmpfs", "xfs");

    /// Of those, where reading waits for whoever writes to the same file. Sending from the mapping does not.
    private static final Set<String> READS_WAIT = Set.of("xfs");

    /// The names by the devices' numbers; finding out reads all that is mounted. Forgotten now and then, since numbers
    /// come again.
    private static final Map<Object, String> FILE_SYSTEMS = new ConcurrentHashMap<>();

    private static final long REMEMBER_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final AtomicLong FORGOTTEN_AT = new AtomicLong(System.nanoTime());

    /// Set when there was no room for a mapping: the JVM collects all garbage and waits before it says so, each time.
    private static volatile boolean noRoom;

    private final @Nullable Arena arena;
    private final MemorySegment mapped;
    private final boolean readsWait;

    private FileMapping(@Nullable Arena arena, MemorySegment mapped, boolean readsWait) {
        this.arena = arena;
        this.mapped = mapped;
        this.readsWait = readsWait;
    }

    /// Takes its time: not for an event loop.
    ///
    /// @param path where the file is, for its facts alone
    static FileMapping of(FileChannel file, Path path) throws IOException {
        long length = file.size();
        if (length == 0 || noRoom || !Files.isWritable(path)) {
            return NONE;
        }
        String fileSystem = fileSystem(path);
        if (!LOCAL.contains(fileSystem)) {
            return NONE;
        }
        MappedPages.prepare();
        Arena arena = Arena.ofShared();
        try {
            return new FileMapping(
                    arena, file.map(MapMode.READ_ONLY, 0, length, arena), READS_WAIT.contains(fileSystem));
        } catch (IOException | UnsupportedOperationException e) {
            noRoom = true;
            arena.close();
            return NONE;
        }
    }

    /// Empty if it cannot be told.
    private static String fileSystem(Path path) {
        long now = System.nanoTime();
        long forgottenAt = FORGOTTEN_AT.get();
        if (now - forgottenAt > REMEMBER_NANOS && FORGOTTEN_AT.compareAndSet(forgottenAt, now)) {
            FILE_SYSTEMS.clear();
        }
        try {
            Object device = Files.getAttribute(path, "unix:dev", LinkOption.NOFOLLOW_LINKS);
            String name = FILE_SYSTEMS.get(device);
            if (name == null) {
                name = Files.getFileStore(path).type();
                FILE_SYSTEMS.put(device, name);
            }
            return name;
        } catch (IOException | UnsupportedOperationException e) {
            return "";
        }
    }

    /// How long the file was when it was opened: what came later is not mapped.
    long length() {
        return mapped.byteSize();
    }

    boolean isHere() {
        return arena != null;
    }

    /// Whether reading bytes that are in memory may wait all the same.
    boolean readsWait() {
        return readsWait;
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
        long from = Math.max(0, position - NEAR & -FOLIO);
        long to = Math.min(mapped.byteSize(), position + length + NEAR + FOLIO - 1 & -FOLIO);
        MappedPages.release(mapped.asSlice(from, to - from));
    }

    /// Not while it is being asked, or sent from.
    void close() {
        if (arena != null) {
            arena.close();
        }
    }
}
