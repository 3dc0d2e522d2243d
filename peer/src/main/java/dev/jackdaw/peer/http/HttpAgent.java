package dev.jackdaw.peer.http;

import dev.jackdaw.protocol.PeerAddress;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// Sends GETs, follows redirects and keeps idle connections. Safe for any number of threads.
///
/// The rule on addresses: a request says whether its own host may be local; a redirect may lead to a local address
/// only if that is the address of the server that redirects. A public server therefore cannot make this machine
/// ask its own network for anything, nor a local one a service beside it on another address.
public final class HttpAgent implements AutoCloseable {
    /// The next one is an error.
    public static final int MAX_REDIRECTS = 5;
    /// Idle connections of all servers; the oldest makes room.
    private static final int MAX_IDLE = 16;
    /// Idle for longer, a connection is as likely closed by the server as not.
    private static final long MAX_IDLE_NANOS = Duration.ofSeconds(15).toNanos();

    private final HttpDialer dialer;
    private final String userAgent;
    private final ScheduledThreadPoolExecutor timers;
    private final Set<CallTimer> calls = ConcurrentHashMap.newKeySet();
    private final ArrayDeque<Idle> idle = new ArrayDeque<>();
    private boolean closed;

    private record Idle(HttpConnection connection, long sinceNanos) {}

    /// @param bindAddress the address to dial from; empty for any
    /// @param userAgent   printable ASCII
    public HttpAgent(HostResolver resolver, Optional<InetAddress> bindAddress, String userAgent) {
        this(resolver, bindAddress, userAgent, PeerAddress::isLocal, () ->
                (SSLSocketFactory) SSLSocketFactory.getDefault());
    }

    HttpAgent(
            HostResolver resolver,
            Optional<InetAddress> bindAddress,
            String userAgent,
            Predicate<InetAddress> isLocal,
            Supplier<SSLSocketFactory> tls) {
        this.dialer = new HttpDialer(resolver, bindAddress, isLocal, tls);
        this.userAgent = userAgent;
        this.timers = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("jackdaw-http-timer").daemon().factory());
        timers.setRemoveOnCancelPolicy(true);
    }

    /// Starts the clock of a call.
    ///
    /// @throws HttpException if the agent is closed
    public CallTimer timer(Duration limit) throws HttpException {
        CallTimer timer = new CallTimer(limit, calls::remove);
        synchronized (idle) {
            if (closed) {
                throw new HttpException("the HTTP client is closed");
            }
            calls.add(timer);
            timer.start(timers);
        }
        return timer;
    }

    /// Sends a request and reads the head of the answer, at most [#MAX_REDIRECTS] redirects later; any status but a
    /// redirect is an answer.
    ///
    /// @throws IOException with a sentence that says what went wrong
    public HttpResponse get(HttpRequest request, CallTimer timer) throws IOException {
        HttpRequest next = request;
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            HttpResponse response = exchange(next, timer);
            Optional<String> location = response.head().header("location");
            if (!response.head().isRedirect() || location.isEmpty()) {
                return response;
            }
            InetAddress server = response.address();
            response.close();
            next = next.redirected(next.url().resolve(location.get()), server);
        }
        throw new HttpException("more than " + MAX_REDIRECTS + " redirects");
    }

    private HttpResponse exchange(HttpRequest request, CallTimer timer) throws IOException {
        HttpConnection kept = request.keepAlive() ? takeIdle(request) : null;
        if (kept != null) {
            try {
                timer.guard(kept);
                return exchange(request, kept, timer);
            } catch (HttpException e) {
                throw e;
            } catch (IOException _) {
                timer.remaining(); // the server had closed it: a new one, if there is time
            }
        }
        HttpConnection fresh = dialer.dial(request, timer);
        timer.guard(fresh);
        return exchange(request, fresh, timer);
    }

    private HttpResponse exchange(HttpRequest request, HttpConnection connection, CallTimer timer) throws IOException {
        try {
            connection.send(request, userAgent);
            HttpHead head = connection.readHead();
            return new HttpResponse(head, connection, timer, request.keepAlive(), this::keep);
        } catch (IOException e) {
            closeQuietly(connection);
            throw timer.explain(e);
        }
    }

    private @Nullable HttpConnection takeIdle(HttpRequest request) throws IOException {
        synchronized (idle) {
            dropOld();
            for (Iterator<Idle> each = idle.descendingIterator(); each.hasNext(); ) {
                HttpConnection connection = each.next().connection();
                if (connection.origin().sameOrigin(request.url())
                        && request.mayGoTo(connection.address(), connection.isLocal())
                        && connection.isQuiet()) {
                    each.remove();
                    return connection;
                }
            }
            return null;
        }
    }

    private void keep(HttpConnection connection) {
        synchronized (idle) {
            dropOld();
            if (!closed) {
                if (idle.size() == MAX_IDLE) {
                    closeQuietly(idle.removeFirst().connection());
                }
                idle.addLast(new Idle(connection, System.nanoTime()));
                return;
            }
        }
        closeQuietly(connection);
    }

    private void dropOld() {
        long now = System.nanoTime();
        while (!idle.isEmpty() && now - idle.getFirst().sinceNanos() > MAX_IDLE_NANOS) {
            closeQuietly(idle.removeFirst().connection());
        }
    }

    static void closeQuietly(Closeable connection) {
        try {
            connection.close();
        } catch (IOException _) {
            // it is gone either way
        }
    }

    /// Closes all connections; calls under way fail.
    @Override
    public void close() {
        synchronized (idle) {
            closed = true;
            idle.forEach(each -> closeQuietly(each.connection()));
            idle.clear();
        }
        timers.shutdownNow();
        calls.forEach(CallTimer::expire);
    }
}
