package dev.jackdaw.dht.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import org.jspecify.annotations.Nullable;

/// Threads that run the shards, a window of time after the other. Between two windows one of them does what concerns
/// all shards while the others wait.
final class Crew {
    /// What is done between two windows.
    interface Between {
        /// @return whether the next window is to be run
        boolean isNext(long window);
    }

    private final Shard[] shards;
    private final int threads;
    private final Between between;
    private final CyclicBarrier barrier;
    private long window;
    private boolean isOver;
    private volatile @Nullable Throwable failure;

    /// @param threads 1 … as many as shards
    Crew(Shard[] shards, int threads, long firstWindow, Between between) {
        this.shards = shards;
        this.threads = threads;
        this.between = between;
        this.window = firstWindow;
        this.barrier = new CyclicBarrier(threads, this::goOn);
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
                for (int i = worker; i < shards.length; i += threads) {
                    shards[i].run(window, shards);
                }
                barrier.await();
            }
        } catch (BrokenBarrierException e) {
            // another one has failed
        } catch (InterruptedException | RuntimeException | Error e) {
            failure = e;
            breakBarrier();
        }
    }

    /// For good: whoever comes to it later must not wait for a thread that has ended.
    private void breakBarrier() {
        Thread.currentThread().interrupt();
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            // as intended
        }
    }

    private void goOn() {
        window++;
        isOver = !between.isNext(window);
    }
}
