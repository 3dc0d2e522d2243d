package dev.jackdaw.peer.net;

import dev.jackdaw.peer.SessionEvent;
import dev.jackdaw.peer.SessionListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The way of events from the loops to listeners, in order, on a thread of its own: a listener that blocks holds up
/// only other listeners.
final class EventFeed implements AutoCloseable {
    /// Events that wait for a slow listener; beyond, the oldest are lost.
    private static final int MAX_WAITING = 65_536;

    private static final long IDLE_SECONDS = 5;
    private static final long CLOSE_MILLIS = 1_000;

    private static final Logger LOGGER = System.getLogger(EventFeed.class.getName());

    private final List<SessionListener> listeners = new CopyOnWriteArrayList<>();
    private final ThreadPoolExecutor thread;

    EventFeed() {
        thread = new ThreadPoolExecutor(
                1,
                1,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MAX_WAITING),
                Thread.ofPlatform().daemon().name("jackdaw-events").factory(),
                new ThreadPoolExecutor.DiscardOldestPolicy());
        thread.allowCoreThreadTimeOut(true);
    }

    void add(SessionListener listener) {
        listeners.add(listener);
    }

    void remove(SessionListener listener) {
        listeners.remove(listener);
    }

    void publish(SessionEvent event) {
        if (!listeners.isEmpty()) {
            thread.execute(() -> tell(event));
        }
    }

    private void tell(SessionEvent event) {
        for (SessionListener listener : listeners) {
            try {
                listener.on(event);
            } catch (RuntimeException e) {
                LOGGER.log(
                        Level.WARNING,
                        "a session listener failed on " + event.getClass().getSimpleName(),
                        e);
            }
        }
    }

    /// Delivers what waits, for at most a second.
    @Override
    public void close() {
        thread.shutdown();
        boolean interrupted = false;
        try {
            if (!thread.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
