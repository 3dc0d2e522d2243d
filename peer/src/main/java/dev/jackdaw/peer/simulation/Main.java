package dev.jackdaw.peer.simulation;

import dev.jackdaw.simulation.Seed;
import java.time.Duration;

/// Runs one swarm from the command line and prints its figures: `[leechers [pieces [seed [repeats]]]]`, 2,000 leechers
/// and 64 pieces unless told otherwise.
final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        int leechers = (int) number(arguments, 0, 2_000);
        int pieces = (int) number(arguments, 1, 64);
        Seed seed = new Seed(number(arguments, 2, 1));
        long repeats = number(arguments, 3, 1);
        boolean good = true;
        for (long i = 0; i < repeats; i++) {
            SwarmReport report = SwarmSimulation.of(leechers)
                    .pieces(pieces)
                    .latencyMillis(20, 200)
                    .loss(0.01)
                    .seed(seed)
                    .run(Duration.ofHours(2));
            System.out.println(report.describe());
            good &= report.complete() && report.violationCount() == 0;
        }
        System.exit(good ? 0 : 1);
    }

    private static long number(String[] arguments, int index, long otherwise) {
        return arguments.length > index ? Long.parseLong(arguments[index]) : otherwise;
    }
}
