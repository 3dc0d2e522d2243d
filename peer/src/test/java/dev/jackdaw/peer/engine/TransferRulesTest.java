package dev.jackdaw.peer.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.tracker.AnnounceEvent;
import dev.jackdaw.protocol.tracker.AnnounceReply;
import dev.jackdaw.protocol.tracker.AnnounceRequest;
import dev.jackdaw.protocol.wire.PeerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TransferRulesTest {
    private static final int KIB = 1024;

    private final World world = new World(32 * 128 * KIB, 128 * KIB);

    private static List<Integer> gained(World.Node node) {
        return node.notices.stream()
                .filter(TorrentEffect.Notice.PieceGained.class::isInstance)
                .map(notice -> ((TorrentEffect.Notice.PieceGained) notice).piece())
                .toList();
    }

    @Test
    void endgameAsksSeveralPeersAndCancelsWhatHasCome() {
        World.ScriptedPeer slow = world.new ScriptedPeer();
        slow.bytesPerSecond = 20_000;
        World.ScriptedPeer quick = world.new ScriptedPeer();
        quick.bytesPerSecond = 4_000_000;
        World.Node leecher = world.leecher();
        leecher.knows(slow, quick);

        assertTrue(world.runUntil(leecher::isComplete, 4));

        assertFalse(slow.received(PeerMessage.Cancel.class).isEmpty());
        long blocks = world.content.length / (16 * KIB);
        long asked = slow.received(PeerMessage.Request.class).size()
                + quick.received(PeerMessage.Request.class).size();
        assertTrue(asked <= blocks * 3 / 2, asked + " requests for " + blocks + " blocks");
    }

    @Test
    void sequentialModeTakesPiecesInOrder() {
        World.Node seeder = world.seeder();
        World.Node leecher = world.leecher();
        leecher.handle(new TorrentEvent.SequentialSet(true));
        leecher.knows(seeder);

        assertTrue(world.runUntil(leecher::isComplete, 20));

        assertEquals(gained(leecher).stream().sorted().toList(), gained(leecher));
    }

    @Test
    void aLaterBitfieldAddsPiecesAndTakesNoneBack() {
        World.ScriptedPeer growing = world.new ScriptedPeer() {
            @Override
            void greet(World.Wire wire) {
                wire.send(new PeerMessage.HaveNone());
                wire.send(new PeerMessage.HaveBitfield(new byte[] {0, 0, 0, 1}));
                wire.send(new PeerMessage.HaveBitfield(new byte[] {-1, -1, -1, -2}));
            }
        };
        World.Node leecher = world.leecher();
        leecher.knows(growing);

        assertTrue(world.runUntil(leecher::isComplete, 10), () -> growing.closed.toString());
    }

    @Test
    void skippedPiecesAreNotAskedForAndHighOnesComeFirst() {
        World.Node seeder = world.seeder();
        World.Node leecher = world.leecher();
        byte[] priorities = new byte[32];
        for (int piece = 0; piece < 16; piece++) {
            priorities[piece] = (byte) (piece < 8 ? 4 : 7);
        }
        leecher.handle(new TorrentEvent.PiecePrioritiesSet(priorities));
        leecher.knows(seeder);

        assertTrue(world.runUntil(leecher::isComplete, 20));

        assertEquals(16, gained(leecher).size());
        assertTrue(gained(leecher).stream().allMatch(piece -> piece < 16));
        assertEquals(16L * 128 * KIB, leecher.snapshot().wantedBytes());

        priorities[20] = 4;
        leecher.handle(new TorrentEvent.PiecePrioritiesSet(priorities));
        assertEquals(Phase.DOWNLOADING, leecher.engine.phase());
    }

    @Test
    void whoWantsMoreThanItHasAsksTheSeedThatItHadLeftAtOnce() {
        World.Node seeder = world.seeder();
        World.Node leecher = world.leecher();
        byte[] priorities = new byte[32];
        leecher.knows(seeder);
        for (int piece = 0; piece < 5; piece++) {
            priorities[piece] = 4;
            leecher.handle(new TorrentEvent.PiecePrioritiesSet(priorities));

            assertTrue(world.runUntil(leecher::isComplete, 3), "piece " + piece);
            world.run(2); // they part, wanting nothing
            assertEquals(0, leecher.snapshot().peers().size());
        }
    }

    @Test
    void downloadLimitIsKept() {
        World.Node seeder = world.seeder();
        World.Node leecher = world.leecher();
        leecher.handle(new TorrentEvent.LimitsSet(200_000, 0));
        leecher.knows(seeder);

        world.run(10);

        long received = leecher.snapshot().downloadedBytes();
        assertTrue(received > 1_700_000 && received < 2_200_000, "" + received);
    }

    @Test
    void uploadLimitIsKept() {
        World.Node seeder = world.seeder();
        seeder.handle(new TorrentEvent.LimitsSet(0, 200_000));
        World.Node leecher = world.leecher();
        leecher.knows(seeder);

        world.run(10);

        long sent = seeder.snapshot().uploadedBytes();
        assertTrue(sent > 1_700_000 && sent < 2_200_000, "" + sent);
    }

    @Test
    void sessionQuotaStopsAndLetsGo() {
        World.Node seeder = world.seeder();
        World.Node leecher = world.leecher();
        leecher.handle(new TorrentEvent.QuotaGranted(TorrentEvent.Direction.DOWNLOAD, 160 * KIB));
        leecher.knows(seeder);
        world.run(5);
        assertEquals(160 * KIB, leecher.snapshot().downloadedBytes());

        leecher.handle(new TorrentEvent.QuotaGranted(TorrentEvent.Direction.DOWNLOAD, Long.MAX_VALUE));

        assertTrue(world.runUntil(leecher::isComplete, 5));
    }

    @Test
    void memoryForPiecesIsNeverExceeded() {
        World.Node leecher = world.leecher();
        leecher.budget.limit = 3 * 128 * KIB;
        leecher.knows(world.seeder(), world.seeder());
        while (!leecher.isComplete()) {
            assertTrue(world.time.nanos() < 60 * World.SECOND);
            world.run(0.001);
            assertTrue(leecher.budget.reserved <= leecher.budget.limit);
        }
        assertArrayEquals(world.content, leecher.disk.data);
        assertEquals(0, leecher.budget.reserved);
    }

    @Test
    void requestsAreNotAskedTwiceBetweenTwoGoodPeers() {
        World.Node leecher = world.leecher();
        leecher.knows(world.seeder(), world.seeder());

        assertTrue(world.runUntil(leecher::isComplete, 20));

        assertTrue(leecher.snapshot().wastedBytes() <= 32L * 16 * KIB, "" + leecher.snapshot());
    }

    @Test
    void pausingClosesEverythingAndResumingGoesOn() {
        World.Node seeder = world.seeder();
        seeder.bytesPerSecond = 1_000_000;
        World.Node leecher = world.leecher();
        leecher.knows(seeder);
        world.run(1);

        leecher.handle(new TorrentEvent.Paused());
        assertEquals(Phase.PAUSED, leecher.engine.phase());
        world.run(1);
        assertTrue(leecher.snapshot().peers().isEmpty());
        assertEquals(0, leecher.budget.reserved);

        leecher.handle(new TorrentEvent.Resumed());
        assertTrue(world.runUntil(leecher::isComplete, 60));
        assertArrayEquals(world.content, leecher.disk.data);
    }

    @Test
    void aRefusingDiskFailsTheTorrentUntilItIsResumed() {
        World.Node leecher = world.leecher();
        leecher.diskFails = true;
        leecher.knows(world.seeder());
        world.run(2);
        assertEquals(Phase.FAILED, leecher.engine.phase());
        assertEquals("write content: no space left", leecher.snapshot().failure());

        leecher.diskFails = false;
        leecher.handle(new TorrentEvent.Resumed());

        assertTrue(world.runUntil(leecher::isComplete, 60));
        assertArrayEquals(world.content, leecher.disk.data);
    }

    /// Three slow seeders, so that three pieces of which some blocks are there are in the making when the first one is
    /// refused.
    private World.Node refusedAmongOthersInTheMaking() {
        World.Node leecher = world.leecher();
        leecher.diskFails = true;
        for (int i = 0; i < 3; i++) {
            World.ScriptedPeer seeder = world.new ScriptedPeer();
            seeder.bytesPerSecond = 100_000 + 30_000 * i;
            leecher.knows(seeder);
        }
        assertTrue(world.runUntil(() -> leecher.engine.phase() == Phase.FAILED, 20));
        return leecher;
    }

    @Test
    void whatWasBegunIsKeptWhileTheDiskRefuses() {
        World.Node leecher = refusedAmongOthersInTheMaking();
        long received = leecher.snapshot().downloadedBytes();
        assertEquals(2L * 128 * KIB, leecher.budget.reserved);

        world.run(3600);
        leecher.diskFails = false;
        leecher.handle(new TorrentEvent.Resumed());
        leecher.knows(world.seeder());
        assertTrue(world.runUntil(leecher::isComplete, 100));

        assertArrayEquals(world.content, leecher.disk.data);
        long again = leecher.snapshot().downloadedBytes() - world.content.length;
        assertTrue(received > 256 * KIB - 32 * KIB, () -> received + " bytes before the failure");
        assertTrue(again <= 128 * KIB + 48 * KIB, () -> again + " bytes received again, of " + received);
    }

    @Test
    void aTorrentAtRestLeavesHalfOfTheMemoryToOthers() {
        World.Node leecher = world.leecher();
        leecher.budget.limit = 3L * 128 * KIB;
        leecher.diskFails = true;
        for (int i = 0; i < 3; i++) {
            World.ScriptedPeer seeder = world.new ScriptedPeer();
            seeder.bytesPerSecond = 100_000 + 30_000 * i;
            leecher.knows(seeder);
        }
        assertTrue(world.runUntil(() -> leecher.engine.phase() == Phase.FAILED, 20));

        assertEquals(128 * KIB, leecher.budget.reserved);
    }

    @Test
    void whatWasKeptForADiskIsGivenUpByAPause() {
        World.Node leecher = refusedAmongOthersInTheMaking();

        leecher.handle(new TorrentEvent.Paused());

        assertEquals(0, leecher.budget.reserved);
        assertTrue(leecher.disk.buffers.isEmpty());
    }

    @Test
    void onlyALocalTrackerMayNameLocalPeers() {
        String tracker = "http://tracker.example/announce";
        PeerAddress local = PeerAddress.of(new byte[] {10, 0, 0, 1}, 6881);
        var reply = new AnnounceReply.Peers(
                Duration.ofMinutes(30),
                Optional.empty(),
                1,
                0,
                List.of(local),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        World.Node leecher = world.leecher();
        leecher.handle(new TorrentEvent.TrackersSet(List.of(List.of(tracker))));

        leecher.handle(new TorrentEvent.AnnounceAnswered(tracker, reply, false));
        assertEquals(0, leecher.snapshot().knownPeers());
        leecher.handle(new TorrentEvent.AnnounceAnswered(tracker, reply, true));
        assertEquals(1, leecher.snapshot().knownPeers());
    }

    @Test
    void dialsItsPeersAtOnceWhenItGoesOnAfterAPause() {
        World.Node seeder = world.seeder();
        seeder.bytesPerSecond = 100_000;
        World.Node leecher = world.leecher();
        leecher.knows(seeder);
        world.run(0.1);
        assertEquals(1, leecher.snapshot().peers().size());

        leecher.handle(new TorrentEvent.Paused());
        world.run(0.1);
        leecher.handle(new TorrentEvent.Resumed());
        world.run(0.5);

        assertEquals(1, leecher.snapshot().peers().size());
    }

    @Test
    void announcesStartCompletionAndEnd() {
        String tracker = "http://tracker.example/announce";
        World.Node leecher = world.leecher();
        leecher.handle(new TorrentEvent.TrackersSet(List.of(List.of(tracker))));
        TorrentEffect.Announce first =
                leecher.effects(TorrentEffect.Announce.class).getFirst();
        assertEquals(AnnounceEvent.STARTED, first.request().event());
        assertEquals(world.content.length, first.request().left());

        leecher.handle(new TorrentEvent.AnnounceAnswered(
                tracker,
                new AnnounceReply.Peers(
                        Duration.ofMinutes(30),
                        Optional.empty(),
                        1,
                        0,
                        List.of(world.seeder().address()),
                        Optional.of("id"),
                        Optional.empty(),
                        Optional.empty()),
                false));
        assertTrue(world.runUntil(leecher::isComplete, 20));
        world.run(40);
        leecher.handle(new TorrentEvent.Paused());

        List<TorrentEffect.Announce> all = leecher.effects(TorrentEffect.Announce.class);
        assertEquals(
                List.of(AnnounceEvent.STARTED, AnnounceEvent.COMPLETED, AnnounceEvent.STOPPED),
                all.stream().map(each -> each.request().event()).toList());
        assertEquals(0, all.getLast().request().left());
        assertEquals(world.content.length, all.getLast().request().downloaded());
        assertEquals(Optional.of("id"), all.getLast().request().trackerId());
    }

    /// libtorrent's way of super-seeding: it waits for the peer's own message.
    @Test
    void aSuperSeederHearsThatItsPieceHasArrived() {
        World.Node leecher = world.leecher();
        leecher.knows(world.new ScriptedPeer() {
            @Override
            void greet(World.Wire wire) {
                wire.send(new PeerMessage.HaveNone());
                wire.send(new PeerMessage.Have(0));
            }

            @Override
            public void received(World.Wire wire, PeerMessage message) {
                super.received(wire, message);
                if (message instanceof PeerMessage.Have(int piece) && piece < 31) {
                    wire.send(new PeerMessage.Have(piece + 1));
                }
            }
        });

        assertTrue(world.runUntil(() -> leecher.engine.phase() == Phase.SEEDING, 20));
    }

    @Test
    void aSeedHearsOfNoPiece() {
        World.Node leecher = world.leecher();
        World.ScriptedPeer seed = world.new ScriptedPeer();
        leecher.knows(seed);

        assertTrue(world.runUntil(() -> leecher.engine.phase() == Phase.SEEDING, 20));
        assertEquals(List.of(), seed.received(PeerMessage.Have.class));
    }

    @Test
    void aCheckEndsConnectionsButTrackersHearNothingOfIt() {
        String tracker = "http://tracker.example/announce";
        World.Node seeder = world.seeder();
        seeder.handle(new TorrentEvent.TrackersSet(List.of(List.of(tracker))));
        seeder.handle(new TorrentEvent.AnnounceAnswered(tracker, peers(), false));
        World.ScriptedPeer peer = world.new ScriptedPeer() {
            @Override
            void greet(World.Wire wire) {
                wire.send(new PeerMessage.HaveNone());
            }
        };
        seeder.knows(peer);
        world.run(3);

        seeder.handle(new TorrentEvent.CheckStarted());
        assertEquals(Phase.CHECKING, seeder.engine.phase());
        world.run(3);
        assertEquals(1, peer.closed.size());
        seeder.handle(new TorrentEvent.PiecesVerified(Bitfield.full(32)));
        world.run(3);

        assertEquals(Phase.SEEDING, seeder.engine.phase());
        assertEquals(1, seeder.snapshot().peers().size());
        assertEquals(1, seeder.effects(TorrentEffect.Announce.class).size());
    }

    private static AnnounceReply peers() {
        return new AnnounceReply.Peers(
                Duration.ofMinutes(30),
                Optional.empty(),
                1,
                0,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void aPartialSeedSaysThatItLacksMuchAndWantsNothing() {
        String tracker = "http://tracker.example/announce";
        World.Node partial = world.leecher();
        byte[] priorities = new byte[32];
        Arrays.fill(priorities, 0, 8, (byte) 4);
        partial.handle(new TorrentEvent.PiecePrioritiesSet(priorities));
        partial.handle(new TorrentEvent.TrackersSet(List.of(List.of(tracker))));
        partial.handle(new TorrentEvent.AnnounceAnswered(tracker, peers(), false));
        partial.knows(world.seeder());
        assertTrue(world.runUntil(partial::isComplete, 20));
        assertTrue(world.runUntil(
                () -> partial.effects(TorrentEffect.Announce.class).size() > 1, 3_600));

        List<AnnounceRequest> announces = partial.effects(TorrentEffect.Announce.class).stream()
                .map(TorrentEffect.Announce::request)
                .toList();
        assertEquals(
                List.of(AnnounceEvent.STARTED, AnnounceEvent.PAUSED),
                announces.stream().map(AnnounceRequest::event).toList());
        assertEquals(24L * 128 * KIB, announces.getLast().left());
        assertTrue(partial.notices.contains(new TorrentEffect.Notice.Completed()));
    }

    @Test
    void piecesLargerThanAMebibyteAreNotAllowedFast() {
        World large = new World(4 * 2048 * KIB, 2048 * KIB);

        assertEquals(8, allowedFast(world), "a mebibyte of pieces of 128 KiB");
        assertEquals(0, allowedFast(large));
    }

    private static int allowedFast(World in) {
        World.Node seeder = in.seeder();
        World.ScriptedPeer newcomer = in.new ScriptedPeer() {
            @Override
            void greet(World.Wire wire) {
                wire.send(new PeerMessage.HaveNone());
            }
        };
        seeder.knows(newcomer);
        in.run(3);
        return newcomer.received(PeerMessage.AllowedFast.class).size();
    }

    @Test
    void asksForNothingTwiceWhileThereArePiecesToBegin() {
        World.Node leecher = world.leecher();
        World.ScriptedPeer one = halfSeed(0);
        World.ScriptedPeer other = halfSeed(0);
        one.bytesPerSecond = 100_000;
        leecher.knows(one, other); // both have the first half only, one is slow

        assertTrue(world.runUntil(() -> gained(leecher).size() == 16, 60));

        long requests = one.received(PeerMessage.Request.class).size()
                + other.received(PeerMessage.Request.class).size();
        assertEquals(0, leecher.snapshot().wastedBytes());
        assertTrue(requests <= 16 * 8 + RequestPipeline.START, requests + " requests for " + 16 * 8 + " blocks");
    }

    private World.ScriptedPeer halfSeed(int from) {
        return world.new ScriptedPeer() {
            @Override
            void greet(World.Wire wire) {
                byte[] bits = new byte[4];
                Arrays.fill(bits, from, from + 2, (byte) 0xff);
                wire.send(new PeerMessage.HaveBitfield(bits));
            }
        };
    }

    @Test
    void whatIsLeftOfAnUnknownSizeIsNotNothing() {
        World.Node stranger = world.node();
        stranger.handle(new TorrentEvent.TrackersSet(List.of(List.of("http://tracker.example/announce"))));
        stranger.handle(new TorrentEvent.Resumed());

        TorrentEffect.Announce unknown =
                stranger.effects(TorrentEffect.Announce.class).getFirst();

        assertEquals(Discovery.UNKNOWN_LEFT, unknown.request().left());
    }

    @Test
    void serverRefusesWhatItCannotServeAndGoesOn() {
        World.Node half = world.node();
        half.handle(new TorrentEvent.InfoKnown(world.info));
        half.disk.full();
        Bitfield have = new Bitfield(32);
        have.set(5);
        half.handle(new TorrentEvent.PiecesVerified(have));
        half.handle(new TorrentEvent.Resumed());
        BlockRequest missing = new BlockRequest(6, 0, 16 * KIB);
        BlockRequest there = new BlockRequest(5, 16 * KIB, 16 * KIB);
        World.ScriptedPeer asker = world.new ScriptedPeer() {
            private boolean asked;

            @Override
            void greet(World.Wire wire) {
                wire.send(new PeerMessage.HaveNone());
                wire.send(new PeerMessage.Interested());
            }

            @Override
            public void received(World.Wire wire, PeerMessage message) {
                super.received(wire, message);
                if (message instanceof PeerMessage.Unchoke && !asked) {
                    asked = true;
                    wire.send(new PeerMessage.Request(missing));
                    wire.send(new PeerMessage.Request(there));
                }
            }
        };
        half.knows(asker);

        world.run(1);

        assertEquals(List.of(new PeerMessage.Reject(missing)), asker.received(PeerMessage.Reject.class));
        assertEquals(1, asker.received(PeerMessage.Piece.class).size());
    }

    @Test
    void aFreeSlotIsGivenAtOnce() {
        World.Node seeder = world.seeder();
        world.run(3.3);
        World.Node leecher = world.leecher();
        leecher.knows(seeder);

        world.run(0.3);

        assertTrue(leecher.snapshot().downloadedBytes() > 0);
    }

    @Test
    void twoPeersThatDialEachOtherKeepOneConnection() {
        World.Node one = world.leecher();
        World.Node other = world.leecher();
        one.knows(other);
        other.knows(one);

        world.run(3);

        assertEquals(1, one.snapshot().peers().size());
        assertEquals(1, other.snapshot().peers().size());
    }

    @Test
    void connectionsStayWithinTheirLimits() {
        EngineConfig base = World.config();
        World.Node leecher = world.leecher(new EngineConfig(base.peerId(), 6881, "x", false, true, true, 6, 2, 8));
        List<World.ScriptedPeer> peers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            peers.add(world.new ScriptedPeer());
        }
        peers.forEach(leecher::knows);
        assertEquals(2, leecher.snapshot().halfOpenConnections());

        world.run(1);

        assertTrue(leecher.snapshot().peers().size() <= 6);
    }

    @Test
    void connectingToOurselvesIsNoticed() {
        World.Node node = world.leecher();
        node.knows(node);

        world.run(30);

        assertTrue(node.snapshot().peers().isEmpty());
        assertEquals(1, node.effects(TorrentEffect.Connect.class).size());
    }

    @Test
    void equalSeedsGiveEqualRuns() {
        assertEquals(trace(), trace());
    }

    private static List<String> trace() {
        World world = new World(32 * 64 * KIB, 64 * KIB);
        World.Node seeder = world.seeder();
        seeder.bytesPerSecond = 500_000;
        World.Node one = world.leecher();
        World.Node other = world.leecher();
        one.knows(seeder, other);
        other.knows(seeder);
        world.run(20);
        assertTrue(one.isComplete());
        return one.effects.stream().map(TransferRulesTest::text).toList();
    }

    private static String text(TorrentEffect effect) {
        return switch (effect) {
            case TorrentEffect.Send(PeerKey key, PeerMessage.HaveBitfield _) -> key + " bitfield";
            case TorrentEffect.Send(PeerKey key, PeerMessage.Extended _) -> key + " extended";
            default -> effect.toString();
        };
    }

    @Test
    void allowedFastSetIsThatOfTheSpecification() {
        var infoHash = dev.jackdaw.protocol.InfoHash.ofHex("aa".repeat(20));
        var peer = PeerAddress.of(new byte[] {80, 4, 4, (byte) 200}, 6881);

        List<Integer> pieces = List.copyOf(AllowedFastSet.of(infoHash, peer, 1313));

        assertEquals(List.of(1059, 431, 808, 1217, 287, 376, 1188, 353, 508), pieces.subList(0, 9));
    }
}
