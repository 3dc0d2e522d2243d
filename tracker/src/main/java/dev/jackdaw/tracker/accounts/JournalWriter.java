package dev.jackdaw.tracker.accounts;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// Takes reports from the threads that answer announces to the [Journal], a few times a second.
///
/// Offering a report never waits. A report is on disk [#FLUSH_MILLIS] later, and the time the disk takes; that is
/// what `kill -9` can cost, and the client's next report makes up for it.
final class JournalWriter implements AutoCloseable {
    /// Between two writes. The accounts promise a second.
    static final int FLUSH_MILLIS = 200;
    /// Reports in memory; more are lost, which takes a disk that is stuck.
    private static final int QUEUE = 65_536;

    private final Journal journal;
    private final Runnable written;
    private final BlockingQueue<Report> queue = new ArrayBlockingQueue<>(QUEUE);
    private final LongAdder recorded = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean closing;

    /// @param written called when there is something new in the journal
    JournalWriter(Journal journal, Runnable written) {
        this.journal = journal;
        this.written = written;
        this.thread =
                Thread.ofPlatform().name("jackdaw-tracker-journal").daemon().start(this::run);
    }

    void offer(Report report) {
        if (!queue.offer(report)) {
            lost.increment();
        }
    }

    long recorded() {
        return recorded.sum();
    }

    long lost() {
        return lost.sum();
    }

    private void run() {
        List<Report> batch = new ArrayList<>();
        try {
            while (!closing) {
                Report first = queue.poll(FLUSH_MILLIS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    var _ = closed.await(FLUSH_MILLIS, TimeUnit.MILLISECONDS); // what comes meanwhile goes along
                    write(batch);
                }
            }
        } catch (InterruptedException _) {
            // closing
        }
        write(batch);
    }

    private void write(List<Report> batch) {
        do {
            queue.drainTo(batch, JournalFrame.MAX_REPORTS - batch.size());
            if (!batch.isEmpty()) {
                (append(batch) ? recorded : lost).add(batch.size());
                written.run();
                batch.clear();
            }
        } while (!queue.isEmpty());
    }

    private boolean append(List<Report> batch) {
        try {
            return journal.append(batch);
        } catch (RuntimeException e) {
            System.getLogger(JournalWriter.class.getName())
                    .log(System.Logger.Level.ERROR, "recording " + batch.size() + " reports", e);
            return false; // the next batch may do better
        }
    }

    /// Writes what is left, and ends.
    @Override
    public void close() {
        closing = true;
        closed.countDown(); // and no interrupt, which would close the file under the thread's hands
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
