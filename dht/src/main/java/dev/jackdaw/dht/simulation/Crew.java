package dev.jackdaw.dht.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Threads that run the shards, a window of time after the other. Between two windows one of them does what concerns
/// all shards while the others wait.
///
/// Windows are short, one or two milliseconds of work: a thread that has done its part first waits busily, since to be
/// woken would often take longer than the others do.
final class Crew {
    /// What is done between two windows.
    interface Between {
        /// @return whether the next window is to be run
        boolean isNext(long window);
    }

    private final Shard[] shards;
    private final int threads;
    private final Between between;
    /// Looks at whether the others are done, before a thread sleeps.
    private static final int BUSY_LOOKS = 2_000;

    /// Guards nothing but sleeping and waking.
    private final Object sleep = new Object();
    /// Threads that have done their part of the window.
    private final AtomicInteger done = new AtomicInteger();
    /// The window that is run; changed while all threads but one wait.
    private volatile long window;
    private volatile boolean isOver;
    private volatile @Nullable Throwable failure;

    /// @param threads 1 … as many as shards
    Crew(Shard[] shards, int threads, long firstWindow, Between between) {
        this.shards = shards;
        this.threads = threads;
        this.between = between;
        this.window = firstWindow;
    }

    /// Runs until there is no next window.
    void run() {
        isOver = !between.isNext(window);
        List<Thread> others = new ArrayList<>();
        for (int i = 1; i < threads; i++) {
            int worker = i;
            others.add(Thread.ofPlatform().name("dht-simulation-" + i).start(() -> work(worker)));
        }
        work(0);
        try {
            for (Thread other : others) {
                other.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        Throwable cause = failure;
        if (cause != null) {
            throw new IllegalStateException("a simulation that broke off at window " + window, cause);
        }
    }

    private void work(int worker) {
        try {
            while (!isOver) {
                long now = window;
                for (int i = worker; i < shards.length; i += threads) {
                    shards[i].run(now, shards);
                }
                if (done.incrementAndGet() == threads) {
                    done.set(0);
                    goOn(now + 1);
                } else {
                    await(now);
                }
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            failure = e;
            isOver = true;
            wake();
        }
    }

    private void goOn(long next) {
        if (!between.isNext(next)) {
            isOver = true;
        }
        window = next;
        wake();
    }

    /// Waits for the end of a window.
    private void await(long now) throws InterruptedException {
        for (int i = 0; i < BUSY_LOOKS; i++) {
            if (window != now || isOver) {
                return;
            }
            Thread.onSpinWait();
        }
        synchronized (sleep) {
            while (window == now && !isOver) {
                sleep.wait();
            }
        }
    }

    private void wake() {
        synchronized (sleep) {
            sleep.notifyAll();
        }
    }
}
