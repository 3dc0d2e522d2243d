package dev.jackdaw.cli;

import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.metainfo.MagnetLink;
import dev.jackdaw.protocol.metainfo.Metainfo;
import dev.jackdaw.tracker.TrackerConfig;
import dev.jackdaw.tracker.TrackerServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// What the build runs to fill the ahead-of-time cache: the commands that people start often, one seeding and three
/// downloading some hundred megabytes by all ways of finding peers, so that the cache has their classes and knows what
/// is hot. A class or lambda that is not rehearsed is loaded or made, verified and compiled again at every start.
final class Rehearsal {
    /// Whoever comes before the seeder has checked its content asks again soon.
    private static final Duration ANNOUNCE_INTERVAL = Duration.ofSeconds(1);

    /// The third download takes seconds, to have what is done now and then as well, but so little that it does not
    /// make anything hot.
    private static final int LITTLE = 48;

    private final Path directory;

    private Rehearsal(Path directory) {
        this.directory = directory;
    }

    /// @param arguments how much to move, like `384M`
    public static void main(String[] arguments) throws IOException, ProtocolException, InterruptedException {
        Terminal.system().interruption().listenToSignals();
        Path directory = Files.createTempDirectory("jackdaw-rehearsal");
        int status;
        try (TrackerServer tracker = TrackerServer.start(
                TrackerConfig.loopback().threads(1).interval(ANNOUNCE_INTERVAL).build())) {
            status = new Rehearsal(directory).play(ByteSize.parse(arguments[0]).bytes(), tracker);
        } finally {
            DemoContent.delete(directory);
        }
        System.exit(status);
    }

    private int play(long bytes, TrackerServer tracker) throws IOException, ProtocolException, InterruptedException {
        String http = "http://127.0.0.1:" + tracker.httpPort() + "/announce";
        DemoContent much = create("much", bytes, "--tracker", http, "--tracker", "udp://127.0.0.1:" + tracker.udpPort());
        DemoContent little = create("little", bytes / LITTLE, "--tracker", http);
        run("--version");
        run("show", "much.torrent");
        run("show", "--json", "much.torrent");
        run("verify", "much.torrent");
        String port = Integer.toString(freePort());
        Interruption end = new Interruption();
        Thread seeder = new Thread(
                () -> run(end, onThisHost(port, "seed", "much.torrent", "little.torrent", "--state", "seeding")));
        seeder.start();
        MagnetLink magnet = MagnetLink.of(Metainfo.read(directory.resolve("much.torrent")));
        String slow = Long.toString(bytes / LITTLE / 3);
        int status = run(onThisHost("0", "download", "much.torrent", "--dir", "copy", "--state", "leeching"))
                | run(onThisHost("0", "download", magnet.toUri(), "--dir", "other", "--no-state", "--json"))
                | run(alone(port, "download", "little.torrent", "--dir", "third", "--max-down", slow));
        end.request();
        seeder.join();
        return status == 0
                        && isIn("copy", "much", much)
                        && isIn("other", "much", much)
                        && isIn("third", "little", little)
                ? 0
                : 1;
    }

    private DemoContent create(String name, long bytes, String... trackers) throws IOException {
        DemoContent content =
                DemoContent.write(Files.createDirectories(directory.resolve(name)), bytes, new SplittableRandom(1));
        run(Stream.concat(Stream.of("create", name), Stream.of(trackers)).toArray(String[]::new));
        return content;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean isIn(String place, String name, DemoContent content) throws IOException {
        return content.differenceOf(directory.resolve(place).resolve(name)).isEmpty();
    }

    /// The node in the DHT knows of nobody.
    private static String[] onThisHost(String port, String... arguments) {
        return Stream.concat(
                        Stream.of(arguments),
                        Stream.of("--bind", "127.0.0.1", "--port", port, "--bootstrap", "127.0.0.1:9"))
                .toArray(String[]::new);
    }

    /// With nobody but the peer at that port.
    private static String[] alone(String peer, String... arguments) {
        return Stream.concat(
                        Stream.of(arguments),
                        Stream.of(
                                "--no-state",
                                "--bind",
                                "127.0.0.1",
                                "--port",
                                "0",
                                "--no-dht",
                                "--no-lsd",
                                "--peer",
                                "127.0.0.1:" + peer))
                .toArray(String[]::new);
    }

    private int run(String... arguments) {
        return run(new Interruption(), arguments);
    }

    private int run(Interruption interruption, String... arguments) {
        Terminal terminal = new Terminal(
                new PrintStream(OutputStream.nullOutputStream()),
                System.err,
                directory,
                Map.of("HOME", directory.toString()),
                false,
                false,
                true,
                () -> WindowSize.USUAL,
                interruption);
        return Main.run(arguments, terminal);
    }
}
