package dev.jackdaw.peer.net;

import dev.jackdaw.dht.DatagramSender;
import dev.jackdaw.dht.Dht;
import dev.jackdaw.dht.DhtConfig;
import dev.jackdaw.dht.DhtItem;
import dev.jackdaw.dht.StoreReport;
import dev.jackdaw.peer.SessionConfig;
import dev.jackdaw.peer.utp.DatagramPort;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.metainfo.Metainfo.HostAndPort;
import dev.jackdaw.protocol.metainfo.PublisherLink;
import io.netty.buffer.ByteBuf;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// The session's DHT node, a guest at the session's UDP port.
final class SessionDht implements DatagramPort.Consumer, FollowedPublisher.Items, AutoCloseable {
    /// Remembers the node's id and contacts, in the state directory.
    private static final String STATE_FILE = "dht.state";

    private final Dht node;
    private final int port;
    private final boolean impliesPort;
    private final boolean local;
    private volatile int nodes;

    private SessionDht(Dht node, int port, boolean impliesPort, boolean local) {
        this.node = node;
        this.port = port;
        this.impliesPort = impliesPort;
        this.local = local;
    }

    /// Starts to look for other nodes; the port's datagrams are not its own before the port starts.
    static SessionDht open(SessionConfig config, DatagramPort port) {
        boolean local = TorrentDriver.isConfinedToThisHost(config)
                || config.dhtNodes().stream().anyMatch(SessionDht::isLocal);
        DhtConfig settings =
                DhtConfig.defaults().withBootstrap(config.dhtNodes()).withAllowLocal(local);
        DhtConfig remembering = config.stateDirectory()
                .map(directory -> settings.withStateFile(directory.resolve(STATE_FILE)))
                .orElse(settings);
        InetAddress host = port.localAddress().getAddress();
        Dht node = Dht.on(
                remembering,
                port.loop(),
                new Sender(port),
                host instanceof Inet4Address || host.isAnyLocalAddress(),
                host instanceof Inet6Address);
        // A NAT that maps the UDP port maps it for uTP; of TCP it says nothing.
        boolean impliesPort = Transports.usesUtp(config.transport());
        return new SessionDht(node, port.localAddress().getPort(), impliesPort, local);
    }

    private static boolean isLocal(InetSocketAddress node) {
        if (!node.isUnresolved()) {
            return PeerAddress.isLocal(node.getAddress());
        }
        try {
            return PeerAddress.isLocal(InetAddress.ofLiteral(node.getHostString()));
        } catch (IllegalArgumentException _) {
            return false; // a name: whose it is is not known yet
        }
    }

    /// Whether the DHT is one of this host or a private network, whose peers are there too.
    boolean isLocal() {
        return local;
    }

    /// Finds a torrent's peers, and tells the nodes around it of us.
    ///
    /// @param seed  whether everything is here
    /// @param found called on the port's loop, each time a node names some
    /// @return to be cancelled by who has lost interest
    CompletableFuture<?> announce(InfoHash infoHash, boolean seed, Consumer<List<PeerAddress>> found) {
        return node.announce(infoHash, port, impliesPort, seed, found);
    }

    @Override
    public CompletableFuture<Optional<DhtItem.Mutable>> newestOf(PublisherLink link) {
        return node.getMutable(link.keyBytes(), link.saltBytes());
    }

    @Override
    public CompletableFuture<StoreReport> keep(DhtItem.Mutable item) {
        return node.put(item, OptionalLong.empty());
    }

    /// A peer runs a node there (BEP 5, PORT).
    void nodeSeen(PeerAddress address) {
        node.addNode(address.toSocketAddress());
    }

    /// A torrent names nodes (BEP 5, "Torrent File Extensions").
    void enterBy(List<HostAndPort> named) {
        named.forEach(place -> node.addNode(place.unresolved()));
    }

    /// Nodes in the routing table, when [#count()] last asked.
    int nodes() {
        return nodes;
    }

    /// Counts the nodes, shortly after.
    void count() {
        node.snapshot()
                .thenAccept(
                        now -> nodes = now.v4().map(family -> family.nodes()).orElse(0)
                                + now.v6().map(family -> family.nodes()).orElse(0));
    }

    /// Bencoded dictionaries; uTP's packets never begin like that.
    @Override
    public boolean wants(ByteBuf datagram) {
        return datagram.isReadable() && datagram.getByte(datagram.readerIndex()) == 'd';
    }

    @Override
    public void received(ByteBuf datagram, InetSocketAddress sender) {
        node.received(datagram, sender);
    }

    @Override
    public void batchCompleted() {
        node.batchCompleted();
    }

    /// What could not be sent meanwhile was dropped, as any datagram may be.
    @Override
    public void writable() {}

    @Override
    public void close() {
        node.close();
    }

    private record Sender(DatagramPort port) implements DatagramSender {
        @Override
        public void send(ByteBuf datagram, InetSocketAddress to) {
            if (port.isWritable()) {
                port.send(datagram, datagram.readableBytes(), to);
            } else {
                datagram.release();
            }
        }

        @Override
        public void flush() {
            port.flush();
        }
    }
}
