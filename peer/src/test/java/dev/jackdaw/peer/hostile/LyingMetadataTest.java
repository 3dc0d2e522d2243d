package dev.jackdaw.peer.hostile;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.PeerAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A magnet link among peers that lie about the info dictionary, and one that does not. The content is small, so
/// that it is there soon after the dictionary.
class LyingMetadataTest {
    /// An info dictionary of three pieces.
    private static final int LENGTH = 2_000 * (16 << 10);

    private static final int HONEST_RATE = 100 << 10;
    private static final Duration HEAD_START = Duration.ofMillis(700);

    @TempDir
    Path root;

    @Test
    void resolvesAmongThirteenLiars() throws Exception {
        HostileTorrent torrent = torrent();
        try (ScriptedPeer honest = new ScriptedPeer("honest", torrent)) {
            List<ScriptedPeer> liars = MetadataLiars.all(torrent);
            try {
                assertResolves(torrent, honest, liars);
            } finally {
                liars.forEach(ScriptedPeer::close);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12})
    void resolvesBesideOneLiar(int which) throws Exception {
        HostileTorrent torrent = torrent();
        try (ScriptedPeer honest = new ScriptedPeer("honest", torrent)) {
            List<ScriptedPeer> liars = MetadataLiars.all(torrent);
            try {
                assertResolves(torrent, honest, List.of(liars.get(which)));
            } finally {
                liars.forEach(ScriptedPeer::close);
            }
        }
    }

    /// Five liars of each kind at once, most of which hold as much as they may.
    @Test
    void boundsWhatManyLiarsMakeItHold() throws Exception {
        HostileTorrent torrent = torrent();
        List<ScriptedPeer> liars = new ArrayList<>();
        try (ScriptedPeer honest = new ScriptedPeer("honest", torrent)) {
            for (int i = 0; i < 5; i++) {
                liars.addAll(MetadataLiars.all(torrent));
            }
            assertResolves(torrent, honest, liars);
        } finally {
            liars.forEach(ScriptedPeer::close);
        }
    }

    private HostileTorrent torrent() throws Exception {
        return HostileTorrent.of(root, LENGTH, 16 << 10);
    }

    private void assertResolves(HostileTorrent torrent, ScriptedPeer honest, List<ScriptedPeer> liars)
            throws Exception {
        Path directory = Files.createDirectories(root.resolve("download"));
        List<PeerAddress> addresses = new ArrayList<>();
        liars.forEach(peer -> addresses.add(peer.address()));
        honest.bytesPerSecond(HONEST_RATE);
        long began = System.nanoTime();
        try (Target target = Target.downloading(torrent, true, directory, addresses)) {
            target.port();
            Thread.sleep(HEAD_START); // the liars come first
            honest.dialling(target.port());
            boolean resolved = target.awaitMetadata(Wire.PATIENCE);

            double seconds = (System.nanoTime() - began) / 1e9;
            System.out.printf(
                    "%d liars (%s): %.1f s, %s%n", liars.size(), liars.getFirst(), seconds, target.footprint());
            assertTrue(resolved);
            assertFalse(target.banned().contains(honest.address()));
        }
    }
}
