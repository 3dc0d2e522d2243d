package dev.jackdaw.cli;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The size of the terminal's window in characters.
record WindowSize(int columns, int rows) {
    /// Of a terminal that does not tell.
    static final WindowSize USUAL = new WindowSize(80, 24);

    private static final int STANDARD_OUTPUT = 1;

    /// Asks the terminal behind standard output, each time anew, so that resizing a window shows. Falls back to the
    /// environment's `COLUMNS` and `LINES`, then to 80 × 24.
    static Supplier<WindowSize> ofStandardOutput(Map<String, String> environment) {
        WindowSize fallback = new WindowSize(
                positive(environment.get("COLUMNS")).orElse(USUAL.columns),
                positive(environment.get("LINES")).orElse(USUAL.rows));
        Optional<MethodHandle> ioctl = ioctl();
        if (ioctl.isEmpty()) {
            return () -> fallback;
        }
        return () -> ask(ioctl.get()).orElse(fallback);
    }

    private static Optional<Integer> positive(@Nullable String number) {
        try {
            return Optional.ofNullable(number).map(Integer::valueOf).filter(n -> n > 0);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    @SuppressWarnings("restricted") // a fixed signature of the C library
    private static Optional<MethodHandle> ioctl() {
        if (requestCode() == 0) {
            return Optional.empty();
        }
        try {
            Linker linker = Linker.nativeLinker();
            return linker.defaultLookup()
                    .find("ioctl")
                    .map(address -> linker.downcallHandle(
                            address,
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.ADDRESS),
                            Linker.Option.firstVariadicArg(2)));
        } catch (RuntimeException | LinkageError e) {
            return Optional.empty(); // a platform without a native linker
        }
    }

    /// `TIOCGWINSZ`, or 0 where it is unknown.
    private static long requestCode() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (system.contains("linux")) {
            return 0x5413;
        }
        return system.contains("mac") || system.contains("bsd") ? 0x40087468 : 0;
    }

    private static Optional<WindowSize> ask(MethodHandle ioctl) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment winsize = arena.allocate(4 * Short.BYTES, Short.BYTES);
            int result = (int) ioctl.invokeExact(STANDARD_OUTPUT, requestCode(), winsize);
            int rows = winsize.get(ValueLayout.JAVA_SHORT, 0) & 0xffff;
            int columns = winsize.get(ValueLayout.JAVA_SHORT, Short.BYTES) & 0xffff;
            return result == 0 && rows > 0 && columns > 0
                    ? Optional.of(new WindowSize(columns, rows))
                    : Optional.empty();
        } catch (Throwable e) {
            return Optional.empty();
        }
    }
}
