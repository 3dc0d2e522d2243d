package dev.jackdaw.peer.disk;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// One writer at a time, without anybody waiting: who comes while another writes leaves the work with that one.
///
/// Two threads that write to one file through the cache spin on the file's lock in the kernel (measured: a sixth of the
/// system time of a download). What is left here holds its piece's memory, so the budget for that bounds the queue.
final class WriteTurn {
    private final Deque<Runnable> left = new ArrayDeque<>();
    private boolean taken;

    /// Runs the work now, with all that is left meanwhile, or leaves it with the thread whose turn it is.
    void run(Runnable work) {
        synchronized (this) {
            if (taken) {
                left.add(work);
                return;
            }
            taken = true;
        }
        Throwable failure = null;
        for (Runnable next = work; next != null; next = next()) {
            try {
                next.run();
            } catch (RuntimeException | Error e) {
                failure = e; // the others' work is done all the same
            }
        }
        switch (failure) {
            case null -> {}
            case Error e -> throw e;
            default -> throw (RuntimeException) failure;
        }
    }

    private synchronized @Nullable Runnable next() {
        Runnable next = left.poll();
        taken = next != null;
        return next;
    }
}
