package dev.jackdaw.cli;

import dev.jackdaw.peer.Session;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// What the build runs to fill the ahead-of-time cache: the commands that people start often, one seeding and one
/// downloading some hundred megabytes, so that the cache has their classes and knows what is hot.
final class Rehearsal {
    private static final int PORT = 46_881;

    private final Path directory;

    private Rehearsal(Path directory) {
        this.directory = directory;
    }

    /// @param arguments how much to move, like `384M`
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("jackdaw-rehearsal");
        int status;
        try {
            status = new Rehearsal(directory).play(ByteSize.parse(arguments[0]).bytes());
        } finally {
            DemoContent.delete(directory);
        }
        System.exit(status);
    }

    private int play(long bytes) throws IOException, InterruptedException {
        DemoContent content = DemoContent.write(
                Files.createDirectories(directory.resolve("content")), bytes, new SplittableRandom(1));
        Interruption end = new Interruption();
        run(
                new Interruption(),
                "create",
                "content",
                "-o",
                "content.torrent",
                "--tracker",
                "http://127.0.0.1:9/announce");
        run(new Interruption(), "show", "content.torrent");
        run(new Interruption(), "show", "--json", "content.torrent");
        run(new Interruption(), "verify", "content.torrent");
        Thread seeder =
                new Thread(() -> run(end, with("seed", "content.torrent", "--state", "seeding", "--port", "" + PORT)));
        seeder.start();
        int status = run(
                new Interruption(),
                with(
                        "download",
                        "content.torrent",
                        "--dir",
                        "copy",
                        "--state",
                        "leeching",
                        "--port",
                        "0",
                        "--peer",
                        "127.0.0.1:" + PORT));
        end.request();
        seeder.join();
        return status == 0
                        && content.differenceOf(directory.resolve("copy/content"))
                                .isEmpty()
                ? 0
                : 1;
    }

    private static String[] with(String... arguments) {
        return java.util.stream.Stream.concat(
                        java.util.Arrays.stream(arguments),
                        List.of("--bind", "127.0.0.1", "--no-dht", "--no-lsd", "--no-trackers").stream())
                .toArray(String[]::new);
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
