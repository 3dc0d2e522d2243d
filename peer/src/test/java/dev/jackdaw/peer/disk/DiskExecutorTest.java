package dev.jackdaw.peer.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DiskExecutorTest {
    @Test
    void whatItTakesItRunsAlsoWhenItIsBeingClosed() throws InterruptedException {
        for (int round = 0; round < 500; round++) {
            DiskExecutor executor = new DiskExecutor("test", 1, 4, () -> {});
            AtomicInteger ran = new AtomicInteger();
            AtomicInteger taken = new AtomicInteger();
            AtomicBoolean closed = new AtomicBoolean();
            CountDownLatch begun = new CountDownLatch(1);
            Thread caller = new Thread(() -> {
                while (!closed.get()) {
                    if (executor.tryExecute(ran::incrementAndGet)) {
                        taken.incrementAndGet();
                        begun.countDown();
                    }
                }
            });
            caller.start();
            begun.await();
            executor.close();
            closed.set(true);
            caller.join();
            assertEquals(taken.get(), ran.get(), "in round " + round);
        }
    }

    @Test
    void whatIsTooMuchItRefusesAndHasTheCallerDo() throws InterruptedException {
        CountDownLatch going = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        try (DiskExecutor executor = new DiskExecutor("test", 1, 1, () -> {})) {
            executor.execute(() -> {
                going.countDown();
                try {
                    end.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            going.await();
            executor.execute(() -> {});

            assertFalse(executor.tryExecute(() -> {}));
            Thread[] caller = new Thread[1];
            executor.execute(() -> caller[0] = Thread.currentThread());
            assertEquals(Thread.currentThread(), caller[0]);
            end.countDown();
        }
    }
}
