package dev.jackdaw.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionConfig;
import dev.jackdaw.peer.SessionEvent;
import dev.jackdaw.peer.Torrent;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.protocol.metainfo.MetainfoBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The README's example of embedding, compiled; [#isTheOneOfTheReadme()] keeps the two equal.
class ReadmeExampleTest {
    @TempDir
    Path directory;

    // example
    void download(Path file, Path directory) throws InterruptedException {
        try (Session session = Session.open(SessionConfig.defaults())) {
            Torrent torrent = session.add(TorrentSource.file(file), AddOptions.into(directory));
            session.addListener(event -> {
                if (event instanceof SessionEvent.PieceCompleted piece) {
                    System.out.println("piece " + piece.piece());
                }
            });
            torrent.awaitComplete();
            System.out.println(torrent.status().name() + " is complete and verified");
        }
    }
    // end of example

    @Test
    void isTheOneOfTheReadme() throws IOException {
        List<String> source = Files.readAllLines(Path.of("src/test/java/dev/jackdaw/cli/ReadmeExampleTest.java"));
        List<String> compiled =
                source.subList(source.indexOf("    // example") + 2, source.indexOf("    // end of example") - 1);
        List<String> readme = Files.readAllLines(Path.of("../README.md"));
        List<String> shown = readme.subList(readme.indexOf("```java") + 1, readme.size());

        assertEquals(
                String.join("\n", shown.subList(0, shown.indexOf("```"))),
                String.join("\n", compiled).stripIndent());
    }

    /// The same calls, with a seeder in place of the world.
    @Test
    void anEmbeddedSessionDownloadsAndVerifies() throws IOException, InterruptedException {
        byte[] content = new byte[300_000];
        new SplittableRandom(7).nextBytes(content);
        Path original =
                Files.write(Files.createDirectories(directory.resolve("seed")).resolve("file"), content);
        Path torrentFile = Files.write(
                directory.resolve("file.torrent"),
                MetainfoBuilder.of(original).build().toBytes());
        Path place = Files.createDirectories(directory.resolve("leech"));

        try (Session seeder = Session.open(alone());
                Session session = Session.open(alone())) {
            seeder.add(
                            TorrentSource.file(torrentFile),
                            AddOptions.builder(directory.resolve("seed"))
                                    .seedMode(true)
                                    .build())
                    .awaitComplete();
            Torrent torrent = session.add(TorrentSource.file(torrentFile), AddOptions.into(place));
            torrent.addPeers(new PeerArgument(new dev.jackdaw.protocol.metainfo.Metainfo.HostAndPort(
                            "127.0.0.1", seeder.status().port()))
                    .resolve());
            torrent.awaitComplete();
        }

        assertArrayEquals(content, Files.readAllBytes(place.resolve("file")));
    }

    private static SessionConfig alone() {
        return SessionConfig.builder()
                .port(0)
                .bindAddress(java.net.InetAddress.getLoopbackAddress())
                .dht(false)
                .localDiscovery(false)
                .build();
    }
}
