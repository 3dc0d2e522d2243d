package dev.jackdaw.peer.fuzz;

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

    /// Runs the parser, and fails if it breaks a bound; twice, since the first run also pays for loading classes.
    public static void hold(Parser parser) {
        Cost cost = run(parser);
        if (cost.isTooMuch()) {
            cost = run(parser);
        }
        if (cost.isTooMuch()) {
            throw new AssertionError("took " + cost);
        }
    }

    /// @param nanos     of the processor
    /// @param allocated bytes, kept or not
    private record Cost(long nanos, long allocated) {
        boolean isTooMuch() {
            return allocated > MAX_ALLOCATED || nanos > MAX_NANOS;
        }
    }

    private static Cost run(Parser parser) {
        long nanos = THREAD.getCurrentThreadCpuTime();
        long allocated = THREAD.getCurrentThreadAllocatedBytes();
        try {
            parser.read();
        } catch (ProtocolException | IOException e) {
            if (e.getMessage() == null || e.getMessage().length() > 2000) {
                throw new AssertionError("refused without a sentence, or with a long one", e);
            }
        }
        return new Cost(THREAD.getCurrentThreadCpuTime() - nanos, THREAD.getCurrentThreadAllocatedBytes() - allocated);
    }
}
