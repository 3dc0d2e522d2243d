package dev.jackdaw.simulation;

import dev.jackdaw.protocol.PeerAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;

/// Hosts that reach each other over virtual time: by [connections][SimulatedConnection], reliable and in order as TCP's
/// are, and by datagrams. What is carried are values of type `M` and a size in bytes; values are handed over as they
/// are and must not change.
///
/// **Bandwidth.** A host's uplink and downlink each carry bulk messages one after the other, in the order in which they
/// come, which is a fair share for senders that keep few messages queued. Messages of at most [#SMALL_BYTES] take their
/// share but wait only for what is before them on the same connection, as they would where flows are scheduled fairly.
///
/// **Partitions.** Between sides nothing passes: dialling times out, datagrams are lost, streams wait and go on when
/// the partition heals.
public final class SimulatedNetwork<M> {
    /// Messages that do not wait behind other connections' bulk.
    public static final int SMALL_BYTES = 1_000;
    /// After that time an attempt to connect that got no answer fails.
    public static final long CONNECT_TIMEOUT_NANOS = 10_000_000_000L;
    /// What a segment or datagram carries at most; longer messages are as many packets.
    static final int PACKET_BYTES = 1_460;
    /// The least time until a lost segment is sent again.
    static final long MIN_RETRANSMIT_NANOS = 200_000_000L;

    final VirtualTime time;
    private final NetworkConditions conditions;
    private final RandomGenerator random;
    private final EventDigest digest;
    private final Map<PeerAddress, SimulatedHost<M>> hosts = new HashMap<>();
    private final List<SimulatedConnection<M>> stalled = new ArrayList<>();
    private int nextHostNumber;
    private long messages;
    private long bytes;

    /// @param random for losses
    /// @param digest told of everything that arrives
    public SimulatedNetwork(
            VirtualTime time, NetworkConditions conditions, RandomGenerator random, EventDigest digest) {
        this.time = time;
        this.conditions = conditions;
        this.random = random;
        this.digest = digest;
    }

    /// Adds a host.
    ///
    /// @throws IllegalArgumentException if the address is taken
    public SimulatedHost<M> addHost(PeerAddress address, AccessLink link) {
        var host = new SimulatedHost<>(this, nextHostNumber++, address, link);
        if (hosts.putIfAbsent(address, host) != null) {
            throw new IllegalArgumentException("there is a host at " + address + " already");
        }
        return host;
    }

    public Optional<SimulatedHost<M>> host(PeerAddress address) {
        return Optional.ofNullable(hosts.get(address));
    }

    /// Cuts the network: hosts reach each other only if they have the same number. Replaces an earlier cut; hosts that
    /// are added later are on side 0.
    public void partition(ToIntFunction<SimulatedHost<M>> side) {
        hosts.values().forEach(host -> host.side = side.applyAsInt(host));
        flushStalled();
    }

    /// Ends every partition.
    public void heal() {
        partition(_ -> 0);
    }

    /// Stream messages that have arrived so far, datagrams included.
    public long messages() {
        return messages;
    }

    /// Their bytes.
    public long bytes() {
        return bytes;
    }

    /// One way.
    public long latencyNanos(SimulatedHost<M> one, SimulatedHost<M> other) {
        long spread = conditions.maxLatencyNanos() - conditions.minLatencyNanos();
        if (spread == 0) {
            return conditions.minLatencyNanos();
        }
        long pair = (long) Math.min(one.number, other.number) << 32 | Math.max(one.number, other.number);
        long mixed = (pair + 1) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ mixed >>> 31) * 0xBF58476D1CE4E5B9L;
        return conditions.minLatencyNanos() + Math.floorMod(mixed ^ mixed >>> 29, spread + 1);
    }

    boolean reaches(SimulatedHost<M> one, SimulatedHost<M> other) {
        return one.side == other.side && one.alive && other.alive;
    }

    void remove(SimulatedHost<M> host) {
        hosts.remove(host.address());
    }

    void stalled(SimulatedConnection<M> connection) {
        stalled.add(connection);
    }

    private void flushStalled() {
        List<SimulatedConnection<M>> waiting = List.copyOf(stalled);
        stalled.clear();
        waiting.forEach(SimulatedConnection::flush);
    }

    /// How much later a message arrives for the packets of it that are lost and sent again.
    long retransmissionNanos(int messageBytes, long latencyNanos) {
        if (conditions.loss() == 0 || !anyLost(messageBytes)) {
            return 0;
        }
        long delay = Math.max(MIN_RETRANSMIT_NANOS, 3 * latencyNanos);
        long total = delay;
        while (random.nextDouble() < conditions.loss() && total < CONNECT_TIMEOUT_NANOS) {
            delay *= 2;
            total += delay;
        }
        return total;
    }

    boolean anyLost(int messageBytes) {
        if (conditions.loss() == 0) {
            return false;
        }
        int packets = Math.max(1, (messageBytes + PACKET_BYTES - 1) / PACKET_BYTES);
        double arrives = packets == 1 ? 1 - conditions.loss() : Math.pow(1 - conditions.loss(), packets);
        return random.nextDouble() >= arrives;
    }

    void arrived(SimulatedHost<M> from, SimulatedHost<M> to, int messageBytes) {
        messages++;
        bytes += messageBytes;
        digest.add(time.nanos());
        digest.add((long) from.number << 40 ^ (long) to.number << 16 ^ messageBytes);
    }
}
