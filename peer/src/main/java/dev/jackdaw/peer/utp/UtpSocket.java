package dev.jackdaw.peer.utp;

import dev.jackdaw.peer.utp.UtpPacket.Type;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.Ticker;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// All uTP connections of a [DatagramPort], by address and connection id. Lives on the port's loop.
///
/// A SYN alone costs its sender nothing and may come from a forged address, so what it causes is small and bounded:
/// beyond [#MAX_HALF_OPEN] the oldest half-open connection makes room, and one address has at most
/// [#MAX_HALF_OPEN_PER_ADDRESS]. There is a channel only when the peer has proved that it received our answer.
public final class UtpSocket implements DatagramPort.Consumer, AutoCloseable {
    /// Who takes accepted connections.
    public interface Acceptor {
        /// Configures the channel and fills its pipeline; it is registered and becomes active afterwards. On the port's
        /// loop.
        void accepted(Channel channel);
    }

    static final int MAX_HALF_OPEN = 512;
    static final int MAX_HALF_OPEN_PER_ADDRESS = 32;
    /// Connections of any state; beyond, SYNs are not answered and dialling fails.
    static final int MAX_CONNECTIONS = 8_192;

    /// For packets out of order of all connections; beyond, they are dropped and sent again.
    private static final long REORDER_BYTES = 32L << 20;
    /// RESETs for packets of no connection, per second; beyond, such packets are ignored.
    private static final int MAX_RESETS_PER_SECOND = 100;
    /// Bytes of one connection after which it is served before the batch is over.
    private static final int SERVED_EARLY_BYTES = 256 * 1024;

    private static final long TICK_MILLIS = 50;
    private static final int ID_ATTEMPTS = 16;

    private record Key(InetSocketAddress address, int id) {}

    private final DatagramPort port;
    private final Acceptor acceptor;
    private final RandomGenerator random;
    private final Ticker ticker;
    private final ByteBudget reorderBudget = new ByteBudget(REORDER_BYTES);

    private final Map<Key, UtpLink> links = new HashMap<>();
    /// Oldest first.
    private final Set<UtpLink> halfOpen = new LinkedHashSet<>();
    private final Map<InetAddress, Integer> halfOpenByAddress = new HashMap<>();

    private final ArrayDeque<UtpLink> touched = new ArrayDeque<>();
    private final Queue<UtpLink> woken = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean wakeScheduled = new AtomicBoolean();

    /// Whose packet was the last: a batch has many of the same.
    private @Nullable UtpLink lastLink;
    private int resetsLeft = MAX_RESETS_PER_SECOND;
    private long resetsSinceNanos;
    private boolean ticking;
    private boolean closed;

    /// @param random for connection ids and first packet numbers, which strangers must not be able to guess
    public UtpSocket(DatagramPort port, Acceptor acceptor, RandomGenerator random, Ticker ticker) {
        this.port = port;
        this.acceptor = acceptor;
        this.random = random;
        this.ticker = ticker;
    }

    DatagramPort port() {
        return port;
    }

    /// A channel to connect with, for any loop.
    public Channel newChannel() {
        return new UtpChannel(this);
    }

    // ---- dialling, called from any thread

    void connect(UtpChannel channel, InetSocketAddress address) {
        execute(() -> dial(channel, address));
    }

    private void dial(UtpChannel channel, InetSocketAddress address) {
        int id = random.nextInt(1 << 16);
        for (int attempt = 1; !closed && links.size() < MAX_CONNECTIONS && attempt <= ID_ATTEMPTS; attempt++) {
            Key key = new Key(address, id);
            if (!links.containsKey(key) && !links.containsKey(new Key(address, SequenceNumber.plus(id, 1)))) {
                UtpLink link = new UtpLink(this, address);
                link.channel(channel);
                links.put(key, link);
                link.connection(UtpConnection.outgoing(
                        link, port.allocator(), id, maxDatagram(address), reorderBudget, random, ticker.nanos()));
                channel.dialled(link);
                port.flush();
                tickWhileNeeded();
                return;
            }
            id = random.nextInt(1 << 16);
        }
        channel.refused(closed ? "the session is closed" : "there are too many uTP connections");
    }

    /// The link has something from its channel.
    void wake(UtpLink link) {
        if (link.wakeQueued.compareAndSet(false, true)) {
            woken.add(link);
            if (wakeScheduled.compareAndSet(false, true)) {
                execute(this::pumpWoken);
            }
        }
    }

    private void execute(Runnable task) {
        try {
            port.loop().execute(task);
        } catch (RejectedExecutionException e) {
            // the session is closed, and its connections with it
        }
    }

    private void pumpWoken() {
        wakeScheduled.set(false);
        long now = ticker.nanos();
        for (UtpLink link = woken.poll(); link != null; link = woken.poll()) {
            link.wakeQueued.set(false);
            link.pump(now);
        }
        port.flush();
    }

    // ---- datagrams

    @Override
    public boolean wants(ByteBuf datagram) {
        return UtpPacket.isUtp(datagram);
    }

    @Override
    public void received(ByteBuf datagram, InetSocketAddress sender) {
        UtpPacket packet;
        try {
            packet = UtpPacket.decode(datagram);
        } catch (ProtocolException e) {
            return;
        }
        long now = ticker.nanos();
        UtpLink link = find(packet, sender);
        if (link == null) {
            unknown(packet, sender, now);
            return;
        }
        UtpConnection connection = link.connection();
        connection.receive(packet, datagram, now);
        if (connection.isClosed()) {
            return;
        }
        if (connection.unackedBytes() >= SERVED_EARLY_BYTES) {
            link.flush(now);
            port.flush();
        } else if (!link.touched) {
            link.touched = true;
            touched.add(link);
        }
    }

    /// Nothing is known of the way to other machines, and a packet that is cut apart on it may as well be lost.
    private int maxDatagram(InetSocketAddress address) {
        return address.getAddress().isLoopbackAddress() && port.takesLargeDatagrams() ? PacketTrain.LOOPBACK_BYTES : 0;
    }

    private @Nullable UtpLink find(UtpPacket packet, InetSocketAddress sender) {
        int id = packet.connectionId();
        if (packet.type() == Type.SYN) {
            return links.get(new Key(sender, SequenceNumber.plus(id, 1)));
        }
        UtpLink last = lastLink;
        if (last != null && last.connection().receiveId() == id && isSame(last.address(), sender)) {
            return last;
        }
        UtpLink link = links.get(new Key(sender, id));
        if (link == null && packet.type() == Type.RESET) {
            // one that has no state does not know which of the two ids is ours
            link = links.get(new Key(sender, SequenceNumber.plus(id, -1)));
            return link != null ? link : links.get(new Key(sender, SequenceNumber.plus(id, 1)));
        }
        lastLink = link;
        return link;
    }

    /// Those of one read are the same object.
    private static boolean isSame(InetSocketAddress one, InetSocketAddress other) {
        return one == other || one.equals(other);
    }

    private void unknown(UtpPacket packet, InetSocketAddress sender, long nowNanos) {
        switch (packet.type()) {
            case SYN -> knock(packet, sender, nowNanos);
            case DATA, FIN, STATE -> reset(packet, sender, nowNanos);
            case RESET -> {}
        }
    }

    private void knock(UtpPacket syn, InetSocketAddress sender, long nowNanos) {
        int ofAddress = halfOpenByAddress.getOrDefault(sender.getAddress(), 0);
        if (closed
                || links.size() >= MAX_CONNECTIONS
                || ofAddress >= MAX_HALF_OPEN_PER_ADDRESS
                || sender.getPort() == 0) {
            return;
        }
        if (halfOpen.size() >= MAX_HALF_OPEN) {
            forget(halfOpen.iterator().next());
        }
        UtpLink link = new UtpLink(this, sender);
        link.connection(UtpConnection.incoming(
                link, port.allocator(), syn, maxDatagram(sender), reorderBudget, random, nowNanos));
        links.put(key(link), link);
        halfOpen.add(link);
        halfOpenByAddress.put(sender.getAddress(), ofAddress + 1);
        link.touched = true;
        touched.add(link);
        tickWhileNeeded();
    }

    private void reset(UtpPacket packet, InetSocketAddress sender, long nowNanos) {
        if (nowNanos - resetsSinceNanos >= TimeUnit.SECONDS.toNanos(1)) {
            resetsSinceNanos = nowNanos;
            resetsLeft = MAX_RESETS_PER_SECOND;
        }
        if (resetsLeft == 0 || closed) {
            return;
        }
        resetsLeft--;
        UtpPacket reset = new UtpPacket(
                Type.RESET,
                packet.connectionId(),
                (int) (nowNanos / 1_000),
                0,
                0,
                random.nextInt(1 << 16),
                packet.sequence(),
                SelectiveAck.NONE,
                0);
        ByteBuf out = port.allocator().directBuffer(reset.encodedLength());
        reset.encode(out);
        port.send(out, out.readableBytes(), sender);
    }

    @Override
    public void batchCompleted() {
        long now = ticker.nanos();
        for (UtpLink link = touched.poll(); link != null; link = touched.poll()) {
            link.touched = false;
            link.flush(now);
        }
        port.flush();
    }

    @Override
    public void writable() {
        long now = ticker.nanos();
        for (UtpLink link : List.copyOf(links.values())) {
            link.flush(now);
        }
        port.flush();
    }

    // ---- what links tell

    /// The peer is there.
    void connected(UtpLink link) {
        if (!halfOpen.remove(link)) {
            return;
        }
        leaveAddress(link);
        UtpChannel channel = new UtpChannel(this, link);
        link.channel(channel);
        acceptor.accepted(channel);
        port.loop().register(channel);
    }

    /// The connection is over.
    void forget(UtpLink link) {
        links.remove(key(link), link);
        if (halfOpen.remove(link)) {
            leaveAddress(link);
        }
        if (lastLink == link) {
            lastLink = null;
        }
    }

    private void leaveAddress(UtpLink link) {
        halfOpenByAddress.computeIfPresent(
                link.address().getAddress(), (address, count) -> count == 1 ? null : count - 1);
    }

    private static Key key(UtpLink link) {
        return new Key(link.address(), link.connection().receiveId());
    }

    // ---- time

    private void tickWhileNeeded() {
        if (!ticking && !links.isEmpty()) {
            ticking = true;
            port.loop().schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void tick() {
        ticking = false;
        long now = ticker.nanos();
        List<UtpLink> due = new ArrayList<>();
        for (UtpLink link : links.values()) {
            if (now - link.connection().deadlineNanos() >= 0) {
                due.add(link);
            }
        }
        for (UtpLink link : due) {
            link.connection().expire(now);
            link.flush(now);
        }
        port.flush();
        tickWhileNeeded();
    }

    /// Resets what is open. The port stays open.
    @Override
    public void close() {
        port.loop()
                .submit(() -> {
                    pumpWoken();
                    closed = true;
                    long now = ticker.nanos();
                    for (UtpLink link : List.copyOf(links.values())) {
                        link.connection().abort(now);
                    }
                    port.flush();
                })
                .awaitUninterruptibly();
    }
}
