package dev.jackdaw.gui.model;

import static dev.jackdaw.gui.model.Fixtures.frame;
import static dev.jackdaw.gui.model.Fixtures.status;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.SessionEvent;
import dev.jackdaw.peer.TorrentState.Downloading;
import dev.jackdaw.peer.TorrentState.Failed;
import dev.jackdaw.peer.TorrentState.Paused;
import dev.jackdaw.peer.TorrentState.Seeding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import javafx.collections.ListChangeListener;
import org.junit.jupiter.api.Test;

class MainViewModelTest {
    private final MainViewModel model = new MainViewModel(Fixtures.ENGLISH);

    private List<String> names() {
        return model.rows().stream().map(row -> row.get().name()).toList();
    }

    @Test
    void keepsTheRowOfATorrentThatChanges() {
        model.accept(frame(status(1, "one", new Downloading()), status(2, "two", new Downloading())));
        LiveRow<TorrentSnapshot> row = model.rows().getFirst();
        List<Object> changes = new ArrayList<>();
        model.rows().addListener((ListChangeListener<Object>) changes::add);

        model.accept(frame(status(1, "one", new Seeding()), status(2, "two", new Downloading())));

        assertSame(row, model.rows().getFirst());
        assertEquals(Activity.SEEDING, row.get().activity());
        assertEquals(List.of(), changes);
    }

    @Test
    void showsWhatPassesStateTrackerAndSearch() {
        model.accept(frame(
                status(1, "Alpha one", new Seeding(), 100, 100, 0, List.of("http://a.example/announce")),
                status(2, "Alpha two", new Seeding(), 100, 100, 0, List.of("udp://b.example:6969")),
                status(3, "Beta one", new Seeding(), 100, 100, 0, List.of("http://a.example/other")),
                status(4, "Alpha four", new Downloading(), 0, 100, 0, List.of("http://a.example/announce"))));

        model.stateFilter().set(StateFilter.SEEDING);
        model.trackerFilter().set(Optional.of("a.example"));
        assertEquals(List.of("Alpha one", "Beta one"), names());

        model.search().set("  ONE alpha ");
        assertEquals(List.of("Alpha one"), names());
    }

    @Test
    void countsTorrentsByStateAndTracker() {
        model.accept(frame(
                status(1, "a", new Downloading(), 0, 100, 5, List.of("http://x.example/a", "udp://y.example:1/b")),
                status(2, "b", new Paused(), 100, 100, 0, List.of()),
                status(3, "c", new Failed("disk full", true), 0, 100, 0, List.of("http://x.example/a"))));

        assertEquals(3, model.count(StateFilter.ALL).get());
        assertEquals(1, model.count(StateFilter.ACTIVE).get());
        assertEquals(1, model.count(StateFilter.COMPLETED).get());
        assertEquals(1, model.count(StateFilter.FAILED).get());
        assertEquals(
                List.of(
                        new MainViewModel.TrackerCount("", 1),
                        new MainViewModel.TrackerCount("x.example", 2),
                        new MainViewModel.TrackerCount("y.example", 1)),
                model.trackers());
    }

    @Test
    void movesARowWhenItsValueBreaksTheOrder() {
        model.setOrder(Comparator.comparingLong(
                        (TorrentSnapshot torrent) -> torrent.status().downloadRate())
                .reversed());
        model.accept(frame(
                status(1, "slow", new Downloading(), 0, 100, 1, List.of()),
                status(2, "fast", new Downloading(), 0, 100, 9, List.of())));
        assertEquals(List.of("fast", "slow"), names());

        model.accept(frame(
                status(1, "slow", new Downloading(), 0, 100, 20, List.of()),
                status(2, "fast", new Downloading(), 0, 100, 9, List.of())));

        assertEquals(List.of("slow", "fast"), names());
    }

    @Test
    void letsARowGoThatPassesTheFilterNoLonger() {
        model.stateFilter().set(StateFilter.DOWNLOADING);
        model.accept(frame(status(1, "one", new Downloading()), status(2, "two", new Downloading())));

        model.accept(frame(status(1, "one", new Paused()), status(2, "two", new Downloading())));

        assertEquals(List.of("two"), names());
    }

    @Test
    void forgetsTorrentsThatAreGone() {
        model.accept(frame(status(1, "one", new Downloading()), status(2, "two", new Downloading())));
        model.details().show(model.find(Fixtures.hash(1)));

        model.accept(frame(status(2, "two", new Downloading())));

        assertEquals(List.of("two"), names());
        assertTrue(model.details().torrent().get().isEmpty());
    }

    @Test
    void tellsOfAnErrorWhatItIsAndWhatToDo() {
        model.accept(frame(status(1, "one", new Downloading())));

        Notice notice = model.accept(
                        new SessionEvent.StateChanged(Fixtures.hash(1), new Failed("the metadata is no torrent", false)),
                        Instant.EPOCH)
                .orElseThrow();
        Notice retried = model.accept(
                        new SessionEvent.StateChanged(Fixtures.hash(1), new Failed("write x: disk full", true)),
                        Instant.EPOCH)
                .orElseThrow();

        assertEquals(Notice.Kind.ERROR, notice.kind());
        assertTrue(notice.title().contains("one"), notice::title);
        assertTrue(notice.detail().contains("no torrent. Remedy this"), notice::detail);
        assertTrue(retried.detail().contains("disk full. Jackdaw tries again"), retried::detail);
    }

    @Test
    void logsWhatHappenedToTheTorrentThatIsShown() {
        model.accept(frame(status(1, "one", new Downloading())));
        model.details().show(model.find(Fixtures.hash(1)));

        model.accept(new SessionEvent.TorrentCompleted(Fixtures.hash(1)), Instant.EPOCH);
        model.accept(new SessionEvent.TorrentCompleted(Fixtures.hash(2)), Instant.EPOCH);

        assertEquals(1, model.details().events().size());
    }
}
