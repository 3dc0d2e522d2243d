package dev.jackdaw.dht.simulation;

import dev.jackdaw.dht.NodeContact;
import dev.jackdaw.dht.NodeId;
import dev.jackdaw.dht.engine.DhtEngine;
import dev.jackdaw.dht.engine.EngineConfig;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.simulation.EventDigest;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Nodes and what is between them: latency, loss, NATs, the coming and going of nodes.
///
/// There is a fixed number of places for nodes. When a node leaves, another one comes to its place, with an
/// address of its own: the *number* of the `g`-th node of a place is `place + g * places`. Addresses are computed
/// from numbers and back. Messages are handed on as values; nothing is delivered in the call that sends it.
///
/// Places belong to shards, which are run window by window ([Crew]). What concerns several shards is done between two
/// windows, up to 17 ms late: searches begin and are judged, nodes leave and come.
final class VirtualInternet {
    static final long SECOND = 1_000_000_000L;
    /// More would be of use with more cores; the run depends on it.
    static final int SHARDS = 4;

    /// What an event between windows is: the end of a node, the start of a search.
    private static final int LEAVE = -1;

    private static final int SEARCH = -2;

    private static final long WINDOW_NANOS = (long) Shard.WINDOW_TICKS << TimingWheel.TICK_BITS;
    /// A time at which everybody has run for long.
    private static final long FIRST_WINDOW = 3_600 * SECOND / WINDOW_NANOS;
    /// Nodes that a newcomer begins with.
    private static final int BOOTSTRAP_NODES = 3;
    /// Nodes that came later than that before the end of a search need not be found by it: they are on probation for
    /// three minutes, and examined within the next one or two.
    private static final long SETTLING_NANOS = 300 * SECOND;

    /// At random, to find somebody to begin a search. In vain, the search waits for the next window.
    private static final int TRIES = 100;
    /// A search that nobody has begun by then is void.
    private static final long PATIENCE_NANOS = 60 * SECOND;

    private final Scenario scenario;
    private final TimingWheel wheel = new TimingWheel();
    private final RandomGenerator random;
    private final Place[] places;
    private final Shard[] shards = new Shard[SHARDS];
    private final Neighbourhoods neighbourhoods;
    private final Sybils sybils = new Sybils();
    private final EngineConfig config;
    private long window = FIRST_WINDOW;
    private long left;
    private int over;
    private Probe[] plan = {};

    /// The world before anybody has started, with tables as nodes have that have run for long.
    VirtualInternet(Scenario scenario) {
        this.scenario = scenario;
        this.random = scenario.seed().random("internet");
        this.config = new EngineConfig(true, false, false, true, false, scenario.alpha());
        this.places = new Place[scenario.nodes()];
        this.neighbourhoods = new Neighbourhoods(places.length);
        for (int i = 0; i < SHARDS; i++) {
            shards[i] =
                    new Shard(i, SHARDS, this, scenario.loss(), scenario.seed().random("shard", i));
            shards[i].begin(window);
        }
        for (int i = 0; i < places.length; i++) {
            NodeContact nobody = new NodeContact(new NodeId(0, 0, 0), Addresses.of(i));
            places[i] = new Place(kind(), shardOf(i), i, nobody);
            settle(places[i], i);
        }
        SettledTables tables = new SettledTables(places);
        IntStream.range(0, SHARDS).parallel().forEach(shard -> {
            SettledTables.Filling filling = tables.filling(scenario.seed().random("tables", shard), now());
            for (int i = shard; i < places.length; i += SHARDS) {
                DhtEngine engine = places[i].engine;
                if (engine != null) {
                    filling.fill(engine, i);
                }
            }
        });
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
    private void settle(Place place, int number) {
        PeerAddress address = Addresses.of(number);
        place.number = number;
        place.startedNanos = now();
        place.timeoutTick = Long.MAX_VALUE;
        place.holes = place.kind == NodeKind.BEHIND_NAT ? new NatHoles() : null;
        RandomGenerator own = scenario.seed().random("node", number);
        if (place.kind == NodeKind.SYBIL) {
            place.contact = new NodeContact(NodeId.random(own), address);
            sybils.add(place.contact);
            return;
        }
        DhtEngine engine = new DhtEngine(config, own, place);
        engine.assumeAddress(address, now());
        place.contact = new NodeContact(engine.id(false).orElseThrow(), address);
        place.engine = place.kind == NodeKind.DEAD ? null : engine;
        if (place.kind == NodeKind.ORDINARY) {
            neighbourhoods.add(place);
        }
    }

    /// The place at which the node of that number is, was or would be.
    Place place(int number) {
        return places[number % places.length];
    }

    Shard shardOf(int number) {
        return shards[number % places.length % SHARDS];
    }

    Sybils sybils() {
        return sybils;
    }

    /// The beginning of the window that is run, or is about to be.
    long now() {
        return window * WINDOW_NANOS;
    }

    /// Starts everybody within a time, and lets the first of those go that do.
    void start(long withinNanos) {
        for (Place place : places) {
            if (place.engine != null) {
                place.shard.planStart(place, now() + random.nextLong(withinNanos));
                planToLeave(place);
            }
        }
    }

    private void planToLeave(Place place) {
        if (scenario.sessionMinutes() > 0) {
            double mean = scenario.sessionMinutes() * 60.0 * SECOND / Math.log(2);
            long session = (long) (-Math.log(1 - random.nextDouble()) * mean);
            long most = 24 * 3_600 * SECOND;
            wheel.add(TimingWheel.tickAt(now() + Math.min(session, most)), place.number, LEAVE, null);
        }
    }

    /// Runs until all of these are over. Each is begun by a random node at its time.
    void run(Probe[] searches, int threads) {
        plan = searches;
        for (int i = 0; i < plan.length; i++) {
            wheel.add(TimingWheel.tickAt(plan[i].atNanos), i, SEARCH, null);
        }
        new Crew(shards, Math.clamp(threads, 1, SHARDS), window, this::isNext).run();
    }

    /// What happens between two windows.
    private boolean isNext(long next) {
        window = next;
        for (Shard shard : shards) {
            shard.begin(next);
            shard.takeConcluded().forEach(this::conclude);
        }
        while (wheel.nextBefore(next * Shard.WINDOW_TICKS + 1)) {
            if (wheel.sender() == SEARCH) {
                search(wheel.receiver());
            } else if (place(wheel.receiver()).number == wheel.receiver()) {
                left++;
                replace(place(wheel.receiver()));
            }
        }
        while (over < plan.length && plan[over].isOver()) {
            over++;
        }
        return over < plan.length;
    }

    private void replace(Place place) {
        Probe probe = place.probe;
        if (probe != null) {
            probe.isVoid = true;
            place.probe = null;
        }
        if (place.kind == NodeKind.ORDINARY) {
            neighbourhoods.remove(place);
        }
        settle(place, place.number + places.length);
        DhtEngine engine = place.engine;
        if (engine == null) {
            return;
        }
        for (int i = 0; i < BOOTSTRAP_NODES; i++) {
            engine.addNode(someone(NodeKind.ORDINARY).contact.address(), now());
        }
        place.shard.start(place, engine);
        planToLeave(place);
    }

    private Place someone(NodeKind kind) {
        while (true) {
            Place place = places[random.nextInt(places.length)];
            if (place.kind == kind) {
                return place;
            }
        }
    }

    private void search(int planned) {
        Probe probe = plan[planned];
        Place place = asker(probe);
        DhtEngine engine = place == null ? null : place.engine;
        if (place != null && engine != null) {
            place.shard.search(place, engine, probe);
        } else if (now() - probe.atNanos < PATIENCE_NANOS) {
            wheel.add(wheel.tick() + Shard.WINDOW_TICKS, planned, SEARCH, null);
        } else {
            probe.isVoid = true;
        }
    }

    /// Who begins a search: somebody who lives and whose last one is over; null if there is nobody now.
    private @Nullable Place asker(Probe probe) {
        if (probe.purpose == Probe.Purpose.LOOKUP_FROM_BESIDE) {
            Place beside = neighbourhoods.beside(probe.target(), random);
            return beside != null && beside.probe == null ? beside : null;
        }
        for (int i = 0; i < TRIES; i++) {
            Place place = places[random.nextInt(places.length)];
            if (place.engine != null && place.probe == null) {
                return place;
            }
        }
        return null;
    }

    /// Compares who answered a search with who should have: the nodes nearest to its target of those that answer
    /// everybody and have been there long enough to be known.
    private void conclude(Place asker) {
        Probe probe = asker.probe;
        if (probe != null && probe.isFinished()) {
            asker.probe = null;
            probe.conclude(neighbourhoods.nearest(
                    probe.target(),
                    Probe.K,
                    place -> place != asker
                            && (place.number < places.length || now() - place.startedNanos >= SETTLING_NANOS)));
        }
    }

    /// Messages delivered, timeouts that did something, nodes that came or left, searches begun.
    long events() {
        return left + Arrays.stream(shards).mapToLong(Shard::events).sum();
    }

    /// Sent.
    long messages() {
        return Arrays.stream(shards).mapToLong(Shard::messages).sum();
    }

    long lost() {
        return Arrays.stream(shards).mapToLong(Shard::lost).sum();
    }

    String digest() {
        EventDigest all = new EventDigest();
        for (Shard shard : shards) {
            all.add(shard.digest());
        }
        return all.toString();
    }

    /// Members of the routing table of the average node that lives.
    double tableSize() {
        return Arrays.stream(places)
                .map(place -> place.engine)
                .filter(engine -> engine != null)
                .mapToInt(engine -> engine.snapshot().v4().orElseThrow().nodes())
                .average()
                .orElse(0);
    }

    /// Nodes that are a [DhtEngine].
    int living() {
        return (int) Arrays.stream(places).filter(place -> place.engine != null).count();
    }
}
