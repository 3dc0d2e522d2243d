package dev.jackdaw.peer.net;

import dev.jackdaw.protocol.Ticker;
import io.netty.channel.EventLoop;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/// Something that lives on a loop, as other threads see it: a value that is never older than a moment, nor than the
/// last change of version, and that costs the loop one reading a moment however often it is asked for.
final class LoopView<T> {
    private static final long MAX_AGE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /// How long a caller waits for a busy loop before it is content with the last value.
    private static final long MAX_WAIT_MILLIS = 1_000;

    private record Reading<T>(T value, int version, long atNanos) {}

    private final EventLoop loop;
    private final Ticker ticker;
    private final IntSupplier version;
    private final Supplier<T> source;
    private volatile Reading<T> last;
    private volatile boolean frozen;

    /// @param initial what is seen before the first reading
    /// @param version changes when a caller must not see an older value; any thread
    /// @param source  reads the value, on the loop
    LoopView(EventLoop loop, Ticker ticker, T initial, IntSupplier version, Supplier<T> source) {
        this.loop = loop;
        this.ticker = ticker;
        this.version = version;
        this.source = source;
        this.last = new Reading<>(initial, version.getAsInt(), ticker.nanos() - MAX_AGE_NANOS);
    }

    T get() {
        Reading<T> seen = last;
        if (frozen || isFresh(seen)) {
            return seen.value();
        }
        if (loop.inEventLoop()) {
            return refresh();
        }
        try {
            return loop.submit(this::refresh).get(MAX_WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException | RejectedExecutionException e) {
            // the loop is busy or has ended: the last value is the best there is
        }
        return last.value();
    }

    /// Keeps the present value for good; on the loop.
    void freeze() {
        if (!frozen) {
            last = read();
            frozen = true;
        }
    }

    private T refresh() {
        Reading<T> seen = last;
        if (!frozen && !isFresh(seen)) {
            seen = read();
            last = seen;
        }
        return seen.value();
    }

    private Reading<T> read() {
        int before = version.getAsInt();
        return new Reading<>(source.get(), before, ticker.nanos());
    }

    private boolean isFresh(Reading<T> reading) {
        return reading.version() == version.getAsInt() && ticker.nanos() - reading.atNanos() < MAX_AGE_NANOS;
    }
}
