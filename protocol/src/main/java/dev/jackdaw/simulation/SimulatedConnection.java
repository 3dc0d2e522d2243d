package dev.jackdaw.simulation;

import dev.jackdaw.protocol.PeerAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// One end of a connection between two hosts of a [SimulatedNetwork]. What is sent arrives complete and in order,
/// unless an end is closed before.
public final class SimulatedConnection<M> {
    /// Reads an end.
    public interface Receiver<M> {
        void received(M message);

        /// The other end was closed; nothing follows.
        void closed(String reason);
    }

    /// A message that waits for a partition to heal; an empty one is the close.
    private record Held<M>(
            @Nullable M message, int bytes, @Nullable Runnable departed) {}

    private final SimulatedHost<M> local;
    private final PeerAddress remoteAddress;
    int index;
    private @Nullable SimulatedConnection<M> remote;
    private @Nullable Receiver<M> receiver;
    private @Nullable Queue<Held<M>> held;
    private boolean open = true;
    private String closeReason = "";
    private long lastDeparture;
    private long lastArrival;
    private long lastDelivery;

    SimulatedConnection(SimulatedHost<M> local, PeerAddress remoteAddress) {
        this.local = local;
        this.remoteAddress = remoteAddress;
        local.opened(this);
    }

    public PeerAddress remoteAddress() {
        return remoteAddress;
    }

    public boolean isOpen() {
        return open;
    }

    public void send(M message, int bytes) {
        sendOrHold(message, bytes, null);
    }

    /// Sends a message; without effect on a closed end.
    ///
    /// @param departed run when the last byte has left this host, that is when there is room for more; never if the
    ///                 other host has vanished
    public void send(M message, int bytes, Runnable departed) {
        sendOrHold(message, bytes, departed);
    }

    private void sendOrHold(M message, int bytes, @Nullable Runnable departed) {
        if (!open || !remote().local.alive) {
            return;
        }
        if (held != null || isCut()) {
            hold(new Held<>(message, bytes, departed));
        } else {
            transmit(message, bytes, departed);
        }
    }

    /// Closes both ends, the other one after everything that was sent has arrived. Our receiver is not told.
    public void close(String reason) {
        if (!open) {
            return;
        }
        if (remote != null && remote.local.alive) {
            closeReason = reason;
            if (held != null || isCut()) {
                hold(new Held<>(null, 0, null));
            } else {
                transmitClose();
            }
        }
        abandon();
    }

    void join(SimulatedConnection<M> other, long noArrivalBefore) {
        remote = other;
        lastArrival = noArrivalBefore;
    }

    void setReceiver(Receiver<M> value) {
        receiver = value;
    }

    /// Closes this end without telling anybody.
    void abandon() {
        if (open) {
            open = false;
            local.closed(this);
        }
    }

    void remoteClosed(String reason) {
        if (open) {
            abandon();
            if (receiver != null) {
                receiver.closed(reason);
            }
        }
    }

    /// Goes on after a partition.
    void flush() {
        Queue<Held<M>> waiting = held;
        if (waiting == null || !remote().local.alive) {
            held = null;
            return;
        }
        if (isCut()) {
            local.network.stalled(this);
            return;
        }
        held = null;
        for (Held<M> next : waiting) {
            if (next.message == null) {
                transmitClose();
            } else {
                transmit(next.message, next.bytes, next.departed);
            }
        }
    }

    private boolean isCut() {
        return !local.network.reaches(local, remote().local);
    }

    private void hold(Held<M> message) {
        if (held == null) {
            held = new ArrayDeque<>();
            local.network.stalled(this);
        }
        held.add(message);
    }

    private void transmit(M message, int bytes, @Nullable Runnable departed) {
        SimulatedConnection<M> to = remote();
        long departure = local.departure(bytes, lastDeparture);
        lastDeparture = departure;
        if (departed != null) {
            local.network.time.at(departure, departed);
        }
        long latency = local.network.latencyNanos(local, to.local);
        lastArrival = Math.max(lastArrival, departure + latency + local.network.retransmissionNanos(bytes, latency));
        local.network.time.at(lastArrival, new Transfer<>(this, to, message, bytes));
    }

    private void transmitClose() {
        SimulatedConnection<M> to = remote();
        long arrives = Math.max(lastArrival, local.network.time.nanos() + local.network.latencyNanos(local, to.local));
        // Twice, since the last message may still have to pass the downlink.
        local.network.time.at(
                arrives, () -> local.network.time.at(to.lastDelivery, () -> to.remoteClosed(closeReason)));
    }

    private SimulatedConnection<M> remote() {
        if (remote == null) {
            throw new IllegalStateException("the connection to " + remoteAddress + " is not open yet");
        }
        return remote;
    }

    /// A message on its way: once over the network, once more through the downlink if that is not free.
    private static final class Transfer<M> implements Runnable {
        private final SimulatedConnection<M> from;
        private final SimulatedConnection<M> to;
        private final M message;
        private final int bytes;
        private boolean throughDownlink;

        Transfer(SimulatedConnection<M> from, SimulatedConnection<M> to, M message, int bytes) {
            this.from = from;
            this.to = to;
            this.message = message;
            this.bytes = bytes;
        }

        @Override
        public void run() {
            SimulatedNetwork<M> network = to.local.network;
            if (!to.open) {
                return;
            }
            if (!throughDownlink) {
                throughDownlink = true;
                to.lastDelivery = Math.max(to.lastDelivery, to.local.arrival(bytes));
                if (to.lastDelivery > network.time.nanos()) {
                    network.time.at(to.lastDelivery, this);
                    return;
                }
            }
            network.arrived(from.local, to.local, bytes);
            Receiver<M> reader = to.receiver;
            if (reader != null) {
                reader.received(message);
            }
        }
    }
}
