package dev.jackdaw.cli;

import dev.jackdaw.peer.Session;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.metainfo.MagnetLink;
import dev.jackdaw.protocol.metainfo.Metainfo;
import dev.jackdaw.tracker.TrackerConfig;
import dev.jackdaw.tracker.TrackerServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// What the build runs to fill the ahead-of-time cache: the commands that people start often, one seeding and two
/// downloading some hundred megabytes by all ways of finding peers, so that the cache has their classes and knows what
/// is hot. A class that is not rehearsed is loaded, verified and compiled again at every start.
final class Rehearsal {
    /// Whoever comes before the seeder has checked its content asks again soon.
    private static final Duration ANNOUNCE_INTERVAL = Duration.ofSeconds(1);

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
        DemoContent content = DemoContent.write(
                Files.createDirectories(directory.resolve("content")), bytes, new SplittableRandom(1));
        run(
                "create",
                "content",
                "-o",
                "content.torrent",
                "--tracker",
                "http://127.0.0.1:" + tracker.httpPort() + "/announce",
                "--tracker",
                "udp://127.0.0.1:" + tracker.udpPort());
        run("--version");
        run("show", "content.torrent");
        run("show", "--json", "content.torrent");
        run("verify", "content.torrent");
        Interruption end = new Interruption();
        Thread seeder = new Thread(() -> run(end, onThisHost("seed", "content.torrent", "--state", "seeding")));
        seeder.start();
        MagnetLink magnet = MagnetLink.of(Metainfo.read(directory.resolve("content.torrent")));
        int status = run(onThisHost("download", "content.torrent", "--dir", "copy", "--state", "leeching"))
                | run(onThisHost("download", magnet.toUri(), "--dir", "other", "--no-state", "--json"));
        end.request();
        seeder.join();
        return status == 0 && isIn("copy", content) && isIn("other", content) ? 0 : 1;
    }

    private boolean isIn(String place, DemoContent content) throws IOException {
        return content.differenceOf(directory.resolve(place).resolve("content")).isEmpty();
    }

    /// The node in the DHT knows of nobody.
    private static String[] onThisHost(String... arguments) {
        return Stream.concat(
                        Stream.of(arguments),
                        Stream.of("--bind", "127.0.0.1", "--port", "0", "--bootstrap", "127.0.0.1:9"))
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
        return Main.run(arguments, terminal, Session::open);
    }
}
