package dev.jackdaw.cli;

import dev.jackdaw.peer.Torrent;
import dev.jackdaw.peer.TorrentState;
import dev.jackdaw.peer.TorrentStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `jackdaw demo`: a swarm on this machine, to see that everything works and how.
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs a tracker, a seeder and leechers on this machine, and shows the content spread.",
            "",
            "Everything is real: sockets on 127.0.0.1, files in a temporary directory, which is removed. No network is needed."
                    + " At the end every byte is compared by SHA-256."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  jackdaw demo",
            "  jackdaw demo --size 1G --leechers 8",
            "",
            "Exit status: 0 everyone has every byte, 1 failed, 2 wrong usage, 130 interrupted."
        })
final class DemoCommand implements Callable<Integer> {
    private static final int MAX_LEECHERS = 50;
    private static final long MAX_BYTES = 1L << 40;

    /// On a terminal, uploads are limited so that the seeder alone would need this long: there is something to see.
    private static final int SECONDS_TO_WATCH = 5;

    private static final long POLL_MILLIS = 200;
    private static final long LINE_NANOS = Duration.ofSeconds(1).toNanos();

    private final Terminal terminal;
    private final Sessions sessions;
    private final BooleanSupplier debug;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            converter = ByteSize.Converter.class,
            description = "How much content. Default: 64M.")
    ByteSize size = new ByteSize(64L << 20);

    @Option(names = "--leechers", paramLabel = "N", description = "How many leechers. Default: ${DEFAULT-VALUE}.")
    int leechers = 4;

    @Option(
            names = "--max-up",
            paramLabel = "RATE",
            converter = ByteSize.Converter.class,
            description =
                    "Each peer's upload limit, 0 for none. Default: none, but on a terminal slow enough to watch.")
    Optional<ByteSize> maxUp = Optional.empty();

    @Option(
            names = "--timeout",
            paramLabel = "T",
            converter = DurationText.Converter.class,
            description = "Give up after this long. Default: 2 minutes and what the size needs at 2M/s.")
    Optional<Duration> timeout = Optional.empty();

    DemoCommand(Terminal terminal, Sessions sessions, BooleanSupplier debug) {
        this.terminal = terminal;
        this.sessions = sessions;
        this.debug = debug;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        LogLines.install(terminal, debug.getAsBoolean());
        Path directory = Files.createTempDirectory("jackdaw-demo");
        try (Interruption.Hearing _ = terminal.interruption().hear(() -> {});
                DemoSwarm swarm =
                        new DemoSwarm(directory, size.bytes(), uploadRate(), sessions, new SplittableRandom())) {
            return run(swarm).code();
        } finally {
            DemoContent.delete(directory);
        }
    }

    private void check() {
        if (leechers < 1 || leechers > MAX_LEECHERS) {
            throw CommandFailure.badInput("--leechers: " + leechers + ", expected 1 to " + MAX_LEECHERS);
        }
        if (size.bytes() < 1 || size.bytes() > MAX_BYTES) {
            throw CommandFailure.badInput(
                    "--size: " + Amount.bytes(size.bytes()) + ", expected 1 B to " + Amount.bytes(MAX_BYTES));
        }
    }

    private long uploadRate() {
        return maxUp.map(ByteSize::bytes)
                .orElse(terminal.interactive() ? Math.max(1 << 20, size.bytes() / SECONDS_TO_WATCH) : 0);
    }

    private ExitStatus run(DemoSwarm swarm) throws IOException, InterruptedException {
        terminal.out()
                .println("a tracker on 127.0.0.1:" + swarm.trackerPort() + ", a seeder with "
                        + Amount.bytes(size.bytes())
                        + " in " + Amount.count(swarm.metainfo().info().files().size(), "file") + ", and "
                        + Amount.count(leechers, "leecher"));
        long deadlineNanos =
                System.nanoTime() + timeout.orElseGet(this::enoughTime).toNanos();
        awaitSeeder(swarm, deadlineNanos);
        long startNanos = System.nanoTime();
        swarm.addLeechers(leechers);
        LiveRegion region = new LiveRegion(terminal);
        try {
            watch(swarm, region, deadlineNanos);
        } finally {
            if (terminal.interactive()) {
                region.close();
            }
        }
        Duration taken = Duration.ofNanos(System.nanoTime() - startNanos);
        if (terminal.interactive()) {
            frame(swarm).forEach(terminal.out()::println);
        }
        swarm.verify();
        terminal.out().println(summary(swarm, taken));
        return ExitStatus.DONE;
    }

    /// It checks its content first; until it announces itself, the leechers would find nobody.
    private void awaitSeeder(DemoSwarm swarm, long deadlineNanos) throws InterruptedException {
        while (!swarm.seeder().status().isComplete()) {
            terminal.interruption().check();
            failIfFailed(swarm.seeder().status());
            if (System.nanoTime() - deadlineNanos >= 0) {
                throw CommandFailure.failed(
                        "the seeder did not finish checking its content in time; --timeout gives it more");
            }
            Thread.sleep(POLL_MILLIS / 10);
        }
    }

    private Duration enoughTime() {
        return Duration.ofMinutes(2).plusSeconds(size.bytes() * leechers / (2 << 20));
    }

    private void watch(DemoSwarm swarm, LiveRegion region, long deadlineNanos) throws InterruptedException {
        long nextLineNanos = System.nanoTime() + LINE_NANOS;
        while (!swarm.isComplete()) {
            terminal.interruption().check();
            failIfOneFailed(swarm);
            long nowNanos = System.nanoTime();
            if (nowNanos - deadlineNanos >= 0) {
                throw CommandFailure.failed(
                        "the swarm did not complete in time: " + progress(swarm) + "; --timeout gives it more");
            }
            if (terminal.interactive()) {
                region.draw(frame(swarm));
            } else if (nowNanos - nextLineNanos >= 0) {
                nextLineNanos = nowNanos + LINE_NANOS;
                terminal.out().println(progress(swarm));
            }
            Thread.sleep(terminal.interactive() ? POLL_MILLIS : POLL_MILLIS / 10);
        }
    }

    private static void failIfOneFailed(DemoSwarm swarm) {
        swarm.leechers().stream().map(Torrent::status).forEach(DemoCommand::failIfFailed);
        failIfFailed(swarm.seeder().status());
    }

    private static void failIfFailed(TorrentStatus status) {
        if (status.state() instanceof TorrentState.Failed failed) {
            throw CommandFailure.failed("a peer of the demo failed: " + Shown.path(failed.reason()));
        }
    }

    private List<String> frame(DemoSwarm swarm) {
        return new DemoFrame(terminal.window().get(), Palette.of(terminal))
                .lines(
                        swarm.seeder().status(),
                        swarm.leechers().stream().map(Torrent::status).toList());
    }

    private static String progress(DemoSwarm swarm) {
        return "leechers have "
                + String.join(
                        ", ",
                        swarm.leechers().stream()
                                .map(leecher -> Amount.percent(leecher.status().progress()))
                                .toList());
    }

    /// Begins with `complete`, which scripts may rely on.
    private String summary(DemoSwarm swarm, Duration taken) {
        long received = size.bytes() * leechers;
        long fromSeeder = swarm.seeder().status().uploadedBytes();
        double shared = Math.clamp(1 - (double) fromSeeder / received, 0, 1);
        long millis = Math.max(1, taken.toMillis());
        return "complete: " + Amount.count(leechers, "leecher") + " got " + Amount.bytes(size.bytes())
                + (leechers > 1 ? " each" : "")
                + " in " + DurationText.show(taken) + " (" + Amount.rate(Math.round(received * 1000.0 / millis))
                + " in all), "
                + Amount.percent(shared) + " of it from each other; every byte verified";
    }
}
