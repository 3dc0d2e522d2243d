package dev.jackdaw.peer.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.wire.PeerMessage;
import java.util.List;
import org.junit.jupiter.api.Test;

class TorrentEngineTest {
    private static final int KIB = 1024;

    private final World world = new World(40 * 64 * KIB - 5000, 64 * KIB);

    @Test
    void leecherTakesEverythingFromASeeder() {
        World.Node seeder = world.seeder();
        World.Node leecher = world.leecher();
        leecher.knows(seeder);

        assertTrue(
                world.runUntil(leecher::isComplete, 30),
                () -> leecher.snapshot().toString());

        assertArrayEquals(world.content, leecher.disk.data);
        assertEquals(0, leecher.budget.reserved);
        assertEquals(0, leecher.snapshot().wastedBytes());
        assertTrue(leecher.notices.contains(new TorrentEffect.Notice.Completed()));
    }

    @Test
    void firstRequestsLeaveInTheRoundTripOfTheUnchoke() {
        World world = new World(4 << 20, 256 << 10); // of smaller pieces an unproven peer is asked for less
        World.Node seeder = world.seeder();
        World.Node leecher = world.leecher();
        leecher.knows(seeder);

        // dial 20 ms, bitfield 10, interested 10, unchoke 10: requests leave at 50 ms
        world.run(0.0501);

        long requests = leecher.effects(TorrentEffect.Send.class).stream()
                .filter(send -> send.message() instanceof PeerMessage.Request)
                .count();
        assertTrue(requests >= RequestPipeline.START * 3 / 4, requests + " requests");
    }

    @Test
    void leechersShareWhatTheyHaveWithEachOther() {
        World.Node seeder = world.seeder();
        seeder.bytesPerSecond = 200_000; // to each
        List<World.Node> leechers = List.of(world.leecher(), world.leecher(), world.leecher(), world.leecher());
        for (World.Node leecher : leechers) {
            leecher.knows(leechers.toArray(World.Node[]::new));
            leecher.knows(seeder);
        }

        assertTrue(world.runUntil(() -> leechers.stream().allMatch(World.Node::isComplete), 120));

        for (World.Node leecher : leechers) {
            assertArrayEquals(world.content, leecher.disk.data);
        }
        long total = 4L * world.content.length;
        assertTrue(
                seeder.snapshot().uploadedBytes() < total * 3 / 4,
                () -> "" + seeder.snapshot().uploadedBytes());
    }

    @Test
    void seedsPartWhenBothAreComplete() {
        World.Node one = world.seeder();
        World.Node other = world.seeder();
        one.knows(other);

        world.run(5);

        assertTrue(one.snapshot().peers().isEmpty());
        assertFalse(one.effects(TorrentEffect.Disconnect.class).isEmpty());
    }

    @Test
    void metadataComesFromPeersAndThenTheContent() {
        World.Node seeder = world.seeder();
        World.Node leecher = world.node();
        leecher.handle(new TorrentEvent.Resumed());
        leecher.knows(seeder);
        assertEquals(Phase.FETCHING_METADATA, leecher.engine.phase());

        assertTrue(
                world.runUntil(leecher::isComplete, 30),
                () -> leecher.snapshot().toString());

        assertArrayEquals(world.content, leecher.disk.data);
    }
}
