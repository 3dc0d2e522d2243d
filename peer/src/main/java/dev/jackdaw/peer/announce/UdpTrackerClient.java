package dev.jackdaw.peer.announce;

import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.tracker.UdpTrackerCodec;
import dev.jackdaw.protocol.tracker.UdpTrackerPacket;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The sockets and the thread around [UdpTransactions]: one socket for each address family, made when it is first
/// needed.
///
/// Calls come from any thread and are queued for the client's own; the queue is as long as its callers are many, each
/// of which the transactions then take or refuse.
final class UdpTrackerClient implements AutoCloseable {
    /// Datagrams read before anything else is done.
    private static final int READ_BURST = 64;

    private final Optional<InetAddress> bindAddress;
    private final UdpTransactions transactions;
    private final Selector selector;
    private final Thread thread;
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final Map<StandardProtocolFamily, DatagramChannel> channels = new EnumMap<>(StandardProtocolFamily.class);
    private final ByteBuffer received = ByteBuffer.allocateDirect(64 * 1024);
    private final ByteBuffer sending = ByteBuffer.allocateDirect(UdpTrackerCodec.MAX_DATAGRAM);
    private volatile boolean closed;

    /// @param bindAddress the address to send from; empty for any. Trackers of the other family cannot be reached then
    /// @param random      for transaction ids, unguessable
    UdpTrackerClient(Optional<InetAddress> bindAddress, RandomGenerator random) throws IOException {
        this.bindAddress = bindAddress;
        this.transactions = new UdpTransactions(random, this::send);
        this.selector = Selector.open();
        this.thread = Thread.ofPlatform().name("jackdaw-udp-trackers").daemon().start(this::run);
    }

    /// Asks a tracker; the asker is called on the client's thread.
    ///
    /// @param addresses of one tracker, at least one
    void ask(List<InetSocketAddress> addresses, UdpTransactions.Question question, UdpTransactions.Asker asker) {
        commands.add(() -> {
            if (closed) {
                asker.failed("the UDP tracker client is closed");
            } else {
                transactions.ask(addresses, question, asker, System.nanoTime());
            }
        });
        selector.wakeup();
        if (closed) {
            runCommands(); // the thread may have looked for the last time
        }
    }

    private void run() {
        try {
            while (!closed) {
                selector.select(this::read, untilTimeoutMillis());
                runCommands();
                transactions.timeout(System.nanoTime());
            }
        } catch (IOException | RuntimeException e) {
            System.getLogger(UdpTrackerClient.class.getName())
                    .log(System.Logger.Level.ERROR, "UDP trackers: the selector or a packet failed", e);
        } finally {
            closed = true; // who comes now is refused, and not kept waiting
            transactions.failAll("the UDP tracker client is closed");
            runCommands();
            closeChannels();
        }
    }

    private void runCommands() {
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            command.run();
        }
    }

    private long untilTimeoutMillis() {
        long next = transactions.nextTimeoutNanos();
        if (next == Long.MAX_VALUE) {
            return 0; // for ever
        }
        return Math.max(1, (next - System.nanoTime() + 999_999) / 1_000_000);
    }

    private void read(SelectionKey key) {
        DatagramChannel channel = (DatagramChannel) key.channel();
        for (int i = 0; i < READ_BURST; i++) {
            received.clear();
            InetSocketAddress from;
            try {
                from = (InetSocketAddress) channel.receive(received);
            } catch (IOException _) {
                continue; // an ICMP message about an earlier packet; the timeouts deal with it
            }
            if (from == null) {
                return;
            }
            received.flip();
            try {
                var packet = UdpTrackerCodec.readReply(received, from.getAddress() instanceof Inet6Address);
                transactions.received(from, packet, System.nanoTime());
            } catch (ProtocolException _) {
                transactions.undecodable();
            }
        }
    }

    private Optional<String> send(InetSocketAddress to, UdpTrackerPacket.Request packet) {
        boolean v6 = to.getAddress() instanceof Inet6Address;
        sending.clear();
        UdpTrackerCodec.write(packet, sending, v6);
        try {
            DatagramChannel channel = channel(v6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
            // a full send buffer drops the packet (0 bytes sent), as the network might: the timeouts deal with it
            channel.send(sending.flip(), to);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private DatagramChannel channel(StandardProtocolFamily family) throws IOException {
        DatagramChannel channel = channels.get(family);
        if (channel == null) {
            channel = open(family);
            channels.put(family, channel);
        }
        return channel;
    }

    private DatagramChannel open(ProtocolFamily family) throws IOException {
        @Nullable InetAddress local = bindAddress.orElse(null);
        if (local != null && local instanceof Inet6Address != (family == StandardProtocolFamily.INET6)) {
            throw new IOException("no way from " + local.getHostAddress() + " to an address of the other family");
        }
        DatagramChannel channel = DatagramChannel.open(family);
        try {
            channel.configureBlocking(false);
            channel.bind(local == null ? null : new InetSocketAddress(local, 0));
            channel.register(selector, SelectionKey.OP_READ);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private void closeChannels() {
        try {
            for (DatagramChannel channel : channels.values()) {
                channel.close();
            }
            selector.close();
        } catch (IOException _) {
            // they are gone either way
        }
    }

    /// Ends the thread; open calls fail.
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        boolean interrupted = false;
        while (!thread.equals(Thread.currentThread()) && thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
