package dev.jackdaw.peer.net;

import dev.jackdaw.peer.SessionConfig;
import dev.jackdaw.peer.disk.StorageException;
import dev.jackdaw.peer.disk.TorrentStorage;
import dev.jackdaw.peer.disk.TorrentStorage.PieceResult;
import dev.jackdaw.peer.engine.EngineConfig;
import dev.jackdaw.peer.engine.PeerKey;
import dev.jackdaw.peer.engine.Phase;
import dev.jackdaw.peer.engine.TorrentEffect;
import dev.jackdaw.peer.engine.TorrentEffect.Announce;
import dev.jackdaw.peer.engine.TorrentEffect.CompletePiece;
import dev.jackdaw.peer.engine.TorrentEffect.Connect;
import dev.jackdaw.peer.engine.TorrentEffect.DhtNodeSeen;
import dev.jackdaw.peer.engine.TorrentEffect.Disconnect;
import dev.jackdaw.peer.engine.TorrentEffect.DropPiece;
import dev.jackdaw.peer.engine.TorrentEffect.LookUpPeers;
import dev.jackdaw.peer.engine.TorrentEffect.MetadataReceived;
import dev.jackdaw.peer.engine.TorrentEffect.Notice;
import dev.jackdaw.peer.engine.TorrentEffect.Publish;
import dev.jackdaw.peer.engine.TorrentEffect.Send;
import dev.jackdaw.peer.engine.TorrentEffect.SendBlocks;
import dev.jackdaw.peer.engine.TorrentEffect.StoreBlock;
import dev.jackdaw.peer.engine.TorrentEngine;
import dev.jackdaw.peer.engine.TorrentEvent;
import dev.jackdaw.peer.engine.TorrentEvent.AnnounceAnswered;
import dev.jackdaw.peer.engine.TorrentEvent.BlocksSent;
import dev.jackdaw.peer.engine.TorrentEvent.ConnectFailed;
import dev.jackdaw.peer.engine.TorrentEvent.MessageReceived;
import dev.jackdaw.peer.engine.TorrentEvent.PeerConnected;
import dev.jackdaw.peer.engine.TorrentEvent.PeerDisconnected;
import dev.jackdaw.peer.engine.TorrentEvent.PieceFailed;
import dev.jackdaw.peer.engine.TorrentEvent.PieceStored;
import dev.jackdaw.peer.engine.TorrentEvent.ReadCompleted;
import dev.jackdaw.peer.engine.TorrentEvent.StorageFailed;
import dev.jackdaw.peer.engine.TorrentEvent.TimerElapsed;
import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.Ticker;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.tracker.AnnounceEvent;
import dev.jackdaw.protocol.wire.Handshake;
import dev.jackdaw.protocol.wire.PeerMessage;
import dev.jackdaw.protocol.wire.PeerMessage.Piece;
import dev.jackdaw.protocol.wire.PeerMessage.Request;
import dev.jackdaw.protocol.wire.ReservedBits;
import dev.jackdaw.protocol.wire.WireLimits;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Drives one torrent's [TorrentEngine]: feeds it what happens, performs what it wants, keeps its one
/// timer. All of it happens on the torrent's loop.
///
/// An engine is never entered twice: what happens while it runs (a connection that closes because it said
/// so) waits until it returns. What it sends is gathered for each connection and leaves at the end of a
/// *pass*, that is when all that was read together has been handled.
final class TorrentDriver implements IncomingPeers, PeerChannelHandler.Listener, WebSeeds.Driver {
    /// What the torrent's owner hears, on the loop.
    interface Listener {
        void published(Notice notice);

        /// Peers have sent the info dictionary, and its hash is right.
        void metadataReceived(byte[] infoBytes);

        /// A piece is on disk.
        void pieceStored(int piece);

        /// The disk refused, and the engine knows.
        void storageFailed(String operation, String path, String cause);

        /// A web seed was given up, or has lied.
        void webSeedDropped(String reason);

        /// The engine or its driver has a bug; nothing runs any more.
        void broke(Throwable cause);

        /// All that happened together was handled.
        void passEnded();
    }

    /// The shortest wait for a timer: an engine that asks for the past does not keep the loop busy.
    private static final long MIN_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /// A connection from which the system takes nothing for so long is closed.
    private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final Logger LOGGER = System.getLogger(TorrentDriver.class.getName());

    private final SessionContext session;
    private final InfoHash infoHash;
    private final EventLoop loop;
    private final Ticker ticker;
    private final TorrentEngine engine;
    private final Listener listener;
    private final Handshake ourHandshake;

    private final Map<PeerKey, PeerConnection> peers = new LinkedHashMap<>();
    private final WebSeeds webSeeds;
    private final Map<PeerKey, Dial> dials = new HashMap<>();
    private final List<CompletableFuture<?>> goodbyes = new ArrayList<>();
    /// Connections with gathered messages.
    private final List<PeerConnection> unflushed = new ArrayList<>();

    private final ArrayDeque<TorrentEvent> deferred = new ArrayDeque<>();

    private @Nullable TorrentStorage storage;
    private WireLimits wireLimits = WireLimits.DEFAULT;
    private boolean handling;
    private boolean ended;
    private long nextIncoming = 1;

    private @Nullable Future<?> timer;
    private long timerAt;

    private final AtomicLong requestedBytes = new AtomicLong();
    private final AtomicLong promisedBytes = new AtomicLong();
    private final AtomicLong receivedBytes = new AtomicLong();
    private final AtomicLong sentBytes = new AtomicLong();

    TorrentDriver(SessionContext session, InfoHash infoHash, RandomGenerator random, Listener listener) {
        this.session = session;
        this.infoHash = infoHash;
        this.loop = session.loops().loopOf(infoHash);
        this.ticker = session.ticker();
        this.listener = listener;
        this.ourHandshake = new Handshake(ReservedBits.ours(session.config().dht()), infoHash, session.peerId());
        this.engine = new TorrentEngine(
                infoHash, engineConfig(session), random, session.disk().buffers(), this::perform);
        this.webSeeds = new WebSeeds(loop, session.http(), isConfinedToThisHost(session.config()), this);
    }

    /// Whether local web seeds may be asked. A torrent comes from a stranger, and must not make us ask
    /// services on the user's own network; but a session bound to loopback reaches nothing else, and
    /// whoever bound it there wants just that.
    static boolean isConfinedToThisHost(SessionConfig config) {
        return config.bindAddress().map(InetAddress::isLoopbackAddress).orElse(false);
    }

    private static EngineConfig engineConfig(SessionContext session) {
        SessionConfig config = session.config();
        return new EngineConfig(
                session.peerId(),
                session.port(),
                SessionContext.CLIENT_NAME,
                config.dht(),
                config.peerExchange(),
                config.maxConnectionsPerTorrent(),
                config.maxHalfOpen(),
                config.uploadSlots());
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public Handshake ourHandshake() {
        return ourHandshake;
    }

    TorrentEngine engine() {
        return engine;
    }

    /// Payload received in this run; any thread.
    long receivedBytes() {
        return receivedBytes.get();
    }

    /// Payload sent in this run; any thread.
    long sentBytes() {
        return sentBytes.get();
    }

    /// Payload asked of peers in this run, which is what a download limit counts; any thread.
    long requestedBytes() {
        return requestedBytes.get();
    }

    /// Payload promised to peers in this run, which is what an upload limit counts; any thread.
    long promisedBytes() {
        return promisedBytes.get();
    }

    /// Whether that peer's connection runs over uTP; on the loop.
    boolean overUtp(PeerKey key) {
        PeerConnection connection = peers.get(key);
        return connection != null && connection.overUtp();
    }

    /// Whether that peer's connection is encrypted; on the loop.
    boolean encrypted(PeerKey key) {
        PeerConnection connection = peers.get(key);
        return connection != null && connection.encrypted();
    }

    int connections() {
        return peers.size();
    }

    /// Where blocks go from now on; before [TorrentEvent.InfoKnown] is delivered.
    void use(TorrentStorage content, int pieceCount) {
        storage = content;
        wireLimits = WireLimits.DEFAULT.withMaxPieces(pieceCount);
    }

    /// Where blocks may come from besides peers; once the metadata is known.
    void useWebSeeds(Info info, List<String> urls) {
        webSeeds.use(info, urls);
    }

    /// What to call the web seed that the engine knows by that address.
    Optional<String> webSeed(PeerAddress address) {
        return webSeeds.name(address);
    }

    /// Delivers an event, from any thread.
    void post(TorrentEvent event) {
        if (loop.inEventLoop()) {
            deliver(event);
        } else {
            loop.execute(() -> deliver(event));
        }
    }

    /// Delivers an event and ends the pass; on the loop.
    void deliver(TorrentEvent event) {
        handle(event, ticker.nanos());
        endPass();
    }

    /// Ends connections and the timer, and takes no more events; the answers to `stopped` announces under
    /// way are in the returned future.
    CompletableFuture<?> end(String reason) {
        ended = true;
        deferred.clear();
        if (timer != null) {
            timer.cancel(false);
        }
        dials.values().forEach(Dial::cancel);
        dials.clear();
        for (PeerConnection connection : peers.values()) {
            connection.close();
        }
        peers.clear();
        webSeeds.close();
        LOGGER.log(Level.DEBUG, "{0}: ended, {1}", infoHash.abbreviated(), reason);
        return CompletableFuture.allOf(goodbyes.toArray(CompletableFuture<?>[]::new));
    }

    /// Closes connections that have not moved for too long; to be called every few seconds.
    void closeStuck() {
        long now = ticker.nanos();
        for (PeerConnection connection : List.copyOf(peers.values())) {
            if (now - connection.stuckSinceNanos(now) > STUCK_NANOS) {
                lost(connection, "takes no data for " + TimeUnit.NANOSECONDS.toSeconds(STUCK_NANOS) + " s");
            }
        }
    }

    // ---- into the engine

    private void handle(TorrentEvent event, long nowNanos) {
        if (ended) {
            return;
        }
        if (handling) {
            deferred.add(event);
            return;
        }
        handling = true;
        try {
            engine.handle(event, nowNanos);
            for (TorrentEvent next = deferred.poll(); next != null; next = deferred.poll()) {
                engine.handle(next, nowNanos);
            }
        } catch (RuntimeException | AssertionError e) {
            LOGGER.log(Level.ERROR, infoHash.abbreviated() + ": stopped by a bug, on " + event, e);
            end("bug");
            listener.broke(e);
        } finally {
            handling = false;
        }
    }

    @Override
    public void endPass() {
        if (handling || ended) {
            return;
        }
        webSeeds.run(engine.phase() == Phase.DOWNLOADING);
        if (ended) {
            return;
        }
        for (int i = 0; i < unflushed.size(); i++) {
            unflushed.get(i).flush();
        }
        unflushed.clear();
        setTimer();
        listener.passEnded();
    }

    private void setTimer() {
        long at = engine.nextTimeoutNanos();
        if (at == Long.MAX_VALUE || (timer != null && timerAt - at <= 0)) {
            return; // a timer that goes off early is harmless, and cheaper than setting it anew
        }
        if (timer != null) {
            timer.cancel(false);
        }
        timerAt = at;
        long wait = Math.max(MIN_WAIT_NANOS, at - ticker.nanos());
        timer = loop.schedule(this::timerElapsed, wait, TimeUnit.NANOSECONDS);
    }

    private void timerElapsed() {
        timer = null;
        deliver(new TimerElapsed());
    }

    // ---- out of the engine

    private void perform(TorrentEffect effect) {
        switch (effect) {
            case Send(PeerKey peer, PeerMessage message) -> send(peer, message);
            case StoreBlock(int piece, int begin, var data) -> content().store(piece, begin, data);
            case SendBlocks(PeerKey peer, List<BlockRequest> blocks) -> sendBlocks(peer, blocks);
            case CompletePiece(int piece, boolean digests) -> complete(content(), piece, digests);
            case DropPiece(int piece) -> content().drop(piece);
            case Connect connect -> dial(connect);
            case Disconnect(PeerKey peer, String reason) -> disconnect(peer, reason);
            case MetadataReceived(byte[] infoBytes) -> listener.metadataReceived(infoBytes);
            case Announce announce -> announce(announce);
            case LookUpPeers lookUp -> {}
            case DhtNodeSeen seen -> {}
            case Publish(Notice.PeerBanned(PeerAddress address, String proof))
            when webSeeds.banned(address, proof) -> {}
            case Publish(Notice notice) -> listener.published(notice);
        }
    }

    private TorrentStorage content() {
        if (storage == null) {
            throw new IllegalStateException("content is touched before there is any");
        }
        return storage;
    }

    private void send(PeerKey key, PeerMessage message) {
        PeerConnection connection = peers.get(key);
        if (connection == null && !webSeeds.send(key, message)) {
            return;
        }
        if (message instanceof Request(BlockRequest block)) {
            requestedBytes.addAndGet(block.length());
        }
        if (connection == null) {
            return;
        }
        if (connection.send(message)) {
            unflushed.add(connection);
        }
        if (connection.pendingBytes() > PeerConnection.MAX_PENDING_BYTES) {
            lost(connection, "does not read what it is sent");
        }
    }

    private void sendBlocks(PeerKey key, List<BlockRequest> blocks) {
        PeerConnection connection = peers.get(key);
        if (connection == null) {
            return;
        }
        for (BlockRequest block : blocks) {
            promisedBytes.addAndGet(block.length());
        }
        BlockSender sender = connection.blocks();
        if (sender == null) {
            sender = new BlockSender(
                    connection.channel(),
                    content(),
                    session.disk().readers()::tryExecute,
                    ticker,
                    new SentBlocks(connection));
            connection.blocks(sender);
        }
        sender.enqueue(blocks);
    }

    private void complete(TorrentStorage content, int piece, boolean digests) {
        content.complete(
                piece,
                digests,
                result -> loop.execute(() -> {
                    if (content == storage) {
                        completed(piece, result);
                    }
                }));
    }

    private void completed(int piece, PieceResult result) {
        switch (result) {
            case PieceResult.Stored(long[] digests) -> {
                listener.pieceStored(piece);
                deliver(new PieceStored(piece, digests));
            }
            case PieceResult.Corrupt(long[] digests) -> deliver(new PieceFailed(piece, digests));
            case PieceResult.Failed(String operation, String path, String cause) ->
                storageFailed(operation, path, cause);
        }
    }

    private void storageFailed(String operation, String path, String cause) {
        if (!ended) {
            listener.storageFailed(operation, path, cause);
            deliver(new StorageFailed(operation, path, cause));
        }
    }

    private void announce(Announce announce) {
        boolean goodbye = announce.request().event() == AnnounceEvent.STOPPED;
        session.announcer().ifPresent(announcer -> {
            CompletableFuture<?> answered = announcer
                    .announce(announce.tracker(), announce.request())
                    .thenAccept(answer -> {
                        if (!goodbye) {
                            post(new AnnounceAnswered(announce.tracker(), answer.reply(), answer.local()));
                        }
                    });
            if (goodbye) {
                goodbyes.removeIf(Future::isDone);
                goodbyes.add(answered);
            }
        });
    }

    // ---- connections

    private void dial(Connect connect) {
        PeerKey key = connect.peer();
        PeerAddress address = connect.address();
        dials.put(key, session.connector().connect(address, ourHandshake, loop, new Dial.Outcome() {
            @Override
            public void connected(ShakenHands peer) {
                dials.remove(key);
                if (!open(key, peer, false)) {
                    deliver(new ConnectFailed(key, address, "closed after its handshake"));
                }
            }

            @Override
            public void failed(String reason) {
                dials.remove(key);
                LOGGER.log(Level.DEBUG, "{0}: cannot connect to {1}: {2}", infoHash.abbreviated(), address, reason);
                deliver(new ConnectFailed(key, address, reason));
            }
        }));
    }

    @Override
    public void accept(ShakenHands peer) {
        open(newKey(), peer, true);
    }

    @Override
    public PeerKey newKey() {
        PeerKey key = new PeerKey(nextIncoming);
        nextIncoming += 2;
        return key;
    }

    @Override
    public void handle(TorrentEvent event) {
        handle(event, ticker.nanos());
    }

    @Override
    public void countReceived(int bytes) {
        receivedBytes.addAndGet(bytes);
    }

    @Override
    public void webSeedDropped(String reason) {
        listener.webSeedDropped(reason);
    }

    /// Makes it a connection of the torrent, or closes it and returns false.
    private boolean open(PeerKey key, ShakenHands peer, boolean incoming) {
        long now = ticker.nanos();
        if (ended || !peer.channel().isActive()) {
            peer.leftover().release();
            peer.channel().close();
            return false;
        }
        PeerConnection connection = new PeerConnection(key, peer, incoming, now);
        peers.put(key, connection);
        Channel channel = peer.channel();
        PeerChannelHandler handler = new PeerChannelHandler(connection, this, wireLimits, ticker);
        channel.pipeline().addLast(handler);
        handle(new PeerConnected(key, peer.address(), incoming, peer.handshake()), now);
        peer.buffers().handshakeDone();
        handler.begin(peer.leftover());
        channel.config().setAutoRead(true);
        endPass();
        return true;
    }

    private void disconnect(PeerKey key, String reason) {
        PeerConnection connection = peers.get(key);
        if (connection != null) {
            lost(connection, reason);
            return;
        }
        if (webSeeds.disconnect(key, reason)) {
            return;
        }
        Dial dial = dials.remove(key);
        if (dial != null) {
            dial.cancel();
            handle(new ConnectFailed(key, dial.address(), reason), ticker.nanos());
        }
    }

    @Override
    public void received(PeerConnection connection, PeerMessage message, long nowNanos) {
        if (message instanceof Piece piece) {
            receivedBytes.addAndGet(piece.data().remaining());
        }
        handle(new MessageReceived(connection.key(), message), nowNanos);
    }

    @Override
    public void readCompleted(PeerConnection connection, long nowNanos) {
        if (!connection.isClosed()) {
            handle(new ReadCompleted(connection.key()), nowNanos);
        }
        endPass();
    }

    @Override
    public void lost(PeerConnection connection, String reason) {
        if (!peers.remove(connection.key(), connection)) {
            return;
        }
        LOGGER.log(Level.DEBUG, "{0}: closing {1}: {2}", infoHash.abbreviated(), connection, reason);
        connection.close();
        handle(new PeerDisconnected(connection.key(), reason), ticker.nanos());
        endPass();
    }

    /// What becomes of the blocks that one connection was promised.
    private final class SentBlocks implements BlockSender.Listener {
        private final PeerConnection connection;

        SentBlocks(PeerConnection connection) {
            this.connection = connection;
        }

        @Override
        public void sent(int blocks, int bytes) {
            if (!connection.isClosed()) {
                sentBytes.addAndGet(bytes);
                deliver(new BlocksSent(connection.key(), blocks, bytes));
            }
        }

        @Override
        public void readFailed(IOException cause) {
            if (cause instanceof StorageException known) {
                storageFailed(known.operation(), known.path(), known.reason());
            } else {
                storageFailed("read", infoHash.hex(), String.valueOf(cause.getMessage()));
            }
        }
    }
}
