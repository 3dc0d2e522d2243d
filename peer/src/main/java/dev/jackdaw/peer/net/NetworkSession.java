package dev.jackdaw.peer.net;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionConfig;
import dev.jackdaw.peer.SessionEvent;
import dev.jackdaw.peer.SessionException;
import dev.jackdaw.peer.SessionListener;
import dev.jackdaw.peer.SessionStatus;
import dev.jackdaw.peer.Subscription;
import dev.jackdaw.peer.Torrent;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.peer.TorrentStatus;
import dev.jackdaw.peer.discovery.LocalDiscovery;
import dev.jackdaw.peer.disk.NamesOnDisk;
import dev.jackdaw.peer.disk.Rename;
import dev.jackdaw.peer.disk.ResumeState;
import dev.jackdaw.peer.disk.SessionDisk;
import dev.jackdaw.peer.engine.PeerSource;
import dev.jackdaw.peer.engine.TorrentEvent.Direction;
import dev.jackdaw.peer.engine.TorrentEvent.PeersFound;
import dev.jackdaw.peer.http.HttpAgent;
import dev.jackdaw.peer.http.SystemResolver;
import dev.jackdaw.peer.net.TorrentMemory.Remembered;
import dev.jackdaw.peer.utp.DatagramPort;
import dev.jackdaw.peer.utp.UtpSocket;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.Ticker;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.metainfo.Metainfo;
import dev.jackdaw.protocol.metainfo.PublisherLink;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The [Session] over real sockets and files.
public final class NetworkSession implements Session {
    /// How long trackers may take to hear that we go.
    private static final long GOODBYE_MILLIS = 3_000;

    private static final long TICK_SECONDS = 1;
    /// Ticks between two looks at what only time tells.
    private static final int MAINTENANCE_TICKS = 5;
    /// Ticks between two savings of what was transferred.
    private static final int SAVE_TICKS = 60;

    /// Torrents whose status is read in one go on their loop, which serves peers in between.
    private static final int STATUSES_AT_ONCE = 64;

    private static final Logger LOGGER = System.getLogger(NetworkSession.class.getName());

    private final SecureRandom random = new SecureRandom();
    private final Ticker ticker = System::nanoTime;
    /// What is to be ended at closing, the last first.
    private final Deque<Runnable> endings = new ArrayDeque<>();

    private final EventFeed feed;
    private final Optional<StateStore> state;
    private final SessionDisk disk;
    private final EventLoops loops;
    private final ConnectionLimit limit;
    private final StreamEncryption encryption;
    private final PeerAcceptor acceptor;
    private final int port;
    private final Optional<SessionDht> dht;
    private final Subscriptions subscriptions;
    private final SessionContext context;
    private final QuotaBroker downloadQuota;
    private final QuotaBroker uploadQuota;
    private final SessionRates rates = new SessionRates();

    /// In the order in which they were added. Guarded by itself.
    private final Map<InfoHash, TorrentHandle> torrents = new LinkedHashMap<>();

    /// The same for the acceptor.
    private final Map<InfoHash, TorrentDriver> incoming = new ConcurrentHashMap<>();

    private long ticks;
    private boolean closed;

    private NetworkSession(SessionConfig config) {
        PeerId peerId = PeerId.random(SessionContext.PEER_ID_PREFIX, random);
        try {
            feed = ending(new EventFeed(), EventFeed::close);
            ExecutorService blocking = ending(
                    Executors.newThreadPerTaskExecutor(
                            Thread.ofVirtual().name("jackdaw-blocking").factory()),
                    ExecutorService::shutdown);
            state = config.stateDirectory().map(directory -> StateStore.open(directory, blocking, this::warn));
            disk = ending(new SessionDisk(config.bufferBytes(), random.nextLong()), SessionDisk::close);
            loops = ending(EventLoops.open(Runtime.getRuntime().availableProcessors()), EventLoops::close);
            SystemResolver resolver = ending(new SystemResolver(), SystemResolver::close);
            HttpAgent http =
                    ending(new HttpAgent(resolver, config.bindAddress(), SessionContext.CLIENT_NAME), HttpAgent::close);
            Optional<Announcer> trackers = config.trackers()
                    ? Optional.of(ending(
                            new SessionTrackers(http, resolver, config.bindAddress(), random), SessionTrackers::close))
                    : Optional.empty();
            limit = new ConnectionLimit(config.maxConnections());
            encryption = new StreamEncryption(config.encryption(), random, ticker);
            acceptor = PeerAcceptor.open(
                    loops,
                    infoHash -> Optional.ofNullable(incoming.get(infoHash)).map(TorrentDriver::connections),
                    peerId,
                    limit,
                    encryption,
                    ticker);
            InetSocketAddress local = config.bindAddress()
                    .map(host -> new InetSocketAddress(host, config.port()))
                    .orElseGet(() -> new InetSocketAddress(config.port()));
            boolean tcp = Transports.usesTcp(config.transport());
            port = acceptor.listen(local, tcp);
            boolean speaksUtp = Transports.usesUtp(config.transport());
            Optional<DatagramPort> datagrams = speaksUtp || config.dht()
                    ? datagramPort(new InetSocketAddress(local.getAddress(), port), !tcp)
                    : Optional.empty();
            Optional<UtpSocket> utp = datagrams.filter(_ -> speaksUtp).map(this::utpSocket);
            dht = datagrams
                    .filter(_ -> config.dht())
                    .map(port -> ending(SessionDht.open(config, port), SessionDht::close));
            datagrams.ifPresent(port -> port.start(Stream.<DatagramPort.Consumer>concat(utp.stream(), dht.stream())
                    .toArray(DatagramPort.Consumer[]::new)));
            subscriptions =
                    new Subscriptions(this, dht, config.stateDirectory(), config.publisherCheck(), feed, ticker);
            context = new SessionContext(
                    config,
                    peerId,
                    port,
                    ticker,
                    loops,
                    new PeerConnector(
                            new Transports(loops, config.bindAddress(), config.transport(), utp),
                            config.maxHalfOpen(),
                            limit,
                            encryption),
                    disk,
                    http,
                    trackers,
                    localDiscovery(config, port),
                    dht,
                    feed,
                    blocking);
        } catch (RuntimeException e) {
            endings.forEach(Runnable::run);
            throw e;
        }
        downloadQuota = new QuotaBroker(Direction.DOWNLOAD, loops.first());
        uploadQuota = new QuotaBroker(Direction.UPLOAD, loops.first());
        downloadQuota.setLimit(config.maxDownloadRate());
        uploadQuota.setLimit(config.maxUploadRate());
        loops.first().scheduleAtFixedRate(this::tick, TICK_SECONDS, TICK_SECONDS, TimeUnit.SECONDS);
    }

    /// @param needed whether there is no session without it
    private Optional<DatagramPort> datagramPort(InetSocketAddress local, boolean needed) {
        try {
            return Optional.of(
                    ending(DatagramPort.open(loops.datagrams(), loops.allocator(), local), DatagramPort::close));
        } catch (IOException e) {
            if (needed) {
                throw new SessionException(String.valueOf(e.getMessage()), e);
            }
            warn("neither uTP nor the DHT works: " + e.getMessage());
            return Optional.empty();
        }
    }

    private UtpSocket utpSocket(DatagramPort datagrams) {
        return ending(
                new UtpSocket(
                        datagrams,
                        channel -> {
                            channel.config().setAllocator(loops.allocator());
                            channel.config().setWriteBufferWaterMark(EventLoops.WATER_MARK);
                            acceptor.accepted(channel);
                        },
                        random,
                        ticker),
                UtpSocket::close);
    }

    private Optional<LocalDiscovery> localDiscovery(SessionConfig config, int port) {
        if (!config.localDiscovery()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ending(
                    new LocalDiscovery(port, config.bindAddress(), random, this::foundLocally), LocalDiscovery::close));
        } catch (IOException e) {
            warn("local discovery does not work: " + e.getMessage());
            return Optional.empty();
        }
    }

    private void foundLocally(InfoHash infoHash, PeerAddress address) {
        TorrentDriver driver = incoming.get(infoHash);
        if (driver != null) {
            driver.post(new PeersFound(PeerSource.LOCAL_DISCOVERY, List.of(address)));
        }
    }

    private <T> T ending(T started, Consumer<T> end) {
        endings.push(() -> end.accept(started));
        return started;
    }

    /// Starts the threads, listens, and restores torrents if the configuration says so.
    public static Session open(SessionConfig config) {
        NetworkSession session = new NetworkSession(config);
        try {
            if (config.restore()) {
                session.restore();
            }
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
        return session;
    }

    private void restore() {
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

    @Override
    public Torrent add(TorrentSource source, AddOptions options) {
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

    @Override
    public Subscription follow(PublisherLink link, AddOptions options) {
        return subscriptions.follow(link, options);
    }

    private void requireNew(InfoHash infoHash) {
        synchronized (torrents) {
            if (closed) {
                throw new SessionException("the session is closed");
            }
            if (torrents.containsKey(infoHash)) {
                throw new SessionException("torrent " + infoHash + " is there already");
            }
        }
    }

    private TorrentHandle start(
            TorrentSource source, TorrentRecord record, Optional<TorrentMemory> memory, List<PeerAddress> peers) {
        synchronized (torrents) {
            requireNew(source.infoHash());
            encryption.add(source.infoHash());
            feed.publish(new SessionEvent.TorrentAdded(source.infoHash()));
            return run(source, record, memory, peers);
        }
    }

    /// Makes it run; with the lock of [#torrents].
    private TorrentHandle run(
            TorrentSource source, TorrentRecord record, Optional<TorrentMemory> memory, List<PeerAddress> peers) {
        RunningTorrent torrent = new RunningTorrent(
                context,
                withNamesOnDisk(source, record.directory()),
                record,
                memory,
                new SplittableRandom(random.nextLong()));
        TorrentHandle handle = new TorrentHandle(torrent, ticker);
        torrents.put(source.infoHash(), handle);
        incoming.put(source.infoHash(), torrent.driver());
        torrent.driver().loop().execute(() -> {
            downloadQuota.add(torrent.account(Direction.DOWNLOAD));
            uploadQuota.add(torrent.account(Direction.UPLOAD));
            torrent.start(peers);
        });
        return handle;
    }

    private static TorrentSource withNamesOnDisk(TorrentSource source, Path directory) {
        return switch (source) {
            case TorrentSource.TorrentFile(Metainfo metainfo) ->
                new TorrentSource.TorrentFile(metainfo.withInfo(NamesOnDisk.of(metainfo.info(), directory)));
            case TorrentSource.Magnet magnet -> magnet;
        };
    }

    @Override
    public List<Torrent> torrents() {
        synchronized (torrents) {
            return List.copyOf(torrents.values());
        }
    }

    @Override
    public Optional<Torrent> torrent(InfoHash infoHash) {
        synchronized (torrents) {
            return Optional.ofNullable(torrents.get(infoHash));
        }
    }

    @Override
    public List<TorrentStatus> statuses() {
        List<TorrentHandle> all;
        synchronized (torrents) {
            all = List.copyOf(torrents.values());
        }
        refresh(all);
        return all.stream().map(TorrentHandle::status).toList();
    }

    /// Reads the statuses on the torrents' loops, so that asking for them needs no further hop.
    private static void refresh(List<TorrentHandle> handles) {
        Map<EventLoop, List<TorrentHandle>> byLoop = handles.stream()
                .collect(Collectors.groupingBy(
                        handle -> handle.torrent().driver().loop()));
        List<Future<?>> rounds = new ArrayList<>();
        byLoop.forEach((loop, pinned) -> {
            for (int from = 0; from < pinned.size(); from += STATUSES_AT_ONCE) {
                List<TorrentHandle> some = pinned.subList(from, Math.min(pinned.size(), from + STATUSES_AT_ONCE));
                try {
                    rounds.add(loop.submit(() -> some.forEach(TorrentHandle::status)));
                } catch (RejectedExecutionException e) {
                    return; // the session has closed: the last values stay
                }
            }
        });
        rounds.forEach(Future::awaitUninterruptibly);
    }

    @Override
    public void remove(InfoHash infoHash, boolean deleteContent) {
        TorrentHandle handle;
        synchronized (torrents) {
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
            running.end(true);
        });
        torrent.forget();
        if (deleteContent) {
            torrent.content()
                    .info()
                    .ifPresent(info ->
                            delete(new ContentDeletion(info, torrent.record().directory())));
        }
        feed.publish(new SessionEvent.TorrentRemoved(infoHash));
    }

    private void delete(ContentDeletion deletion) {
        try {
            deletion.run();
        } catch (IOException e) {
            throw new SessionException("cannot delete all content: " + e.getMessage(), e);
        }
    }

    @Override
    public void move(InfoHash infoHash, Path directory, DoubleConsumer progress) {
        Path to = directory.toAbsolutePath().normalize();
        rearrange(handle(infoHash), to, Optional.empty(), progress);
    }

    @Override
    public void rename(InfoHash infoHash, List<String> path, String name) {
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
        synchronized (torrents) {
            TorrentHandle handle = torrents.get(infoHash);
            if (handle == null) {
                throw new SessionException("there is no torrent " + infoHash);
            }
            return handle;
        }
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
            running.end(false);
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
        synchronized (torrents) {
            if (!closed && torrents.get(source.infoHash()) == before) {
                run(source, record, memory, List.of());
            }
        }
    }

    @Override
    public void setRateLimits(long maxDownloadRate, long maxUploadRate) {
        downloadQuota.setLimit(maxDownloadRate);
        uploadQuota.setLimit(maxUploadRate);
    }

    @Override
    public SessionStatus status() {
        SessionRates.Rates now = rates.now();
        return new SessionStatus(
                port,
                now.downloadBytesPerSecond(),
                now.uploadBytesPerSecond(),
                limit.open() + acceptor.pending(),
                dht.map(SessionDht::nodes).orElse(0),
                disk.buffers().reserved(),
                acceptor.reachability());
    }

    @Override
    public void addListener(SessionListener listener) {
        feed.add(listener);
    }

    @Override
    public void removeListener(SessionListener listener) {
        feed.remove(listener);
    }

    @Override
    public void close() {
        subscriptions.close();
        List<TorrentHandle> all;
        synchronized (torrents) {
            if (closed) {
                return;
            }
            closed = true;
            all = new ArrayList<>(torrents.values());
        }
        acceptor.close();
        incoming.clear();
        List<CompletableFuture<?>> goodbyes = new ArrayList<>();
        for (TorrentHandle handle : all) {
            onLoopOf(handle.torrent(), running -> {
                handle.freeze();
                goodbyes.add(running.end(false));
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
        endings.forEach(Runnable::run);
    }

    /// Runs it on the torrent's loop and waits for that.
    private static void onLoopOf(RunningTorrent torrent, Consumer<RunningTorrent> action) {
        if (torrent.driver().loop().inEventLoop()) {
            action.accept(torrent);
        } else {
            torrent.driver().loop().submit(() -> action.accept(torrent)).awaitUninterruptibly();
        }
    }

    private void tick() {
        ticks++;
        List<TorrentHandle> all;
        synchronized (torrents) {
            all = new ArrayList<>(torrents.values());
        }
        rates.sample(all, ticker.nanos());
        dht.ifPresent(SessionDht::count);
        for (TorrentHandle handle : all) {
            RunningTorrent torrent = handle.torrent();
            torrent.driver().loop().execute(torrent::checkpoint);
            if (ticks % MAINTENANCE_TICKS == 0) {
                torrent.driver().loop().execute(torrent::maintain);
            }
            if (ticks % SAVE_TICKS == 0) {
                torrent.driver().loop().execute(torrent::save);
            }
        }
    }

    private void warn(String message) {
        LOGGER.log(Level.WARNING, message);
        feed.publish(new SessionEvent.Warning(message));
    }
}
