package dev.jackdaw.peer.disk;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/// A few daemon threads that take tasks from one bounded queue, first come first served.
///
/// Tasks of one caller run at the same time and end in any order; whoever needs an order hands in the next
/// task when the one before has answered. At the bound [#tryExecute] refuses, and [#execute] has the caller
/// do the work itself, which slows down whoever produces too much.
public final class DiskExecutor implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DiskExecutor.class.getName());
    private static final int IDLE_SECONDS = 5;
    /// Ends the thread that takes it; an interrupt would close the file that a thread is just using.
    private enum Signal implements Runnable {
        END;

        @Override
        public void run() {}
    }

    private final BlockingQueue<Runnable> queue;
    private final List<Thread> threads = new ArrayList<>();
    private final Runnable whenIdle;
    private volatile boolean closed;

    /// @param capacity tasks that may wait
    /// @param whenIdle run on one of the threads each [#IDLE_SECONDS] seconds in which that thread had
    ///                 nothing to do
    DiskExecutor(String name, int threadCount, int capacity, Runnable whenIdle) {
        this.queue = new ArrayBlockingQueue<>(capacity);
        this.whenIdle = whenIdle;
        for (int i = 0; i < threadCount; i++) {
            threads.add(Thread.ofPlatform().daemon().name(name + "-" + i).start(this::work));
        }
    }

    /// Hands the task over; false if the queue is full or the executor closed, and then it will not run.
    public boolean tryExecute(Runnable task) {
        if (closed || !queue.offer(task)) {
            return false;
        }
        // if it was closed meanwhile, perhaps nobody looks into the queue any more
        return !closed || !queue.remove(task);
    }

    /// Hands the task over, or runs it here if the queue is full or the executor closed.
    public void execute(Runnable task) {
        if (!tryExecute(task)) {
            run(task);
        }
    }

    /// Tasks waiting.
    public int size() {
        return queue.size();
    }

    private void work() {
        while (true) {
            try {
                Runnable task = queue.poll(closed ? 0 : IDLE_SECONDS, TimeUnit.SECONDS);
                if (task == Signal.END) {
                    return;
                } else if (task != null) {
                    run(task);
                } else if (closed) {
                    return;
                } else {
                    run(whenIdle);
                }
            } catch (InterruptedException e) {
                // Nobody interrupts these threads; if somebody did, the wait begins anew.
            }
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "a disk task failed", e);
        }
    }

    /// Runs what waits, then ends the threads, and waits for that.
    @Override
    public void close() {
        closed = true;
        for (int i = 0; i < threads.size(); i++) {
            queue.offer(Signal.END); // a queue too full for it keeps threads busy until they see that it is closed and
            // empty
        }
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        for (Runnable task = queue.poll(); task != null; task = queue.poll()) {
            run(task);
        }
    }
}
