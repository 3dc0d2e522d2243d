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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Twelve kinds of bad peers beside one honest one of 500 KiB/s, which alone would need 16.4 s.
@Timeout(180)
class BadDataTest {
    private static final int LENGTH = 8 << 20;
    private static final int HONEST_RATE = 500 << 10;
    /// What may be received, as a multiple of the content.
    private static final long MAX_TRAFFIC = 2;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path root;

    @ParameterizedTest
    @ValueSource(ints = {256 << 10, 1 << 20})
    void completesFromOneHonestPeerAmongTwelveThatAreDialled(int pieceLength) throws Exception {
        HostileTorrent torrent = HostileTorrent.of(root, LENGTH, pieceLength);
        List<ScriptedPeer> bad = BadPeers.all(torrent);
        try (ScriptedPeer honest = new ScriptedPeer("honest", torrent).bytesPerSecond(HONEST_RATE)) {
            List<PeerAddress> addresses = new ArrayList<>();
            bad.forEach(peer -> addresses.add(peer.address()));
            addresses.add(honest.address());

            assertCompletes(torrent, honest, bad, addresses);
        } finally {
            bad.forEach(ScriptedPeer::close);
        }
    }

    @Test
    void completesFromOneHonestPeerAmongTwelveThatDialAndComeBack() throws Exception {
        HostileTorrent torrent = HostileTorrent.of(root, LENGTH, 256 << 10);
        List<ScriptedPeer> bad = BadPeers.all(torrent);
        try (ScriptedPeer honest = new ScriptedPeer("honest", torrent).bytesPerSecond(HONEST_RATE)) {
            assertCompletes(torrent, honest, bad, List.of(honest.address()));
        } finally {
            bad.forEach(ScriptedPeer::close);
        }
    }

    private void assertCompletes(
            HostileTorrent torrent, ScriptedPeer honest, List<ScriptedPeer> bad, List<PeerAddress> dialled)
            throws Exception {
        Path directory = Files.createDirectories(root.resolve("download"));
        long began = System.nanoTime();
        try (Target target = Target.downloading(torrent, false, directory, dialled)) {
            if (dialled.size() == 1) {
                int port = target.port();
                bad.forEach(peer -> peer.dialling(port));
            }

            boolean complete = target.awaitComplete(LIMIT);

            double seconds = (System.nanoTime() - began) / 1e9;
            long bytes = honest.blockBytes.get();
            for (ScriptedPeer peer : bad) {
                bytes += peer.blockBytes.get();
                System.out.printf(
                        "  %8d bytes in %4d connections, %d open: %s%n",
                        peer.blockBytes.get(), peer.connections.get(), peer.open.get(), peer);
            }
            System.out.printf(
                    "pieces of %d KiB: %.1f s, %.2f x the content received, %.2f x sent, honest %.2f x, %d banned, %s%n",
                    torrent.pieceLength() >> 10,
                    seconds,
                    (double) target.downloadedBytes() / LENGTH,
                    (double) bytes / LENGTH,
                    (double) honest.blockBytes.get() / LENGTH,
                    target.banned().size(),
                    target.footprint());
            assertTrue(complete);
            assertTrue(torrent.isIn(directory));
            assertTrue(target.downloadedBytes() <= MAX_TRAFFIC * LENGTH, () -> target.downloadedBytes() + " bytes");
            assertFalse(target.banned().contains(honest.address()));
        }
    }
}
