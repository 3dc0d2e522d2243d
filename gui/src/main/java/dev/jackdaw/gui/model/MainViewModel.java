package dev.jackdaw.gui.model;

import dev.jackdaw.peer.Reachability;
import dev.jackdaw.peer.SessionEvent;
import dev.jackdaw.peer.SessionStatus;
import dev.jackdaw.peer.TorrentState;
import dev.jackdaw.protocol.InfoHash;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import javafx.beans.property.ReadOnlyLongProperty;
import javafx.beans.property.ReadOnlyLongWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import javafx.collections.transformation.FilteredList;
import javafx.collections.transformation.SortedList;
import org.jspecify.annotations.Nullable;

/// The main window without its controls: the torrents that pass filter and search, in order, with the counts
/// beside them, the session's totals, and what is to be told. On the JavaFX thread, or any single one in a
/// test.
///
/// A frame changes the values of rows. Only when that changes which rows pass, or breaks the order, are the
/// list's filter and order done again: a table of thousands stays still while numbers in it move.
public final class MainViewModel {
    /// Notices that wait to be read; beyond, the oldest go.
    private static final int MAX_NOTICES = 20;

    private final Text text;
    private final EventLog log;
    private final DetailsViewModel details;
    private final LiveList<InfoHash, TorrentSnapshot> torrents = new LiveList<>(TorrentSnapshot::infoHash);
    private final FilteredList<LiveRow<TorrentSnapshot>> filtered = new FilteredList<>(torrents.rows());
    private final SortedList<LiveRow<TorrentSnapshot>> sorted = new SortedList<>(filtered);
    private final ObjectProperty<StateFilter> stateFilter =
            new SimpleObjectProperty<>(this, "stateFilter", StateFilter.ALL);
    private final ObjectProperty<Optional<String>> trackerFilter =
            new SimpleObjectProperty<>(this, "trackerFilter", Optional.empty());
    private final StringProperty search = new SimpleStringProperty(this, "search", "");
    private final Map<StateFilter, ReadOnlyIntegerWrapper> counts = new EnumMap<>(StateFilter.class);
    private final ObservableList<TrackerCount> trackers = FXCollections.observableArrayList();
    private final ReadOnlyObjectWrapper<SessionStatus> session =
            new ReadOnlyObjectWrapper<>(this, "session", new SessionStatus(0, 0, 0, 0, 0, 0, Reachability.UNKNOWN));
    private final ReadOnlyLongWrapper frames = new ReadOnlyLongWrapper(this, "frames", 0);
    private final ObservableList<Notice> notices = FXCollections.observableArrayList();
    private final RateHistory rates = new RateHistory();
    private @Nullable Comparator<TorrentSnapshot> order;

    /// How many torrents have a tracker at that host.
    public record TrackerCount(String host, int count) {}

    public MainViewModel(Text text) {
        this.text = text;
        this.log = new EventLog(text);
        this.details = new DetailsViewModel(text, log);
        for (StateFilter filter : StateFilter.values()) {
            counts.put(filter, new ReadOnlyIntegerWrapper(this, filter.name(), 0));
        }
        stateFilter.addListener((property, before, now) -> filter());
        trackerFilter.addListener((property, before, now) -> filter());
        search.addListener((property, before, now) -> filter());
    }

    public Text text() {
        return text;
    }

    public DetailsViewModel details() {
        return details;
    }

    /// Those that pass, in order.
    public ObservableList<LiveRow<TorrentSnapshot>> rows() {
        return sorted;
    }

    /// All torrents, in the order in which they were added.
    public ObservableList<LiveRow<TorrentSnapshot>> all() {
        return torrents.rows();
    }

    public Optional<TorrentSnapshot> find(InfoHash infoHash) {
        return torrents.find(infoHash).map(LiveRow::get);
    }

    public ObjectProperty<StateFilter> stateFilter() {
        return stateFilter;
    }

    /// The host of a tracker; empty for all, and `""` for torrents without one.
    public ObjectProperty<Optional<String>> trackerFilter() {
        return trackerFilter;
    }

    /// Words that must all be in a torrent's name.
    public StringProperty search() {
        return search;
    }

    public ReadOnlyIntegerProperty count(StateFilter filter) {
        return wrapper(filter).getReadOnlyProperty();
    }

    private ReadOnlyIntegerWrapper wrapper(StateFilter filter) {
        return Objects.requireNonNull(counts.get(filter));
    }

    /// By host, `""` standing for torrents without a tracker.
    public ObservableList<TrackerCount> trackers() {
        return trackers;
    }

    public ReadOnlyObjectProperty<SessionStatus> session() {
        return session.getReadOnlyProperty();
    }

    /// How many frames were taken: changes when everything else has, even if the session's totals have not.
    public ReadOnlyLongProperty frames() {
        return frames.getReadOnlyProperty();
    }

    /// Of all torrents together.
    public RateHistory rates() {
        return rates;
    }

    /// To be told, the oldest first; whoever has told one removes it.
    public ObservableList<Notice> notices() {
        return notices;
    }

    public void tell(Notice notice) {
        if (notices.size() == MAX_NOTICES) {
            notices.removeFirst();
        }
        notices.add(notice);
    }

    /// How rows are ordered; null for the order in which they were added.
    public void setOrder(@Nullable Comparator<TorrentSnapshot> comparator) {
        order = comparator;
        sort();
    }

    /// Takes what the session is now.
    public void accept(Frame frame) {
        int touched = torrents.update(frame.torrents());
        session.set(frame.session());
        rates.add(frame.session().downloadRate(), frame.session().uploadRate());
        details.accept(frame);
        if (touched > 0) {
            count(frame.torrents());
            if (!passesStill()) {
                filter();
            }
            if (!isInOrder()) {
                sort();
            }
        }
        frames.set(frames.get() + 1);
    }

    /// Takes an event of the session.
    ///
    /// @return what the desktop is told of it, if the user wants that
    public Optional<Notice> accept(SessionEvent event, Instant at) {
        log.add(
                event,
                state -> text.get("state." + state.getClass().getSimpleName().toLowerCase(Locale.ROOT)),
                at);
        details.logChanged();
        return switch (event) {
            case SessionEvent.TorrentCompleted(InfoHash infoHash) ->
                find(infoHash)
                        .map(torrent -> new Notice(Notice.Kind.SUCCESS, text.get("notice.completed"), torrent.name()));
            case SessionEvent.StateChanged changed
            when changed.state() instanceof TorrentState.Failed failed ->
                find(changed.infoHash())
                        .map(torrent -> new Notice(
                                Notice.Kind.ERROR,
                                text.get("notice.failed", torrent.name()),
                                TorrentSnapshot.advice(failed, text)));
            case SessionEvent.Warning(String message) ->
                Optional.of(new Notice(Notice.Kind.WARNING, text.get("notice.warning"), DisplayText.of(message)));
            case SessionEvent.OfTorrent other -> Optional.empty();
        };
    }

    private void count(Collection<TorrentSnapshot> all) {
        Map<StateFilter, Integer> byState = new EnumMap<>(StateFilter.class);
        Map<String, Integer> byTracker = new HashMap<>();
        for (TorrentSnapshot torrent : all) {
            for (StateFilter filter : StateFilter.values()) {
                if (filter.accepts(torrent)) {
                    byState.merge(filter, 1, Integer::sum);
                }
            }
            (torrent.trackers().isEmpty() ? List.of("") : torrent.trackers())
                    .forEach(host -> byTracker.merge(host, 1, Integer::sum));
        }
        counts.forEach((filter, count) -> count.set(byState.getOrDefault(filter, 0)));
        List<TrackerCount> now = new TreeMap<>(byTracker)
                .entrySet().stream()
                        .map(entry -> new TrackerCount(entry.getKey(), entry.getValue()))
                        .toList();
        if (!now.equals(trackers)) {
            trackers.setAll(now);
        }
    }

    private Predicate<LiveRow<TorrentSnapshot>> predicate() {
        StateFilter state = stateFilter.get();
        Optional<String> tracker = trackerFilter.get();
        String[] words = search.get().strip().toLowerCase(text.locale()).split("\\s+");
        return row -> {
            TorrentSnapshot torrent = row.get();
            return state.accepts(torrent)
                    && tracker.map(host -> host.isEmpty()
                                    ? torrent.trackers().isEmpty()
                                    : torrent.trackers().contains(host))
                            .orElse(true)
                    && contains(torrent, words);
        };
    }

    private boolean contains(TorrentSnapshot torrent, String[] words) {
        if (words.length == 1 && words[0].isEmpty()) {
            return true;
        }
        String name = torrent.name().toLowerCase(text.locale());
        for (String word : words) {
            if (!name.contains(word) && !torrent.infoHash().hex().startsWith(word)) {
                return false;
            }
        }
        return true;
    }

    private void filter() {
        filtered.setPredicate(predicate());
    }

    private boolean passesStill() {
        if (stateFilter.get() == StateFilter.ALL
                && trackerFilter.get().isEmpty()
                && search.get().isBlank()) {
            return filtered.size() == torrents.rows().size();
        }
        Predicate<LiveRow<TorrentSnapshot>> passes = predicate();
        int next = 0;
        for (LiveRow<TorrentSnapshot> row : torrents.rows()) {
            boolean shown = next < filtered.size() && filtered.get(next) == row;
            if (passes.test(row) != shown) {
                return false;
            }
            next += shown ? 1 : 0;
        }
        return true;
    }

    private boolean isInOrder() {
        if (order == null) {
            return true;
        }
        for (int i = 1; i < sorted.size(); i++) {
            if (order.compare(sorted.get(i - 1).get(), sorted.get(i).get()) > 0) {
                return false;
            }
        }
        return true;
    }

    private void sort() {
        Comparator<TorrentSnapshot> comparator = order;
        sorted.setComparator(comparator == null ? null : (one, other) -> comparator.compare(one.get(), other.get()));
    }
}
