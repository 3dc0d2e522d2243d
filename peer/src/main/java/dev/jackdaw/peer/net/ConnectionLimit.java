package dev.jackdaw.peer.net;

import java.util.concurrent.atomic.AtomicInteger;

/// How many connections a session may have, and has: those with a finished handshake, and those being dialled.
/// Thread-safe.
final class ConnectionLimit {
    private final int max;
    private final AtomicInteger open = new AtomicInteger();
    private volatile Runnable released = () -> {};

    ConnectionLimit(int max) {
        this.max = max;
    }

    /// Whom to tell, on any thread, that there is a place again.
    void onRelease(Runnable action) {
        released = action;
    }

    /// Takes a place if there is one left.
    boolean tryAcquire() {
        int now = open.get();
        while (now < max) {
            if (open.compareAndSet(now, now + 1)) {
                return true;
            }
            now = open.get();
        }
        return false;
    }

    void release() {
        open.decrementAndGet();
        released.run();
    }

    int open() {
        return open.get();
    }
}
