package dev.jackdaw.cli;

import dev.jackdaw.dht.simulation.DhtSimulation;
import dev.jackdaw.dht.simulation.Scenario;
import dev.jackdaw.simulation.Seed;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `jackdaw dht simulate`: a DHT of many nodes on virtual time.
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {
            "Simulates a DHT of hundreds of thousands of nodes, with the very code of a node.",
            "",
            "Time and network are virtual, latencies 20 to 200 ms one way; the same seed gives the same run, as the digest shows."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  jackdaw dht simulate --nodes 5000",
            "  JACKDAW_OPTS='-Xms4g -XX:+AlwaysPreTouch' jackdaw dht simulate --nodes 193000",
            "  jackdaw dht simulate --nodes 5000 --dead 0.2 --nat 0.3 --loss 0.05 --session 30",
            "",
            "Exit status: 0 done, 1 not enough memory, 2 wrong usage."
        })
final class DhtSimulateCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--nodes", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    int nodes = 5_000;

    @Option(names = "--seed", paramLabel = "N", description = "Of all randomness. Default: ${DEFAULT-VALUE}.")
    long seed = 1;

    @Option(
            names = "--alpha",
            paramLabel = "N",
            description = "Nodes that a lookup asks at a time. Default: ${DEFAULT-VALUE}.")
    int alpha = 3;

    @Option(
            names = "--lookups",
            paramLabel = "N",
            description = "And searches for each torrent. Default: ${DEFAULT-VALUE}.")
    int lookups = 1_000;

    @Option(
            names = "--torrents",
            paramLabel = "N",
            description = "Announced, then looked for. Default: ${DEFAULT-VALUE}.")
    int torrents = 10;

    @Option(names = "--dead", paramLabel = "SHARE", description = "Nodes that are known and do not answer, 0 to 1.")
    double dead;

    @Option(names = "--nat", paramLabel = "SHARE", description = "Nodes that answer only those they have contacted.")
    double nat;

    @Option(names = "--sybil", paramLabel = "SHARE", description = "Nodes of one attacker, near whatever is looked up.")
    double sybil;

    @Option(names = "--loss", paramLabel = "SHARE", description = "Datagrams that are lost.")
    double loss;

    @Option(
            names = "--session",
            paramLabel = "MINUTES",
            description = "Median until a node leaves and another one comes. Default: nobody leaves.")
    int session;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Makes no difference to the result. Default: one a core, at most 4; 1 for a few nodes.")
    int threads;

    DhtSimulateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Scenario scenario;
        try {
            scenario = new Scenario(nodes, alpha, dead, nat, sybil, loss, session, lookups, torrents, new Seed(seed));
        } catch (IllegalArgumentException e) {
            throw CommandFailure.badInput(String.valueOf(e.getMessage()), e);
        }
        long needed = DhtSimulation.heapBytes(nodes) >> 20;
        long available = Runtime.getRuntime().maxMemory() >> 20;
        if (available < needed) {
            throw CommandFailure.failed(nodes + " nodes need a heap of " + needed + " MiB, and there are " + available
                    + " MiB: set JACKDAW_OPTS='-Xmx" + (needed / 1024 + 1) + "g'");
        }
        terminal.out()
                .print((threads < 1 ? DhtSimulation.run(scenario) : DhtSimulation.run(scenario, threads)).describe());
        return ExitStatus.DONE.code();
    }
}
