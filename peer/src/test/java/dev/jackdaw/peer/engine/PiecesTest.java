package dev.jackdaw.peer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.engine.PieceLedger.State;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.PieceLayout;
import dev.jackdaw.protocol.wire.Handshake;
import dev.jackdaw.protocol.wire.ReservedBits;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The nouns that keep pieces and requests, each by itself.
class PiecesTest {
    private static final int BLOCK = PieceLayout.BLOCK_LENGTH;
    private static final long SECOND = 1_000_000_000L;

    private static PeerAddress host(int number) {
        return PeerAddress.of(new byte[] {(byte) 203, 0, 113, (byte) number}, 6881);
    }

    private static PeerLink link(int number) {
        Handshake handshake = new Handshake(ReservedBits.ours(false), new InfoHash(1, 2, 3), new PeerId(number, 0, 0));
        return new PeerLink(new TorrentEvent.PeerConnected(new PeerKey(number), host(number), false, handshake), 0);
    }

    @Nested
    class Ledger {
        private final World.CountedBudget budget = new World.CountedBudget();
        private final PieceLedger ledger = new PieceLedger(new PieceLayout(10 * 4 * BLOCK - 100, 4 * BLOCK), budget);
        private final PeerLink peer = link(1);

        private PartialPiece fetch(int piece) {
            PartialPiece partial = ledger.open(piece, peer, false, 0);
            assertNotNull(partial);
            for (int block = ledger.takeFree(partial, 0); block >= 0; block = ledger.takeFree(partial, 0)) {
                ledger.receive(partial, block, peer, 0);
            }
            return partial;
        }

        @Test
        void pieceGoesFromMissingToHaveAndItsMemoryComesBack() {
            PartialPiece partial = fetch(9);
            assertTrue(partial.isComplete());
            assertEquals(4 * BLOCK - 100, budget.reserved);

            ledger.complete(partial);
            assertEquals(State.VERIFYING, ledger.state(9));
            ledger.gained(9);

            assertEquals(State.HAVE, ledger.state(9));
            assertEquals(0, budget.reserved);
            assertEquals(4 * BLOCK - 100, ledger.completedBytes());
        }

        @Test
        void failedPieceIsMissingAgain() {
            ledger.complete(fetch(0));

            assertNotNull(ledger.failed(0));

            assertEquals(State.MISSING, ledger.state(0));
            assertNull(ledger.failed(0));
            assertEquals(0, budget.reserved);
        }

        @Test
        void pieceIsNotOpenedWithoutMemory() {
            budget.limit = 4 * BLOCK;
            assertNotNull(ledger.open(0, peer, false, 0));

            assertNull(ledger.open(1, peer, false, 0));

            assertEquals(State.MISSING, ledger.state(1));
        }

        @Test
        void unwantedPiecesAreSkippedAndThoseInFlightDropped() {
            PartialPiece partial = ledger.open(3, peer, false, 0);
            byte[] priorities = new byte[10];
            priorities[0] = 4;

            assertEquals(List.of(partial), ledger.prioritize(priorities));

            assertEquals(State.SKIPPED, ledger.state(3));
            assertEquals(4 * BLOCK, ledger.wantedBytes());
            assertEquals(1, ledger.wanted().cardinality());
            assertEquals(0, budget.reserved);
        }

        @Test
        void whatIsOnDiskReplacesWhatWasKnown() {
            ledger.complete(fetch(2));
            ledger.gained(2);
            Bitfield onDisk = new Bitfield(10);
            onDisk.set(5);

            ledger.verified(onDisk);

            assertEquals(onDisk, ledger.have());
            assertEquals(State.MISSING, ledger.state(2));
            assertEquals(4 * BLOCK, ledger.completedBytes());
            assertEquals(9, ledger.wanted().cardinality());
        }

        @Test
        void aPieceCannotBeOpenedTwice() {
            ledger.open(0, peer, false, 0);

            assertThrows(IllegalStateException.class, () -> ledger.open(0, peer, false, 0));
        }

        @Test
        void overdueBlockIsFreeForOthersAndStillTaken() {
            PartialPiece partial = ledger.open(0, peer, false, 0);
            assertNotNull(partial);
            int block = ledger.takeFree(partial, 0);
            ledger.late(partial, block);
            assertEquals(4, partial.freeBlocks());
            assertTrue(partial.isShared(block));

            ledger.receive(partial, block, peer, 0);

            assertEquals(3, partial.freeBlocks());
            assertEquals(1, partial.receivedBlocks());
        }
    }

    @Nested
    class Order {
        @Test
        void rarestPieceComesFirst() {
            AvailabilityOrder order = order(8);
            order.addSeed();
            for (int piece = 0; piece < 8; piece++) {
                for (int copy = 0; copy < 8 - piece; copy++) {
                    order.addCopy(piece);
                }
            }
            assertEquals(7, order.rarest(Bitfield.full(8), _ -> true));
            order.remove(7);
            assertEquals(6, order.rarest(Bitfield.full(8), _ -> true));
            assertEquals(5, order.rarest(Bitfield.full(8), piece -> piece != 6));
        }

        @Test
        void highPriorityGoesBeforeRarity() {
            byte[] priorities = {4, 4, 7, 1};
            AvailabilityOrder order = new AvailabilityOrder(priorities, new SplittableRandom(1));
            order.addAll(Bitfield.full(4));
            order.addCopy(2);

            assertEquals(2, order.rarest(Bitfield.full(4), _ -> true));
        }

        @Test
        void tiesAreBrokenAtRandom() {
            Set<Integer> seen = new HashSet<>();
            AvailabilityOrder order = order(50);
            for (int i = 0; i < 500; i++) {
                seen.add(order.rarest(Bitfield.full(50), _ -> true));
            }
            assertTrue(seen.size() > 40, seen::toString);
        }

        @Test
        void aRarePeerIsServedFromALongListToo() {
            AvailabilityOrder order = order(100_000);
            Bitfield have = new Bitfield(100_000);
            have.set(77_777);

            assertEquals(77_777, order.rarest(have, _ -> true));
            assertEquals(-1, order.rarest(have, piece -> piece != 77_777));
        }

        @ParameterizedTest
        @ValueSource(longs = {1, 2, 3})
        void staysInOrderWhateverHappens(long seed) {
            SplittableRandom random = new SplittableRandom(seed);
            int count = 60;
            int[] copies = new int[count];
            Set<Integer> in = new HashSet<>();
            byte[] priorities = new byte[count];
            for (int piece = 0; piece < count; piece++) {
                priorities[piece] = (byte) (1 + 3 * random.nextInt(3));
            }
            AvailabilityOrder order = new AvailabilityOrder(priorities, random);
            for (int step = 0; step < 5_000; step++) {
                int piece = random.nextInt(count);
                switch (random.nextInt(4)) {
                    case 0 -> {
                        order.addCopy(piece);
                        copies[piece]++;
                    }
                    case 1 -> {
                        if (copies[piece] > 0) {
                            order.removeCopy(piece);
                            copies[piece]--;
                        }
                    }
                    case 2 -> {
                        order.add(piece);
                        in.add(piece);
                    }
                    default -> {
                        order.remove(piece);
                        in.remove(piece);
                    }
                }
                Optional<Integer> best = in.stream()
                        .min((a, b) -> priorities[a] != priorities[b]
                                ? priorities[b] - priorities[a]
                                : Math.min(63, copies[a]) - Math.min(63, copies[b]));
                int picked = order.rarest(Bitfield.full(count), _ -> true);
                assertEquals(best.isPresent(), picked >= 0);
                if (best.isPresent()) {
                    assertTrue(in.contains(picked));
                    assertEquals(priorities[best.get()], priorities[picked]);
                    assertEquals(Math.min(63, copies[best.get()]), Math.min(63, copies[picked]));
                }
            }
        }

        private AvailabilityOrder order(int count) {
            byte[] priorities = new byte[count];
            Arrays.fill(priorities, PieceLedger.NORMAL_PRIORITY);
            AvailabilityOrder order = new AvailabilityOrder(priorities, new SplittableRandom(5));
            order.addAll(Bitfield.full(count));
            return order;
        }
    }

    @Nested
    class Pipeline {
        private final RequestPipeline pipeline = new RequestPipeline();
        private final PieceLayout layout = new PieceLayout(1L << 30, 1 << 24);
        private final PartialPiece piece = new PartialPiece(0, layout, link(1), false, 0);
        private int asked;

        private void fill(long now) {
            for (int room = pipeline.room(); room > 0; room--) {
                pipeline.add(piece, asked++ % 1024, now);
            }
        }

        /// Answers at a rate, one block after the other, with a second's measure now and then.
        private void run(int seconds, long rate, long latency) {
            long gap = SECOND * BLOCK / rate;
            long now = 0;
            int answered = 0;
            for (int second = 1; second <= seconds; second++) {
                while (now < second * SECOND) {
                    fill(now);
                    now += gap;
                    assertNotNull(pipeline.answered(0, answered++ % 1024, Math.max(now, latency)));
                }
                pipeline.measure(rate);
            }
        }

        @Test
        void growsToTheDepthThatAFastPeerNeeds() {
            pipeline.setPeerLimit(2000);

            run(3, 400_000_000, SECOND / 10);

            assertEquals(RequestPipeline.MAX, pipeline.target());
        }

        /// All that is under way is lost if the process is killed.
        @Test
        void asksForLittleMoreThanTheLatencyOfAQuickPeerNeeds() {
            pipeline.setPeerLimit(2000);

            run(3, 100_000_000, SECOND / 1000);

            int needed = 100_000_000 / 1000 / BLOCK + 1;
            assertTrue(
                    pipeline.target() <= needed + RequestPipeline.MAX_SLACK && pipeline.target() > needed,
                    "" + pipeline.target());
        }

        /// Answers in order at a rate, each no sooner than its latency; the first ones take much longer. Says how many
        /// requests were outstanding on average after them.
        private double serve(int cold, long coldLatency, long latency, long rate, int blocks) {
            long gap = SECOND * BLOCK / rate;
            var askedAt = new java.util.ArrayDeque<Long>();
            long now = 0;
            long outstanding = 0;
            for (int answered = 0; answered < blocks; answered++) {
                for (int room = pipeline.room(); room > 0; room--) {
                    pipeline.add(piece, asked++ % 1024, now);
                    askedAt.add(now);
                }
                now = Math.max(now + gap, askedAt.remove() + (answered < cold ? coldLatency : latency));
                assertNotNull(pipeline.answered(0, answered % 1024, now));
                outstanding += answered < cold ? 0 : pipeline.outstanding();
            }
            return (double) outstanding / (blocks - cold);
        }

        @Test
        void doesNotTakeTheTimeToWarmUpForTheLatency() {
            pipeline.setPeerLimit(2000);

            double outstanding = serve(40, SECOND / 200, SECOND / 5000, 600_000_000, 20_000);

            assertTrue(outstanding <= RequestPipeline.MAX_UNSAMPLED, "" + outstanding);
        }

        @Test
        void growsFastForAFarPeerBeforeAnythingWasMeasured() {
            pipeline.setPeerLimit(2000);

            serve(0, 0, SECOND / 10, 100_000_000, 2_000);

            assertTrue(pipeline.target() >= 600, "" + pipeline.target());
        }

        @Test
        void shrinksForASlowPeer() {
            run(10, 50_000, SECOND / 100);

            assertTrue(pipeline.target() <= 8, "" + pipeline.target());
        }

        @Test
        void neverExceedsWhatThePeerQueues() {
            pipeline.setPeerLimit(5);
            fill(0);
            assertEquals(5, pipeline.outstanding());
            assertEquals(0, pipeline.room());
        }

        @Test
        void asksAgainOnlyWhenHalfIsAnswered() {
            fill(0);
            int half = RequestPipeline.START / 2;
            for (int block = 0; block < half - 1; block++) {
                pipeline.remove(0, block);
            }
            assertEquals(0, pipeline.room());
            pipeline.remove(0, half - 1);
            assertEquals(half, pipeline.room());
        }

        @Test
        void answersMayComeInAnyOrder() {
            fill(0);
            SplittableRandom random = new SplittableRandom(3);
            List<Integer> order = new java.util.ArrayList<>(
                    IntStream.range(0, RequestPipeline.START).boxed().toList());
            java.util.Collections.shuffle(order, java.util.Random.from(random));
            for (int block : order) {
                assertTrue(pipeline.contains(0, block));
                assertEquals(piece, pipeline.answered(0, block, SECOND));
                assertFalse(pipeline.contains(0, block));
            }
            assertTrue(pipeline.isEmpty());
        }

        @Test
        void aPeerThatSendsNothingIsOverdueAfterSomeSeconds() {
            fill(0);
            int[] overdue = new int[1];
            pipeline.expire(4 * SECOND, (_, _, _) -> overdue[0]++);
            assertEquals(0, overdue[0]);

            pipeline.expire(6 * SECOND, (_, _, _) -> overdue[0]++);

            assertEquals(RequestPipeline.START, overdue[0]);
            assertEquals(0, pipeline.room());
            assertNotNull(pipeline.answered(0, 0, 7 * SECOND));
            assertTrue(pipeline.removedWasLate());
        }
    }

    @Nested
    class Queue {
        private final UploadQueue queue = new UploadQueue();

        @Test
        void handsOverNoMoreThanAWindow() {
            for (int block = 0; block < 1000; block++) {
                assertTrue(queue.offer(new BlockRequest(0, block * BLOCK, BLOCK)));
            }
            assertEquals(
                    UploadQueue.START_WINDOW / BLOCK,
                    queue.next(Long.MAX_VALUE, 0).size());
            assertEquals(List.of(), queue.next(Long.MAX_VALUE, 0));
        }

        @Test
        void windowGrowsWhileTheNetworkIsQuick() {
            int most = 0;
            for (int round = 0; round < 10; round++) {
                for (int block = 0; block < 512; block++) {
                    queue.offer(new BlockRequest(0, block * BLOCK, BLOCK));
                }
                int blocks = queue.next(Long.MAX_VALUE, round).size();
                most = Math.max(most, blocks);
                queue.sent(blocks, (long) blocks * BLOCK, round);
            }
            assertEquals(UploadQueue.MAX_WINDOW / BLOCK, most);
        }

        @Test
        void isBoundedAndForgetsWhatWasCancelled() {
            for (int block = 0; block < UploadQueue.MAX_REQUESTS; block++) {
                assertTrue(queue.offer(new BlockRequest(block, 0, BLOCK)));
            }
            assertFalse(queue.offer(new BlockRequest(9999, 0, BLOCK)));
            assertTrue(queue.cancel(new BlockRequest(7, 0, BLOCK)));
            assertFalse(queue.cancel(new BlockRequest(7, 0, BLOCK)));
            assertEquals(UploadQueue.MAX_REQUESTS - 1, queue.waiting());
        }

        @Test
        void aRepeatedRequestIsAnsweredOnce() {
            for (int i = 0; i < 2 * UploadQueue.MAX_REQUESTS; i++) {
                assertTrue(queue.offer(new BlockRequest(3, 0, BLOCK)));
            }

            assertEquals(1, queue.waiting());
        }

        @Test
        void limitLetsOneBlockBeyondThrough() {
            queue.offer(new BlockRequest(0, 0, BLOCK));
            queue.offer(new BlockRequest(0, BLOCK, BLOCK));

            assertEquals(1, queue.next(100, 0).size());
            assertEquals(0, queue.next(0, 0).size());
        }
    }

    @Nested
    class Evidence {
        private final CorruptionEvidence evidence = new CorruptionEvidence();

        @Test
        void onlySenderIsProvenAtOnce() {
            assertEquals(
                    Optional.of(host(1)), evidence.failed(0, new PeerAddress[] {host(1), host(1)}, new long[] {1, 2}));
            assertTrue(evidence.isSuspect(0));
        }

        @Test
        void whoSentADifferentBlockIsProvenByTheGoodCopy() {
            assertEquals(
                    Optional.empty(),
                    evidence.failed(4, new PeerAddress[] {host(1), host(2), host(3)}, new long[] {1, 99, 3}));

            assertEquals(Set.of(host(2)), evidence.passed(4, new long[] {1, 2, 3}));

            assertFalse(evidence.isSuspect(4));
            assertEquals(Set.of(), evidence.passed(4, new long[] {7, 7, 7}));
        }

        @Test
        void oldestExhibitIsForgottenBeyondTheBound() {
            PeerAddress[] senders = {host(1), host(2)};
            for (int piece = 0; piece <= CorruptionEvidence.MAX_EXHIBITS; piece++) {
                evidence.failed(piece, senders, new long[] {1, 2});
            }
            assertEquals(Set.of(), evidence.passed(0, new long[] {1, 3}));
            assertEquals(Set.of(host(2)), evidence.passed(1, new long[] {1, 3}));
        }
    }
}
