package dev.jackdaw.peer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.wire.PeerMessage;
import dev.jackdaw.protocol.wire.ReservedBits;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SuperSeedingTest {
    private static final int PIECES = 24;
    private static final int PIECE = SuperSeeding.WAITING_BYTES / SuperSeeding.MIN_WAITING;

    private final World world = new World(PIECES * PIECE, PIECE);

    private World.Node superSeeder() {
        World.Node seeder = world.seeder();
        seeder.handle(new TorrentEvent.SuperSeedingSet(true));
        return seeder;
    }

    /// A peer without pieces that asks for what it is shown; it says that it has a piece only when the test does.
    private final class Watcher extends World.ScriptedPeer {
        World.Wire wire;

        Watcher() {
            world.super();
        }

        @Override
        void greet(World.Wire opened) {
            wire = opened;
            wire.send(new PeerMessage.HaveNone());
            wire.send(new PeerMessage.Interested());
        }

        List<Integer> shown() {
            return received(PeerMessage.Have.class).stream()
                    .map(PeerMessage.Have::piece)
                    .toList();
        }
    }

    @Test
    void posesAsAPeerWithoutPiecesAndShowsFew() {
        World.Node seeder = superSeeder();
        Watcher peer = new Watcher();
        seeder.knows(peer);

        world.run(60);

        assertEquals(1, peer.received(PeerMessage.HaveNone.class).size());
        assertTrue(peer.received(PeerMessage.HaveAll.class).isEmpty());
        assertTrue(peer.received(PeerMessage.AllowedFast.class).isEmpty());
        assertEquals(SuperSeeding.MIN_WAITING, peer.shown().size());
    }

    @Test
    void showsSmallPiecesByTheMegabyte() {
        World small = new World(2 * SuperSeeding.WAITING_BYTES, 16 * 1024);
        World.Node seeder = small.seeder();
        seeder.handle(new TorrentEvent.SuperSeedingSet(true));
        World.ScriptedPeer peer = small.new ScriptedPeer() {
            @Override
            void greet(World.Wire wire) {
                wire.send(new PeerMessage.HaveNone());
            }
        };
        seeder.knows(peer);

        small.run(5);

        assertEquals(64, peer.received(PeerMessage.Have.class).size());
    }

    @Test
    void aPeerThatNeedNotSayThatItHasNothingIsShownPiecesToo() {
        World.Node seeder = superSeeder();
        World.ScriptedPeer plain = world.new ScriptedPeer() {
            @Override
            void greet(World.Wire wire) {}
        };
        plain.reserved = new ReservedBits(0);
        seeder.knows(plain);

        world.run(5);

        assertEquals(
                SuperSeeding.MIN_WAITING, plain.received(PeerMessage.Have.class).size());
    }

    @Test
    void showsAnotherPieceOnceOneWasSeenWithSomebodyElse() {
        World.Node seeder = superSeeder();
        Watcher one = new Watcher();
        Watcher other = new Watcher();
        seeder.knows(one, other);
        world.run(3);
        int first = one.shown().getFirst();
        assertFalse(other.shown().contains(first), "what one has been shown is no longer the rarest");

        one.wire.send(new PeerMessage.Have(first));
        world.run(3);
        assertEquals(SuperSeeding.MIN_WAITING, one.shown().size(), "its own word does not count");

        other.wire.send(new PeerMessage.Have(first));
        world.run(3);
        assertEquals(SuperSeeding.MIN_WAITING + 1, one.shown().size());
    }

    @Test
    void aPieceThatItsPeerHasHadForLongCountsAsPassedOn() {
        World.Node seeder = superSeeder();
        Watcher one = new Watcher();
        seeder.knows(one, new Watcher());
        world.run(3);

        one.wire.send(new PeerMessage.Have(one.shown().getFirst()));
        world.run(SuperSeeding.PATIENCE_NANOS / 1e9 + 3);

        assertEquals(SuperSeeding.MIN_WAITING + 1, one.shown().size());
    }

    @Test
    void servesOnlyWhatWasShown() {
        World.Node seeder = superSeeder();
        Watcher peer = new Watcher();
        seeder.knows(peer);
        world.run(3);
        int hidden = IntStream.range(0, PIECES)
                .filter(piece -> !peer.shown().contains(piece))
                .findFirst()
                .orElseThrow();

        peer.wire.send(new PeerMessage.Request(new BlockRequest(hidden, 0, 16384)));
        peer.wire.send(new PeerMessage.Request(new BlockRequest(peer.shown().getFirst(), 0, 16384)));
        world.run(3);

        assertEquals(1, peer.received(PeerMessage.Reject.class).size());
        assertEquals(1, peer.received(PeerMessage.Piece.class).size());
    }

    @Test
    void theFirstCopyLeavesTheSeedAboutOnce() {
        World.Node seeder = superSeeder();
        seeder.bytesPerSecond = 100_000; // to each
        List<World.Node> leechers = List.of(world.leecher(), world.leecher(), world.leecher(), world.leecher());
        for (World.Node leecher : leechers) {
            leecher.knows(leechers.toArray(World.Node[]::new));
            leecher.knows(seeder);
        }

        assertTrue(world.runUntil(() -> leechers.stream().allMatch(World.Node::isComplete), 300));

        long uploaded = seeder.snapshot().uploadedBytes();
        assertTrue(uploaded <= world.content.length * 13L / 10, uploaded + " bytes of " + world.content.length);
    }

    @Test
    void tellsAllWhenItEnds() {
        World.Node seeder = superSeeder();
        Watcher peer = new Watcher();
        seeder.knows(peer);
        world.run(3);

        seeder.handle(new TorrentEvent.SuperSeedingSet(false));
        world.run(3);

        assertEquals(PIECES, peer.shown().stream().distinct().count());
        assertEquals(PIECES, peer.shown().size());
    }
}
