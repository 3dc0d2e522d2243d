package dev.jackdaw.gui;

import dev.jackdaw.gui.model.TorrentSnapshot;
import dev.jackdaw.peer.TorrentSettings;
import dev.jackdaw.peer.TorrentState;
import dev.jackdaw.peer.TorrentStatus;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.InfoHash;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javafx.application.Platform;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// How the window stands 10,000 torrents of which 300 change with every frame: the time that the JavaFX thread
/// is busy at a stretch while the table is scrolled, sorted and searched, and the memory. Not a test of the
/// build, but a command:
///
/// ```
/// ./mvnw -q -pl gui -am test -Dtest=ManyTorrents -Dsurefire.failIfNoSpecifiedTests=false
/// ```
class ManyTorrents {
    private static final int TORRENTS = 10_000;
    private static final int CHANGING = 300;

    @TempDir
    Path root;

    /// Says what a session with so many torrents would.
    private static final class ChangingSession extends FakeSession {
        private final SplittableRandom random = new SplittableRandom(11);

        ChangingSession() {
            for (int i = 0; i < TORRENTS; i++) {
                statuses.add(status(i, i < CHANGING ? random.nextLong(1 << 22) : 0));
            }
        }

        private TorrentStatus status(int number, long rate) {
            long size = (1L << 28) + number * 7_919L;
            long done = number % 3 == 0 ? size : size / 100 * (number % 100);
            TorrentState state = number < CHANGING
                    ? new TorrentState.Downloading()
                    : done == size ? new TorrentState.Seeding() : new TorrentState.Paused();
            return new TorrentStatus(
                    new InfoHash(number, number, number),
                    "Torrent number " + Integer.toString(number * 7919 % TORRENTS, 36) + " of a long list, " + number,
                    state,
                    Optional.empty(),
                    new Bitfield(1000),
                    Path.of("/downloads"),
                    size,
                    done,
                    done,
                    number * 1000L,
                    0,
                    0,
                    rate,
                    rate / 7,
                    number % 40,
                    number % 9,
                    number % 200,
                    1.5,
                    rate > 0 ? Optional.of(Duration.ofSeconds(size / (rate + 1))) : Optional.empty(),
                    Instant.ofEpochSecond(1_700_000_000L + number),
                    Optional.empty(),
                    new TorrentSettings(
                            state instanceof TorrentState.Paused,
                            false,
                            0,
                            0,
                            List.of(List.of("http://tracker" + number % 20 + ".example.org/announce"))));
        }

        @Override
        public List<TorrentStatus> statuses() {
            for (int i = 0; i < CHANGING; i++) {
                statuses.set(i, status(i, random.nextLong(1 << 22)));
            }
            return super.statuses();
        }
    }

    @Test
    @Timeout(240)
    void measure() throws Exception {
        try (Desk desk = Desk.open(root, config -> new ChangingSession())) {
            Desk.await("all rows", () -> desk.workspace.main().rows().size() == TORRENTS);
            TableView<?> table = Desk.find("torrents", TableView.class);
            List<String> ids = List.of("name", "down", "size", "progress", "added");
            for (int warm = 0; warm < 2; warm++) {
                scroll(table, 200);
                ids.forEach(id -> sort(table, id));
            }
            report("still, frames arriving", () -> waitFrames(120));
            report("scrolling 2,000 steps", () -> scroll(table, 2000));
            report("sorting 40 times", () -> {
                for (int i = 0; i < 40; i++) {
                    sort(table, ids.get(i % ids.size()));
                }
            });
            report("sorted by rate, frames arriving", () -> {
                sort(table, "down");
                waitFrames(180);
            });
            report("searching, 30 letters typed", () -> {
                for (String typed : "torrent number 7 of a long list".split("(?<=.)")) {
                    Desk.run(() -> desk.workspace
                            .main()
                            .search()
                            .set(desk.workspace.main().search().get() + typed));
                }
                Desk.run(() -> desk.workspace.main().search().set(""));
            });
            System.gc();
            long heap =
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
            String resident = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS"))
                    .findFirst()
                    .orElse("");
            TorrentSnapshot first =
                    Desk.onFx(() -> desk.workspace.main().rows().getFirst().get());
            System.out.printf("heap in use %d MiB; %s; first row %s%n", heap >> 20, resident.strip(), first.name());
        }
    }

    private static void sort(TableView<?> table, String id) {
        Desk.run(() -> sortBy(table, id));
    }

    @SuppressWarnings("unchecked")
    private static <T> void sortBy(TableView<T> table, String id) {
        TableColumn<T, ?> column = table.getColumns().stream()
                .filter(one -> one.getId().equals(id))
                .findFirst()
                .orElseThrow();
        column.setSortType(
                column.getSortType() == TableColumn.SortType.ASCENDING
                        ? TableColumn.SortType.DESCENDING
                        : TableColumn.SortType.ASCENDING);
        table.getSortOrder().setAll(List.of(column));
    }

    private static void scroll(TableView<?> table, int steps) {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < steps; i++) {
            int row = i % 10 == 0 ? random.nextInt(TORRENTS) : Math.min(TORRENTS - 1, i * 3 % TORRENTS);
            Desk.run(() -> {
                table.scrollTo(row);
                table.layout();
            });
        }
    }

    private static void waitFrames(int frames) {
        for (int i = 0; i < frames; i += 60) {
            Desk.settleFrames();
        }
    }

    /// Runs something while a probe is posted to the JavaFX thread every two milliseconds: how long a probe
    /// waits is how long the thread was busy at a stretch.
    private static void report(String what, Runnable work) throws InterruptedException {
        List<Long> waits = Collections.synchronizedList(new ArrayList<>());
        Thread probe = Thread.ofPlatform().daemon().start(() -> {
            try {
                while (!Thread.interrupted()) {
                    long posted = System.nanoTime();
                    CountDownLatch ran = new CountDownLatch(1);
                    Platform.runLater(() -> {
                        waits.add(System.nanoTime() - posted);
                        ran.countDown();
                    });
                    ran.await();
                    TimeUnit.MILLISECONDS.sleep(2);
                }
            } catch (InterruptedException e) {
                // the measurement has ended
            }
        });
        long begun = System.nanoTime();
        work.run();
        long took = System.nanoTime() - begun;
        probe.interrupt();
        probe.join();
        long[] sorted = waits.stream().mapToLong(Long::longValue).sorted().toArray();
        System.out.printf(
                "%-34s %6d ms, %5d probes, busy at a stretch: median %.1f ms, 99 %% %.1f ms, longest %.1f ms, over 50"
                        + " ms: %d%n",
                what,
                took / 1_000_000,
                sorted.length,
                sorted[sorted.length / 2] / 1e6,
                sorted[(int) (sorted.length * 0.99)] / 1e6,
                sorted[sorted.length - 1] / 1e6,
                Arrays.stream(sorted).filter(wait -> wait > 50_000_000).count());
    }
}
