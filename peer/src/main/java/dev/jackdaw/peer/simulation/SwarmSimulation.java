package dev.jackdaw.peer.simulation;

import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.simulation.AccessLink;
import dev.jackdaw.simulation.EventDigest;
import dev.jackdaw.simulation.SimulatedHost;
import dev.jackdaw.simulation.SimulatedNetwork;
import dev.jackdaw.simulation.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/// A swarm of production engines in virtual time. One thread; equal setups with equal seeds run alike, event by
/// event, as their [digests][SwarmReport#digest] show.
///
/// While it runs, every peer is checked: nobody says to have, or sends, what it has not verified, buffers stay
/// within what was reserved, connections within their limit, and nobody honest is banned. What broke is in the
/// [report][SwarmReport#violations].
public final class SwarmSimulation {
    private final SwarmSetup setup;
    private final VirtualTime time = new VirtualTime();
    private final EventDigest digest = new EventDigest();
    private final SimulatedNetwork<Object> network;
    private final VirtualContent content;
    private final VirtualTracker tracker;
    private final Violations violations = new Violations();
    private final RandomGenerator random;
    private final List<SimulatedPeer> peers = new ArrayList<>();
    private final Map<PeerAddress, SimulatedPeer> byAddress = new HashMap<>();
    /// How many honest leechers that are in the swarm have each piece.
    private final int[] copies;
    /// How many pieces have that many copies.
    private final Map<Integer, Integer> piecesWithCopies = new HashMap<>();
    private int fewestCopies;
    private int incomplete;
    private int incompleteFreeRiders;
    private int bans;
    private long payloadBytes;
    private long wallNanos;

    SwarmSimulation(SwarmSetup setup) {
        this.setup = setup;
        network = new SimulatedNetwork<>(time, setup.conditions, setup.seed.random("network"), digest);
        content = new VirtualContent(setup.pieces, setup.pieceLength, setup.seed.value());
        tracker = new VirtualTracker(setup.announceInterval, setup.seed.random("tracker"));
        random = setup.seed.random("swarm");
        copies = new int[setup.pieces];
        piecesWithCopies.put(0, setup.pieces);
        for (int i = 0; i < setup.seeders; i++) {
            add(Behaviour.HONEST, true, new AccessLink(setup.seederUplink, 0, false), 0);
        }
        for (int i = 0; i < setup.leechers; i++) {
            Behaviour behaviour = i < setup.freeRiders
                    ? Behaviour.FREE_RIDER
                    : i < setup.freeRiders + setup.corrupters ? Behaviour.CORRUPTER : Behaviour.HONEST;
            boolean nat = random.nextDouble() < setup.behindNat;
            long joins = random.nextLong(setup.joinOver.toNanos() + 1);
            incomplete += behaviour == Behaviour.HONEST ? 1 : 0;
            incompleteFreeRiders += behaviour == Behaviour.FREE_RIDER ? 1 : 0;
            add(behaviour, false, new AccessLink(setup.uplink, setup.downlink, nat), joins);
        }
        if (!setup.faultsFor.isZero()) {
            new Faults(this, setup.seed.random("faults")).begin(setup.faultsFor);
        }
    }

    /// A setup with that many leechers and one seeder.
    public static SwarmSetup of(int leechers) {
        return new SwarmSetup(leechers);
    }

    /// Runs until every honest leecher that is still here has everything; says whether that came within the time.
    public boolean runUntilComplete(Duration limit) {
        return run(() -> incomplete == 0, limit);
    }

    /// Runs until the honest leechers have that many copies among themselves; says whether that came within the
    /// time. The same for free riders too.
    public boolean runUntilAllComplete(Duration limit) {
        return run(() -> incomplete == 0 && incompleteFreeRiders == 0, limit);
    }

    public boolean runUntilDistributedCopies(double wanted, Duration limit) {
        return run(() -> distributedCopies() >= wanted, limit);
    }

    public void runFor(Duration duration) {
        run(() -> false, duration);
    }

    /// Copies of the rarest piece among honest leechers, plus the share of pieces that have more.
    public double distributedCopies() {
        return fewestCopies + 1 - (double) piecesWithCopies.getOrDefault(fewestCopies, 0) / copies.length;
    }

    /// The first seeder.
    public SimulatedPeer seeder() {
        return peers.getFirst();
    }

    /// Seeders first, then leechers.
    public List<SimulatedPeer> peers() {
        return List.copyOf(peers);
    }

    /// Makes a peer leave, saying goodbye.
    public void disconnect(SimulatedPeer peer) {
        if (!peer.hasLeft()) {
            peer.leave();
            gone(peer);
        }
    }

    /// Makes a peer vanish.
    public void crash(SimulatedPeer peer) {
        if (!peer.hasLeft()) {
            peer.crash();
            gone(peer);
        }
    }

    /// Cuts the network in two, a random share of the peers on one side; seeders are on the other.
    public void partition(double share) {
        RandomGenerator sides = setup.seed.random("partition");
        network.partition(host -> host.number() >= setup.seeders && sides.nextDouble() < share ? 1 : 0);
    }

    public void heal() {
        network.heal();
    }

    public SwarmReport report() {
        return new SwarmReport(
                setup.toString(),
                setup.seed,
                peers.size(),
                incomplete == 0,
                downloads(Behaviour.HONEST),
                downloads(Behaviour.FREE_RIDER),
                bandwidthBound(),
                Duration.ofNanos(time.nanos()),
                Duration.ofNanos(wallNanos),
                time.executed(),
                network.messages(),
                network.bytes(),
                payloadBytes,
                neededBytes(),
                tracker.announces(),
                bans,
                digest.toString(),
                violations.count(),
                violations.kept());
    }

    private long neededBytes() {
        long bytes = 0;
        for (SimulatedPeer peer : peers) {
            for (int piece = 0; piece < copies.length && !peer.startedComplete(); piece++) {
                bytes += peer.disk.have().get(piece) ? content.layout().length(piece) : 0;
            }
        }
        return bytes;
    }

    private List<Duration> downloads(Behaviour behaviour) {
        return peers.stream()
                .filter(peer ->
                        peer.behaviour() == behaviour && peer.downloadNanos().isPresent())
                .map(peer -> Duration.ofNanos(peer.downloadNanos().getAsLong()))
                .sorted()
                .toList();
    }

    /// What everybody lacks, over what everybody who gives can give.
    private Duration bandwidthBound() {
        double perSecond = (double) setup.seeders * setup.seederUplink
                + (double) (setup.leechers - setup.freeRiders - setup.corrupters) * setup.uplink;
        double bytes =
                (double) (setup.leechers - setup.corrupters) * content.layout().totalLength();
        return Duration.ofNanos(perSecond == 0 ? 0 : (long) (bytes / perSecond * 1e9));
    }

    // ---- for the peers

    SwarmSetup setup() {
        return setup;
    }

    VirtualTime time() {
        return time;
    }

    VirtualContent content() {
        return content;
    }

    VirtualTracker tracker() {
        return tracker;
    }

    Violations violations() {
        return violations;
    }

    /// Whether an honest leecher that is here lacks something.
    boolean isIncomplete() {
        return incomplete > 0;
    }

    void payloadReceived(int bytes) {
        payloadBytes += bytes;
    }

    void gained(SimulatedPeer peer, int piece) {
        digest.add((long) peer.number() << 32 | piece);
        if (peer.behaviour() == Behaviour.HONEST) {
            changeCopies(piece, 1);
        }
    }

    void completed(SimulatedPeer peer) {
        if (peer.behaviour() == Behaviour.HONEST) {
            incomplete--;
        } else if (peer.behaviour() == Behaviour.FREE_RIDER) {
            incompleteFreeRiders--;
        }
        if (random.nextDouble() < setup.leaveWhenComplete) {
            time.after(0, () -> disconnect(peer));
        }
    }

    void banned(SimulatedPeer by, PeerAddress address, String proof) {
        bans++;
        SimulatedPeer peer = byAddress.get(address.withPort(0));
        if (peer == null || peer.behaviour() != Behaviour.CORRUPTER) {
            violations.add("%s banned the honest %s: %s", by, peer == null ? address : peer, proof);
        }
    }

    private void add(Behaviour behaviour, boolean complete, AccessLink link, long joinsAtNanos) {
        int number = peers.size();
        SimulatedHost<Object> host = network.addHost(address(number), link);
        var peer = new SimulatedPeer(this, number, host, behaviour, complete, setup.seed.random("engine", number));
        peers.add(peer);
        byAddress.put(host.address().withPort(0), peer);
        time.at(joinsAtNanos, () -> {
            if (!peer.hasLeft()) {
                peer.join(complete || !setup.magnet);
            }
        });
    }

    /// Public addresses, spread over networks as those of a real swarm are.
    private static PeerAddress address(int number) {
        int spread = Integer.reverse(number + 1) >>> 8 ^ number;
        return PeerAddress.of(
                new byte[] {(byte) (20 + (number >>> 16)), (byte) (spread >>> 16), (byte) (number >>> 8), (byte) number
                },
                6881);
    }

    private void gone(SimulatedPeer peer) {
        if (peer.startedComplete() || peer.behaviour() != Behaviour.HONEST) {
            return;
        }
        if (!peer.isComplete()) {
            incomplete--;
        }
        for (int piece = 0; piece < copies.length; piece++) {
            if (peer.disk.have().get(piece)) {
                changeCopies(piece, -1);
            }
        }
    }

    private void changeCopies(int piece, int change) {
        piecesWithCopies.merge(copies[piece], -1, (a, b) -> a + b == 0 ? null : a + b);
        copies[piece] += change;
        piecesWithCopies.merge(copies[piece], 1, Integer::sum);
        fewestCopies = Math.min(fewestCopies, copies[piece]);
        while (!piecesWithCopies.containsKey(fewestCopies)) {
            fewestCopies++;
        }
    }

    private boolean run(BooleanSupplier condition, Duration limit) {
        long began = System.nanoTime();
        boolean held = time.runUntil(condition, time.nanos() + limit.toNanos());
        wallNanos += System.nanoTime() - began;
        return held;
    }
}
