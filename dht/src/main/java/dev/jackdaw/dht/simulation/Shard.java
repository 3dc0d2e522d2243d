package dev.jackdaw.dht.simulation;

import dev.jackdaw.dht.engine.DhtEngine;
import dev.jackdaw.dht.krpc.KrpcMessage;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.simulation.EventDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A part of the places, with the events that happen there.
///
/// Within a window of time that is shorter than any message's way, what happens in one shard has no part in what
/// happens in another: each may be run by a thread of its own. Messages for other shards wait until the
/// next window (Chandy, Misra 1979: *lookahead*). A shard's events have an order, and what the others send comes in
/// the order of shards, so that the run is the same with any number of threads.
final class Shard {
    /// Not senders, but what an event is: a node's timeout, its start.
    private static final int TIMEOUT = -1;

    private static final int START = -2;

    /// Length of a usual query, version and all. Answers are measured by it, and a few bytes more do not matter.
    private static final int DATAGRAM_BYTES = 100;
    private static final long LEAST_LATENCY_NANOS = 20_000_000L;
    private static final long LATENCY_SPREAD_NANOS = 180_000_000L;
    /// Ticks of a window: no message is quicker.
    static final int WINDOW_TICKS = 128;

    /// Events whose nodes are brought near together.
    private static final int AHEAD = 48;

    private final int index;
    private final VirtualInternet internet;
    private final double loss;
    private final RandomGenerator random;
    private final TimingWheel wheel = new TimingWheel();
    private final EventDigest digest = new EventDigest();
    /// To each shard, in windows of even and of odd numbers.
    private final EventList[][] outboxes;

    /// What happens in the present window, as far as it was known at its beginning.
    private final EventList due = new EventList();

    private final List<Place> concluded = new ArrayList<>();
    private EventList[] out;
    private long tick;
    private long events;
    private long messages;
    private long lost;
    /// Of no meaning: kept so that what is [read ahead][#bringNear] is not left out by a compiler.
    private long readAhead;

    Shard(int index, int shards, VirtualInternet internet, double loss, RandomGenerator random) {
        this.index = index;
        this.internet = internet;
        this.loss = loss;
        this.random = random;
        this.outboxes = new EventList[2][shards];
        for (EventList[] each : outboxes) {
            for (int i = 0; i < shards; i++) {
                each[i] = new EventList();
            }
        }
        this.out = outboxes[0];
    }

    long now() {
        return tick << TimingWheel.TICK_BITS;
    }

    /// Runs what happens in a window.
    ///
    /// @param all shards, whose messages of the window before are taken in first
    void run(long window, Shard[] all) {
        int parity = (int) window & 1;
        out = outboxes[parity];
        for (Shard other : all) {
            other.outboxes[parity ^ 1][index].moveTo(wheel);
        }
        long end = (window + 1) * WINDOW_TICKS;
        while (wheel.nextBefore(end)) {
            due.add(wheel.tick(), wheel.receiver(), wheel.sender(), wheel.message());
        }
        wheel.rewind(window * WINDOW_TICKS);
        for (int i = 0; i < due.size(); i++) {
            if (i % AHEAD == 0) {
                bringNear(i, Math.min(due.size(), i + AHEAD));
            }
            runBefore(due.tick(i));
            tick = due.tick(i);
            happen(internet.place(due.receiver(i)), due.receiver(i), due.sender(i), due.message(i));
        }
        runBefore(end);
        due.clear();
    }

    /// Timeouts that were set within the window.
    private void runBefore(long end) {
        while (wheel.nextBefore(end)) {
            tick = wheel.tick();
            happen(internet.place(wheel.receiver()), wheel.receiver(), wheel.sender(), wheel.message());
        }
    }

    /// Reads what the next events will read first. Nodes are all over a memory that is far away: one event after the
    /// other would wait for its node, while reads of several nodes wait together.
    private void bringNear(int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += internet.place(due.receiver(i)).number;
        }
        for (int i = from; i < to; i++) {
            DhtEngine engine = internet.place(due.receiver(i)).engine;
            sum += engine == null ? 0 : engine.nextTimeoutNanos();
        }
        for (int i = from; i < to; i++) {
            DhtEngine engine = internet.place(due.receiver(i)).engine;
            if (engine != null) {
                switch (due.message(i)) {
                    case KrpcMessage.Query query -> {
                        sum += engine.knows(query.id(), false) ? 1 : 0;
                        if (query.request() instanceof KrpcMessage.FindNode find) {
                            sum += engine.knows(find.target(), false) ? 1 : 0;
                        }
                    }
                    case KrpcMessage.Response response -> sum += engine.knows(response.id(), false) ? 1 : 0;
                    case KrpcMessage.Failure _, KrpcMessage.Malformed _ -> {}
                    case null -> {}
                }
            }
        }
        readAhead = sum;
    }

    /// For what is done to its places between two windows.
    void begin(long window) {
        tick = window * WINDOW_TICKS;
        out = outboxes[(int) window & 1];
    }

    void planStart(Place place, long nanos) {
        wheel.add(TimingWheel.tickAt(nanos), place.number, START, null);
    }

    private void happen(Place place, int receiver, int sender, @Nullable KrpcMessage message) {
        DhtEngine engine = place.engine;
        if (place.number != receiver) {
            return; // it has left: nobody has that address any more
        }
        switch (sender) {
            case TIMEOUT -> {
                if (engine != null && place.timeoutTick == tick) { // else another timeout has taken its place
                    timeout(place, engine);
                }
            }
            case START -> {
                if (engine != null) {
                    start(place, engine);
                }
            }
            default -> deliver(place, sender, message);
        }
    }

    /// Starts a node.
    void start(Place place, DhtEngine engine) {
        events++;
        engine.start(now());
        setTimeout(place, engine);
    }

    private void timeout(Place place, DhtEngine engine) {
        place.timeoutTick = Long.MAX_VALUE;
        if (engine.nextTimeoutNanos() <= now()) {
            events++;
            digest.add((long) place.number << 32 ^ tick);
            engine.elapsed(now());
            conclude(place);
        }
        setTimeout(place, engine);
    }

    /// An engine's timeout is mostly moved to a later time, since answers come: then the earlier one stays, and
    /// finds nothing to do.
    private void setTimeout(Place place, DhtEngine engine) {
        long next = engine.nextTimeoutNanos();
        if (next == Long.MAX_VALUE) {
            return;
        }
        long at = Math.max(TimingWheel.tickAt(next), tick + 1);
        if (at < place.timeoutTick) {
            place.timeoutTick = at;
            wheel.add(at, place.number, TIMEOUT, null);
        }
    }

    /// Has a node look for something.
    void search(Place place, DhtEngine engine, Probe probe) {
        events++;
        place.probe = probe;
        probe.begin(place.contact);
        engine.search(probe.request(), probe, now());
        conclude(place);
        setTimeout(place, engine);
    }

    /// Notes that what a place looked for is over: who should have been found is known between windows only.
    private void conclude(Place place) {
        Probe probe = place.probe;
        if (probe != null && probe.isFinished()) {
            concluded.add(place);
        }
    }

    /// The places whose searches are over since this was asked last.
    List<Place> takeConcluded() {
        List<Place> taken = List.copyOf(concluded);
        concluded.clear();
        return taken;
    }

    void send(Place from, KrpcMessage message, PeerAddress to) {
        messages++;
        int receiver = Addresses.number(to);
        NatHoles holes = from.holes;
        if (holes != null) {
            holes.open(receiver, now());
        }
        if (loss > 0 && random.nextDouble() < loss) {
            lost++;
            return;
        }
        if (receiver < 0) {
            return;
        }
        Shard other = internet.shardOf(receiver);
        long at = TimingWheel.tickAt(now() + latency(from.number, receiver));
        if (other == this) {
            wheel.add(at, receiver, from.number, message);
        } else {
            out[other.index].add(at, receiver, from.number, message);
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

    private void deliver(Place place, int sender, @Nullable KrpcMessage message) {
        if (message == null || place.kind == NodeKind.DEAD) {
            return;
        }
        events++;
        digest.add((long) place.number << 32 ^ (long) sender << 20 ^ tick);
        NatHoles holes = place.holes;
        if (holes != null && message instanceof KrpcMessage.Query && !holes.isOpen(sender, now())) {
            return;
        }
        PeerAddress from = Addresses.of(sender);
        DhtEngine engine = place.engine;
        if (engine == null) {
            if (message instanceof KrpcMessage.Query query) {
                send(place, internet.sybils().answer(place.contact, query, from, random), from);
            }
            return;
        }
        Probe probe = place.probe;
        if (probe != null && !probe.isFinished() && message instanceof KrpcMessage.Response) {
            probe.heard(sender);
        }
        engine.received(message, DATAGRAM_BYTES, from, now());
        conclude(place);
        setTimeout(place, engine);
    }

    /// Messages delivered, timeouts that did something, nodes that started, searches begun.
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

    long digest() {
        return digest.value();
    }
}
