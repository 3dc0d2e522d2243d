package dev.jackdaw.gui.model;

import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.TorrentStatus;
import dev.jackdaw.protocol.InfoHash;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads the session twice a second on a thread of its own, and hands one [Frame] to the JavaFX thread.
///
/// A frame that the JavaFX thread has not taken yet is replaced by the next one, so a busy window skips frames
/// and never has a queue of them. A torrent that has not changed is the same [TorrentSnapshot] object as in the
/// frame before.
public final class SnapshotFeed implements AutoCloseable {
    private static final long PERIOD_MILLIS = 500;
    private static final System.Logger LOGGER = System.getLogger(SnapshotFeed.class.getName());

    private final Session session;
    private final TorrentQueue queue;
    private final Moves moves;
    private final Executor fxThread;
    private final Consumer<Frame> target;
    private final List<Consumer<List<TorrentStatus>>> watchers = new ArrayList<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("jackdaw-snapshots").factory());
    private final AtomicReference<@Nullable Frame> waiting = new AtomicReference<>();
    private final Set<InfoHash> hidden = ConcurrentHashMap.newKeySet();
    private volatile Optional<InfoHash> detailed = Optional.empty();
    /// Of the frame before; of the feed's thread alone.
    private Map<InfoHash, TorrentSnapshot> before = Map.of();

    /// @param fxThread runs what it is given on the JavaFX thread
    /// @param target   takes each frame there
    SnapshotFeed(Session session, TorrentQueue queue, Moves moves, Executor fxThread, Consumer<Frame> target) {
        this.session = session;
        this.queue = queue;
        this.moves = moves;
        this.fxThread = fxThread;
        this.target = target;
    }

    /// Hears the statuses of each round on the feed's thread; to be called before [#start()].
    public void watch(Consumer<List<TorrentStatus>> watcher) {
        watchers.add(watcher);
    }

    public void start() {
        thread.scheduleWithFixedDelay(this::round, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /// Reads again soon, as something was just commanded whose effect is waited for.
    public void hurry() {
        try {
            thread.execute(this::round);
        } catch (RejectedExecutionException e) {
            // the app is closing
        }
    }

    /// Which torrent's files, peers and trackers are read too.
    public void detail(Optional<InfoHash> infoHash) {
        if (!infoHash.equals(detailed)) {
            detailed = infoHash;
            hurry();
        }
    }

    /// Leaves a torrent out that is only there to fetch its metadata.
    public void hide(InfoHash infoHash) {
        hidden.add(infoHash);
    }

    public void show(InfoHash infoHash) {
        hidden.remove(infoHash);
    }

    private void round() {
        try {
            List<TorrentStatus> statuses = session.statuses().stream()
                    .filter(status -> !hidden.contains(status.infoHash()))
                    .toList();
            watchers.forEach(watcher -> watcher.accept(statuses));
            Frame frame = frame(statuses);
            if (waiting.getAndSet(frame) == null) {
                fxThread.execute(this::handOver);
            }
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, "a snapshot failed", e);
        }
    }

    private Frame frame(List<TorrentStatus> statuses) {
        Map<InfoHash, TorrentSnapshot> now = new HashMap<>(statuses.size() * 2);
        List<TorrentSnapshot> torrents = new ArrayList<>(statuses.size());
        for (TorrentStatus status : statuses) {
            TorrentSnapshot snapshot = TorrentSnapshot.of(
                    status,
                    queue.isHeld(status.infoHash()),
                    status.isComplete() ? 0 : queue.position(status.infoHash()),
                    moves.share(status.infoHash()),
                    Optional.ofNullable(before.get(status.infoHash())));
            now.put(status.infoHash(), snapshot);
            torrents.add(snapshot);
        }
        before = now;
        return new Frame(torrents, session.status(), detailed.flatMap(this::detail));
    }

    private Optional<Frame.Detail> detail(InfoHash infoHash) {
        return session.torrent(infoHash)
                .map(torrent -> new Frame.Detail(
                        infoHash, torrent.metainfo(), torrent.files(), torrent.peers(), torrent.trackers()));
    }

    private void handOver() {
        Frame frame = waiting.getAndSet(null);
        if (frame != null) {
            target.accept(frame);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
