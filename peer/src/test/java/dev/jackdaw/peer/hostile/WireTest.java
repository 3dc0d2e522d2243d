package dev.jackdaw.peer.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.wire.MessageId;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Everything that is wrong on the wire, said to a Jackdaw that seeds, to one that downloads and to one that has
/// only a magnet link: after each it still serves, or takes, a good block; and in the end it holds no more than
/// before.
@Timeout(300)
class WireTest {
    private static final long MAX_GROWTH = 64L << 20;

    @TempDir
    Path root;

    private HostileTorrent torrent;

    @BeforeEach
    void makeTorrent() throws Exception {
        torrent = HostileTorrent.of(root, 4 << 20, 64 << 10);
    }

    @Test
    void aSeedSurvivesEveryMessage() throws Exception {
        survivesAsSeed(WireAttacks.messages(), true);
    }

    @Test
    void aSeedSurvivesEveryHandshake() throws Exception {
        survivesAsSeed(WireAttacks.handshakes(), false);
    }

    @Test
    void aSeedSurvivesFloodsAndBombs() throws Exception {
        survivesAsSeed(WireAttacks.floods(), true);
    }

    @Test
    void aSeedSurvivesExtensionsOutOfOrder() throws Exception {
        survivesAsSeed(WireAttacks.extensions(), true);
    }

    @Test
    void aDownloadSurvivesEveryMessageFloodAndBomb() throws Exception {
        survivesAsLeecher(false);
    }

    @Test
    void aMagnetLinkSurvivesEveryMessageFloodAndBomb() throws Exception {
        survivesAsLeecher(true);
    }

    private void survivesAsSeed(Map<String, WireAttacks.Attack> attacks, boolean greeted) throws Exception {
        try (Target target = Target.seeding(torrent)) {
            assertServes(target, "before");
            Target.Footprint before = target.footprint();
            List<Wire> open = new ArrayList<>();
            for (Map.Entry<String, WireAttacks.Attack> attack : attacks.entrySet()) {
                open.add(attack(target, attack.getValue(), greeted));
                assertServes(target, attack.getKey());
            }
            open.forEach(Wire::close);
            assertSettles(target, before);
        }
    }

    private void survivesAsLeecher(boolean magnet) throws Exception {
        Path directory = Files.createDirectories(root.resolve("download"));
        try (Target target = Target.downloading(torrent, magnet, directory, List.of());
                ScriptedPeer honest = new ScriptedPeer("honest", torrent)) {
            target.port();
            Target.Footprint before = target.footprint();
            List<Wire> open = new ArrayList<>();
            for (WireAttacks.Attack attack : WireAttacks.messages().values()) {
                open.add(attack(target, attack, true));
            }
            for (WireAttacks.Attack attack : WireAttacks.floods().values()) {
                open.add(attack(target, attack, true));
            }
            for (WireAttacks.Attack attack : WireAttacks.extensions().values()) {
                open.add(attack(target, attack, true));
            }

            honest.dialling(target.port());

            assertTrue(target.awaitComplete(Wire.PATIENCE));
            assertTrue(torrent.isIn(directory));
            open.forEach(Wire::close);
            honest.close();
            assertSettles(target, before);
        }
    }

    /// Attacks over a new connection, which stays open if it is let.
    private Wire attack(Target target, WireAttacks.Attack attack, boolean greeted) throws IOException {
        Wire wire = greeted ? Wire.greet(target.port(), torrent.infoHash()) : Wire.dial(target.port());
        try {
            attack.on(wire, torrent);
        } catch (SocketException _) {
            // closed in the middle of it, as it may be
        }
        return wire;
    }

    private void assertServes(Target target, String after) throws IOException {
        try (Wire good = Wire.greet(target.port(), torrent.infoHash())) {
            good.write(Wire.frame(MessageId.INTERESTED));
            assertTrue(good.await(MessageId.UNCHOKE, Wire.PATIENCE).isPresent(), () -> "choked after " + after);
            good.write(Wire.frame(MessageId.REQUEST, 1, 0, 16 << 10));
            Optional<Wire.Frame> piece = good.await(MessageId.PIECE, Wire.PATIENCE);
            assertTrue(piece.isPresent(), () -> "no block after " + after);
            byte[] payload = piece.get().payload();
            assertEquals(1, piece.get().integer(0));
            assertTrue(
                    Arrays.equals(torrent.block(1, 0, 16 << 10), Arrays.copyOfRange(payload, 8, payload.length)),
                    () -> "a wrong block after " + after);
        }
    }

    private static void assertSettles(Target target, Target.Footprint before) throws Exception {
        Target.Footprint after = target.footprint();
        long deadline = System.nanoTime() + Wire.PATIENCE.toNanos();
        while (after.descriptors() > before.descriptors() + 8 && System.nanoTime() < deadline) {
            Thread.sleep(200); // until the other side has seen that connections were closed
            after = target.footprint();
        }
        Target.Footprint settled = after;
        System.out.println("before: " + before + "; after: " + settled);
        assertTrue(settled.memoryBytes() - before.memoryBytes() <= MAX_GROWTH, settled::toString);
        assertTrue(settled.descriptors() <= before.descriptors() + 8, settled::toString);
    }
}
