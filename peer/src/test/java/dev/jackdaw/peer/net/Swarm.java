package dev.jackdaw.peer.net;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionConfig;
import dev.jackdaw.peer.Torrent;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.metainfo.FileEntry;
import dev.jackdaw.protocol.metainfo.MagnetLink;
import dev.jackdaw.protocol.metainfo.Metainfo;
import dev.jackdaw.protocol.metainfo.MetainfoBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Real sessions on loopback that share one torrent of odd files.
final class Swarm {
    static final Duration SOON = Duration.ofSeconds(30);
    static final int PIECE_LENGTH = 32 * 1024;

    final Path root;
    final Path seedDirectory;
    final Metainfo metainfo;

    Swarm(Path root) throws IOException, InterruptedException {
        this.root = root;
        this.seedDirectory = Files.createDirectory(root.resolve("seed"));
        Path content = Files.createDirectories(seedDirectory.resolve("album"));
        Random random = new Random(4);
        write(content.resolve("a.bin"), 100_003, random);
        write(content.resolve("nested/deep/b.bin"), 1, random);
        write(content.resolve("nested/empty.bin"), 0, random);
        write(content.resolve("nested/c.bin"), 3 * 1024 * 1024 + 17, random);
        metainfo = MetainfoBuilder.of(content).pieceLength(PIECE_LENGTH).build();
    }

    private static void write(Path file, int length, Random random) throws IOException {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    static Session session() {
        return session(config -> config);
    }

    static Session session(UnaryOperator<SessionConfig.Builder> changes) {
        return Session.open(changes.apply(SessionConfig.builder()
                        .bindAddress(InetAddress.getLoopbackAddress())
                        .port(0)
                        .dht(false)
                        .localDiscovery(false)
                        .trackers(false)
                        .bufferBytes(8 << 20))
                .build());
    }

    TorrentSource file() {
        return new TorrentSource.TorrentFile(metainfo);
    }

    TorrentSource magnet() {
        return TorrentSource.magnet(MagnetLink.of(metainfo).toUri());
    }

    Torrent seed(Session session) throws Exception {
        Torrent torrent = session.add(file(), AddOptions.into(seedDirectory));
        torrent.awaitComplete(SOON);
        return torrent;
    }

    /// All of it, as one run of bytes.
    byte[] content() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (FileEntry file : metainfo.info().files()) {
            all.writeBytes(Files.readAllBytes(seedDirectory.resolve(file.displayPath())));
        }
        return all.toByteArray();
    }

    Path directory(String name) throws IOException {
        return Files.createDirectories(root.resolve(name));
    }

    static AddOptions from(Session peer, Path directory) {
        return AddOptions.builder(directory).peers(List.of(address(peer))).build();
    }

    static PeerAddress address(Session session) {
        return PeerAddress.of(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), session.status().port()));
    }

    /// Whether the directory has the torrent's content and nothing else.
    boolean isWhole(Path directory) throws IOException {
        return listing(directory).equals(listing(seedDirectory));
    }

    private static List<String> listing(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file) + " " + java.util.Arrays.hashCode(bytes(file)))
                    .sorted()
                    .toList();
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "not in time");
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
