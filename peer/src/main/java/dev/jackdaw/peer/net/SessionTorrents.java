package dev.jackdaw.peer.net;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.SessionEvent;
import dev.jackdaw.peer.SessionException;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.peer.disk.NamesOnDisk;
import dev.jackdaw.peer.disk.Rename;
import dev.jackdaw.peer.disk.ResumeState;
import dev.jackdaw.peer.engine.TorrentEvent.Direction;
import dev.jackdaw.peer.net.TorrentMemory.Remembered;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// The torrents of a session, from being added to being removed: each runs on a loop of its own, ends there, and may
/// begin anew with its content in another place. Thread-safe.
final class SessionTorrents {
    /// How long trackers may take to hear that we go.
    private static final long GOODBYE_MILLIS = 3_000;

    private final SessionContext context;
    private final Optional<StateStore> state;
    private final StreamEncryption encryption;
    private final QuotaBroker downloadQuota;
    private final QuotaBroker uploadQuota;
    private final RandomGenerator random;

    /// In the order in which they were added. Guarded by this.
    private final Map<InfoHash, TorrentHandle> torrents = new LinkedHashMap<>();

    /// Those that take connections.
    private final Map<InfoHash, TorrentDriver> incoming;
    private boolean closed;

    /// @param incoming where the acceptor finds who takes a connection; safe for use by many threads
    SessionTorrents(
            SessionContext context,
            Optional<StateStore> state,
            StreamEncryption encryption,
            QuotaBroker downloadQuota,
            QuotaBroker uploadQuota,
            RandomGenerator random,
            Map<InfoHash, TorrentDriver> incoming) {
        this.context = context;
        this.state = state;
        this.encryption = encryption;
        this.downloadQuota = downloadQuota;
        this.uploadQuota = uploadQuota;
        this.random = random;
        this.incoming = incoming;
    }

    /// Starts what an earlier run left.
    void restore() {
        record Left(TorrentMemory memory, Remembered remembered) {}
        List<Left> all = new ArrayList<>();
        for (TorrentMemory memory : state.map(StateStore::all).orElse(List.of())) {
            memory.recall().ifPresent(remembered -> all.add(new Left(memory, remembered)));
        }
        all.sort(Comparator.comparing((Left left) -> left.remembered().record().added())
                .thenComparing(left -> left.remembered().record().infoHash()));
        for (Left left : all) {
            start(left.remembered().source(), left.remembered().record(), Optional.of(left.memory()), List.of());
        }
    }

    TorrentHandle add(TorrentSource source, AddOptions options) {
        requireNew(source.infoHash());
        TorrentRecord record = TorrentRecord.of(source, options, Instant.now());
        Optional<TorrentMemory> memory = state.map(store -> store.of(source.infoHash()));
        Optional<Remembered> remembered = memory.flatMap(TorrentMemory::recall);
        TorrentSource known = remembered
                .map(Remembered::source)
                .filter(TorrentSource.TorrentFile.class::isInstance)
                .orElse(source);
        memory.ifPresent(kept -> kept.save(known));
        return start(
                known,
                remembered.map(Remembered::record).map(record::continuing).orElse(record),
                memory,
                options.peers());
    }

    private synchronized void requireNew(InfoHash infoHash) {
        if (closed) {
            throw new SessionException("the session is closed");
        }
        if (torrents.containsKey(infoHash)) {
            throw new SessionException("torrent " + infoHash + " is there already");
        }
    }

    private TorrentHandle start(
            TorrentSource source, TorrentRecord record, Optional<TorrentMemory> memory, List<PeerAddress> peers) {
        TorrentSource named = withNamesOnDisk(source, record.directory());
        synchronized (this) {
            requireNew(source.infoHash());
            encryption.add(source.infoHash());
            context.feed().publish(new SessionEvent.TorrentAdded(source.infoHash()));
            return run(named, record, memory, peers);
        }
    }

    /// Makes it run; with this lock, for which the first loop may wait: nothing here waits for the disk.
    private TorrentHandle run(
            TorrentSource source, TorrentRecord record, Optional<TorrentMemory> memory, List<PeerAddress> peers) {
        RunningTorrent torrent =
                new RunningTorrent(context, source, record, memory, new SplittableRandom(random.nextLong()));
        TorrentHandle handle = new TorrentHandle(torrent, context.ticker());
        torrents.put(source.infoHash(), handle);
        incoming.put(source.infoHash(), torrent.driver());
        torrent.driver().loop().execute(() -> {
            downloadQuota.add(torrent.account(Direction.DOWNLOAD));
            uploadQuota.add(torrent.account(Direction.UPLOAD));
            torrent.start(peers);
        });
        return handle;
    }

    private void forgetQuota(RunningTorrent torrent) {
        downloadQuota.remove(torrent.account(Direction.DOWNLOAD));
        uploadQuota.remove(torrent.account(Direction.UPLOAD));
    }

    private static TorrentSource withNamesOnDisk(TorrentSource source, Path directory) {
        return switch (source) {
            case TorrentSource.TorrentFile(Metainfo metainfo) ->
                new TorrentSource.TorrentFile(metainfo.withInfo(NamesOnDisk.of(metainfo.info(), directory)));
            case TorrentSource.Magnet magnet -> magnet;
        };
    }

    synchronized List<TorrentHandle> all() {
        return List.copyOf(torrents.values());
    }

    synchronized Optional<TorrentHandle> find(InfoHash infoHash) {
        return Optional.ofNullable(torrents.get(infoHash));
    }

    void remove(InfoHash infoHash, boolean deleteContent) {
        TorrentHandle handle;
        synchronized (this) {
            handle = torrents.remove(infoHash);
        }
        if (handle == null) {
            return;
        }
        incoming.remove(infoHash);
        encryption.remove(infoHash);
        RunningTorrent torrent = handle.torrent();
        onLoopOf(torrent, running -> {
            handle.freeze();
            running.end(RunningTorrent.Ending.REMOVED);
            forgetQuota(running);
        });
        torrent.forget();
        if (deleteContent) {
            torrent.content()
                    .info()
                    .ifPresent(info ->
                            delete(new ContentDeletion(info, torrent.record().directory())));
        }
        context.feed().publish(new SessionEvent.TorrentRemoved(infoHash));
    }

    private void delete(ContentDeletion deletion) {
        try {
            deletion.run();
        } catch (IOException e) {
            throw new SessionException("cannot delete all content: " + e.getMessage(), e);
        }
    }

    void move(InfoHash infoHash, Path directory, DoubleConsumer progress) {
        Path to = directory.toAbsolutePath().normalize();
        rearrange(handle(infoHash), to, Optional.empty(), progress);
    }

    void rename(InfoHash infoHash, List<String> path, String name) {
        TorrentHandle handle = handle(infoHash);
        TorrentRecord record = handle.torrent().record();
        Info info =
                handle.status().info().orElseThrow(() -> new SessionException("the torrent's files are not known yet"));
        if (record.renames().size() == ResumeState.MAX_RENAMES) {
            throw new SessionException("no more than " + ResumeState.MAX_RENAMES + " renames of a torrent are kept");
        }
        if (path.isEmpty() || path.getLast().equals(name)) {
            return;
        }
        try {
            info.withName(path, name); // refused before anything stops
        } catch (IllegalArgumentException e) {
            throw new SessionException(String.valueOf(e.getMessage()), e);
        }
        Path target = record.directory().resolve(String.join("/", path)).resolveSibling(name);
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new SessionException(target + " is there already");
        }
        rearrange(handle, record.directory(), Optional.of(new Rename(path, name)), progress -> {});
    }

    private TorrentHandle handle(InfoHash infoHash) {
        return find(infoHash).orElseThrow(() -> new SessionException("there is no torrent " + infoHash));
    }

    /// Ends a torrent, has its content at another place or under other names, and starts it there.
    private void rearrange(TorrentHandle handle, Path to, Optional<Rename> rename, DoubleConsumer progress) {
        RunningTorrent torrent = handle.torrent();
        incoming.remove(torrent.infoHash());
        TorrentRecord before = torrent.record();
        onLoopOf(torrent, running -> {
            handle.freeze();
            running.rearrange(draft -> {
                draft.directory = to;
                draft.renames =
                        Stream.concat(draft.renames.stream(), rename.stream()).toList();
            });
            running.end(RunningTorrent.Ending.REARRANGED);
            forgetQuota(running);
        });
        torrent.close();
        TorrentRecord after = torrent.record();
        Optional<Metainfo> metainfo = torrent.content().info().map(torrent::metainfo);
        if (metainfo.isEmpty()) {
            restart(handle, torrent.source(), after);
            return;
        }
        Info info = metainfo.get().info();
        Info named = rename.map(one -> info.withName(one.path(), one.name())).orElse(info);
        try {
            if (rename.isPresent() || !before.directory().equals(to)) {
                new ContentMove(info, before.directory(), named, to).run(progress);
            }
            restart(handle, new TorrentSource.TorrentFile(metainfo.get().withInfo(named)), after);
        } catch (IOException | CancellationException e) {
            restart(handle, new TorrentSource.TorrentFile(metainfo.get()), after.with(draft -> {
                draft.directory = before.directory();
                draft.renames = before.renames();
            }));
            throw new SessionException(
                    rename.map(one -> "cannot rename " + String.join("/", one.path()) + ": ")
                                    .orElse("cannot move the content to " + to + ": ")
                            + e.getMessage(),
                    e);
        }
    }

    /// Runs a torrent that has ended anew, in its old place among the others; not if it was removed meanwhile.
    private void restart(TorrentHandle before, TorrentSource source, TorrentRecord record) {
        Optional<TorrentMemory> memory = state.map(store -> store.of(source.infoHash()));
        TorrentSource named = withNamesOnDisk(source, record.directory());
        synchronized (this) {
            if (!closed && torrents.get(source.infoHash()) == before) {
                run(named, record, memory, List.of());
            }
        }
    }

    /// Takes no torrent from now on.
    ///
    /// @return whether this was the first time
    synchronized boolean seal() {
        boolean first = !closed;
        closed = true;
        return first;
    }

    /// Ends all, waiting a while until trackers have heard of it; blocks.
    void end() {
        incoming.clear();
        List<TorrentHandle> all = all();
        List<CompletableFuture<?>> goodbyes = new ArrayList<>();
        for (TorrentHandle handle : all) {
            onLoopOf(handle.torrent(), running -> {
                handle.freeze();
                goodbyes.add(running.end(RunningTorrent.Ending.CLOSED));
            });
        }
        CompletableFuture.allOf(goodbyes.toArray(CompletableFuture<?>[]::new))
                .completeOnTimeout(null, GOODBYE_MILLIS, TimeUnit.MILLISECONDS)
                .exceptionally(failure -> null)
                .join();
        // each forces what it writes to the device, and a thousand wait no longer for that together than a few
        try (ExecutorService closing = Executors.newVirtualThreadPerTaskExecutor()) {
            all.forEach(handle -> closing.execute(handle.torrent()::close));
        }
    }

    /// Runs it on the torrent's loop and waits for that.
    private static void onLoopOf(RunningTorrent torrent, Consumer<RunningTorrent> action) {
        if (torrent.driver().loop().inEventLoop()) {
            action.accept(torrent);
            return;
        }
        try {
            torrent.driver().loop().submit(() -> action.accept(torrent)).awaitUninterruptibly();
        } catch (RejectedExecutionException e) {
            throw new SessionException("the session is closed", e);
        }
    }
}
