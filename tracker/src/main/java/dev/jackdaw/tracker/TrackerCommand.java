package dev.jackdaw.tracker;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tracker`: runs a [Tracker] until the process is told to end. Its own program ([Main]), and a subcommand of
/// `jackdaw`.
@Command(
        name = "tracker",
        mixinStandardHelpOptions = true,
        description = "Runs a BitTorrent tracker over HTTP and UDP until it is stopped.",
        footer = {
            "",
            "Without --http, --udp and --config it listens for both on port 6969 of every address.",
            "The options have precedence over the configuration file.",
            "",
            "Examples:",
            "  jackdaw tracker",
            "  jackdaw tracker --http 127.0.0.1:6969 --interval 60",
            "  jackdaw tracker --config tracker.toml --check-config"
        })
public final class TrackerCommand implements Callable<Integer> {
    private static final System.Logger LOGGER = System.getLogger(TrackerCommand.class.getName());
    private static final int BAD_INPUT = 2;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", description = "Settings in TOML; tracker.toml explains all keys.")
    private @Nullable Path config;

    @Option(names = "--check-config", description = "Say what is wrong with the settings, and end.")
    private boolean checkConfig;

    @Option(names = "--http", paramLabel = "ADDR:PORT", description = "Listen for HTTP here; may be repeated.")
    private List<String> http = new ArrayList<>();

    @Option(names = "--udp", paramLabel = "ADDR:PORT", description = "Listen for UDP here; may be repeated.")
    private List<String> udp = new ArrayList<>();

    @Option(
            names = "--interval",
            paramLabel = "S",
            description = "Seconds between two announces of a peer; 1800 if not given.")
    private @Nullable Integer intervalSeconds;

    @Option(names = "--threads", paramLabel = "N", description = "Event loops; one for each processor if not given.")
    private @Nullable Integer threads;

    @Option(
            names = "--allow-list",
            paramLabel = "FILE",
            description = "Serve only the torrents in this file: an info-hash in each line.")
    private @Nullable Path allowList;

    @Option(
            names = "--no-limits",
            description = "Do not bound the numbers of peers, torrents and connections; for tests of load.")
    private boolean noLimits;

    /// As picocli makes one.
    public TrackerCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        TrackerSettings settings;
        try {
            settings = settings();
        } catch (ConfigException e) {
            e.problems().forEach(problem -> err.println("tracker: " + problem));
            return BAD_INPUT;
        }
        PrintWriter out = spec.commandLine().getOut();
        if (checkConfig) {
            out.println((config == null ? "the settings" : config.toString()) + " can be used");
            return 0;
        }
        TrackerLog.install(settings.log(), err);
        try {
            run(settings, out);
            return 0;
        } catch (IOException e) {
            err.println("tracker: " + e.getMessage());
            return 1;
        }
    }

    private TrackerSettings settings() throws ConfigException {
        ConfigFile file = config == null ? ConfigFile.none() : ConfigFile.read(config);
        boolean nowhere = http.isEmpty() && udp.isEmpty();
        if (!nowhere) { // who names one protocol wants only that
            file.override("http", "--http", http);
            file.override("udp", "--udp", udp);
        }
        if (intervalSeconds != null) {
            file.override("interval", "--interval", intervalSeconds);
        }
        if (threads != null) {
            file.override("threads", "--threads", threads);
        }
        if (allowList != null) {
            file.overrideAllowList("--allow-list", allowList);
        }
        if (noLimits) {
            for (String bound : List.of("max-stored-peers", "max-stored-swarms", "max-connections")) {
                file.override(bound, "--no-limits", Integer.MAX_VALUE);
            }
        }
        return file.settings();
    }

    private static void run(TrackerSettings settings, PrintWriter out) throws IOException, InterruptedException {
        WarmUp.run(settings.tracker());
        Tracker tracker = Tracker.start(settings);
        CountDownLatch closed = new CountDownLatch(1);
        // a signal ends the process, but not before what was announced is recorded
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            tracker.close();
            closed.countDown();
        }));
        TrackerServer server = tracker.server();
        if (!settings.tracker().http().isEmpty()) {
            out.println("http port " + server.httpPort());
        }
        if (!settings.tracker().udp().isEmpty()) {
            out.println("udp port " + server.udpPort());
        }
        tracker.adminPort().ifPresent(port -> out.println("admin port " + port));
        out.flush();
        LOGGER.log(System.Logger.Level.INFO, "answering announces");
        closed.await();
    }
}
