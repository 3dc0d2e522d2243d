package dev.jackdaw.cli;

import dev.jackdaw.peer.simulation.SwarmReport;
import dev.jackdaw.peer.simulation.SwarmSetup;
import dev.jackdaw.peer.simulation.SwarmSimulation;
import dev.jackdaw.simulation.Seed;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `jackdaw simulate`: a swarm of many peers on virtual time.
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {
            "Simulates a swarm of thousands of peers, with the very code that downloads.",
            "",
            "Time, network, disks and tracker are virtual: hours pass in seconds, and the same seed gives the same run, as the digest"
                    + " shows."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  jackdaw simulate --leechers 2000",
            "  jackdaw simulate --free-riders 40 --corrupters 20 --seed 7",
            "  jackdaw simulate --leechers 16 --corrupters 2 --loss 0.02 --up 32K --seeder-up 64K --faults 2m --runs 200",
            "",
            "Exit status: 0 every honest leecher completed and no invariant was violated, 1 otherwise, 2 wrong usage."
        })
final class SimulateCommand implements Callable<Integer> {
    private static final int MAX_LEECHERS = 100_000;
    private static final int MAX_PIECES = 100_000;
    /// Bytes per second of each leecher.
    private static final long DOWNLINK = 8 << 20;

    private final Terminal terminal;

    @Option(names = "--leechers", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    int leechers = 200;

    @Option(names = "--pieces", paramLabel = "N", description = "Of 256 KiB. Default: ${DEFAULT-VALUE}.")
    int pieces = 64;

    @Option(names = "--seed", paramLabel = "N", description = "Of all randomness. Default: ${DEFAULT-VALUE}.")
    long seed = 1;

    @Option(
            names = "--runs",
            paramLabel = "N",
            description =
                    "With as many seeds, one after the other from --seed on; a line for each. Default: ${DEFAULT-VALUE}.")
    int runs = 1;

    @Option(
            names = "--up",
            paramLabel = "R",
            converter = ByteSize.Converter.class,
            description = "What a leecher can give in a second. Default: 1M.")
    ByteSize up = new ByteSize(1 << 20);

    @Option(
            names = "--seeder-up",
            paramLabel = "R",
            converter = ByteSize.Converter.class,
            description = "What the seeder can. Default: 4M.")
    ByteSize seederUp = new ByteSize(4 << 20);

    @Option(
            names = "--free-riders",
            paramLabel = "N",
            description = "Leechers that never give. Default: ${DEFAULT-VALUE}.")
    int freeRiders;

    @Option(
            names = "--corrupters",
            paramLabel = "N",
            description = "Leechers that send garbage. Default: ${DEFAULT-VALUE}.")
    int corrupters;

    @Option(names = "--loss", paramLabel = "SHARE", description = "Of packets, 0 to 1. Default: ${DEFAULT-VALUE}.")
    double loss = 0.01;

    @Option(
            names = "--faults",
            paramLabel = "T",
            converter = DurationText.Converter.class,
            description = "For so long leechers vanish and the network falls apart at random times. Default: never.")
    Duration faults = Duration.ZERO;

    @Option(names = "--magnet", description = "Leechers begin with a magnet link.")
    boolean magnet;

    @Option(
            names = "--limit",
            paramLabel = "T",
            converter = DurationText.Converter.class,
            description = "Of virtual time. Default: 2h.")
    Duration limit = Duration.ofHours(2);

    SimulateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (leechers < 1 || leechers > MAX_LEECHERS || pieces < 1 || pieces > MAX_PIECES) {
            throw CommandFailure.badInput(leechers + " leechers and " + pieces + " pieces, expected 1 to "
                    + MAX_LEECHERS + " and 1 to " + MAX_PIECES);
        }
        if (freeRiders < 0 || corrupters < 0 || (long) freeRiders + corrupters > leechers || !(loss >= 0 && loss < 1)) {
            throw CommandFailure.badInput(
                    "--free-riders and --corrupters are part of the leechers, --loss is from 0 to below 1");
        }
        if (runs < 1 || up.bytes() < 1 || seederUp.bytes() < 1) {
            throw CommandFailure.badInput("--runs, --up and --seeder-up are at least 1");
        }
        if (runs == 1) {
            SwarmReport report = run(seed);
            terminal.out().print(report.describe());
            return (isGood(report) ? ExitStatus.DONE : ExitStatus.FAILED).code();
        }
        int bad = 0;
        for (int i = 0; i < runs; i++) {
            SwarmReport report = run(seed + i);
            terminal.out().println(report.summary());
            bad += isGood(report) ? 0 : 1;
        }
        terminal.out().printf("%d runs, %d of them incomplete or with a violation%n", runs, bad);
        return (bad == 0 ? ExitStatus.DONE : ExitStatus.FAILED).code();
    }

    private SwarmReport run(long value) {
        SwarmSetup setup = SwarmSimulation.of(leechers)
                .pieces(pieces)
                .latencyMillis(20, 200)
                .loss(loss)
                .bandwidth(up.bytes(), DOWNLINK)
                .seederUplink(seederUp.bytes())
                .freeRiders(freeRiders)
                .corrupters(corrupters)
                .faultsFor(faults)
                .seed(new Seed(value));
        return (magnet ? setup.magnet() : setup).run(limit);
    }

    private static boolean isGood(SwarmReport report) {
        return report.complete() && report.violationCount() == 0;
    }
}
