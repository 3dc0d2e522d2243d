package dev.jackdaw.peer.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFolderTest {
    private static final int THREADS = 4;
    private static final int ROUNDS = 200;

    @TempDir
    Path directory;

    @Test
    void threadsThatMakeTheSameDirectoryAtOnceLoseNoFile() throws Exception {
        CyclicBarrier together = new CyclicBarrier(THREADS);
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int round = 0; round < ROUNDS; round++) {
                String name = "round " + round;
                List<Future<Void>> makers = new ArrayList<>();
                for (int thread = 0; thread < THREADS; thread++) {
                    List<String> path = List.of(name, "nested", "file " + thread);
                    makers.add(threads.submit((Callable<Void>) () -> {
                        together.await();
                        new LocalFolder(directory).openForWriting(path).close();
                        return null;
                    }));
                }
                for (Future<Void> maker : makers) {
                    maker.get();
                }
                try (var files = Files.list(directory.resolve(name).resolve("nested"))) {
                    assertEquals(THREADS, files.count(), name);
                }
            }
        }
        try (var left = Files.list(directory)) {
            assertTrue(left.noneMatch(path -> path.getFileName().toString().startsWith(".jackdaw-")));
        }
    }
}
