package dev.jackdaw.peer.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.wire.PeerMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class HostilePeersTest {
    private static final int KIB = 1024;

    private final World world = new World(8 << 20, 256 * KIB);
    private final World.Node leecher = world.leecher();

    private Set<PeerAddress> banned() {
        return leecher.notices.stream()
                .filter(TorrentEffect.Notice.PeerBanned.class::isInstance)
                .map(notice -> ((TorrentEffect.Notice.PeerBanned) notice).address())
                .collect(Collectors.toSet());
    }

    private void assertCompletes(double seconds) {
        assertTrue(
                world.runUntil(leecher::isComplete, seconds),
                () -> leecher.snapshot().toString());
        assertArrayEquals(world.content, leecher.disk.data);
        assertEquals(0, leecher.budget.reserved);
    }

    @Test
    void bansThePeerThatSentAWholeBadPieceAtOnce() {
        World.ScriptedPeer liar = world.liar(_ -> true);
        leecher.knows(liar);

        world.run(5);

        assertEquals(Set.of(liar.address()), banned());
        assertTrue(leecher.snapshot().peers().isEmpty());
        assertTrue(leecher.snapshot().corruptBytes() >= 256 * KIB);
    }

    @Test
    void bansOnlyTheLiarsAmongManyContributors() {
        List<World.ScriptedPeer> honest = new ArrayList<>();
        List<World.ScriptedPeer> liars = new ArrayList<>();
        leecher.handle(new TorrentEvent.SequentialSet(true)); // peers share pieces, so that lies mix with truth
        for (int i = 0; i < 4; i++) {
            honest.add(world.new ScriptedPeer());
            liars.add(world.liar(block -> block % 5 == 0));
        }
        honest.forEach(peer -> peer.bytesPerSecond = 400_000);
        liars.forEach(peer -> peer.bytesPerSecond = 400_000);
        honest.forEach(leecher::knows);
        liars.forEach(leecher::knows);

        assertCompletes(120);

        for (World.ScriptedPeer peer : honest) {
            assertFalse(banned().contains(peer.address()));
        }
        assertFalse(banned().isEmpty());
    }

    @Test
    void finishesAmongTwelveKindsOfBadPeers() {
        World.ScriptedPeer honest = world.new ScriptedPeer();
        List<World.ScriptedPeer> bad = badPeers();
        assertEquals(12, bad.size());
        bad.forEach(leecher::knows);
        leecher.knows(honest);

        assertCompletes(20);

        assertFalse(banned().contains(honest.address()));
        assertTrue(honest.closed.isEmpty() || honest.closed.getFirst().contains("complete"), honest.closed::toString);
    }

    private List<World.ScriptedPeer> badPeers() {
        return List.of(
                world.liar(_ -> true),
                world.liar(block -> block % 7 == 3),
                world.new ScriptedPeer() { // unchokes and is silent
                    @Override
                    void requested(World.Wire wire, BlockRequest block) {}
                },
                world.new ScriptedPeer() { // a block every three seconds
                    private long next;

                    @Override
                    void requested(World.Wire wire, BlockRequest block) {
                        next = Math.max(next, world.time.nanos()) + 3 * World.SECOND;
                        world.time.at(next, () -> super.requested(wire, block));
                    }
                },
                world.new ScriptedPeer() { // refuses everything
                    @Override
                    void requested(World.Wire wire, BlockRequest block) {
                        wire.send(new PeerMessage.Reject(block));
                    }
                },
                world.new ScriptedPeer() { // chokes and unchokes all the time
                    @Override
                    void requested(World.Wire wire, BlockRequest block) {
                        wire.send(new PeerMessage.Choke());
                        wire.send(new PeerMessage.Unchoke());
                    }
                },
                world.new ScriptedPeer() { // answers with half a block
                    @Override
                    void requested(World.Wire wire, BlockRequest block) {
                        wire.send(new PeerMessage.Piece(block.piece(), block.begin(), ByteBuffer.allocate(8 * KIB)));
                    }
                },
                world.new ScriptedPeer() { // answers something else
                    @Override
                    void requested(World.Wire wire, BlockRequest block) {
                        wire.send(new PeerMessage.Piece(
                                (block.piece() + 1) % 32, block.begin(), ByteBuffer.allocate(16 * KIB)));
                    }
                },
                world.new ScriptedPeer() { // has a piece beyond the end
                    @Override
                    void greet(World.Wire wire) {
                        wire.send(new PeerMessage.HaveNone());
                        wire.send(new PeerMessage.Have(32));
                    }
                },
                world.new ScriptedPeer() { // a bitfield of the wrong size
                    @Override
                    void greet(World.Wire wire) {
                        wire.send(new PeerMessage.HaveBitfield(new byte[5]));
                    }
                },
                world.new ScriptedPeer() { // says twice what it has
                    @Override
                    void greet(World.Wire wire) {
                        super.greet(wire);
                        super.greet(wire);
                    }
                },
                world.new ScriptedPeer() { // never unchokes, asks for what cannot be
                    @Override
                    void interested(World.Wire wire) {
                        wire.send(new PeerMessage.Request(new BlockRequest(0, 0, 1 << 30)));
                    }
                });
    }

    /// Pieces so large that all peers share them.
    @Test
    void asksAnHonestPeerForNoBlockTwiceBecauseAnotherHasLied() {
        World shared = new World(8 << 20, 4 << 20);
        World.Node node = shared.leecher();
        World.ScriptedPeer honest = shared.new ScriptedPeer();
        honest.bytesPerSecond = 500 * KIB;
        World.ScriptedPeer liar = shared.liar(block -> block % 3 == 1);
        liar.bytesPerSecond = 200 * KIB;
        node.knows(honest, liar);

        assertTrue(shared.runUntil(node::isComplete, 20), () -> node.snapshot().toString());

        assertArrayEquals(shared.content, node.disk.data);
        List<BlockRequest> asked = honest.received(PeerMessage.Request.class).stream()
                .map(PeerMessage.Request::block)
                .toList();
        assertEquals(Set.copyOf(asked).size(), asked.size());
        assertEquals(
                List.of(liar.address()),
                node.notices.stream()
                        .filter(TorrentEffect.Notice.PeerBanned.class::isInstance)
                        .map(notice -> ((TorrentEffect.Notice.PeerBanned) notice).address())
                        .toList());
        assertEquals(0, node.budget.reserved);
    }

    @Test
    void aBlockOfTheWrongLengthIsAskedOfAnotherAtOnce() {
        World small = new World(64 * KIB, 64 * KIB);
        World.Node node = small.leecher();
        World.ScriptedPeer halver = small.new ScriptedPeer() {
            @Override
            void requested(World.Wire wire, BlockRequest block) {
                wire.send(new PeerMessage.Piece(block.piece(), block.begin(), ByteBuffer.allocate(8 * KIB)));
            }
        };
        node.knows(halver);
        small.run(1);

        node.knows(small.new ScriptedPeer());

        assertTrue(small.runUntil(node::isComplete, 1), () -> node.snapshot().toString());
    }

    @Test
    void aSilentHandshakeMakesRoomForAPeerThatSpeaks() {
        World.Node full = world.node(new EngineConfig(new PeerId(1, 2, 3), 6881, "test", false, true, true, 4, 50, 8));
        full.handle(new TorrentEvent.InfoKnown(world.info));
        full.handle(new TorrentEvent.PiecesVerified(new Bitfield(32)));
        full.handle(new TorrentEvent.Resumed());
        List<World.ScriptedPeer> silent = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            World.ScriptedPeer peer = world.new ScriptedPeer() {
                @Override
                void greet(World.Wire wire) {}
            };
            silent.add(peer);
            full.arrives(peer);
            world.run(0.1);
            assertTrue(full.snapshot().peers().size() <= 4);
        }
        World.ScriptedPeer good = world.new ScriptedPeer();
        full.arrives(good);
        world.run(1);
        silent.forEach(full::arrives);

        assertTrue(world.runUntil(full::isComplete, 30));

        assertEquals(List.of(), good.received(PeerMessage.Choke.class));
    }

    @Test
    void anotherPeerUnderASettledPeersIdDoesNotPushItOut() {
        World.ScriptedPeer honest = world.new ScriptedPeer();
        honest.bytesPerSecond = 400 * KIB;
        leecher.knows(honest);
        world.run(12);

        leecher.arrivesAs(honest, world.new ScriptedPeer());
        world.run(1);

        assertEquals(List.of(), honest.closed);
    }

    @Test
    void liarsThatClaimTheirHonestNeighboursPortDoNotKeepItFromBeingDialled() {
        World.ScriptedPeer honest = world.new ScriptedPeer();
        int port = honest.address().port();
        for (int i = 0; i < 3; i++) {
            leecher.arrivesFrom(honest.address().withPort(50_000 + i), world.new ScriptedPeer() {
                @Override
                void greet(World.Wire wire) {
                    wire.send(new PeerMessage.Extended(
                            0, ("d1:pi" + port + "ee").getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
                    for (int block = 0; block <= Download.MAX_UNASKED; block++) {
                        wire.send(new PeerMessage.Piece(3, 0, ByteBuffer.allocate(16 * KIB)));
                    }
                }
            });
        }
        world.run(1);
        leecher.knows(honest);

        assertCompletes(10);
    }

    @Test
    void disconnectsAPeerThatSendsBlocksNobodyAskedFor() {
        World.ScriptedPeer flooder = world.new ScriptedPeer() {
            @Override
            void interested(World.Wire wire) {
                for (int i = 0; i < Download.MAX_UNASKED + 1; i++) {
                    wire.send(new PeerMessage.Piece(3, 0, ByteBuffer.allocate(16 * KIB)));
                }
            }
        };
        leecher.knows(flooder);

        world.run(5);

        assertEquals(1, flooder.closed.size());
        assertTrue(leecher.snapshot().wastedBytes() > 0);
    }

    @Test
    void whoDialsUsAndFloodsIsDistrustedAndThoseAfterIt() {
        World.ScriptedPeer flooder = world.new ScriptedPeer() {
            @Override
            void greet(World.Wire wire) {
                for (int i = 0; i <= Download.MAX_UNASKED_UNPROVEN; i++) {
                    wire.send(new PeerMessage.Piece(3, 0, ByteBuffer.allocate(16 * KIB)));
                }
            }
        };

        leecher.arrivesFrom(flooder.address(), flooder);
        world.run(1);

        assertEquals(1, flooder.closed.size());
        assertEquals(1, leecher.effects(TorrentEffect.Distrust.class).size());
    }

    @Test
    void keepAlivesWithoutSilenceBetweenThemAreNotTakenForEver() {
        assertThrownOutFor(new PeerMessage.KeepAlive());
    }

    @Test
    void cancelsOfWhatWasNeverAskedForAreNotTakenForEver() {
        assertThrownOutFor(new PeerMessage.Cancel(new BlockRequest(0, 0, 16 * KIB)));
    }

    private void assertThrownOutFor(PeerMessage repeated) {
        World.ScriptedPeer flooder = world.new ScriptedPeer() {
            @Override
            void greet(World.Wire wire) {
                for (int i = 0; i <= Inbox.MAX_NOISE; i++) {
                    wire.send(repeated);
                }
            }
        };
        leecher.knows(flooder);

        world.run(1);

        assertEquals(1, flooder.closed.size());
    }

    @Test
    void aSilentPeerLosesItsBlocksToAnother() {
        World.ScriptedPeer silent = world.new ScriptedPeer() {
            @Override
            void requested(World.Wire wire, BlockRequest block) {}
        };
        leecher.knows(silent);
        world.run(2);
        leecher.knows(world.new ScriptedPeer());

        assertCompletes(15);
    }
}
