package dev.jackdaw.peer.disk;

import dev.jackdaw.protocol.Ticker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The open files of all torrents of a session: opened when first used, closed when others are needed more.
///
/// Thread-safe. A file that is in use is not closed, so there can be more open files than the bound by as
/// many as threads are using one, or peers are being sent from one.
final class FilePool {
    /// At the bound the file unused for longest is closed. It pays to keep many: opening one safely costs
    /// 60 µs of a core, and the pieces of a torrent of 2,000 files come in any order. The JVM raises its
    /// limit of descriptors to what the system allows, half a million or at least 4,096; where it is lower,
    /// idle files make way when opening fails.
    static final int MAX_OPEN_FILES = 2048;

    /// How often a file in use is looked at under its name: it may have been deleted, or another put in its
    /// place, and the old one would be read and written for ever.
    static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final System.Logger LOG = System.getLogger(FilePool.class.getName());

    private final int limit;
    private final Ticker ticker;
    private final Map<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

    FilePool(int limit) {
        this(limit, System::nanoTime);
    }

    FilePool(int limit, Ticker ticker) {
        this.limit = limit;
        this.ticker = ticker;
    }

    /// What a file is opened for.
    enum Access {
        READING,
        /// See [Folder#openForServing].
        SERVING,
        WRITING,
        /// See [Folder#openForDirectWriting].
        DIRECT_WRITING;

        boolean reads() {
            return this == READING || this == SERVING;
        }
    }

    /// @param owner whose file it is: closed by [#closeAll(Object)]
    private record Key(Object owner, List<String> path, Access access) {
        OpenFile open(Folder folder) throws IOException {
            return switch (access) {
                case READING -> folder.openForReading(path);
                case SERVING -> folder.openForServing(path);
                case WRITING -> folder.openForWriting(path);
                case DIRECT_WRITING -> folder.openForDirectWriting(path);
            };
        }
    }

    private final class Entry {
        final Key key;
        int leases;
        boolean discarded;
        private volatile @Nullable OpenFile file;
        private volatile long lookedAt;
        /// Whether another file has its name now, or it has outgrown what is known of it; this one is not used by
        /// whoever comes next.
        private volatile boolean stale;

        Entry(Key key) {
            this.key = key;
        }

        /// The lock is the file's own: one slow opening does not hold up others.
        synchronized OpenFile file(Folder folder) throws IOException {
            long now = ticker.nanos();
            OpenFile opened = file;
            if (opened == null) {
                opened = key.open(folder);
                lookedAt = now;
                file = opened;
            } else if (now - lookedAt > LOOK_NANOS) {
                long size = folder.facts(key.path())
                        .map(Folder.Facts::size)
                        .orElseThrow(() -> new StorageException(
                                key.access().reads() ? "read" : "write",
                                folder.describe(key.path()),
                                "no such file or directory"));
                stale |= size != opened.size() || opened.isOutgrown();
                lookedAt = now;
            }
            return opened;
        }

        /// The file if nothing has to be done for it.
        @Nullable
        OpenFile fileIfReady() {
            return discarded || stale || ticker.nanos() - lookedAt > LOOK_NANOS ? null : file;
        }

        boolean isStale() {
            return stale;
        }

        synchronized void close() {
            OpenFile opened = file;
            if (opened != null) {
                try {
                    opened.close();
                } catch (IOException e) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "close {0}: {1}",
                            String.join("/", key.path()),
                            e.getMessage());
                }
                file = null;
            }
        }
    }

    /// A file to use until it is closed, which gives it back.
    final class Lease implements AutoCloseable {
        private final Entry entry;
        private final OpenFile file;

        private Lease(Entry entry, OpenFile file) {
            this.entry = entry;
            this.file = file;
        }

        OpenFile file() {
            return file;
        }

        /// Has the file closed once nobody uses it, so that it is opened anew next time.
        void discard() {
            synchronized (FilePool.this) {
                entry.discarded = true;
            }
        }

        @Override
        public void close() {
            release(entry);
        }
    }

    /// @param path shared, not copied: the same list each time makes a quick look-up
    Lease acquire(Object owner, Folder folder, List<String> path, Access access) throws IOException {
        Entry entry = enter(new Key(owner, path, access));
        try {
            Lease lease = new Lease(entry, entry.file(folder));
            if (!entry.isStale()) {
                return lease;
            }
            lease.discard();
            lease.close();
            entry = enter(new Key(owner, path, access));
            return new Lease(entry, entry.file(folder));
        } catch (IOException first) {
            if (String.valueOf(first.getMessage()).contains("Too many open files") && closeIdle(any -> true) > 0) {
                try {
                    return new Lease(entry, entry.file(folder));
                } catch (IOException second) {
                    first = second;
                }
            }
            synchronized (this) {
                entry.discarded = true;
            }
            release(entry);
            throw first;
        }
    }

    /// The same for the torrent's loop, which must not wait: null unless the file is open, and need not be looked at.
    /// While there are more open files than the bound there is none either.
    @Nullable
    Lease acquireIfReady(Object owner, List<String> path, Access access) {
        synchronized (this) {
            Entry entry = entries.get(new Key(owner, path, access));
            if (entry == null || entries.size() > limit) {
                return null;
            }
            OpenFile file = entry.fileIfReady();
            if (file == null) {
                return null;
            }
            entry.leases++;
            return new Lease(entry, file);
        }
    }

    private Entry enter(Key key) {
        List<Entry> evicted = new ArrayList<>(1);
        Entry entry;
        synchronized (this) {
            entry = entries.computeIfAbsent(key, Entry::new);
            entry.leases++;
            Iterator<Entry> oldest = entries.values().iterator();
            while (entries.size() > limit && oldest.hasNext()) {
                Entry candidate = oldest.next();
                if (candidate.leases == 0) {
                    oldest.remove();
                    evicted.add(candidate);
                }
            }
        }
        evicted.forEach(Entry::close);
        return entry;
    }

    private void release(Entry entry) {
        boolean close;
        synchronized (this) {
            entry.leases--;
            close = entry.leases == 0 && entry.discarded;
            if (entry.discarded) {
                entries.remove(entry.key, entry);
            }
        }
        if (close) {
            entry.close();
        }
    }

    /// Closes the owner's files; those in use as soon as they are given back.
    void closeAll(Object owner) {
        synchronized (this) {
            entries.values().stream()
                    .filter(entry -> entry.leases > 0 && entry.key.owner().equals(owner))
                    .forEach(entry -> entry.discarded = true);
        }
        closeIdle(entry -> entry.key.owner().equals(owner));
    }

    private int closeIdle(Predicate<Entry> which) {
        List<Entry> idle = new ArrayList<>();
        synchronized (this) {
            for (Iterator<Entry> i = entries.values().iterator(); i.hasNext(); ) {
                Entry entry = i.next();
                if (entry.leases == 0 && which.test(entry)) {
                    idle.add(entry);
                    i.remove();
                }
            }
        }
        idle.forEach(Entry::close);
        return idle.size();
    }

    synchronized int size() {
        return entries.size();
    }
}
