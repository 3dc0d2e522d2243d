package dev.jackdaw.simulation;

import dev.jackdaw.protocol.PeerAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A machine on a [SimulatedNetwork] with one address, on which it listens, dials and takes datagrams.
public final class SimulatedHost<M> {
    /// How long a NAT lets in the answers of whom we sent a datagram.
    static final long NAT_BINDING_NANOS = 60_000_000_000L;

    /// Bindings at which expired ones are swept out.
    private static final int MAX_NAT_BINDINGS = 1_000;

    private static final int FIRST_EPHEMERAL_PORT = 49_152;
    private static final int EPHEMERAL_PORTS = 0x10000 - FIRST_EPHEMERAL_PORT;

    /// Takes connections from outside.
    public interface Acceptor<M> {
        /// Says who reads the connection; empty closes it.
        Optional<SimulatedConnection.Receiver<M>> accept(SimulatedConnection<M> connection);
    }

    /// Hears what became of an attempt to connect.
    public interface Dialer<M> {
        /// The connection is open; says who reads it.
        SimulatedConnection.Receiver<M> connected(SimulatedConnection<M> connection);

        void failed(String reason);
    }

    /// Takes datagrams.
    public interface DatagramReceiver<M> {
        void received(PeerAddress from, M message);
    }

    final SimulatedNetwork<M> network;
    final int number;
    final AccessLink link;
    int side;
    boolean alive = true;
    /// Open connections and attempts, each at the index it knows, so that it can leave quickly.
    private final List<SimulatedConnection<M>> connections = new ArrayList<>(0);

    private final PeerAddress address;
    private @Nullable Acceptor<M> acceptor;
    private @Nullable DatagramReceiver<M> datagrams;
    private @Nullable Map<PeerAddress, Long> natBindings;
    private long uplinkBusyUntil;
    private long downlinkBusyUntil;
    private int dialled;

    SimulatedHost(SimulatedNetwork<M> network, int number, PeerAddress address, AccessLink link) {
        this.network = network;
        this.number = number;
        this.address = address;
        this.link = link;
    }

    public PeerAddress address() {
        return address;
    }

    /// In the order in which hosts were added, from 0.
    public int number() {
        return number;
    }

    public void listen(Acceptor<M> value) {
        acceptor = value;
    }

    /// From now on connections are refused.
    public void stopListening() {
        acceptor = null;
    }

    /// Dials. A host that does not listen refuses after one round trip; one behind a NAT, gone, or beyond a partition
    /// never answers.
    ///
    /// @return our end, not usable before `dialer` says so; closing it gives up silently
    public SimulatedConnection<M> dial(PeerAddress to, Dialer<M> dialer) {
        PeerAddress from = address.withPort(FIRST_EPHEMERAL_PORT + dialled++ % EPHEMERAL_PORTS);
        var ours = new SimulatedConnection<>(this, to);
        SimulatedHost<M> target = network.host(to).orElse(null);
        if (target == null || target.link.nat() || !network.reaches(this, target)) {
            network.time.after(SimulatedNetwork.CONNECT_TIMEOUT_NANOS, () -> fail(ours, dialer, "timed out"));
            return ours;
        }
        long latency = network.latencyNanos(this, target);
        long syn = latency + network.retransmissionNanos(40, latency);
        network.time.after(syn, () -> knock(ours, target, from, latency, dialer));
        return ours;
    }

    /// Sends a datagram, which may be lost.
    public void sendDatagram(PeerAddress to, M message, int bytes) {
        long departs = departure(bytes, network.time.nanos());
        if (link.nat()) {
            if (natBindings == null) {
                natBindings = new HashMap<>();
            }
            natBindings.put(to, network.time.nanos());
            if (natBindings.size() > MAX_NAT_BINDINGS) {
                natBindings.values().removeIf(sent -> network.time.nanos() - sent >= NAT_BINDING_NANOS);
            }
        }
        SimulatedHost<M> target = network.host(to).orElse(null);
        if (target == null || !network.reaches(this, target) || network.anyLost(bytes)) {
            return;
        }
        long latency = network.latencyNanos(this, target);
        network.time.at(departs + latency, () -> target.takeDatagram(this, message, bytes));
    }

    public void onDatagram(DatagramReceiver<M> receiver) {
        datagrams = receiver;
    }

    /// Leaves the network in order: every connection is closed, and the other ends learn of it.
    public void shutDown() {
        List.copyOf(connections).forEach(connection -> connection.close("host shut down"));
        acceptor = null;
        datagrams = null;
        network.remove(this);
    }

    /// Vanishes without a word: the other ends learn nothing.
    public void crash() {
        alive = false;
        List.copyOf(connections).forEach(SimulatedConnection::abandon);
        acceptor = null;
        datagrams = null;
        network.remove(this);
    }

    /// Open connections, attempts to connect included.
    public int connections() {
        return connections.size();
    }

    private void knock(
            SimulatedConnection<M> theirs, SimulatedHost<M> target, PeerAddress from, long latency, Dialer<M> dialer) {
        if (!theirs.isOpen() || !target.alive) {
            network.time.after(SimulatedNetwork.CONNECT_TIMEOUT_NANOS, () -> fail(theirs, dialer, "timed out"));
            return;
        }
        Acceptor<M> listening = target.acceptor;
        if (listening == null) {
            network.time.after(latency, () -> fail(theirs, dialer, "connection refused"));
            return;
        }
        var end = new SimulatedConnection<>(target, from);
        long answered = network.time.nanos() + latency;
        end.join(theirs, answered);
        network.time.at(answered, () -> {
            if (theirs.isOpen()) {
                theirs.join(end, network.time.nanos() + latency);
                theirs.setReceiver(dialer.connected(theirs));
            } else {
                end.remoteClosed("gave up");
            }
        });
        listening.accept(end).ifPresentOrElse(end::setReceiver, () -> end.close("not accepted"));
    }

    private void fail(SimulatedConnection<M> ours, Dialer<M> dialer, String reason) {
        if (ours.isOpen()) {
            ours.abandon();
            dialer.failed(reason);
        }
    }

    private void takeDatagram(SimulatedHost<M> from, M message, int bytes) {
        DatagramReceiver<M> receiver = datagrams;
        if (receiver == null || (link.nat() && !isBound(from.address))) {
            return;
        }
        network.arrived(from, this, bytes);
        receiver.received(from.address, message);
    }

    private boolean isBound(PeerAddress to) {
        Long sent = natBindings == null ? null : natBindings.get(to);
        return sent != null && network.time.nanos() - sent < NAT_BINDING_NANOS;
    }

    /// When a message given now has left, if it may not leave before `notBefore`.
    long departure(int bytes, long notBefore) {
        long now = network.time.nanos();
        if (link.upBytesPerSecond() == 0) {
            return Math.max(now, notBefore);
        }
        long duration = bytes * 1_000_000_000L / link.upBytesPerSecond();
        if (bytes <= SimulatedNetwork.SMALL_BYTES) {
            uplinkBusyUntil = Math.max(uplinkBusyUntil, now) + duration;
            return Math.max(now, notBefore) + duration;
        }
        uplinkBusyUntil = Math.max(Math.max(uplinkBusyUntil, now), notBefore) + duration;
        return uplinkBusyUntil;
    }

    /// When a message that reaches the downlink now has come through.
    long arrival(int bytes) {
        long now = network.time.nanos();
        if (link.downBytesPerSecond() == 0) {
            return now;
        }
        long duration = bytes * 1_000_000_000L / link.downBytesPerSecond();
        downlinkBusyUntil = Math.max(downlinkBusyUntil, now) + duration;
        return bytes <= SimulatedNetwork.SMALL_BYTES ? now : downlinkBusyUntil;
    }

    void opened(SimulatedConnection<M> connection) {
        connection.index = connections.size();
        connections.add(connection);
    }

    void closed(SimulatedConnection<M> connection) {
        SimulatedConnection<M> last = connections.removeLast();
        if (last != connection) {
            connections.set(connection.index, last);
            last.index = connection.index;
        }
    }
}
