package dev.jackdaw.peer.discovery;

import dev.jackdaw.peer.discovery.LocalAnnouncer.Subnet;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.ProtocolException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/// Local service discovery (BEP 14): tells the local network which torrents we have, and hears who else has them.
///
/// It uses every interface that can multicast, but never the loopback; with a bind address, only the interface of that.
/// What cannot be joined or sent to is left out with a warning: discovery is a convenience.
///
/// Private torrents are not to be added (BEP 27).
public final class LocalDiscovery implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LocalDiscovery.class.getName());
    private static final int PORT = 6771;
    /// Interfaces that are used; a machine with more (containers) leaves some out.
    private static final int MAX_INTERFACES = 16;
    /// Datagrams read before anything else is done.
    private static final int READ_BURST = 64;

    private final LocalAnnouncer announcer;
    private final BiConsumer<InfoHash, PeerAddress> onPeer;
    private final Selector selector;
    private final List<Membership> memberships = new ArrayList<>();
    private final List<Subnet> subnets = new ArrayList<>();
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final ByteBuffer received = ByteBuffer.allocate(LocalAnnouncement.MAX_LENGTH + 1);
    private final Thread thread;
    private volatile boolean closed;

    /// A group that was joined on an interface.
    private record Membership(DatagramChannel channel, NetworkInterface on, Group group) {}

    /// The multicast groups of BEP 14.
    enum Group {
        V4(StandardProtocolFamily.INET, "239.192.152.143", "239.192.152.143:6771"),
        V6(StandardProtocolFamily.INET6, "ff15::efc0:988f", "[ff15::efc0:988f]:6771");

        final StandardProtocolFamily family;
        final InetAddress address;
        final String host;

        Group(StandardProtocolFamily family, String address, String host) {
            this.family = family;
            this.address = InetAddress.ofLiteral(address);
            this.host = host;
        }

        /// Whether an interface with these addresses can be in the group: those of containers often have no IPv4 one.
        boolean isFor(Collection<InetAddress> addresses) {
            return addresses.stream().anyMatch(each -> each.getClass() == address.getClass());
        }
    }

    /// @param port        where peers reach us
    /// @param bindAddress the address whose interface is used; empty for all
    /// @param onPeer      hears of peers, on the discovery's own thread: must not block
    /// @throws IOException if the system has no more sockets to give
    public LocalDiscovery(
            int port,
            Optional<InetAddress> bindAddress,
            RandomGenerator random,
            BiConsumer<InfoHash, PeerAddress> onPeer)
            throws IOException {
        this.announcer = new LocalAnnouncer(port, HexFormat.of().toHexDigits(random.nextLong()));
        this.onPeer = onPeer;
        this.selector = Selector.open();
        List<NetworkInterface> interfaces = interfaces(bindAddress);
        for (Group group : Group.values()) {
            boolean wanted = bindAddress.isEmpty() || bindAddress.get() instanceof Inet6Address == (group == Group.V6);
            if (wanted && !interfaces.isEmpty()) {
                join(group, interfaces);
            }
        }
        this.thread =
                Thread.ofPlatform().name("jackdaw-local-discovery").daemon().unstarted(this::run);
        thread.start();
    }

    /// Begins to announce a torrent, which must not be private, and to report its peers. From any thread.
    public void add(InfoHash infoHash) {
        post(() -> announcer.add(infoHash, System.nanoTime()));
    }

    /// The torrent is of no interest any more. From any thread.
    public void remove(InfoHash infoHash) {
        post(() -> announcer.remove(infoHash));
    }

    private void post(Runnable command) {
        if (!closed) {
            commands.add(command);
            selector.wakeup();
        }
    }

    private static List<NetworkInterface> interfaces(Optional<InetAddress> bindAddress) {
        try {
            List<NetworkInterface> usable = new ArrayList<>();
            for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
                boolean wanted = bindAddress.isEmpty() || each.inetAddresses().anyMatch(bindAddress.get()::equals);
                if (wanted
                        && each.isUp()
                        && each.supportsMulticast()
                        && !each.isLoopback()
                        && usable.size() < MAX_INTERFACES) {
                    usable.add(each);
                }
            }
            return usable;
        } catch (SocketException e) {
            LOG.log(Level.WARNING, "local discovery is off: cannot list the network interfaces: " + e.getMessage());
            return List.of();
        }
    }

    private void join(Group group, List<NetworkInterface> interfaces) {
        try {
            DatagramChannel channel = DatagramChannel.open(group.family);
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true); // other clients on this machine listen too
            channel.bind(new InetSocketAddress(PORT));
            channel.register(selector, SelectionKey.OP_READ);
            for (NetworkInterface each : interfaces) {
                if (group.isFor(each.inetAddresses().toList())) {
                    join(channel, group, each);
                }
            }
        } catch (IOException | UnsupportedOperationException e) {
            LOG.log(Level.WARNING, "no local discovery over " + group.host + ": " + e.getMessage());
        }
    }

    private void join(DatagramChannel channel, Group group, NetworkInterface on) {
        try {
            channel.join(group.address, on);
            memberships.add(new Membership(channel, on, group));
            for (InterfaceAddress address : on.getInterfaceAddresses()) {
                subnets.add(new Subnet(address.getAddress(), address.getNetworkPrefixLength()));
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.log(Level.WARNING, "no local discovery on " + on.getName() + ": " + e.getMessage());
        }
    }

    private void run() {
        try {
            while (!closed) {
                selector.select(this::read, untilTimeoutMillis());
                for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
                    command.run();
                }
                announcer.next(System.nanoTime()).ifPresent(this::send);
            }
        } catch (IOException | ClosedSelectorException e) {
            LOG.log(Level.WARNING, "local discovery has stopped: " + e.getMessage());
        } finally {
            closeSockets();
        }
    }

    private long untilTimeoutMillis() {
        long next = announcer.nextTimeoutNanos();
        return next == Long.MAX_VALUE ? 0 : Math.max(1, (next - System.nanoTime() + 999_999) / 1_000_000);
    }

    private void send(LocalAnnouncement announcement) {
        for (Membership each : memberships) {
            try {
                each.channel().setOption(StandardSocketOptions.IP_MULTICAST_IF, each.on());
                ByteBuffer datagram = ByteBuffer.wrap(announcement.encode(each.group().host));
                each.channel().send(datagram, new InetSocketAddress(each.group().address, PORT));
            } catch (IOException e) {
                // an interface that went down, perhaps to come back
                LOG.log(Level.DEBUG, "no local announcement on " + each.on().getName() + ": " + e.getMessage());
            }
        }
    }

    private void read(SelectionKey key) {
        for (int i = 0; i < READ_BURST; i++) {
            received.clear();
            InetSocketAddress from;
            try {
                from = (InetSocketAddress) ((DatagramChannel) key.channel()).receive(received);
            } catch (IOException _) {
                continue;
            }
            if (from == null) {
                return;
            }
            if (announcer.admits(System.nanoTime())) {
                hear(from);
            }
        }
    }

    private void hear(InetSocketAddress from) {
        try {
            LocalAnnouncement announcement = LocalAnnouncement.parse(received.array(), received.position());
            List<InfoHash> ours = announcer.ours(announcement);
            LocalAnnouncer.peer(announcement, from.getAddress(), subnets)
                    .ifPresent(peer -> ours.forEach(infoHash -> onPeer.accept(infoHash, peer)));
        } catch (ProtocolException e) {
            LOG.log(Level.DEBUG, "ignored from " + from.getAddress().getHostAddress() + ": " + e.getMessage());
        }
    }

    private void closeSockets() {
        try {
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException _) {
            // they are gone either way
        }
    }

    /// Leaves the groups and ends the thread, soon.
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }
}
