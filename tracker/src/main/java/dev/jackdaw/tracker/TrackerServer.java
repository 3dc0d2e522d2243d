package dev.jackdaw.tracker;

import dev.jackdaw.protocol.Ticker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// A running tracker: its sockets, its threads and its swarms.
///
/// Each thread owns its sockets and answers what comes over them from the first byte to the last, so that
/// nothing is handed over: [UdpLoop] and [HttpLoop] on Linux, [NettyHttp] elsewhere and for TLS.
public final class TrackerServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TrackerServer.class.getName());
    /// Between two parts of a sweep: the whole store is swept in a minute.
    private static final int SWEEP_MILLIS = 60_000 / SwarmStore.EXPIRY_STEPS;
    /// How often lists and certificates are looked at.
    private static final int RELOAD_MILLIS = 1_000;
    /// Connections that wait to be accepted; the system may allow fewer.
    private static final int BACKLOG = 4096;
    /// How long the system may wait for a connection's request before it is accepted, at the least it knows.
    private static final int DEFER_SECONDS = 1;

    private final TrackerConfig config;
    private final Ticker ticker = System::nanoTime;
    private final SwarmStore store;
    private final AnnouncePolicy policy;
    private final Counters counters = new Counters();
    private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("tracker-sweep").daemon().factory());
    private final List<UdpLoop> udp = new ArrayList<>();
    private final List<HttpLoop> http = new ArrayList<>();
    private final List<Integer> listeners = new ArrayList<>();
    private final NettyHttp netty;
    private int httpPort;
    private int httpsPort;
    private int udpPort;
    private int nextExpiry;
    private long lastNotKept;
    private boolean opened;
    private final AtomicBoolean closed = new AtomicBoolean();

    private TrackerServer(TrackerConfig config, SwarmStore store, AnnouncePolicy policy) {
        this.config = config;
        this.store = store;
        this.policy = policy;
        this.netty = new NettyHttp(config, counters);
    }

    /// Opens all sockets and answers from then on.
    ///
    /// @throws IOException if one of the addresses cannot be listened on; then none is
    public static TrackerServer start(TrackerConfig config) throws IOException {
        return start(config, memoryStore(config), AnnouncePolicy.OPEN);
    }

    /// A store of the size that the settings allow, with what the last run has left.
    static MemorySwarmStore memoryStore(TrackerConfig config) throws IOException {
        MemorySwarmStore store = new MemorySwarmStore(
                config.maxStoredPeers(), config.maxStoredSwarms(), config.peerTimeout(), new SecureRandom().nextLong());
        if (config.snapshot().isPresent()) {
            new SwarmSnapshot(config.snapshot().get()).restore(store, System.nanoTime(), Instant.now());
        }
        return store;
    }

    /// As [#start(TrackerConfig)], with what an operator has chosen.
    ///
    /// @param store  closed with the server, and if it does not start
    /// @param policy judges what the access lists of the settings let through
    static TrackerServer start(TrackerConfig config, SwarmStore store, AnnouncePolicy policy) throws IOException {
        TrackerServer server;
        try {
            server = new TrackerServer(config, store, AccessLists.of(config, policy));
        } catch (IOException e) {
            store.close();
            throw e;
        }
        try {
            server.open();
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void open() throws IOException {
        SecureRandom random = new SecureRandom();
        AnnounceService service = new AnnounceService(store, policy, config);
        ConnectionIds connectionIds = new ConnectionIds(random.nextLong(), random.nextLong());
        for (InetSocketAddress address : config.udp()) {
            openUdp(address, service, connectionIds);
        }
        openHttp(service);
        for (InetSocketAddress address : config.https()) {
            int port = netty.listen(address, true, () -> frontend(service));
            httpsPort = httpsPort == 0 ? port : httpsPort;
        }
        opened = true;
        udp.forEach(UdpLoop::start);
        http.forEach(HttpLoop::start);
        var _ = sweeper.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
        var _ = sweeper.scheduleWithFixedDelay(this::reload, RELOAD_MILLIS, RELOAD_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void sweep() {
        store.expire(nextExpiry++, ticker.nanos());
        if (nextExpiry % SwarmStore.EXPIRY_STEPS == 0) {
            sayIfFull();
        }
    }

    /// Once a minute: a tracker that is full answers as always, but for what it has no room for.
    private void sayIfFull() {
        long notKept = store.notKept();
        if (notKept > lastNotKept) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "no room for " + (notKept - lastNotKept) + " announces in the last minute: " + store.peers()
                            + " peers in " + store.swarms() + " swarms are kept, the limits are max-stored-peers = "
                            + config.maxStoredPeers() + " and max-stored-swarms = " + config.maxStoredSwarms());
            lastNotKept = notKept;
        }
    }

    private void reload() {
        policy.reload();
        netty.reload();
    }

    private void openUdp(InetSocketAddress address, AnnounceService service, ConnectionIds connectionIds)
            throws IOException {
        // one socket for each thread, among which the kernel shares out the clients
        int sockets = Linux.isHere() ? config.threads() : 1;
        InetSocketAddress bound = address;
        for (int i = 0; i < sockets; i++) {
            DatagramBatch batch;
            try {
                batch = Linux.isHere() ? new LinuxDatagrams(bound, i == 0) : new PortableDatagrams(bound);
            } catch (IOException e) {
                throw cannotListen("UDP", address, e);
            }
            UdpFrontend frontend = new UdpFrontend(service, connectionIds, counters);
            udp.add(new UdpLoop(batch, frontend, ticker, "tracker-udp-" + udp.size()));
            bound = new InetSocketAddress(address.getAddress(), batch.port());
        }
        udpPort = udpPort == 0 ? bound.getPort() : udpPort;
    }

    private void openHttp(AnnounceService service) throws IOException {
        if (config.http().isEmpty()) {
            return;
        }
        if (!Linux.isHere()) {
            for (InetSocketAddress address : config.http()) {
                int port = netty.listen(address, false, () -> frontend(service));
                httpPort = httpPort == 0 ? port : httpPort;
            }
            return;
        }
        Linux linux = new Linux();
        for (InetSocketAddress address : config.http()) {
            try {
                int listener = linux.open(address, Linux.SOCK_STREAM | Linux.SOCK_NONBLOCK, Linux.SO_REUSEADDR);
                listeners.add(listener);
                // what is accepted inherits it
                Linux.check(linux.setOption(listener, Linux.IPPROTO_TCP, Linux.TCP_NODELAY, 1), "setsockopt");
                // a wish: without it, connections come before their requests, and each is looked at twice
                linux.setOption(listener, Linux.IPPROTO_TCP, Linux.TCP_DEFER_ACCEPT, DEFER_SECONDS);
                // also a wish: an answer fits into the window that every connection begins with, so there is nothing
                // to be controlled, and others than this one think about each packet
                linux.setOption(listener, Linux.IPPROTO_TCP, Linux.TCP_CONGESTION, "reno");
                Linux.check(linux.listen(listener, BACKLOG), "listen");
                httpPort = httpPort == 0 ? linux.port(listener) : httpPort;
            } catch (IOException e) {
                throw cannotListen("HTTP", address, e);
            }
        }
        int[] shared = listeners.stream().mapToInt(Integer::intValue).toArray();
        for (int i = 0; i < config.threads(); i++) {
            http.add(new HttpLoop(shared, frontend(service), counters, ticker, config, "tracker-http-" + i));
        }
    }

    private HttpFrontend frontend(AnnounceService service) {
        return new HttpFrontend(service, config.trustedProxies(), ticker, counters);
    }

    static IOException cannotListen(String protocol, InetSocketAddress address, Throwable cause) {
        return new IOException("cannot listen for " + protocol + " on " + address + ": " + cause.getMessage(), cause);
    }

    /// The port of the first HTTP address; 0 if there is none.
    public int httpPort() {
        return httpPort;
    }

    /// The port of the first HTTPS address; 0 if there is none.
    public int httpsPort() {
        return httpsPort;
    }

    /// The port of the first UDP address; 0 if there is none.
    public int udpPort() {
        return udpPort;
    }

    /// What the frontends have counted.
    Counters counters() {
        return counters;
    }

    SwarmStore store() {
        return store;
    }

    public TrackerSnapshot snapshot() {
        return new TrackerSnapshot(
                store.swarms(),
                store.peers(),
                counters.announces(Counters.Protocol.UDP),
                counters.announces(Counters.Protocol.HTTP),
                counters.refused(),
                counters.httpConnections.get());
    }

    /// Closes all sockets, ends all threads, and keeps the swarms if the settings say where. The first call does all of
    /// it: to close a descriptor twice could close somebody else's.
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        sweeper.shutdownNow();
        udp.forEach(UdpLoop::close);
        http.forEach(HttpLoop::close);
        if (!listeners.isEmpty()) {
            Linux linux = new Linux();
            listeners.forEach(linux::close);
            listeners.clear();
        }
        netty.close();
        save();
        store.close();
    }

    /// Keeps the swarms for the next run, if there is a place for them.
    private void save() {
        if (!opened || config.snapshot().isEmpty()) {
            return;
        }
        opened = false;
        Path file = config.snapshot().get();
        try {
            new SwarmSnapshot(file).save(store.memory(), ticker.nanos(), Instant.now());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the swarms could not be kept in " + file, e);
        }
    }
}
