package dev.jackdaw.peer.http;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The end of one call, however many names, connections and redirects it takes.
///
/// When time is over, the socket in use is closed under its reader. A read timeout would not do: a server that sends a
/// byte a minute meets every one of those.
public final class CallTimer implements AutoCloseable {
    private final Duration limit;
    private final long deadlineNanos;
    private final Consumer<CallTimer> onClose;
    private @Nullable ScheduledFuture<?> alarm;
    private @Nullable Closeable guarded;
    private boolean expired;

    CallTimer(Duration limit, Consumer<CallTimer> onClose) {
        this.limit = limit;
        this.deadlineNanos = System.nanoTime() + limit.toNanos();
        this.onClose = onClose;
    }

    void start(ScheduledExecutorService scheduler) {
        alarm = scheduler.schedule(this::expire, limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    /// What is left, at least one millisecond so that it can be a socket's timeout.
    public Duration remaining() throws HttpException {
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0) {
            throw timeout();
        }
        return Duration.ofNanos(Math.max(left, 1_000_000));
    }

    /// Makes that socket the one to be closed when time is over.
    void guard(Closeable socket) throws IOException {
        synchronized (this) {
            if (!expired) {
                guarded = socket;
                return;
            }
        }
        socket.close();
        throw timeout();
    }

    /// Leaves the socket alone from now on.
    @SuppressWarnings("ReferenceEquality") // this very socket is meant
    synchronized void release(Closeable socket) {
        if (guarded == socket) {
            guarded = null;
        }
    }

    /// What really happened: a socket that fails because time is over fails for that reason.
    IOException explain(IOException failure) {
        synchronized (this) {
            return expired ? timeout() : failure;
        }
    }

    private HttpException timeout() {
        return new HttpException("no complete answer within " + limit.toSeconds() + " s");
    }

    void expire() {
        Closeable socket;
        synchronized (this) {
            expired = true;
            socket = guarded;
            guarded = null;
        }
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException _) {
                // it is gone either way
            }
        }
    }

    /// Ends the call; nothing will be closed any more.
    @Override
    public void close() {
        onClose.accept(this);
        if (alarm != null) {
            alarm.cancel(false);
        }
        synchronized (this) {
            guarded = null;
        }
    }
}
