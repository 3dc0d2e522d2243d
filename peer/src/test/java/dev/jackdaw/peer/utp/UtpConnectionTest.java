package dev.jackdaw.peer.utp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.simulation.Seed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Two connections over a path that delays, loses, reorders, repeats and forges, on virtual time.
final class UtpConnectionTest {
    private static final long SECOND = 1_000_000_000L;

    static Stream<Seed> seeds() {
        return LongStream.rangeClosed(1, 8).mapToObj(Seed::new);
    }

    private static byte[] content(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static void open(LossyPair pair) {
        pair.dial();
        pair.time.runUntil(() -> pair.dialler.connected, 20 * SECOND);
        assertTrue(pair.dialler.connected, "connected");
    }

    /// Both directions at once; the accepting side may only speak when it was spoken to.
    private static void exchange(LossyPair pair, Seed seed, int bytes, long withinNanos) {
        byte[] there = content(bytes);
        byte[] back = content(bytes / 2 + 1);
        pair.dialler.write(there);
        assertTrue(pair.time.runUntil(() -> pair.acceptor.connected, 60 * SECOND), "accepted");
        pair.acceptor.write(back);
        long limit = pair.time.nanos() + withinNanos;
        boolean done = pair.time.runUntil(
                () -> pair.acceptor.received.size() >= there.length && pair.dialler.received.size() >= back.length,
                limit);
        assertTrue(
                done,
                () -> seed.describe() + ": " + pair.acceptor.received.size() + " of " + there.length + " and "
                        + pair.dialler.received.size() + " of " + back.length + ", closed " + pair.dialler.closed + ", "
                        + pair.acceptor.closed);
        assertArrayEquals(there, pair.acceptor.received.toByteArray(), seed.describe());
        assertArrayEquals(back, pair.dialler.received.toByteArray(), seed.describe());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void bytesArriveInOrderOverAPerfectPath(Seed seed) {
        LossyPair pair = new LossyPair(seed);
        open(pair);
        exchange(pair, seed, 3_000_000, 20 * SECOND);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void bytesArriveInOrderWhenPacketsAreLostReorderedAndRepeated(Seed seed) {
        LossyPair pair = new LossyPair(seed);
        pair.loss = 0.05;
        pair.duplication = 0.05;
        pair.jitterNanos = 8 * LossyPair.MILLISECOND;
        open(pair);
        exchange(pair, seed, 1_000_000, 600 * SECOND);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aThirdOfAllPacketsMayBeLost(Seed seed) {
        LossyPair pair = new LossyPair(seed);
        pair.loss = 0.33;
        pair.dial();
        pair.time.runUntil(() -> pair.dialler.connected || pair.dialler.closed != null, 60 * SECOND);
        if (pair.dialler.closed == null) {
            exchange(pair, seed, 30_000, 3_000 * SECOND);
        }
    }

    @Test
    void sequenceNumbersWrapAround() {
        LossyPair pair = new LossyPair(new Seed(1));
        pair.loss = 0.001;
        pair.delayNanos = LossyPair.MILLISECOND;
        open(pair);
        byte[] part = content(2_000_000);
        for (int round = 0; round < 50; round++) {
            pair.acceptor.received.reset();
            pair.dialler.write(part);
            assertTrue(
                    pair.time.runUntil(
                            () -> pair.acceptor.received.size() >= part.length, pair.time.nanos() + 100 * SECOND),
                    "round " + round);
            assertArrayEquals(part, pair.acceptor.received.toByteArray(), "round " + round);
            pair.run(SECOND / 10);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void largePacketsArriveAsWell(Seed seed) {
        LossyPair pair = new LossyPair(seed);
        pair.maxDatagram = PacketTrain.LOOPBACK_BYTES;
        pair.loss = 0.01;
        open(pair);
        assertEquals(PacketTrain.LOOPBACK_BYTES, pair.dialler.connection().packetBytes());
        exchange(pair, seed, 3_000_000, 100 * SECOND);
    }

    @Test
    void theWholeBurstOfAReceiverThatOverflowsIsRecovered() {
        LossyPair pair = new LossyPair(new Seed(1));
        pair.bytesPerSecond = 2_000_000;
        pair.queueLimitNanos = 20 * LossyPair.MILLISECOND;
        pair.delayNanos = LossyPair.MILLISECOND;
        open(pair);
        exchange(pair, new Seed(1), 3_000_000, 30 * SECOND);
    }

    @Test
    void theQueueStaysNearTheTargetOnASlowLink() {
        LossyPair pair = new LossyPair(new Seed(1));
        pair.bytesPerSecond = 500_000;
        open(pair);
        pair.dialler.write(content(3_500_000));
        pair.run(4 * SECOND);
        int before = pair.acceptor.received.size();
        pair.run(2 * SECOND);
        int rate = (pair.acceptor.received.size() - before) / 2;
        assertTrue(rate > 400_000, () -> "uses the link: " + rate + " B/s");
    }

    @Test
    void aReaderThatDoesNotReadStopsTheWriterAndStartsItAgain() {
        LossyPair pair = new LossyPair(new Seed(2));
        open(pair);
        byte[] bytes = content(4_000_000);
        pair.acceptor.reading = false;
        pair.dialler.write(bytes);
        pair.run(20 * SECOND);
        int held = pair.acceptor.received.size();
        assertTrue(held <= UtpReceiver.WINDOW_BYTES && held > UtpReceiver.WINDOW_BYTES / 2, () -> "held " + held);
        pair.run(200 * SECOND);
        assertEquals(held, pair.acceptor.received.size());
        assertNull(pair.dialler.closed, "a closed window is no failure");
        pair.acceptor.reading = true;
        pair.acceptor.take();
        pair.run(20 * SECOND);
        assertArrayEquals(bytes, pair.acceptor.received.toByteArray());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void allThatWasWrittenBeforeTheEndArrives(Seed seed) {
        LossyPair pair = new LossyPair(seed);
        pair.loss = 0.02;
        open(pair);
        byte[] bytes = content(100_000);
        pair.dialler.write(bytes);
        pair.dialler.finish();
        pair.time.runUntil(() -> pair.acceptor.ended, pair.time.nanos() + 60 * SECOND);
        assertTrue(pair.acceptor.ended, seed.describe());
        assertArrayEquals(bytes, pair.acceptor.received.toByteArray(), seed.describe());
        pair.acceptor.finish();
        pair.run(60 * SECOND);
        assertNotNull(pair.dialler.closed);
        assertNotNull(pair.acceptor.closed);
        assertEquals(0, pair.budget.used());
    }

    @Test
    void aPeerThatVanishesIsGivenUp() {
        LossyPair pair = new LossyPair(new Seed(3));
        open(pair);
        pair.loss = 1;
        pair.dialler.write(content(50_000));
        pair.run(120 * SECOND);
        assertNotNull(pair.dialler.closed);
    }

    @Test
    void aSynThatNobodyAnswersIsGivenUp() {
        LossyPair pair = new LossyPair(new Seed(4));
        pair.loss = 1;
        pair.dial();
        pair.dialler.flush();
        pair.run(60 * SECOND);
        assertEquals("does not answer", pair.dialler.closed);
    }

    @Test
    void aResetEndsTheOtherSide() {
        LossyPair pair = new LossyPair(new Seed(5));
        open(pair);
        exchange(pair, new Seed(5), 10_000, 10 * SECOND);
        pair.run(SECOND);
        pair.acceptor.connection().abort(pair.time.nanos());
        pair.run(SECOND);
        assertEquals("reset by the peer", pair.dialler.closed);
    }

    @Test
    void aResetThatNamesNoPacketOfOursIsIgnored() {
        LossyPair pair = new LossyPair(new Seed(6));
        open(pair);
        exchange(pair, new Seed(6), 10_000, 10 * SECOND);
        pair.run(SECOND);
        UtpConnection target = pair.dialler.connection();
        int hits = 0;
        for (int ack = 0; ack < 1 << 16; ack += 64) {
            target.receive(
                    new UtpPacket(UtpPacket.Type.RESET, target.receiveId(), 0, 0, 0, 0, ack, SelectiveAck.NONE, 0),
                    Unpooled.EMPTY_BUFFER,
                    pair.time.nanos());
            hits += target.isClosed() ? 1 : 0;
        }
        assertEquals(0, hits);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void packetsWithChangedBytesDoNoHarmBeyondTheirConnection(Seed seed) {
        LossyPair pair = new LossyPair(seed);
        open(pair);
        RandomGenerator random = seed.random("mutation");
        pair.tampering = packet -> {
            if (random.nextInt(4) == 0) {
                for (int i = 0; i < 3; i++) {
                    packet.setByte(random.nextInt(Math.min(packet.readableBytes(), 28)), random.nextInt(256));
                }
            }
            return packet;
        };
        pair.dialler.write(content(500_000));
        pair.run(300 * SECOND);
        long sent = pair.dialler.datagrams + pair.acceptor.datagrams;
        assertTrue(sent < 100_000, () -> seed.describe() + ": " + sent + " datagrams for 500,000 bytes");
        assertTrue(pair.budget.used() <= 2L * UtpReceiver.WINDOW_BYTES);
        pair.dialler.connection().abort(pair.time.nanos());
        if (pair.acceptor.connection != null) {
            pair.acceptor.connection().abort(pair.time.nanos());
        }
        assertEquals(0, pair.budget.used(), "all memory is given back");
    }

    @Test
    void anAcknowledgementOfWhatWasNeverSentChangesNothing() {
        LossyPair pair = new LossyPair(new Seed(7));
        open(pair);
        pair.dialler.write(content(10));
        UtpConnection target = pair.dialler.connection();
        for (int ack = 0; ack < 1 << 16; ack++) {
            ByteBuf nothing = Unpooled.EMPTY_BUFFER;
            target.receive(
                    new UtpPacket(UtpPacket.Type.STATE, target.receiveId(), 0, 0, 0, 0, ack, SelectiveAck.NONE, 0),
                    nothing,
                    pair.time.nanos());
        }
        assertFalse(target.isClosed());
        assertTrue(pair.dialler.released <= 1);
    }
}
