package dev.jackdaw.tracker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `tracker`: runs a [TrackerServer] until the process is told to end. Its own program ([Main]), and a subcommand of
/// `jackdaw`.
@Command(
        name = "tracker",
        mixinStandardHelpOptions = true,
        description = "Runs a BitTorrent tracker over HTTP and UDP until it is stopped.",
        footer = {
            "",
            "Without --http and --udp it listens for both on port 6969 of every address.",
            "",
            "Examples:",
            "  jackdaw tracker",
            "  jackdaw tracker --http 127.0.0.1:6969 --interval 60"
        })
public final class TrackerCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Option(names = "--http", paramLabel = "ADDR:PORT", description = "Listen for HTTP here; may be repeated.")
    private List<String> http = new ArrayList<>();

    @Option(names = "--udp", paramLabel = "ADDR:PORT", description = "Listen for UDP here; may be repeated.")
    private List<String> udp = new ArrayList<>();

    @Option(
            names = "--interval",
            paramLabel = "S",
            defaultValue = "1800",
            description = "Seconds between two announces of a peer; ${DEFAULT-VALUE} if not given.")
    private int intervalSeconds;

    @Option(names = "--threads", paramLabel = "N", description = "Event loops; one for each processor if not given.")
    private @Nullable Integer threads;

    /// As picocli makes one.
    public TrackerCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        TrackerConfig config = config();
        try (TrackerServer server = TrackerServer.start(config)) {
            var out = spec.commandLine().getOut();
            if (!config.http().isEmpty()) {
                out.println("http port " + server.httpPort());
            }
            if (!config.udp().isEmpty()) {
                out.println("udp port " + server.udpPort());
            }
            out.flush();
            new CountDownLatch(1).await(); // until a signal ends the process
            return 0;
        } catch (IOException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return 1;
        }
    }

    private TrackerConfig config() {
        try {
            boolean nowhere = http.isEmpty() && udp.isEmpty();
            List<InetSocketAddress> everywhere = List.of(new InetSocketAddress(TrackerConfig.DEFAULT_PORT));
            TrackerConfig.Builder config = TrackerConfig.builder()
                    .http(nowhere ? everywhere : addresses(http))
                    .udp(nowhere ? everywhere : addresses(udp))
                    .interval(Duration.ofSeconds(intervalSeconds));
            if (threads != null) {
                config.threads(threads);
            }
            return config.build();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }

    private static List<InetSocketAddress> addresses(List<String> texts) {
        return texts.stream().map(TrackerCommand::address).toList();
    }

    /// `192.0.2.1:6969`, `[2001:db8::1]:6969`, or a port alone for every address.
    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        String digits = text.substring(colon + 1);
        int port = digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : -1;
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("\"" + text + "\" is no ADDR:PORT");
        }
        if (host.isEmpty()) {
            return new InetSocketAddress(port);
        }
        try {
            String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
            return new InetSocketAddress(InetAddress.ofLiteral(bare), port);
        } catch (IllegalArgumentException _) {
            throw new IllegalArgumentException("\"" + host + "\" is no IPv4 address nor an IPv6 address in brackets");
        }
    }
}
