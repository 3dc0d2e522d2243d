package dev.jackdaw.peer.net;

import dev.jackdaw.peer.disk.StorageException;
import dev.jackdaw.peer.disk.TorrentStorage;
import dev.jackdaw.peer.engine.PeerKey;
import dev.jackdaw.peer.engine.PeerSource;
import dev.jackdaw.peer.engine.TorrentEffect.Connect;
import dev.jackdaw.peer.engine.TorrentEvent;
import dev.jackdaw.peer.engine.TorrentEvent.BlocksSent;
import dev.jackdaw.peer.engine.TorrentEvent.ConnectFailed;
import dev.jackdaw.peer.engine.TorrentEvent.MessageReceived;
import dev.jackdaw.peer.engine.TorrentEvent.PeerConnected;
import dev.jackdaw.peer.engine.TorrentEvent.PeerDisconnected;
import dev.jackdaw.peer.engine.TorrentEvent.ReadCompleted;
import dev.jackdaw.peer.engine.TorrentEvent.RoomWanted;
import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.Ticker;
import dev.jackdaw.protocol.wire.Handshake;
import dev.jackdaw.protocol.wire.PeerMessage;
import dev.jackdaw.protocol.wire.PeerMessage.Piece;
import dev.jackdaw.protocol.wire.WireLimits;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The connections of one torrent, made and being made: turns what comes from them into the engine's events, and sends
/// what the engine wants sent. Owned by the torrent's loop.
///
/// What is sent to a connection is gathered until [#flush()].
final class PeerConnections implements IncomingPeers, PeerChannelHandler.Listener {
    /// The driver, as the connections see it.
    interface Driver {
        /// Hands an event to the engine, at the latest when the engine returns.
        void handle(TorrentEvent event, long nowNanos);

        /// All that came together was handed over.
        void endPass();

        /// Where the blocks are that peers ask for.
        TorrentStorage content();

        void storageFailed(String operation, String path, String cause);
    }

    /// A connection from which the system takes nothing for so long is closed.
    private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final Logger LOGGER = System.getLogger(PeerConnections.class.getName());

    private final SessionContext session;
    private final InfoHash infoHash;
    private final EventLoop loop;
    private final Ticker ticker;
    private final Handshake ourHandshake;
    private final PayloadCounters payload;
    private final Driver driver;

    private final Map<PeerKey, PeerConnection> peers = new LinkedHashMap<>();
    private final Map<PeerKey, Dial> dials = new HashMap<>();
    /// Connections with gathered messages.
    private final List<PeerConnection> unflushed = new ArrayList<>();

    private WireLimits wireLimits = WireLimits.DEFAULT;
    private boolean ended;
    private long nextIncoming = 1;

    PeerConnections(
            SessionContext session, Handshake ourHandshake, EventLoop loop, PayloadCounters payload, Driver driver) {
        this.session = session;
        this.infoHash = ourHandshake.infoHash();
        this.loop = loop;
        this.ticker = session.ticker();
        this.ourHandshake = ourHandshake;
        this.payload = payload;
        this.driver = driver;
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public Handshake ourHandshake() {
        return ourHandshake;
    }

    int size() {
        return peers.size();
    }

    /// That peer's connection, if it has one; on the loop.
    @Nullable
    PeerConnection find(PeerKey key) {
        return peers.get(key);
    }

    /// The number of pieces is known, which bounds what messages may say.
    void limitPieces(int pieceCount) {
        wireLimits = WireLimits.DEFAULT.withMaxPieces(pieceCount);
    }

    /// A key for a connection that the engine did not ask for.
    PeerKey newKey() {
        PeerKey key = new PeerKey(nextIncoming);
        nextIncoming += 2;
        return key;
    }

    // ---- out

    void dial(Connect connect) {
        PeerKey key = connect.peer();
        PeerAddress address = connect.address();
        boolean utpOnly = connect.source() == PeerSource.HOLEPUNCH;
        dials.put(key, session.connector().connect(address, ourHandshake, loop, utpOnly, new Dial.Outcome() {
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

    /// Gathers a message; says whether there is such a connection.
    boolean send(PeerKey key, PeerMessage message) {
        PeerConnection connection = peers.get(key);
        if (connection == null) {
            return false;
        }
        if (connection.send(message)) {
            unflushed.add(connection);
        }
        if (connection.pendingBytes() > PeerConnection.MAX_PENDING_BYTES) {
            lost(connection, "does not read what it is sent");
        }
        return true;
    }

    void sendBlocks(PeerKey key, List<BlockRequest> blocks) {
        PeerConnection connection = peers.get(key);
        if (connection == null) {
            return;
        }
        for (BlockRequest block : blocks) {
            payload.addPromised(block.length());
        }
        BlockSender sender = connection.blocks();
        if (sender == null) {
            sender = new BlockSender(
                    connection.channel(),
                    () -> !connection.encrypted(),
                    driver.content(),
                    session.disk().readers()::tryExecute,
                    ticker,
                    new SentBlocks(connection));
            connection.blocks(sender);
        }
        sender.enqueue(blocks);
    }

    /// Lets go what was gathered.
    void flush() {
        for (int i = 0; i < unflushed.size(); i++) {
            unflushed.get(i).flush();
        }
        unflushed.clear();
    }

    /// Gives those little room that come the way which that peer came.
    void distrust(PeerKey key) {
        PeerConnection connection = peers.get(key);
        if (connection != null && connection.channel().parent() != null) {
            session.loops().narrow(connection.channel().parent());
        }
    }

    /// Closes a connection, or the making of one.
    void disconnect(PeerKey key, String reason) {
        PeerConnection connection = peers.get(key);
        if (connection != null) {
            lost(connection, reason);
            return;
        }
        Dial dial = dials.remove(key);
        if (dial != null) {
            dial.cancel();
            driver.handle(new ConnectFailed(key, dial.address(), reason), ticker.nanos());
        }
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

    /// Closes all without another word to the engine, and takes no more.
    void end() {
        ended = true;
        dials.values().forEach(Dial::cancel);
        dials.clear();
        for (PeerConnection connection : peers.values()) {
            connection.close();
        }
        peers.clear();
    }

    // ---- in

    @Override
    public void makeRoom() {
        driver.handle(new RoomWanted(), ticker.nanos());
    }

    @Override
    public void accept(ShakenHands peer) {
        open(newKey(), peer, true);
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
        driver.handle(new PeerConnected(key, peer.address(), incoming, connection.overUtp(), peer.handshake()), now);
        peer.buffers().handshakeDone();
        handler.begin(peer.leftover());
        channel.config().setAutoRead(true);
        driver.endPass();
        return true;
    }

    @Override
    public void received(PeerConnection connection, PeerMessage message, long nowNanos) {
        if (message instanceof Piece piece) {
            payload.addReceived(piece.data().remaining());
        }
        driver.handle(new MessageReceived(connection.key(), message), nowNanos);
    }

    @Override
    public void readCompleted(PeerConnection connection, long nowNanos) {
        if (!connection.isClosed()) {
            driver.handle(new ReadCompleted(connection.key()), nowNanos);
        }
        driver.endPass();
    }

    @Override
    public void lost(PeerConnection connection, String reason) {
        if (!peers.remove(connection.key(), connection)) {
            return;
        }
        LOGGER.log(Level.DEBUG, "{0}: closing {1}: {2}", infoHash.abbreviated(), connection, reason);
        connection.close();
        deliver(new PeerDisconnected(connection.key(), reason));
    }

    private void deliver(TorrentEvent event) {
        driver.handle(event, ticker.nanos());
        driver.endPass();
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
                payload.addSent(bytes);
                deliver(new BlocksSent(connection.key(), blocks, bytes));
            }
        }

        @Override
        public void readFailed(IOException cause) {
            if (cause instanceof StorageException known) {
                driver.storageFailed(known.operation(), known.path(), known.reason());
            } else {
                driver.storageFailed("read", infoHash.hex(), String.valueOf(cause.getMessage()));
            }
        }
    }
}
