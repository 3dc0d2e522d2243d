package dev.jackdaw.dht.simulation;

import dev.jackdaw.dht.NodeContact;
import dev.jackdaw.dht.NodeId;
import dev.jackdaw.dht.engine.DhtEngine;
import dev.jackdaw.dht.engine.EngineConfig;
import dev.jackdaw.dht.krpc.KrpcMessage;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.simulation.EventDigest;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Nodes and what is between them: latency, loss, NATs, the coming and going of nodes.
///
/// There is a fixed number of places for nodes. When a node leaves, another one comes to its place, with an
/// address of its own: the *number* of the `g`-th node of a place is `place + g * places`. Addresses are computed
/// from numbers and back. Messages are handed on as values; nothing is delivered in the call that sends it.
final class VirtualInternet {
    static final long SECOND = 1_000_000_000L;

    /// Not senders, but what an event is: a node's timeout, its start, its end, the start of a search.
    private static final int TIMEOUT = -1;

    private static final int START = -2;
    private static final int LEAVE = -3;
    private static final int SEARCH = -4;

    /// Length of a usual query, version and all. Answers are measured by it, and a few bytes more do not matter.
    private static final int DATAGRAM_BYTES = 100;
    /// Hosts are in 32.0.0.0 … 95.255.255.255, all of which is of the Internet.
    private static final int FIRST_HOST = 32 << 24;

    private static final int HOST_BITS = 30;
    private static final int SCATTER = 0x9E3779B1;
    private static final int GATHER = inverse(SCATTER);
    private static final int PORT = 6881;
    private static final long LEAST_LATENCY_NANOS = 20_000_000L;
    private static final long LATENCY_SPREAD_NANOS = 180_000_000L;
    /// Nodes that a newcomer begins with.
    private static final int BOOTSTRAP_NODES = 3;
    /// Nodes that came later than that before the end of a search need not be found by it.
    private static final long SETTLING_NANOS = 300 * SECOND;

    private final Scenario scenario;
    private final int places;
    private final TimingWheel wheel = new TimingWheel();
    private final EventDigest digest = new EventDigest();
    private final RandomGenerator random;
    private final NodeKind[] kinds;
    private final @Nullable DhtEngine[] engines;
    private final int[] numbers;
    private final NodeContact[] contacts;
    private final long[] startedNanos;
    /// The tick at which a node's timeout is the one that counts.
    private final long[] timeoutTicks;

    private final @Nullable NatHoles[] holes;
    private final @Nullable Probe[] probes;
    private final Sybils sybils;
    private final EngineConfig config;
    private long events;
    private long messages;
    private long lost;
    private Probe[] planned = {};

    /// The world before anybody has started, with tables as nodes have that have run for long. A node behind a NAT
    /// is in no table: it has not answered when it was asked whether it exists.
    VirtualInternet(Scenario scenario) {
        this.scenario = scenario;
        this.places = scenario.nodes();
        this.random = scenario.seed().random("internet");
        this.kinds = new NodeKind[places];
        this.engines = new DhtEngine[places];
        this.numbers = new int[places];
        this.contacts = new NodeContact[places];
        this.startedNanos = new long[places];
        this.timeoutTicks = new long[places];
        this.holes = new NatHoles[places];
        this.probes = new Probe[places];
        this.config = new EngineConfig(true, false, false, true, false, scenario.alpha());
        this.sybils = new Sybils(scenario.seed().random("sybils"));
        // a time at which everybody has run for long
        wheel.add(TimingWheel.tickAt(3_600 * SECOND), 0, TIMEOUT, null);
        wheel.next();
        boolean[] known = new boolean[places];
        for (int place = 0; place < places; place++) {
            kinds[place] = kind();
            known[place] = kinds[place] != NodeKind.BEHIND_NAT;
            settle(place, place);
        }
        SettledTables tables =
                new SettledTables(contacts, known, scenario.seed().random("tables"));
        for (int place = 0; place < places; place++) {
            DhtEngine engine = engines[place];
            if (engine != null) {
                tables.fill(engine, place, now());
            }
        }
    }

    private NodeKind kind() {
        if (random.nextDouble() < scenario.dead()) {
            return NodeKind.DEAD;
        }
        double share = random.nextDouble();
        if (share < scenario.nat()) {
            return NodeKind.BEHIND_NAT;
        }
        return share < scenario.nat() + scenario.sybil() ? NodeKind.SYBIL : NodeKind.ORDINARY;
    }

    /// Brings a node to a place, with an id that belongs to its address if it is honest.
    private void settle(int place, int number) {
        PeerAddress address = address(number);
        numbers[place] = number;
        startedNanos[place] = now();
        timeoutTicks[place] = Long.MAX_VALUE;
        holes[place] = kinds[place] == NodeKind.BEHIND_NAT ? new NatHoles() : null;
        RandomGenerator own = scenario.seed().random("node", number);
        if (kinds[place] == NodeKind.SYBIL) {
            contacts[place] = new NodeContact(NodeId.random(own), address);
            sybils.add(contacts[place]);
            return;
        }
        DhtEngine engine = new DhtEngine(config, own, (message, to) -> send(number, message, to));
        engine.assumeAddress(address, now());
        contacts[place] = new NodeContact(engine.id(false).orElseThrow(), address);
        engines[place] = kinds[place] == NodeKind.DEAD ? null : engine;
    }

    private static int inverse(int odd) {
        int inverse = odd;
        for (int i = 0; i < 5; i++) {
            inverse *= 2 - odd * inverse; // doubles the bits that are right (Newton)
        }
        return inverse;
    }

    static PeerAddress address(int number) {
        int host = FIRST_HOST + (number * SCATTER & (1 << HOST_BITS) - 1);
        return new PeerAddress(0, host & 0xffff_ffffL, false, PORT);
    }

    /// The number of the node that has, had or would have the address, or -1.
    static int number(PeerAddress address) {
        long host = address.low() - FIRST_HOST;
        if (address.v6() || host < 0 || host >>> HOST_BITS != 0) {
            return -1;
        }
        return (int) host * GATHER & (1 << HOST_BITS) - 1;
    }

    long now() {
        return wheel.nanos();
    }

    /// Starts everybody within a time, and lets the first of those go that do.
    void start(long withinNanos) {
        for (int place = 0; place < places; place++) {
            if (engines[place] != null) {
                wheel.add(TimingWheel.tickAt(now() + random.nextLong(withinNanos)), numbers[place], START, null);
                planToLeave(place);
            }
        }
    }

    private void planToLeave(int place) {
        if (scenario.sessionMinutes() > 0) {
            double mean = scenario.sessionMinutes() * 60.0 * SECOND / Math.log(2);
            long session = (long) (-Math.log(1 - random.nextDouble()) * mean);
            long most = 24 * 3_600 * SECOND;
            wheel.add(TimingWheel.tickAt(now() + Math.min(session, most)), numbers[place], LEAVE, null);
        }
    }

    /// Runs until all of these are over. Each is begun by a random node at its time.
    void run(Probe[] plan) {
        planned = plan;
        for (int i = 0; i < plan.length; i++) {
            wheel.add(TimingWheel.tickAt(plan[i].atNanos), i, SEARCH, null);
        }
        int next = 0;
        while (next < plan.length && wheel.next()) {
            happen(wheel.receiver(), wheel.sender());
            while (next < plan.length && plan[next].isOver()) {
                next++;
            }
        }
    }

    private void happen(int receiver, int sender) {
        switch (sender) {
            case SEARCH -> search(planned[receiver]);
            case TIMEOUT -> timeout(receiver);
            case START -> {
                int place = receiver % places;
                DhtEngine engine = engines[place];
                if (numbers[place] == receiver && engine != null) {
                    events++;
                    engine.start(now());
                    setTimeout(place, engine);
                }
            }
            case LEAVE -> {
                if (numbers[receiver % places] == receiver) {
                    events++;
                    replace(receiver % places);
                }
            }
            default -> deliver(receiver, sender);
        }
    }

    private void timeout(int number) {
        int place = number % places;
        DhtEngine engine = engines[place];
        if (numbers[place] != number || engine == null || timeoutTicks[place] != wheel.tick()) {
            return; // another timeout has taken its place
        }
        timeoutTicks[place] = Long.MAX_VALUE;
        if (engine.nextTimeoutNanos() <= now()) {
            events++;
            digest.add((long) number << 32 ^ wheel.tick());
            engine.elapsed(now());
            conclude(place);
        }
        setTimeout(place, engine);
    }

    /// An engine's timeout is mostly moved to a later time, since answers come: then the earlier one stays, and
    /// finds nothing to do.
    private void setTimeout(int place, DhtEngine engine) {
        long next = engine.nextTimeoutNanos();
        if (next == Long.MAX_VALUE) {
            return;
        }
        long tick = Math.max(TimingWheel.tickAt(next), wheel.tick() + 1);
        if (tick < timeoutTicks[place]) {
            timeoutTicks[place] = tick;
            wheel.add(tick, numbers[place], TIMEOUT, null);
        }
    }

    private void replace(int place) {
        Probe probe = probes[place];
        if (probe != null) {
            probe.isVoid = true;
            probes[place] = null;
        }
        settle(place, numbers[place] + places);
        DhtEngine engine = engines[place];
        if (engine == null) {
            return;
        }
        for (int i = 0; i < BOOTSTRAP_NODES; i++) {
            engine.addNode(contacts[someone(NodeKind.ORDINARY)].address(), now());
        }
        engine.start(now());
        setTimeout(place, engine);
        planToLeave(place);
    }

    private int someone(NodeKind kind) {
        while (true) {
            int place = random.nextInt(places);
            if (kinds[place] == kind) {
                return place;
            }
        }
    }

    private void search(Probe probe) {
        int place = random.nextInt(places);
        while (engines[place] == null || probes[place] != null) {
            place = random.nextInt(places);
        }
        DhtEngine engine = engines[place];
        if (engine == null) {
            return;
        }
        events++;
        probes[place] = probe;
        probe.begin(contacts[place]);
        engine.search(probe.request(), probe, now());
        conclude(place);
        setTimeout(place, engine);
    }

    /// Looks whether the search of a place is over now, and who should have been found.
    private void conclude(int place) {
        Probe probe = probes[place];
        if (probe != null && probe.isFinished()) {
            probes[place] = null;
            probe.conclude(nearest(probe.target(), place));
        }
    }

    /// The numbers of the nodes nearest to a target of those that answer everybody and have been there long enough
    /// to be known, the nearest first.
    private int[] nearest(NodeId target, int except) {
        int[] nearest = new int[Probe.K];
        int count = 0;
        for (int place = 0; place < places; place++) {
            if (kinds[place] != NodeKind.ORDINARY
                    || place == except
                    || (numbers[place] >= places && now() - startedNanos[place] < SETTLING_NANOS)) {
                continue;
            }
            int at = count;
            NodeId id = contacts[place].id();
            while (at > 0 && target.compareDistance(id, contacts[nearest[at - 1]].id()) < 0) {
                at--;
            }
            if (at < Probe.K) {
                count = Math.min(count + 1, Probe.K);
                System.arraycopy(nearest, at, nearest, at + 1, count - at - 1);
                nearest[at] = place;
            }
        }
        for (int i = 0; i < count; i++) {
            nearest[i] = numbers[nearest[i]];
        }
        return Arrays.copyOf(nearest, count);
    }

    private void send(int from, KrpcMessage message, PeerAddress to) {
        messages++;
        int receiver = number(to);
        NatHoles hole = holes[from % places];
        if (hole != null) {
            hole.open(receiver, now());
        }
        if (scenario.loss() > 0 && random.nextDouble() < scenario.loss()) {
            lost++;
            return;
        }
        int place = receiver < 0 ? -1 : receiver % places;
        if (place >= 0 && numbers[place] == receiver && kinds[place] != NodeKind.DEAD) {
            wheel.add(TimingWheel.tickAt(now() + latency(from, receiver)), receiver, from, message);
        }
    }

    /// 20 to 200 ms, the same both ways and every time; half of the pairs are below 65 ms.
    private static long latency(int a, int b) {
        long pair = (long) Math.min(a, b) << 32 | Math.max(a, b);
        pair = (pair ^ pair >>> 31) * 0x9E3779B97F4A7C15L;
        pair = (pair ^ pair >>> 29) * 0xBF58476D1CE4E5B9L;
        double share = (pair >>> 11) * 0x1p-53;
        return LEAST_LATENCY_NANOS + (long) (share * share * LATENCY_SPREAD_NANOS);
    }

    private void deliver(int receiver, int sender) {
        KrpcMessage message = wheel.message();
        int place = receiver % places;
        if (message == null || numbers[place] != receiver) {
            return; // nobody has that address any more
        }
        events++;
        digest.add((long) receiver << 32 ^ (long) sender << 20 ^ wheel.tick());
        NatHoles hole = holes[place];
        if (hole != null && message instanceof KrpcMessage.Query && !hole.isOpen(sender, now())) {
            return;
        }
        DhtEngine engine = engines[place];
        if (engine == null) {
            if (message instanceof KrpcMessage.Query query) {
                send(receiver, sybils.answer(contacts[place], query, address(sender)), address(sender));
            }
            return;
        }
        Probe probe = probes[place];
        if (probe != null && message instanceof KrpcMessage.Response) {
            probe.heard(sender);
        }
        int senderPlace = sender % places;
        PeerAddress from = numbers[senderPlace] == sender ? contacts[senderPlace].address() : address(sender);
        engine.received(message, DATAGRAM_BYTES, from, now());
        conclude(place);
        setTimeout(place, engine);
    }

    /// Messages delivered, timeouts that did something, nodes that came or left, searches begun.
    long events() {
        return events;
    }

    /// Sent.
    long messages() {
        return messages;
    }

    long lost() {
        return lost;
    }

    String digest() {
        return digest.toString();
    }

    /// Members of the routing table of the average node that lives.
    double tableSize() {
        long members = 0;
        int tables = 0;
        for (DhtEngine engine : engines) {
            if (engine != null) {
                members += engine.snapshot().v4().orElseThrow().nodes();
                tables++;
            }
        }
        return (double) members / tables;
    }

    /// Nodes that are a [DhtEngine].
    int living() {
        int living = 0;
        for (DhtEngine engine : engines) {
            living += engine != null ? 1 : 0;
        }
        return living;
    }
}
