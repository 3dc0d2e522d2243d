package dev.jackdaw.peer.disk;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// The system calls of 64-bit Linux by which a file's bytes reach a socket without being copied (decision 0024). For
/// one thread.
public final class Sendfile {
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;
    private static final int EINVAL = 22;
    private static final int ENOSYS = 38;

    private static final int O_NOCTTY = 0x100;
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_NOFOLLOW = architecture().equals("amd64") ? 0x20000 : 0x8000;

    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    /// There is more to come: no packet for these bytes alone.
    private static final int MSG_MORE = 0x8000;

    /// Descriptors beside those that files are read by; of files beyond, nothing is sent this way.
    static final int MAX_DESCRIPTORS = 512;

    private static final AtomicInteger DESCRIPTORS = new AtomicInteger();
    private static final AtomicBoolean WARM = new AtomicBoolean();
    private static volatile boolean here = link();

    /// Where the calls leave the error number, and `sendfile` finds the position.
    private final MemorySegment errno;
    private final MemorySegment position;

    private static final class Calls {
        static final StructLayout ERRNO_LAYOUT = Linker.Option.captureStateLayout();
        static final VarHandle ERRNO = ERRNO_LAYOUT.varHandle(MemoryLayout.PathElement.groupElement("errno"));

        private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
        private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

        private static final Linker.Option ERROR = Linker.Option.captureCallState("errno");

        static final MethodHandle OPEN = call("open", FunctionDescriptor.of(INT, ValueLayout.ADDRESS, INT));
        static final MethodHandle CLOSE = call("close", FunctionDescriptor.of(INT, INT));
        static final MethodHandle SEND = call("send", FunctionDescriptor.of(LONG, INT, LONG, LONG, INT), ERROR);
        static final MethodHandle SENDFILE = call("sendfile", FunctionDescriptor.of(LONG, INT, INT, LONG, LONG), ERROR);

        private static MethodHandle call(String name, FunctionDescriptor descriptor, Linker.Option... options) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
        }
    }

    private static String architecture() {
        return System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    }

    /// @throws IllegalStateException unless [#isHere]
    public Sendfile() {
        if (!here) {
            throw new IllegalStateException("not on this system");
        }
        errno = Arena.ofAuto().allocate(Calls.ERRNO_LAYOUT);
        position = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG);
    }

    /// Whether the system has these calls, and this program may make them (`--enable-native-access`).
    public static boolean isHere() {
        return here;
    }

    private static boolean link() {
        if (!System.getProperty("os.name", "").equals("Linux")
                || !(architecture().equals("amd64") || architecture().equals("aarch64"))) {
            return false;
        }
        try {
            return Calls.SENDFILE != null;
        } catch (LinkageError | RuntimeException e) { // access to native functions may be denied
            return false;
        }
    }

    /// Makes the calls once, in vain: the JVM builds its way to a call when it is first made, and an event loop has
    /// better to do for a tenth of a second. For a thread that may take its time; the second time it does nothing.
    public static void warmUp() {
        if (isHere() && !WARM.getAndSet(true)) {
            Sendfile calls = new Sendfile();
            attempt(() -> calls.send(-1, calls.errno.address(), 0));
            attempt(() -> calls.sendfile(-1, -1, 0, 1));
        }
    }

    private static void attempt(Callable<?> call) {
        try {
            call.call();
        } catch (Exception e) {
            return; // there is no such descriptor
        }
    }

    /// Opens a file for [#sendfile].
    ///
    /// @param key which file it has to be ([BasicFileAttributes#fileKey]), whatever has that path now
    /// @return its descriptor, or -1
    static int open(Path path, Object key) {
        if (DESCRIPTORS.incrementAndGet() > MAX_DESCRIPTORS) {
            DESCRIPTORS.decrementAndGet();
            return -1;
        }
        int descriptor;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(path.toString(), StandardCharsets.UTF_8);
            descriptor = (int) Calls.OPEN.invokeExact(name, O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        if (descriptor < 0) {
            DESCRIPTORS.decrementAndGet();
        } else if (!isFile(descriptor, key)) {
            close(descriptor);
            return -1;
        }
        return descriptor;
    }

    private static boolean isFile(int descriptor, Object key) {
        try {
            return key.equals(Files.readAttributes(Path.of("/proc/self/fd/" + descriptor), BasicFileAttributes.class)
                    .fileKey());
        } catch (IOException e) {
            return false;
        }
    }

    static void close(int descriptor) {
        DESCRIPTORS.decrementAndGet();
        try {
            int ignored = (int) Calls.CLOSE.invokeExact(descriptor);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// Sends bytes that others follow.
    ///
    /// @param address where they are
    /// @return how many the socket took, 0 if it takes none now
    public int send(int socket, long address, int length) throws IOException {
        long sent;
        do {
            try {
                sent = (long) Calls.SEND.invokeExact(
                        errno, socket, address, (long) length, MSG_MORE | MSG_DONTWAIT | MSG_NOSIGNAL);
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
        } while (sent < 0 && errno() == EINTR);
        if (sent < 0 && errno() != EAGAIN) {
            throw new IOException("send failed with error " + errno());
        }
        return (int) Math.max(0, sent);
    }

    /// Sends a file's bytes over a socket that does not block.
    ///
    /// @return how many the socket took, 0 if it takes none now
    /// @throws IOException if the connection or the file has failed, which cannot be told apart
    long sendfile(int socket, int file, long from, long length) throws IOException {
        long sent;
        do {
            position.set(ValueLayout.JAVA_LONG, 0, from);
            try {
                sent = (long) Calls.SENDFILE.invokeExact(errno, socket, file, position.address(), length);
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
        } while (sent < 0 && errno() == EINTR);
        if (sent > 0) {
            return sent;
        }
        if (sent == 0) {
            throw new IOException("the file ends at or before " + from);
        }
        if (errno() == EAGAIN) {
            return 0;
        }
        if (errno() == EINVAL || errno() == ENOSYS) {
            here = false; // else every connection would come to this
        }
        throw new IOException("sendfile failed with error " + errno());
    }

    private int errno() {
        return (int) Calls.ERRNO.get(errno, 0L);
    }
}
