package dev.jackdaw.fuzz;

import com.sun.management.ThreadMXBean;
import dev.jackdaw.protocol.ProtocolException;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/// What reading any bytes from outside may cost, whoever reads them: nothing is thrown but what is declared,
/// within a second of processor time, and with 64 MiB of allocation, whether it is kept or not.
public final class Bounds {
    static final long MAX_NANOS = 1_000_000_000L;
    static final long MAX_ALLOCATED = 64L << 20;

    private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Bounds() {}

    /// A parser under test. What it declares beyond these is a bug.
    public interface Parser {
        void read() throws ProtocolException, IOException;
    }

    /// Runs the parser, and fails if it breaks a bound; twice, since the first run also pays for loading classes,
    /// and its time is that of the clock, which is cheap to read but goes on while others have the processor.
    public static void hold(Parser parser) {
        long begun = System.nanoTime();
        long allocatedBefore = THREAD.getCurrentThreadAllocatedBytes();
        run(parser);
        long allocated = THREAD.getCurrentThreadAllocatedBytes() - allocatedBefore;
        if (allocated > MAX_ALLOCATED || System.nanoTime() - begun > MAX_NANOS) {
            holdExactly(parser);
        }
    }

    private static void holdExactly(Parser parser) {
        long begun = THREAD.getCurrentThreadCpuTime();
        long allocatedBefore = THREAD.getCurrentThreadAllocatedBytes();
        run(parser);
        long allocated = THREAD.getCurrentThreadAllocatedBytes() - allocatedBefore;
        long nanos = THREAD.getCurrentThreadCpuTime() - begun;
        if (allocated > MAX_ALLOCATED || nanos > MAX_NANOS) {
            throw new AssertionError("took " + nanos + " ns of processor time and " + allocated + " bytes");
        }
    }

    private static void run(Parser parser) {
        try {
            parser.read();
        } catch (ProtocolException | IOException e) {
            if (e.getMessage() == null || e.getMessage().length() > 2000) {
                throw new AssertionError("refused without a sentence, or with a long one", e);
            }
        }
    }
}
