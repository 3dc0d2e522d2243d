package dev.jackdaw.dht.simulation;

import dev.jackdaw.dht.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Runs a [Scenario] from its beginning to the end of its last search.
///
/// Nodes begin with the tables of a network that has run for long. Within the first minute each of them starts,
/// which means that it looks for its neighbours; from then on it does what production nodes do. Lookups follow, then
/// announcements, then searches for what was announced.
public final class DhtSimulation {
    private static final long SECOND = VirtualInternet.SECOND;
    private static final long STARTING_NANOS = 60 * SECOND;
    /// For what goes on to end, before the next is done.
    private static final long PAUSE_NANOS = 10 * SECOND;

    private static final long SEARCHING_NANOS = 20 * SECOND;
    /// What a node of a settled network needs, with its part in messages on their way, at most.
    private static final long BYTES_PER_NODE = 18_000;

    /// With fewer, threads would mostly wait for each other.
    private static final int NODES_FOR_THREADS = 5_000;

    private static final long BYTES_ANYWAY = 128L << 20;

    private DhtSimulation() {}

    /// Heap that a simulation of so many nodes should have, in bytes.
    public static long heapBytes(int nodes) {
        return BYTES_ANYWAY + nodes * BYTES_PER_NODE;
    }

    /// Runs a scenario by as many threads as are of use.
    public static SimulationReport run(Scenario scenario) {
        int useful = scenario.nodes() < NODES_FOR_THREADS ? 1 : VirtualInternet.SHARDS;
        return run(scenario, Math.min(useful, Runtime.getRuntime().availableProcessors()));
    }

    /// Runs a scenario by so many threads, which makes no difference to what comes of it.
    public static SimulationReport run(Scenario scenario, int threads) {
        long before = usedHeap();
        long building = System.nanoTime();
        VirtualInternet internet = new VirtualInternet(scenario);
        long built = System.nanoTime() - building;
        double bytesPerNode = (double) (usedHeap() - before) / internet.living();
        List<Probe> plan = plan(scenario, internet.now());
        long begun = internet.now();
        internet.start(STARTING_NANOS);
        long running = System.nanoTime();
        internet.run(plan.toArray(Probe[]::new), threads);
        long ran = System.nanoTime() - running;
        return SimulationReport.of(scenario, internet, plan, bytesPerNode, built, ran, internet.now() - begun);
    }

    private static List<Probe> plan(Scenario scenario, long beginNanos) {
        RandomGenerator random = scenario.seed().random("plan");
        List<Probe> plan = new ArrayList<>();
        long at = beginNanos + STARTING_NANOS + PAUSE_NANOS;
        for (int i = 0; i < scenario.lookups(); i++) {
            plan.add(Probe.lookup(NodeId.random(random), at + random.nextLong(SEARCHING_NANOS)));
        }
        RandomGenerator besides = scenario.seed().random("plan of lookups from beside");
        for (int i = 0; i < scenario.lookups(); i++) {
            plan.add(Probe.lookupFromBeside(NodeId.random(besides), at + besides.nextLong(SEARCHING_NANOS)));
        }
        at += SEARCHING_NANOS + PAUSE_NANOS;
        List<Probe> announced = new ArrayList<>();
        for (int i = 0; i < scenario.torrents(); i++) {
            announced.add(Probe.announce(NodeId.random(random), at));
        }
        plan.addAll(announced);
        at += 2 * PAUSE_NANOS;
        for (Probe announcement : announced) {
            for (int i = 0; i < scenario.lookups(); i++) {
                plan.add(Probe.getPeers(announcement, at + random.nextLong(SEARCHING_NANOS)));
            }
        }
        return plan;
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
