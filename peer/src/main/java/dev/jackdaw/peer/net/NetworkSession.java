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
import dev.jackdaw.peer.disk.SessionDisk;
import dev.jackdaw.peer.engine.PeerSource;
import dev.jackdaw.peer.engine.TorrentEvent.Direction;
import dev.jackdaw.peer.engine.TorrentEvent.PeersFound;
import dev.jackdaw.peer.http.HttpAgent;
import dev.jackdaw.peer.http.SystemResolver;
import dev.jackdaw.peer.utp.DatagramPort;
import dev.jackdaw.peer.utp.UtpSocket;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.Ticker;
import dev.jackdaw.protocol.metainfo.PublisherLink;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private final SessionDisk disk;
    private final EventLoops loops;
    private final ConnectionLimit limit;
    private final PeerAcceptor acceptor;
    private final int port;
    private final Optional<SessionDht> dht;
    private final Subscriptions subscriptions;
    private final SessionTorrents torrents;
    private final QuotaBroker downloadQuota;
    private final QuotaBroker uploadQuota;
    private final SessionRates rates = new SessionRates();

    /// Torrents by what a peer that comes asks for.
    private final Map<InfoHash, TorrentDriver> incoming = new ConcurrentHashMap<>();

    private long ticks;

    private NetworkSession(SessionConfig config) {
        PeerId peerId = PeerId.random(SessionContext.PEER_ID_PREFIX, random);
        try {
            feed = ending(new EventFeed(), EventFeed::close);
            ExecutorService blocking = ending(
                    Executors.newThreadPerTaskExecutor(
                            Thread.ofVirtual().name("jackdaw-blocking").factory()),
                    ExecutorService::shutdown);
            Optional<StateStore> state =
                    config.stateDirectory().map(directory -> StateStore.open(directory, blocking, this::warn));
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
            StreamEncryption encryption = new StreamEncryption(config.encryption(), random, ticker);
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
            boolean speaksUtp = Transports.usesUtp(config.transport());
            ListeningPort<DatagramPort> listening = ListeningPort.open(
                    config.port(),
                    number -> acceptor.listen(new InetSocketAddress(local.getAddress(), number), tcp),
                    speaksUtp || config.dht()
                            ? Optional.of(number -> datagramPort(new InetSocketAddress(local.getAddress(), number)))
                            : Optional.empty());
            port = listening.number();
            listening.failure().ifPresent(failure -> datagramsFailed(failure, !tcp));
            Optional<DatagramPort> datagrams = listening.datagrams();
            Optional<UtpSocket> utp = datagrams.filter(_ -> speaksUtp).map(this::utpSocket);
            dht = datagrams
                    .filter(_ -> config.dht())
                    .map(port -> ending(SessionDht.open(config, port), SessionDht::close));
            datagrams.ifPresent(port -> port.start(Stream.<DatagramPort.Consumer>concat(utp.stream(), dht.stream())
                    .toArray(DatagramPort.Consumer[]::new)));
            subscriptions =
                    new Subscriptions(this, dht, config.stateDirectory(), config.publisherCheck(), feed, ticker);
            SessionContext context = new SessionContext(
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
            downloadQuota = new QuotaBroker(Direction.DOWNLOAD, loops.first());
            uploadQuota = new QuotaBroker(Direction.UPLOAD, loops.first());
            torrents = new SessionTorrents(context, state, encryption, downloadQuota, uploadQuota, random, incoming);
        } catch (RuntimeException e) {
            end();
            throw e;
        }
        downloadQuota.setLimit(config.maxDownloadRate());
        uploadQuota.setLimit(config.maxUploadRate());
        loops.first().scheduleAtFixedRate(this::tick, TICK_SECONDS, TICK_SECONDS, TimeUnit.SECONDS);
    }

    private DatagramPort datagramPort(InetSocketAddress local) throws IOException {
        return ending(DatagramPort.open(loops.datagrams(), loops.allocator(), local), DatagramPort::close);
    }

    /// @param needed whether there is no session without them
    private void datagramsFailed(IOException failure, boolean needed) {
        if (needed) {
            throw new SessionException(String.valueOf(failure.getMessage()), failure);
        }
        warn("neither uTP nor the DHT works: " + failure.getMessage());
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
                session.torrents.restore();
            }
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
        return session;
    }

    @Override
    public Torrent add(TorrentSource source, AddOptions options) {
        return torrents.add(source, options);
    }

    @Override
    public Subscription follow(PublisherLink link, AddOptions options) {
        return subscriptions.follow(link, options);
    }

    @Override
    public List<Torrent> torrents() {
        return List.copyOf(torrents.all());
    }

    @Override
    public Optional<Torrent> torrent(InfoHash infoHash) {
        return torrents.find(infoHash).map(Torrent.class::cast);
    }

    @Override
    public List<TorrentStatus> statuses() {
        List<TorrentHandle> all = torrents.all();
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
        torrents.remove(infoHash, deleteContent);
    }

    @Override
    public void move(InfoHash infoHash, Path directory, DoubleConsumer progress) {
        torrents.move(infoHash, directory, progress);
    }

    @Override
    public void rename(InfoHash infoHash, List<String> path, String name) {
        torrents.rename(infoHash, path, name);
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
        if (torrents.seal()) {
            try {
                acceptor.close();
                torrents.end();
            } finally {
                end();
            }
        }
    }

    /// Ends all that was begun; what cannot be ended does not keep the rest.
    private void end() {
        for (Runnable ending : endings) {
            try {
                ending.run();
            } catch (RuntimeException e) {
                LOGGER.log(Level.ERROR, "closing a session", e);
            }
        }
    }

    private void tick() {
        ticks++;
        List<TorrentHandle> all = torrents.all();
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
