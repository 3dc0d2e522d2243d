package dev.jackdaw.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionConfig;
import dev.jackdaw.peer.Torrent;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.protocol.metainfo.MetainfoBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// `jackdaw download` in a process of its own, which gets SIGKILL again and again while it downloads. The process is
/// Main on this test's class path, or what the system property `jackdaw.launcher` names.
@DisabledOnOs(OS.WINDOWS)
class KilledDownloadTest {
    private static final int MIB = 1 << 20;
    private static final int LENGTH = 12 * MIB;
    private static final int PIECE_LENGTH = MIB / 2;
    private static final int KILLS = 4;
    /// Of the seeder: so slow that what lies in the sockets of a killed process is little, also if that had to wait for
    /// a core.
    private static final long RATE = 2 * MIB;

    @TempDir
    Path directory;

    private final byte[] content = new byte[LENGTH];
    private final List<Process> started = new ArrayList<>();
    private Path torrentFile;

    @AfterEach
    void endProcesses() {
        started.forEach(Process::destroyForcibly);
    }

    @BeforeEach
    void makeTorrent() throws IOException, InterruptedException {
        new SplittableRandom(9).nextBytes(content);
        Path original =
                Files.write(Files.createDirectories(directory.resolve("seed")).resolve("film.bin"), content);
        torrentFile = Files.write(
                directory.resolve("film.torrent"),
                MetainfoBuilder.of(original).pieceLength(PIECE_LENGTH).build().toBytes());
    }

    @Test
    void losesAtMostAMegabyteWithEachKillAndCompletes() throws Exception {
        try (Session session = Session.open(SessionConfig.builder()
                .port(0)
                .bindAddress(InetAddress.getLoopbackAddress())
                .dht(false)
                .localDiscovery(false)
                .maxUploadRate(RATE)
                .build())) {
            Torrent seed = session.add(
                    TorrentSource.file(torrentFile),
                    AddOptions.builder(directory.resolve("seed")).seedMode(true).build());
            seed.awaitComplete();

            for (int kill = 1; kill <= KILLS; kill++) {
                long victim = (long) LENGTH * kill / (KILLS + 1);
                Process download = download(session.status().port(), "killed-" + kill);
                while (seed.status().uploadedBytes() < victim) {
                    assertTrue(download.isAlive(), () -> "ended too soon, see " + output());
                    TimeUnit.MILLISECONDS.sleep(5);
                }
                assertEquals(128 + 9, download.destroyForcibly().waitFor(), "ended by the kill");
            }
            Process last = download(session.status().port(), "last");
            assertTrue(last.waitFor(60, TimeUnit.SECONDS), "the last one completes");

            assertEquals(0, last.exitValue(), this::output);
            assertArrayEquals(content, Files.readAllBytes(directory.resolve("leech/film.bin")));
            long again = seed.status().uploadedBytes() - LENGTH;
            assertTrue(again <= (long) KILLS * MIB, () -> again + " bytes sent again for " + KILLS + " kills");
            assertFalse(Files.readString(directory.resolve("last")).contains("\"state\":\"failed\""), this::output);
        }
    }

    private Process download(int port, String log) throws IOException {
        List<String> command = new ArrayList<>();
        String launcher = System.getProperty("jackdaw.launcher");
        if (launcher != null) {
            command.add(launcher);
        } else {
            command.addAll(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx256m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName()));
        }
        command.addAll(List.of(
                "download",
                torrentFile.toString(),
                "--dir",
                directory.resolve("leech").toString(),
                "--state",
                directory.resolve("state").toString(),
                "--peer",
                "127.0.0.1:" + port,
                "--bind",
                "127.0.0.1",
                "--port",
                "0",
                "--no-dht",
                "--no-lsd",
                "--no-trackers",
                "--json"));
        Process download = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(log).toFile())
                .start();
        started.add(download);
        return download;
    }

    private String output() {
        StringBuilder all = new StringBuilder();
        try (var files = Files.list(directory)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                if (!file.equals(torrentFile)) {
                    all.append(file.getFileName()).append('\n').append(Files.readString(file));
                }
            }
        } catch (IOException e) {
            all.append(e);
        }
        return all.toString();
    }
}
