package dev.jackdaw.tracker;

import dev.jackdaw.protocol.Ticker;

/// A thread that owns a UDP socket: it takes what has come, answers it, and sends the answers.
final class UdpLoop implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(UdpLoop.class.getName());

    private final DatagramBatch batch;
    private final UdpFrontend frontend;
    private final Ticker ticker;
    private final Thread thread;
    private volatile boolean closed;

    /// @param batch closed by [#close]
    UdpLoop(DatagramBatch batch, UdpFrontend frontend, Ticker ticker, String name) {
        this.batch = batch;
        this.frontend = frontend;
        this.ticker = ticker;
        this.thread = Thread.ofPlatform().name(name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    int port() {
        return batch.port();
    }

    private void run() {
        while (!closed) {
            int count = batch.receive();
            long now = ticker.nanos();
            for (int i = 0; i < count; i++) {
                frontend.lookAhead(batch.in(), batch.start(i), batch.length(i));
            }
            frontend.bringNear();
            for (int i = 0; i < count; i++) {
                try {
                    answer(i, now);
                } catch (RuntimeException | AssertionError e) {
                    LOG.log(System.Logger.Level.ERROR, "a datagram is not answered because of a bug", e);
                }
            }
            if (count > 0) {
                batch.send();
            }
        }
    }

    private void answer(int index, long now) {
        if (batch.source(index, frontend.announcement)) {
            int length = frontend.answer(
                    batch.in(), batch.start(index), batch.length(index), batch.out(), batch.room(), now);
            if (length > 0) {
                batch.reply(index, length);
            }
        }
    }

    /// Waits for the thread to end: up to [DatagramBatch#WAIT_MILLIS].
    @Override
    public void close() {
        closed = true;
        join(thread);
        batch.close();
    }

    /// Waits for a thread that was told to end; an interrupt is kept for later.
    static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
