package dev.jackdaw.peer.simulation;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/// What goes wrong in a [SwarmSimulation] at random times: a leecher vanishes without a word, or the network falls
/// into two parts for some seconds. At most a quarter of the leechers vanish, and no seeder does.
///
/// When all is well again, the swarm must get on: that nobody gains a piece within [#PROGRESS] although somebody
/// lacks one is a violation.
final class Faults {
    /// The longest time without progress after the last fault.
    static final Duration PROGRESS = Duration.ofSeconds(60);

    private static final Duration MEAN_PAUSE = Duration.ofSeconds(4);
    private static final Duration MAX_PARTITION = Duration.ofSeconds(20);

    private final SwarmSimulation swarm;
    private final RandomGenerator random;
    private long endsAtNanos;
    private int vanished;

    Faults(SwarmSimulation swarm, RandomGenerator random) {
        this.swarm = swarm;
        this.random = random;
    }

    /// Begins; ends after that time.
    void begin(Duration length) {
        endsAtNanos = swarm.time().nanos() + length.toNanos();
        planNext();
        swarm.time().at(endsAtNanos, this::end);
    }

    private void planNext() {
        long pause = (long) (-Math.log(1 - random.nextDouble()) * MEAN_PAUSE.toNanos());
        long at = swarm.time().nanos() + pause;
        if (at < endsAtNanos) {
            swarm.time().at(at, () -> {
                strike();
                planNext();
            });
        }
    }

    private void strike() {
        List<SimulatedPeer> leechers =
                swarm.peers().stream().filter(peer -> !peer.startedComplete()).toList();
        if (random.nextBoolean() && vanished < leechers.size() / 4) {
            SimulatedPeer victim = leechers.get(random.nextInt(leechers.size()));
            if (!victim.hasLeft()) {
                vanished++;
                swarm.crash(victim);
            }
        } else {
            swarm.partition(random.nextDouble());
            swarm.time().after(random.nextLong(MAX_PARTITION.toNanos()), swarm::heal);
        }
    }

    private void end() {
        swarm.heal();
        int before = pieces();
        swarm.time().after(PROGRESS.toNanos(), () -> {
            if (pieces() == before && swarm.isIncomplete()) {
                swarm.violations().add("nobody has gained a piece in %s after the last fault", PROGRESS);
            }
        });
    }

    private int pieces() {
        return swarm.peers().stream()
                .filter(peer -> !peer.hasLeft())
                .mapToInt(peer -> peer.have().cardinality())
                .sum();
    }
}
