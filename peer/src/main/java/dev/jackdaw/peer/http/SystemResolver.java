package dev.jackdaw.peer.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The system's name service, asked on a few threads of its own.
///
/// A lookup is a native call that cannot be interrupted: on a virtual thread it would hold its carrier, and a name
/// server that is silent would stop every other virtual thread. Here it holds one of [#THREADS] platform threads, and
/// whoever waits stops waiting in time.
public final class SystemResolver implements HostResolver, AutoCloseable {
    /// Lookups at a time.
    private static final int THREADS = 4;
    /// Lookups waiting for a thread; the next one fails at once, as for a name server that is too slow.
    private static final int MAX_WAITING = 1024;

    private final ThreadPoolExecutor threads;

    public SystemResolver() {
        threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING),
                Thread.ofPlatform().name("jackdaw-dns-", 0).daemon().factory());
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public List<InetAddress> resolve(String host, Duration timeout) throws IOException {
        if (isLiteral(host)) {
            return List.of(InetAddress.getByName(host));
        }
        Future<InetAddress[]> lookup;
        try {
            lookup = threads.submit(() -> InetAddress.getAllByName(host));
        } catch (RejectedExecutionException _) {
            throw new HttpException(
                    "cannot look up " + host + ": the resolver is closed or has " + MAX_WAITING + " waiting");
        }
        try {
            return List.of(lookup.get(Math.max(1, timeout.toNanos()), TimeUnit.NANOSECONDS));
        } catch (TimeoutException | CancellationException _) {
            lookup.cancel(false);
            throw new HttpException("no answer from the name server about " + host);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof UnknownHostException
                    ? new HttpException("unknown host " + host)
                    : new HttpException("cannot look up " + host + ": " + e.getCause());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new HttpException("interrupted while looking up " + host);
        }
    }

    /// Whether the text is an address, which no name server needs to be asked about.
    private static boolean isLiteral(String host) {
        return host.indexOf(':') >= 0 || host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    }

    /// Pending lookups fail.
    @Override
    public void close() {
        threads.shutdownNow().forEach(task -> ((Future<?>) task).cancel(false));
    }
}
