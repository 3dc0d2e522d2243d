package dev.jackdaw.dht;

import dev.jackdaw.dht.engine.DhtEngine;
import dev.jackdaw.dht.engine.Search;
import dev.jackdaw.dht.engine.SearchReport;
import dev.jackdaw.dht.engine.SearchRequest;
import dev.jackdaw.dht.krpc.KrpcDecoder;
import dev.jackdaw.dht.krpc.KrpcEncoder;
import dev.jackdaw.dht.krpc.KrpcMessage;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A running node of the DHT.
///
/// It has sockets of its own ([#start(DhtConfig)]) or is one of the users of somebody else's UDP port
/// ([#on(DhtConfig, EventLoop, DatagramSender, boolean, boolean)]). All its state belongs to one event loop; methods may
/// be called from any thread, except where they say otherwise. Futures complete and consumers are called on
/// that loop, and must not block it.
///
/// Cancelling a future ends the search; so does a consumer that fails, whose exception is the future's.
public final class Dht implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Dht.class.getName());
    private static final Duration SAVING = Duration.ofMinutes(10);

    private final DhtConfig config;
    private final EventLoop loop;
    private final DatagramSender sender;
    private final @Nullable DhtSocket ownSocket;
    private final DhtEngine engine;
    private final KrpcDecoder decoder = new KrpcDecoder();
    private final KrpcEncoder encoder = new KrpcEncoder();
    private final byte[] datagram = new byte[KrpcDecoder.MAX_LENGTH + 1];
    private final Optional<DhtStateFile> stateFile;
    /// Answers that are waited for; no longer than the node lives.
    private final Set<CompletableFuture<?>> awaited = ConcurrentHashMap.newKeySet();
    private InetSocketAddress lastSender = new InetSocketAddress(0);
    private @Nullable PeerAddress lastFrom;
    private boolean isUnflushed;
    private @Nullable ScheduledFuture<?> timer;
    private long timerNanos = Long.MAX_VALUE;
    private boolean isClosed;

    private Dht(
            DhtConfig config,
            EventLoop loop,
            DatagramSender sender,
            @Nullable DhtSocket ownSocket,
            boolean v4,
            boolean v6) {
        this.config = config;
        this.loop = loop;
        this.sender = sender;
        this.ownSocket = ownSocket;
        this.engine = new DhtEngine(config.engine(v4, v6), new SecureRandom(), this::send);
        this.stateFile = config.stateFile().map(DhtStateFile::new);
    }

    /// Opens the sockets, and looks for other nodes from then on.
    ///
    /// @throws IOException if an address cannot be listened on
    public static Dht start(DhtConfig config) throws IOException {
        DhtSocket socket = DhtSocket.open(config.bind());
        boolean v6 = config.bind().stream().anyMatch(Dht::isV6);
        boolean v4 = config.bind().stream().anyMatch(address -> !isV6(address));
        Dht dht = new Dht(config, socket.loop(), socket, socket, v4, v6);
        dht.begin();
        socket.start(dht);
        return dht;
    }

    /// A node that shares a UDP port: its owner gives it the datagrams that begin with `d`, by
    /// [#received(ByteBuf, InetSocketAddress)] and [#batchCompleted()].
    ///
    /// @param loop   that of the port
    /// @param sender called on the loop
    /// @param v4     whether IPv4 addresses are reached over the port
    /// @param v6     whether IPv6 addresses are
    public static Dht on(DhtConfig config, EventLoop loop, DatagramSender sender, boolean v4, boolean v6) {
        Dht dht = new Dht(config, loop, sender, null, v4, v6);
        dht.begin();
        return dht;
    }

    private static boolean isV6(InetSocketAddress address) {
        return address.getAddress() instanceof Inet6Address;
    }

    private void begin() {
        DhtStateFile.State state = stateFile.map(Dht::read).orElse(DhtStateFile.State.NONE);
        onLoop(() -> {
            long now = System.nanoTime();
            state.id4().ifPresent(id -> engine.assume(id, false, now));
            state.id6().ifPresent(id -> engine.assume(id, true, now));
            state.nodes().forEach(node -> engine.addNode(node.address(), now));
            engine.start(now);
        });
        config.bootstrap().forEach(this::addNode);
        if (stateFile.isPresent()) {
            scheduleSaving();
        }
    }

    private static DhtStateFile.State read(DhtStateFile file) {
        try {
            return file.read();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the DHT starts without its memory: " + e.getMessage());
            return DhtStateFile.State.NONE;
        }
    }

    private void scheduleSaving() {
        var _ = loop.schedule(
                () -> {
                    if (!isClosed) {
                        DhtStateFile.State state = state();
                        Thread.ofVirtual().start(() -> save(state));
                        scheduleSaving();
                    }
                },
                SAVING.toSeconds(),
                TimeUnit.SECONDS);
    }

    private DhtStateFile.State state() {
        return new DhtStateFile.State(engine.id(false), engine.id(true), engine.members());
    }

    private synchronized void save(DhtStateFile.State state) {
        if (stateFile.isPresent() && !state.nodes().isEmpty()) {
            try {
                stateFile.get().write(state);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "cannot save the DHT's state: " + e);
            }
        }
    }

    /// Takes a datagram. On the loop only; the buffer is read, not kept.
    public void received(ByteBuf buffer, InetSocketAddress from) {
        int length = Math.min(buffer.readableBytes(), datagram.length);
        buffer.getBytes(buffer.readerIndex(), datagram, 0, length);
        PeerAddress address = PeerAddress.of(from);
        lastSender = from;
        lastFrom = address;
        engine.received(decoder.decode(datagram, length), length, address, System.nanoTime());
    }

    /// All datagrams that had come are taken. On the loop only.
    public void batchCompleted() {
        afterEngine();
    }

    private void send(KrpcMessage message, PeerAddress to) {
        int length = encoder.encode(message);
        ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(length);
        buffer.writeBytes(encoder.bytes(), 0, length);
        sender.send(buffer, to.equals(lastFrom) ? lastSender : to.toSocketAddress());
        isUnflushed = true;
    }

    /// What is to be done each time the engine had something to do.
    private void afterEngine() {
        if (isUnflushed) {
            isUnflushed = false;
            sender.flush();
        }
        long next = engine.nextTimeoutNanos();
        if (next >= timerNanos || isClosed) {
            return; // it looks again when it goes off
        }
        if (timer != null) {
            timer.cancel(false);
        }
        timerNanos = next;
        timer = loop.schedule(this::onTimer, Math.max(0, next - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private void onTimer() {
        timerNanos = Long.MAX_VALUE;
        timer = null;
        if (!isClosed) {
            engine.elapsed(System.nanoTime());
            afterEngine();
        }
    }

    private void onLoop(Runnable action) {
        onLoop(new CompletableFuture<>(), action);
    }

    /// @param answer cancelled when the node is closed; fails if the action does
    private void onLoop(CompletableFuture<?> answer, Runnable action) {
        try {
            loop.execute(() -> {
                if (isClosed) {
                    answer.cancel(false);
                    return;
                }
                try {
                    action.run();
                } catch (RuntimeException e) {
                    answer.completeExceptionally(e);
                    throw e;
                }
                afterEngine();
            });
        } catch (RejectedExecutionException e) {
            answer.cancel(false); // the loop has ended
        }
    }

    /// Takes a note of a node: one of a torrent's `nodes`, a peer's PORT message. A name is resolved first.
    public void addNode(InetSocketAddress node) {
        if (!node.isUnresolved()) {
            onLoop(() -> engine.addNode(PeerAddress.of(node), System.nanoTime()));
            return;
        }
        Thread.ofVirtual().start(() -> {
            try {
                for (InetAddress host : InetAddress.getAllByName(node.getHostString())) {
                    addNode(new InetSocketAddress(host, node.getPort()));
                }
            } catch (UnknownHostException e) {
                LOG.log(System.Logger.Level.DEBUG, "no such host: " + node.getHostString());
            }
        });
    }

    /// Looks for the peers of a torrent.
    ///
    /// @param found gets those that a node knows of, each only once
    /// @return done when the search is over, with the number of peers found
    public CompletableFuture<Integer> getPeers(InfoHash infoHash, Consumer<List<PeerAddress>> found) {
        return search(
                new SearchRequest.FindPeers(NodeId.of(infoHash), Optional.empty(), false, false),
                new Finding.PeersOf<>(config.allowLocal(), found, (peers, _) -> peers));
    }

    /// Looks for the peers of a torrent, and becomes one.
    ///
    /// @param port        where we listen, for TCP and uTP
    /// @param impliedPort whether the port that others see the DHT's datagrams come from is meant instead:
    ///     behind a NAT, where the DHT shares its port with uTP
    /// @param isSeed      whether we have all of it (BEP 33)
    /// @param found       as for [#getPeers]
    public CompletableFuture<StoreReport> announce(
            InfoHash infoHash, int port, boolean impliedPort, boolean isSeed, Consumer<List<PeerAddress>> found) {
        SearchRequest.Announcement mine = new SearchRequest.Announcement(port, impliedPort, isSeed);
        return search(
                new SearchRequest.FindPeers(NodeId.of(infoHash), Optional.of(mine), isSeed, false),
                new Finding.PeersOf<>(config.allowLocal(), found, (_, report) -> storeReport(report)));
    }

    /// How many share a torrent (BEP 33).
    ///
    /// @param seeds estimated
    /// @param peers that are no seeds, estimated
    public record Scrape(double seeds, double peers) {}

    /// Estimates how many share a torrent, from what the nodes around it have stored.
    public CompletableFuture<Scrape> scrape(InfoHash infoHash) {
        return search(
                new SearchRequest.FindPeers(NodeId.of(infoHash), Optional.empty(), false, true),
                new Finding.Counts());
    }

    /// Fetches an immutable item (BEP 44): the bencoded value with this SHA-1.
    public CompletableFuture<Optional<DhtItem.Immutable>> getImmutable(NodeId target) {
        return search(
                new SearchRequest.GetItem(target, new byte[0]), new Finding.Item<>(DhtItem.Immutable.class));
    }

    /// Fetches the newest mutable item of a key and salt (BEP 44), its signature verified.
    ///
    /// @param key  an Ed25519 public key, 32 bytes
    /// @param salt 0 … 64 bytes
    public CompletableFuture<Optional<DhtItem.Mutable>> getMutable(byte[] key, byte[] salt) {
        return search(
                new SearchRequest.GetItem(DhtItem.Mutable.target(key, salt), salt),
                new Finding.Item<>(DhtItem.Mutable.class));
    }

    /// Stores an item at the nodes closest to it (BEP 44), which forget it after two hours.
    ///
    /// @param cas the sequence number that a mutable item replaces: nodes that have another one refuse
    public CompletableFuture<StoreReport> put(DhtItem item, OptionalLong cas) {
        return search(new SearchRequest.PutItem(item, cas), new Finding.Outcome<>(Dht::storeReport));
    }

    private static StoreReport storeReport(SearchReport report) {
        return new StoreReport(report.stored(), report.refusal(), report.queries());
    }

    /// Collects info-hashes that the nodes on the way to a point know of (BEP 51).
    public CompletableFuture<Set<InfoHash>> sampleInfohashes(NodeId target) {
        return search(new SearchRequest.Sample(target), new Finding.InfoHashes());
    }

    /// The nodes closest to a point that answer, the closest first, at most eight of each family.
    public CompletableFuture<List<NodeContact>> lookup(NodeId target) {
        return search(new SearchRequest.FindNode(target), new Finding.Outcome<>(SearchReport::closest));
    }

    /// Which node answers at an address, and how soon.
    public record Pong(NodeId id, Duration roundTrip) {}

    /// Asks an address whether there is a node; empty if none answers within some seconds.
    public CompletableFuture<Optional<Pong>> ping(InetSocketAddress address) {
        Finding<Optional<Pong>> finding = new Finding.Outcome<>(report -> report.closest().stream()
                .findFirst()
                .map(node -> new Pong(node.id(), Duration.ofNanos(report.nanos()))));
        onLoop(awaited(finding.answer), () -> engine.ping(PeerAddress.of(address), finding, System.nanoTime()));
        return finding.answer;
    }

    /// Has an answer cancelled if the node is closed before it comes.
    private <R> CompletableFuture<R> awaited(CompletableFuture<R> answer) {
        awaited.add(answer);
        answer.whenComplete((_, _) -> awaited.remove(answer));
        return answer;
    }

    /// @return the caller's own future, since cancelling one that is derived from it would not end the search
    private <R> CompletableFuture<R> search(SearchRequest request, Finding<R> finding) {
        CompletableFuture<R> answer = awaited(finding.answer);
        onLoop(answer, () -> {
            Search search = engine.search(request, finding, System.nanoTime());
            answer.whenComplete((_, _) -> {
                if (answer.isCompletedExceptionally()) {
                    onLoop(() -> engine.cancel(search));
                }
            });
        });
        return answer;
    }

    /// What the node is and has done so far.
    public CompletableFuture<DhtSnapshot> snapshot() {
        CompletableFuture<DhtSnapshot> answer = new CompletableFuture<>();
        onLoop(answer, () -> answer.complete(engine.snapshot()));
        return answer;
    }

    /// Where its own sockets listen; empty for a node on somebody else's port.
    public List<InetSocketAddress> localAddresses() {
        return ownSocket == null ? List.of() : ownSocket.localAddresses();
    }

    /// Saves the state, and closes the node's own sockets. What is still searched for is cancelled.
    ///
    /// @throws IllegalStateException on the loop, for which it would wait
    @Override
    public void close() {
        if (loop.inEventLoop()) {
            throw new IllegalStateException("a node of the DHT is not closed on its own loop");
        }
        CompletableFuture<DhtStateFile.State> last = new CompletableFuture<>();
        try {
            loop.execute(() -> {
                isClosed = true;
                if (timer != null) {
                    timer.cancel(false);
                }
                last.complete(state());
                awaited.forEach(answer -> answer.cancel(false));
            });
            save(last.join());
        } catch (RejectedExecutionException e) {
            LOG.log(System.Logger.Level.DEBUG, "the DHT's loop ended before the node did: nothing is saved");
        }
        if (ownSocket != null) {
            ownSocket.close();
        }
    }
}
