package dev.jackdaw.cli;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.SessionConfig;
import dev.jackdaw.peer.SessionConfig.Encryption;
import dev.jackdaw.peer.SessionConfig.Transport;
import dev.jackdaw.protocol.PeerAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/// The options that `download` and `seed` share.
final class TransferOptions {
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Where the content is, or will be. Default: the current directory.")
    Path directory = Path.of("");

    @Option(
            names = "--port",
            paramLabel = "N",
            description =
                    "Listen on this TCP and UDP port, 0 for any free one. Default: 6881, or a free one if that is taken.")
    Optional<Integer> port = Optional.empty();

    @Option(names = "--bind", paramLabel = "ADDR", description = "Listen on, and connect from, this address only.")
    Optional<String> bind = Optional.empty();

    @Option(
            names = "--peer",
            paramLabel = "HOST:PORT",
            converter = PeerArgument.Converter.class,
            description = "Connect to this peer at once. Repeatable.")
    List<PeerArgument> peers = new ArrayList<>();

    @Option(names = "--no-dht", description = "Do not look for peers in the DHT.")
    boolean noDht;

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            converter = PeerArgument.Converter.class,
            description = {
                "Enter the DHT by this node rather than the public ones. Repeatable.",
                "One on this host or a private network, like --bind with a loopback address, makes it a private DHT."
            })
    List<PeerArgument> bootstrap = new ArrayList<>();

    @Option(names = "--no-lsd", description = "Do not look for peers on the local network.")
    boolean noLocalDiscovery;

    @Option(names = "--no-pex", description = "Do not learn of peers from peers.")
    boolean noPeerExchange;

    @Option(names = "--no-trackers", description = "Do not ask trackers.")
    boolean noTrackers;

    @Option(
            names = "--max-down",
            paramLabel = "RATE",
            converter = ByteSize.Converter.class,
            description = "At most this many bytes a second, like 500K or 2M; 0 for no limit.")
    ByteSize maxDown = new ByteSize(0);

    @Option(
            names = "--max-up",
            paramLabel = "RATE",
            converter = ByteSize.Converter.class,
            description = "The same for uploads.")
    ByteSize maxUp = new ByteSize(0);

    @Option(
            names = "--encryption",
            paramLabel = "MODE",
            description =
                    "Obfuscated connections: prefer, require or off. Default: off, but with peers that take no others.")
    Optional<Encryption> encryption = Optional.empty();

    @Option(
            names = "--transport",
            paramLabel = "KIND",
            description = "Connections over tcp, utp or both; mse is tcp with --encryption require. Default: tcp.")
    Optional<Link> link = Optional.empty();

    @Option(
            names = "--select",
            paramLabel = "INDEXES",
            converter = FileSelection.Converter.class,
            description = "Only these files, as 'jackdaw show' numbers them, like 0,2,5-9.")
    Optional<FileSelection> selection = Optional.empty();

    @Option(names = "--sequential", description = "Pieces in order rather than rarest first.")
    boolean sequential;

    @Option(
            names = "--seed-ratio",
            paramLabel = "X",
            description = "Seed until X bytes were sent for each byte of content, like 1.5.")
    Optional<Double> seedRatio = Optional.empty();

    @Option(
            names = "--seed-time",
            paramLabel = "T",
            converter = DurationText.Converter.class,
            description = "Seed for this long, like 90s, 2h or 1d12h.")
    Optional<Duration> seedTime = Optional.empty();

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description =
                    "Remember torrents here, so that a restart need not hash them again. Default: $$JACKDAW_HOME, or the platform's place for state.")
    Optional<Path> state = Optional.empty();

    @Option(names = "--no-state", description = "Remember nothing.")
    boolean noState;

    @Option(names = "--json", description = "Print one JSON object a line: events, and progress every second.")
    boolean json;

    @Option(
            names = {"--quiet", "-q"},
            description = "Print results and errors, no progress.")
    boolean quiet;

    /// How often to ask what a publisher offers; only `download` follows publishers, and has an option for it.
    Optional<Duration> publisherCheck = Optional.empty();

    /// What `--transport` takes.
    enum Link {
        TCP,
        UTP,
        BOTH,
        /// TCP that is always encrypted.
        MSE;

        private void configure(SessionConfig.Builder config) {
            switch (this) {
                case TCP -> config.transport(Transport.TCP);
                case UTP -> config.transport(Transport.UTP);
                case BOTH -> config.transport(Transport.BOTH);
                case MSE -> config.transport(Transport.TCP).encryption(Encryption.REQUIRE);
            }
        }
    }

    /// Refuses what the option parser lets pass.
    void check() {
        port.filter(n -> n < 0 || n > 0xffff).ifPresent(n -> {
            throw CommandFailure.badInput("--port: " + n + " is no port; it goes from 0 to 65535");
        });
        seedRatio.filter(x -> !(x >= 0 && x < 1e9)).ifPresent(x -> {
            throw CommandFailure.badInput("--seed-ratio: " + x + " is no ratio; write a number like 1.5");
        });
    }

    /// When to stop seeding; empty goals never stop it.
    SeedGoal seedGoal() {
        return new SeedGoal(seedRatio, seedTime);
    }

    SessionConfig sessionConfig(StateDirectory stateDirectory, int listenPort) {
        SessionConfig.Builder config = SessionConfig.builder()
                .restore(false)
                .port(listenPort)
                .dht(!noDht)
                .dhtNodes(dhtNodes())
                .localDiscovery(!noLocalDiscovery)
                .peerExchange(!noPeerExchange)
                .trackers(!noTrackers)
                .maxDownloadRate(maxDown.bytes())
                .maxUploadRate(maxUp.bytes());
        stateDirectory.path().ifPresent(config::stateDirectory);
        publisherCheck.ifPresent(config::publisherCheck);
        bind.ifPresent(address -> config.bindAddress(bindAddress(address)));
        encryption.ifPresent(config::encryption);
        link.ifPresent(chosen -> chosen.configure(config));
        return config.build();
    }

    /// A session on a loopback address reaches none of the public nodes.
    private List<InetSocketAddress> dhtNodes() {
        if (!bootstrap.isEmpty()) {
            return bootstrap.stream().map(node -> node.place().unresolved()).toList();
        }
        boolean confined = bind.map(TransferOptions::bindAddress)
                .filter(InetAddress::isLoopbackAddress)
                .isPresent();
        return confined ? List.of() : PublicNodes.ALL;
    }

    private static InetAddress bindAddress(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw CommandFailure.badInput("--bind: '" + Shown.text(address) + "' is no address of this machine", e);
        }
    }

    AddOptions.Builder addOptions(Path contentDirectory) {
        List<PeerAddress> addresses =
                peers.stream().flatMap(peer -> peer.resolve().stream()).toList();
        AddOptions.Builder options =
                AddOptions.builder(contentDirectory).sequential(sequential).peers(addresses);
        selection.ifPresent(files -> options.priorities(files.priorities()).onlyListed(true));
        return options;
    }
}
