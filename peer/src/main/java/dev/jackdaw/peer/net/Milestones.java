package dev.jackdaw.peer.net;

import dev.jackdaw.peer.SessionException;
import dev.jackdaw.protocol.metainfo.Info;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/// What callers wait for in the life of a torrent. Thread-safe; told by the torrent's loop.
final class Milestones {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Optional<Info> info = Optional.empty();
    private boolean complete;
    private Optional<String> failure = Optional.empty();
    private Optional<String> end = Optional.empty();

    void infoKnown(Info known) {
        tell(() -> info = Optional.of(known));
    }

    /// Whether every wanted byte is here and verified.
    void complete(boolean now) {
        tell(() -> complete = now);
    }

    /// Why it cannot go on; empty when it goes on.
    void failure(Optional<String> reason) {
        tell(() -> failure = reason);
    }

    /// Nothing will happen any more; the first reason counts.
    void ended(String reason) {
        tell(() -> end = end.or(() -> Optional.of(reason)));
    }

    Info awaitInfo(Duration timeout) throws InterruptedException, TimeoutException {
        await(() -> info.isPresent(), timeout.toNanos(), "metadata");
        return info.orElseThrow();
    }

    void awaitComplete() throws InterruptedException {
        try {
            await(() -> complete, Long.MAX_VALUE, "completion");
        } catch (TimeoutException e) {
            throw new IllegalStateException(e); // not within 292 years
        }
    }

    void awaitComplete(Duration timeout) throws InterruptedException, TimeoutException {
        await(() -> complete, timeout.toNanos(), "completion");
    }

    private void await(BooleanSupplier reached, long timeoutNanos, String what)
            throws InterruptedException, TimeoutException {
        lock.lockInterruptibly();
        try {
            long left = timeoutNanos;
            while (!reached.getAsBoolean()) {
                if (end.isPresent()) {
                    throw new SessionException(end.get() + " before its " + what);
                }
                if (failure.isPresent()) {
                    throw new SessionException(failure.get());
                }
                if (left <= 0) {
                    throw new TimeoutException(
                            "no " + what + " within " + TimeUnit.NANOSECONDS.toSeconds(timeoutNanos) + " s");
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private void tell(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
