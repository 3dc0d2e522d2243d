package dev.jackdaw.peer.net;

import dev.jackdaw.peer.SessionConfig;
import dev.jackdaw.peer.disk.TorrentStorage;
import dev.jackdaw.peer.disk.TorrentStorage.PieceResult;
import dev.jackdaw.peer.engine.EngineConfig;
import dev.jackdaw.peer.engine.PeerKey;
import dev.jackdaw.peer.engine.PeerSource;
import dev.jackdaw.peer.engine.Phase;
import dev.jackdaw.peer.engine.TorrentEffect;
import dev.jackdaw.peer.engine.TorrentEffect.Announce;
import dev.jackdaw.peer.engine.TorrentEffect.CompletePiece;
import dev.jackdaw.peer.engine.TorrentEffect.Connect;
import dev.jackdaw.peer.engine.TorrentEffect.DhtNodeSeen;
import dev.jackdaw.peer.engine.TorrentEffect.Disconnect;
import dev.jackdaw.peer.engine.TorrentEffect.Distrust;
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
import dev.jackdaw.peer.engine.TorrentEvent.PeersFound;
import dev.jackdaw.peer.engine.TorrentEvent.PieceFailed;
import dev.jackdaw.peer.engine.TorrentEvent.PieceStored;
import dev.jackdaw.peer.engine.TorrentEvent.StorageFailed;
import dev.jackdaw.peer.engine.TorrentEvent.TimerElapsed;
import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.Ticker;
import dev.jackdaw.protocol.metainfo.Metainfo;
import dev.jackdaw.protocol.wire.Handshake;
import dev.jackdaw.protocol.wire.PeerMessage;
import dev.jackdaw.protocol.wire.PeerMessage.Request;
import dev.jackdaw.protocol.wire.ReservedBits;
import io.netty.channel.EventLoop;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Drives one torrent's [TorrentEngine]: feeds it what happens, performs what it wants, keeps its one timer.
/// [PeerConnections], [WebSeeds] and [TrackerAnnounces] do so for their part. All of it happens on the torrent's
/// loop.
///
/// An engine is never entered twice: what happens while it runs (a connection that closes because it said
/// so) waits until it returns. What it sends is gathered for each connection and leaves at the end of a
/// *pass*, that is when all that was read together has been handled.
final class TorrentDriver implements PeerConnections.Driver, WebSeeds.Driver {
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
    private static final Logger LOGGER = System.getLogger(TorrentDriver.class.getName());

    private final SessionContext session;
    private final InfoHash infoHash;
    private final EventLoop loop;
    private final Ticker ticker;
    private final TorrentEngine engine;
    private final Listener listener;
    private final PayloadCounters payload = new PayloadCounters();
    private final PeerConnections connections;
    private final WebSeeds webSeeds;
    private final TrackerAnnounces announces;
    private final ArrayDeque<TorrentEvent> deferred = new ArrayDeque<>();

    private @Nullable TorrentStorage storage;
    /// The latest lookup in the DHT.
    private Future<?> lookup = CompletableFuture.completedFuture(null);

    private boolean handling;
    private boolean ended;

    private @Nullable Future<?> timer;
    private long timerAt;

    TorrentDriver(SessionContext session, InfoHash infoHash, RandomGenerator random, Listener listener) {
        this.session = session;
        this.infoHash = infoHash;
        this.loop = session.loops().loopOf(infoHash);
        this.ticker = session.ticker();
        this.listener = listener;
        this.engine = new TorrentEngine(
                infoHash, engineConfig(session), random, session.disk().buffers(), this::perform);
        Handshake handshake = new Handshake(ReservedBits.ours(session.dht().isPresent()), infoHash, session.peerId());
        this.connections = new PeerConnections(session, handshake, loop, payload, this);
        this.webSeeds = new WebSeeds(loop, session.http(), isConfinedToThisHost(session.config()), this);
        this.announces = new TrackerAnnounces(session.announcer(), this::post);
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
                session.dht().isPresent(),
                session.connector().dialsUtp(),
                config.peerExchange(),
                config.maxConnectionsPerTorrent(),
                config.maxHalfOpen(),
                config.uploadSlots());
    }

    EventLoop loop() {
        return loop;
    }

    TorrentEngine engine() {
        return engine;
    }

    PayloadCounters payload() {
        return payload;
    }

    /// Connections with peers; on the loop.
    PeerConnections connections() {
        return connections;
    }

    /// Where blocks go from now on; before [TorrentEvent.InfoKnown] is delivered.
    void use(TorrentStorage content, int pieceCount) {
        storage = content;
        connections.limitPieces(pieceCount);
    }

    /// Where blocks may come from besides peers; once the metadata is known.
    void useWebSeeds(Metainfo metainfo) {
        webSeeds.use(metainfo);
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
        connections.end();
        webSeeds.close();
        lookup.cancel(false);
        LOGGER.log(Level.DEBUG, "{0}: ended, {1}", infoHash.abbreviated(), reason);
        return announces.goodbyes();
    }

    // ---- into the engine

    @Override
    public void handle(TorrentEvent event, long nowNanos) {
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
        connections.flush();
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
            case SendBlocks(PeerKey peer, List<BlockRequest> blocks) -> connections.sendBlocks(peer, blocks);
            case CompletePiece(int piece, boolean digests) -> complete(content(), piece, digests);
            case DropPiece(int piece) -> content().drop(piece);
            case Connect connect -> connections.dial(connect);
            case Disconnect(PeerKey peer, String reason) -> disconnect(peer, reason);
            case Distrust(PeerKey peer) -> connections.distrust(peer);
            case MetadataReceived(byte[] infoBytes) -> listener.metadataReceived(infoBytes);
            case Announce announce -> announces.make(announce);
            case LookUpPeers lookUp -> lookUp(lookUp.seed());
            case DhtNodeSeen(PeerAddress address) -> session.dht().ifPresent(dht -> dht.nodeSeen(address));
            case Publish(Notice.PeerBanned(PeerAddress address, String proof))
            when webSeeds.banned(address, proof) -> {}
            case Publish(Notice notice) -> listener.published(notice);
        }
    }

    @Override
    public TorrentStorage content() {
        if (storage == null) {
            throw new IllegalStateException("content is touched before there is any");
        }
        return storage;
    }

    /// One lookup at a time: one that takes longer than the time to the next goes on.
    private void lookUp(boolean seed) {
        session.dht().filter(_ -> lookup.isDone()).ifPresent(dht -> {
            lookup = dht.announce(infoHash, seed, found -> post(new PeersFound(PeerSource.DHT, dht.isLocal(), found)));
        });
    }

    private void send(PeerKey key, PeerMessage message) {
        boolean taken = connections.send(key, message) || webSeeds.send(key, message);
        if (taken && message instanceof Request(BlockRequest block)) {
            payload.addRequested(block.length());
        }
    }

    private void disconnect(PeerKey key, String reason) {
        if (!webSeeds.disconnect(key, reason)) {
            connections.disconnect(key, reason);
        }
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

    @Override
    public void storageFailed(String operation, String path, String cause) {
        if (!ended) {
            listener.storageFailed(operation, path, cause);
            deliver(new StorageFailed(operation, path, cause));
        }
    }

    // ---- web seeds

    @Override
    public PeerKey newKey() {
        return connections.newKey();
    }

    @Override
    public void handle(TorrentEvent event) {
        handle(event, ticker.nanos());
    }

    @Override
    public void countReceived(int bytes) {
        payload.addReceived(bytes);
    }

    @Override
    public void webSeedDropped(String reason) {
        listener.webSeedDropped(reason);
    }
}
