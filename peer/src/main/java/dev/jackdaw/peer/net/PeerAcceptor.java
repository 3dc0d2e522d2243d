package dev.jackdaw.peer.net;

import dev.jackdaw.peer.Reachability;
import dev.jackdaw.peer.SessionException;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.Ticker;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// The way in, from the listening socket and from uTP: lets peers in, waits for their handshakes and brings each
/// to the torrent it names.
///
/// Connections without a finished handshake are cheap and few: beyond [#MAX_PENDING] the oldest makes room for the
/// newest, so a flood of silent connections does not keep out a peer that speaks at once. All of it happens on the
/// first loop.
final class PeerAcceptor implements AutoCloseable {
    /// Handshakes waited for at a time.
    static final int MAX_PENDING = 512;

    static final long HANDSHAKE_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int BACKLOG = 1024;
    private static final long SWEEP_SECONDS = 1;

    private static final Logger LOGGER = System.getLogger(PeerAcceptor.class.getName());

    private final EventLoops loops;
    private final Function<InfoHash, Optional<IncomingPeers>> torrents;
    private final PeerId ourPeerId;
    private final ConnectionLimit limit;
    private final StreamEncryption encryption;
    private final Ticker ticker;
    private Optional<Channel> listening = Optional.empty();

    /// Oldest first; touched on the first loop only.
    private final Set<IncomingHandshake> pending = new LinkedHashSet<>();

    private volatile int pendingCount;
    /// Written on the first loop only.
    private volatile Reachability reachability = Reachability.UNKNOWN;

    private PeerAcceptor(
            EventLoops loops,
            Function<InfoHash, Optional<IncomingPeers>> torrents,
            PeerId ourPeerId,
            ConnectionLimit limit,
            StreamEncryption encryption,
            Ticker ticker) {
        this.loops = loops;
        this.torrents = torrents;
        this.ourPeerId = ourPeerId;
        this.limit = limit;
        this.encryption = encryption;
        this.ticker = ticker;
    }

    /// Does not listen yet.
    static PeerAcceptor open(
            EventLoops loops,
            Function<InfoHash, Optional<IncomingPeers>> torrents,
            PeerId ourPeerId,
            ConnectionLimit limit,
            StreamEncryption encryption,
            Ticker ticker) {
        PeerAcceptor acceptor = new PeerAcceptor(loops, torrents, ourPeerId, limit, encryption, ticker);
        loops.first().scheduleWithFixedDelay(acceptor::closeOverdue, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
        return acceptor;
    }

    /// Listens for TCP connections, and says on which port. The port is taken even if they are not wanted, so that
    /// nobody else answers there in our name. It ceases to listen where it did before.
    ///
    /// @param local  port 0 for one the system picks
    /// @param wanted whether they are let in; else they are closed at once
    /// @throws SessionException if the address or the port cannot be had
    int listen(InetSocketAddress local, boolean wanted) {
        listening.ifPresent(before -> before.close().awaitUninterruptibly());
        listening = Optional.empty();
        ChannelFuture bound = loops.listening()
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (wanted) {
                            accepted(channel);
                        } else {
                            channel.close();
                        }
                    }
                })
                .bind(local)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            Throwable cause = bound.cause();
            throw new SessionException(
                    "cannot listen on " + local.getAddress().getHostAddress() + " port " + local.getPort() + ": "
                            + cause.getMessage(),
                    cause);
        }
        listening = Optional.of(bound.channel());
        return ((InetSocketAddress) bound.channel().localAddress()).getPort();
    }

    /// Connections whose handshake is waited for.
    int pending() {
        return pendingCount;
    }

    /// Who has come this way so far.
    Reachability reachability() {
        return reachability;
    }

    /// Stops listening and closes what is pending.
    @Override
    public void close() {
        listening.ifPresent(socket -> socket.close().awaitUninterruptibly());
        loops.first()
                .submit(() -> pending.forEach(handshake -> handshake.channel().close()))
                .awaitUninterruptibly();
    }

    /// A peer has connected; on the first loop.
    void accepted(Channel channel) {
        ReceiveBuffers buffers = new ReceiveBuffers();
        channel.config().setRecvByteBufAllocator(buffers);
        IncomingHandshake handshake = new IncomingHandshake(this, channel, buffers, ticker.nanos());
        channel.pipeline().addLast(new IncomingEncryption(encryption), handshake);
        pending.add(handshake);
        if (pending.size() > MAX_PENDING) {
            IncomingHandshake oldest = pending.iterator().next();
            forget(oldest);
            oldest.channel().close();
        }
        pendingCount = pending.size();
    }

    Optional<IncomingPeers> torrent(InfoHash infoHash) {
        return torrents.apply(infoHash);
    }

    /// It is closed, or has become a connection.
    void forget(IncomingHandshake handshake) {
        pending.remove(handshake);
        pendingCount = pending.size();
    }

    /// The handshake is complete: moves the connection to its torrent, which has it counted, or closes it.
    void finished(IncomingHandshake incoming, ShakenHands peer, IncomingPeers torrent) {
        forget(incoming);
        Channel channel = peer.channel();
        if (peer.handshake().peerId().equals(ourPeerId)) {
            refuse(peer, "it is this session itself");
        } else {
            if (!peer.address().isLocal()) {
                reachability = Reachability.REACHED;
            } else if (reachability == Reachability.UNKNOWN) {
                reachability = Reachability.LOCAL;
            }
            ChannelMove.to(torrent.loop(), channel, () -> admit(peer, torrent), peer.leftover()::release);
        }
    }

    /// Counts the connection, in the place of one that is of no use if need be; on the torrent's loop.
    private void admit(ShakenHands peer, IncomingPeers torrent) {
        if (!limit.tryAcquire()) {
            torrent.makeRoom();
            if (!limit.tryAcquire()) {
                refuse(peer, "the session has all the connections it may have");
                return;
            }
        }
        peer.channel().closeFuture().addListener(closed -> limit.release());
        torrent.accept(peer);
    }

    private static void refuse(ShakenHands peer, String reason) {
        LOGGER.log(Level.DEBUG, "closing incoming {0}: {1}", peer.address(), reason);
        peer.leftover().release();
        peer.channel().close();
    }

    private void closeOverdue() {
        long now = ticker.nanos();
        while (!pending.isEmpty()) {
            IncomingHandshake oldest = pending.iterator().next();
            if (now - oldest.sinceNanos() < HANDSHAKE_TIMEOUT_NANOS) {
                return;
            }
            forget(oldest);
            oldest.channel().close();
        }
    }
}
