package dev.jackdaw.peer.disk;

import dev.jackdaw.protocol.Ticker;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A folder that notices when somebody else has changed a file, so that what is served is what was verified.
///
/// Whoever reads a file looks at it when it is opened, and then once a second ([FilePool]). Its size and time must then
/// be as they were when they became known; if not, that is a [StorageException], and the file is one of those that
/// [#takeChanged()] names. While the torrent writes to a file itself, and for [#SETTLING_NANOS] afterwards, nothing of
/// it is known. What is not noticed: a change whose time is set back to what it was.
///
/// Thread-safe.
final class WatchedFolder implements Folder {
    /// After a write of our own the time may change once more: file systems on a network set it when they flush.
    static final long SETTLING_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Folder folder;
    private final Ticker ticker;
    private final Map<List<String>, Watched> files = new ConcurrentHashMap<>();
    private final Set<List<String>> changed = ConcurrentHashMap.newKeySet();

    WatchedFolder(Folder folder, Ticker ticker) {
        this.folder = folder;
        this.ticker = ticker;
    }

    /// One file.
    private final class Watched {
        private @Nullable Facts known;
        private int writers;
        private boolean settling;
        private long wroteAtNanos;

        synchronized void begin() {
            writers++;
            known = null;
        }

        synchronized void end() {
            writers--;
            settling = true;
            wroteAtNanos = ticker.nanos();
        }

        /// Takes the file in as it is now, unless it is known or unsettled; whether it is as it was known to be.
        synchronized boolean look(Facts now, long begunNanos) {
            settling &= begunNanos - wroteAtNanos < SETTLING_NANOS;
            if (settling || writers > 0) {
                return true;
            }
            if (known == null) {
                known = now;
            }
            return known.equals(now);
        }

        synchronized void forget() {
            known = null;
        }

        synchronized Optional<Facts> known() {
            return Optional.ofNullable(known);
        }
    }

    private Watched watched(List<String> path) {
        return files.computeIfAbsent(path, _ -> new Watched());
    }

    /// To be called before the torrent writes to a file, and [#wrote] afterwards, whether that worked or not.
    void writing(List<String> path) {
        watched(path).begin();
    }

    void wrote(List<String> path) {
        watched(path).end();
    }

    /// What is known of these files is out of date.
    void forget(Collection<List<String>> paths) {
        paths.forEach(path -> watched(path).forget());
    }

    void forgetAll() {
        files.values().forEach(Watched::forget);
    }

    /// The file as it is. From now on it must stay so; if it has not since it became known, it is one of the changed.
    Optional<Facts> know(List<String> path) throws IOException {
        Watched file = watched(path);
        long now = ticker.nanos();
        Optional<Facts> facts = folder.facts(path);
        if (facts.isPresent() && !file.look(facts.get(), now)) {
            changed.add(path);
        }
        return facts;
    }

    /// The file as it was when it became known; as it is, if it is not known.
    Optional<Facts> asKnown(List<String> path) throws IOException {
        Optional<Facts> facts = know(path);
        Optional<Facts> known = watched(path).known();
        return known.isPresent() ? known : facts;
    }

    /// Files that somebody else has changed since the last call; how they were is forgotten.
    Set<List<String>> takeChanged() {
        Set<List<String>> all = Set.copyOf(changed);
        changed.removeAll(all);
        forget(all);
        return all;
    }

    /// @throws StorageException if somebody else has changed the file
    @Override
    public Optional<Facts> facts(List<String> path) throws IOException {
        Optional<Facts> facts = know(path);
        if (changed.contains(path)) {
            throw new StorageException(
                    "read", folder.describe(path), "another program has changed the file; it has to be checked");
        }
        return facts;
    }

    @Override
    public OpenFile openForReading(List<String> path) throws IOException {
        return known(path, folder.openForReading(path));
    }

    @Override
    public OpenFile openForServing(List<String> path) throws IOException {
        return known(path, folder.openForServing(path));
    }

    private OpenFile known(List<String> path, OpenFile opened) throws IOException {
        try {
            if (watched(path).known().isPresent()) {
                facts(path);
            }
            return opened;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    @Override
    public OpenFile openForWriting(List<String> path) throws IOException {
        return folder.openForWriting(path);
    }

    @Override
    public OpenFile openForDirectWriting(List<String> path) throws IOException {
        return folder.openForDirectWriting(path);
    }

    @Override
    public void rename(List<String> from, List<String> to) throws IOException {
        folder.rename(from, to);
    }

    @Override
    public void delete(List<String> path) throws IOException {
        folder.delete(path);
    }

    @Override
    public void forceNames(List<String> directory) throws IOException {
        folder.forceNames(directory);
    }

    @Override
    public String describe(List<String> path) {
        return folder.describe(path);
    }
}
