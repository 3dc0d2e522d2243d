package dev.jackdaw.peer.disk;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;

/// Takes pages of mapped files out of this program's memory again, which they come into when something is sent from
/// them: the files stay in the system's. By `madvise` of 64-bit Linux.
final class MappedPages {
    private static final int MADV_DONTNEED = 4;

    private static final AtomicBoolean PREPARED = new AtomicBoolean();
    private static volatile boolean here = link();

    private static final class Calls {
        static final MethodHandle MADVISE = Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().findOrThrow("madvise"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT));
    }

    private MappedPages() {}

    /// Whether the system has this call, and this program may make it (`--enable-native-access`).
    static boolean canBeReleased() {
        return here;
    }

    private static boolean link() {
        String architecture = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        if (!System.getProperty("os.name", "").equals("Linux")
                || !(architecture.equals("amd64") || architecture.equals("aarch64"))) {
            return false;
        }
        try {
            return Calls.MADVISE != null;
        } catch (LinkageError | RuntimeException e) { // access to native functions may be denied
            return false;
        }
    }

    /// Makes the call once, for nothing, if it was not yet made: the JVM builds its way to a call when it is first made,
    /// and an event loop has better to do for a tenth of a second.
    static void prepare() {
        if (here && !PREPARED.getAndSet(true)) {
            release(MemorySegment.NULL);
        }
    }

    /// @param pages of a mapped file
    static void release(MemorySegment pages) {
        try {
            here &= (int) Calls.MADVISE.invokeExact(pages, pages.byteSize(), MADV_DONTNEED) == 0;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
