package dev.jackdaw.peer.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.wire.Handshake;
import dev.jackdaw.protocol.wire.PeerMessage;
import dev.jackdaw.protocol.wire.ReservedBits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Peers that send wrong bytes: how soon they are out, and that nobody else is.
class CorruptersTest {
    private static final int KIB = 1024;
    private static final int CONTENT = 8 << 20;
    private static final int MAX_BAD_PIECES = 2;

    /// Sends a wrong byte in one of so many blocks.
    private static class Corrupter extends World.ScriptedPeer {
        final World world;
        final Set<Integer> badPieces = new HashSet<>();
        private final int of;
        private int count;

        Corrupter(World world, int of) {
            world.super();
            this.world = world;
            this.of = of;
        }

        @Override
        void requested(World.Wire wire, BlockRequest block) {
            byte[] data = world.bytes(block);
            boolean wrong = ++count % of == 0;
            if (wrong) {
                data[count % data.length] ^= 1;
            }
            wire.send(new PeerMessage.Piece(block.piece(), block.begin(), ByteBuffer.wrap(data)), () -> {
                if (wrong && wire.open) {
                    badPieces.add(block.piece());
                }
            });
        }
    }

    private static Set<PeerAddress> banned(World.Node node) {
        return node.notices.stream()
                .filter(TorrentEffect.Notice.PeerBanned.class::isInstance)
                .map(notice -> ((TorrentEffect.Notice.PeerBanned) notice).address())
                .collect(Collectors.toSet());
    }

    private static void assertComplete(World world, World.Node node, double seconds) {
        assertTrue(
                world.runUntil(node::isComplete, seconds), () -> node.snapshot().toString());
        assertArrayEquals(world.content, node.disk.data);
        assertEquals(0, node.budget.reserved);
    }

    /// @param pieceKib length of a piece; large ones are shared by all peers
    /// @param of       one block in so many is wrong
    /// @param rate     KiB a second of each corrupter
    @ParameterizedTest
    @CsvSource({
        "16, 1, 5000", "16, 7, 5000", "64, 1, 5000", "64, 7, 200", "256, 1, 5000", "256, 7, 5000", "256, 7, 100",
        "1024, 1, 5000", "1024, 7, 5000", "1024, 7, 300", "4096, 1, 300", "4096, 7, 5000", "4096, 7, 300",
                "4096, 40, 300"
    })
    void areOutAfterTwoBadPiecesAtMost(int pieceKib, int of, int rate) {
        World world = new World(CONTENT, pieceKib * KIB);
        World.Node node = world.leecher();
        List<World.ScriptedPeer> honest = new ArrayList<>();
        List<Corrupter> corrupters = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            World.ScriptedPeer peer = world.new ScriptedPeer();
            peer.bytesPerSecond = 300 * KIB;
            honest.add(peer);
            Corrupter corrupter = new Corrupter(world, of);
            corrupter.bytesPerSecond = rate * KIB;
            corrupters.add(corrupter);
            node.knows(peer, corrupter);
        }

        assertComplete(world, node, 60);

        Set<PeerAddress> banned = banned(node);
        honest.forEach(peer -> assertFalse(banned.contains(peer.address())));
        for (Corrupter corrupter : corrupters) {
            assertTrue(corrupter.badPieces.size() <= MAX_BAD_PIECES, () -> "bad pieces " + corrupter.badPieces);
        }
    }

    /// All dial from one address of this host, and come back from another port under another id.
    @Nested
    class WhoComeBack {
        private static final long PAUSE = 50 * World.MILLI;

        private final World world = new World(CONTENT, 256 * KIB);
        private final World.Node node = world.leecher();
        private int nextPort = 20_000;

        private class Returning extends World.ScriptedPeer {
            private final Corrupter corrupter;
            private final String vice;
            private int returns;

            Returning(String vice, int of) {
                world.super();
                this.vice = vice;
                corrupter = new Corrupter(world, of);
            }

            void arrive() {
                node.arrivesFrom(PeerAddress.of(new byte[] {127, 0, 0, 1}, nextPort++), this);
            }

            @Override
            public Handshake handshake() {
                return new Handshake(
                        ReservedBits.ours(false), world.info.infoHash(), new PeerId(5, nextPort, returns++));
            }

            @Override
            void interested(World.Wire wire) {
                super.interested(wire);
                for (int i = 0; vice.equals("unasked") && i < 100; i++) {
                    wire.send(new PeerMessage.Piece(i % 32, 0, ByteBuffer.allocate(16 * KIB)));
                }
            }

            @Override
            void requested(World.Wire wire, BlockRequest block) {
                for (int i = 0; i < (vice.equals("eightfold") ? 8 : 1) && !vice.equals("silent"); i++) {
                    corrupter.requested(wire, block);
                }
            }

            @Override
            public void closed(World.Wire wire, String reason) {
                world.time.after(PAUSE, this::arrive);
            }
        }

        private List<Returning> strangers() {
            return List.of(
                    new Returning("corrupt", 1),
                    new Returning("corrupt", 7),
                    new Returning("corrupt", 3),
                    new Returning("unasked", Integer.MAX_VALUE),
                    new Returning("eightfold", Integer.MAX_VALUE),
                    new Returning("silent", 1),
                    new Returning("silent", 1));
        }

        @Test
        void costLittleBesideAnHonestPeer() {
            World.ScriptedPeer honest = world.new ScriptedPeer();
            honest.bytesPerSecond = 500 * KIB;
            node.knows(honest);
            strangers().forEach(Returning::arrive);

            assertComplete(world, node, 20);

            assertFalse(banned(node).contains(honest.address()));
            assertTrue(node.snapshot().downloadedBytes() <= 2L * CONTENT, node.snapshot()::toString);
        }

        @Test
        void areToldOneAtATimeThatWeAreInterested() {
            strangers().get(3).arrive(); // its host is suspect from now on
            world.run(1);
            List<World.ScriptedPeer> elsewhere = threeWhoKeepUsChoked(2);
            List<World.ScriptedPeer> here = threeWhoKeepUsChoked(1);
            world.run(1);
            assertEquals(3, told(elsewhere), "another host is no suspect");
            assertTrue(told(here) <= 1, () -> told(here) + " were told");

            world.run(60);
            assertEquals(3, told(here), "each has its turn");
        }

        private List<World.ScriptedPeer> threeWhoKeepUsChoked(int host) {
            List<World.ScriptedPeer> three = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                World.ScriptedPeer peer = world.new ScriptedPeer() {
                    @Override
                    void interested(World.Wire wire) {}
                };
                three.add(peer);
                node.arrivesFrom(PeerAddress.of(new byte[] {127, 0, 0, (byte) host}, nextPort++), peer);
            }
            return three;
        }

        private static long told(List<World.ScriptedPeer> peers) {
            return peers.stream()
                    .filter(peer -> !peer.received(PeerMessage.Interested.class).isEmpty())
                    .count();
        }

        @Test
        void areNotRefusedForNonsenseThatCostsNoPayload() {
            for (int i = 0; i < 10 * Suspicion.BURST; i++) {
                World.ScriptedPeer babbler = world.new ScriptedPeer() {
                    @Override
                    void greet(World.Wire wire) {
                        wire.send(new PeerMessage.Have(1 << 20));
                    }
                };
                node.arrivesFrom(PeerAddress.of(new byte[] {127, 0, 0, 1}, nextPort++), babbler);
                world.run(0.05);
                assertEquals(1, babbler.closed.size());
            }
            World.ScriptedPeer honest = world.new ScriptedPeer();

            node.arrivesFrom(PeerAddress.of(new byte[] {127, 0, 0, 1}, nextPort++), honest);

            assertComplete(world, node, 10);
        }

        @Test
        void doNotKeepOutAnHonestOneOfTheirAddress() {
            PeerAddress address = PeerAddress.of(new byte[] {127, 0, 0, 1}, 19_999);
            List<String> farewells = new ArrayList<>();
            World.ScriptedPeer honest = world.new ScriptedPeer() {
                private boolean welcome;

                @Override
                void greet(World.Wire wire) {
                    welcome = true;
                    super.greet(wire);
                }

                @Override
                public void closed(World.Wire wire, String reason) {
                    if (!welcome) {
                        world.time.after(4 * PAUSE, () -> node.arrivesFrom(address, this));
                    } else if (!node.isComplete()) {
                        farewells.add(reason);
                    }
                }
            };
            honest.bytesPerSecond = 500 * KIB;
            strangers().forEach(Returning::arrive);
            world.run(3);

            node.arrivesFrom(address, honest);

            assertComplete(world, node, 60);
            assertEquals(List.of(), farewells);
            assertFalse(banned(node).contains(address));
            assertTrue(node.snapshot().downloadedBytes() <= 3L * CONTENT, node.snapshot()::toString);
        }
    }
}
