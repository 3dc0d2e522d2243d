package dev.jackdaw.peer.utp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.utp.SendQueue.Entry;
import dev.jackdaw.peer.utp.UtpPacket.Type;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// A sender whose first packet has the number 1, and a peer whose answers are made up here.
final class UtpSenderTest {
    private static final int PACKET = PacketTrain.ORDINARY_BYTES;
    private static final long MILLISECOND = 1_000_000L;
    private static final long SECOND = 1_000 * MILLISECOND;
    private static final long AMPLE = 1 << 20;

    private final UtpSender sender = new UtpSender(1);
    private long nowNanos = SECOND;

    private void write(int packets) {
        ByteBuf buffer = Unpooled.buffer(packets * PACKET).writeZero(packets * PACKET);
        sender.write(new PacketTrain(buffer, PACKET));
    }

    /// Sends all that may be sent; says which packets these are.
    private List<Integer> send() {
        List<Integer> sequences = new ArrayList<>();
        for (Entry next = sender.next(); next != null; next = sender.next()) {
            sender.sent(next, nowNanos);
            sequences.add(next.sequence);
        }
        sender.armForUnacked(nowNanos);
        return sequences;
    }

    private static UtpPacket answer(int ack, long windowBytes, int... selective) {
        BitSet received = new BitSet();
        for (int sequence : selective) {
            received.set(sequence - ack - 2);
        }
        return new UtpPacket(Type.STATE, 1, 0, 0, windowBytes, 0, ack, new SelectiveAck(received), 0);
    }

    /// Acknowledges 50 ms later.
    private int acknowledge(int ack, int... selective) {
        nowNanos += 50 * MILLISECOND;
        int released = sender.answered(answer(ack, AMPLE, selective), nowNanos);
        sender.detectLost();
        return released;
    }

    /// Has packets up to that one sent and acknowledged.
    private void bringTo(int sequence) {
        sender.offered(AMPLE);
        write(sequence);
        while (!sender.isEmpty()) {
            acknowledge(send().getLast());
        }
    }

    @Nested
    class Windows {
        @Test
        void thePeersBoundsWhatIsInFlight() {
            sender.offered(2 * PACKET);
            write(5);

            assertEquals(List.of(1, 2), send());
            acknowledge(1);
            assertEquals(3, send().getFirst());
        }

        @Test
        void thatOfTheNetworkBeginsWithFourPacketsAndGrowsWithWhatIsAcknowledged() {
            sender.offered(AMPLE);
            write(100);

            assertEquals(List.of(1, 2, 3, 4), send());
            acknowledge(4);
            assertEquals(8, send().size());
        }

        @Test
        void aWindowTooSmallForAPacketStopsAllButAProbe() {
            sender.offered(PACKET - 1);
            write(1);

            assertNull(sender.next());
            Entry probe = sender.probe();
            assertNotNull(probe);
            assertEquals(1, probe.sequence);
        }

        @Test
        void aWriterGivesTwiceWhatMayBeInFlightWithinBounds() {
            assertEquals(128 * 1024 / PACKET, sender.wantedPackets());

            bringTo(1_000);
            acknowledge(1_000);

            assertTrue(sender.wantedPackets() > 128 * 1024 / PACKET);
            assertTrue(sender.wantedPackets() <= SendQueue.MAX_PACKETS);
        }

        @Test
        void packetsAreAsLargeAsBothSidesSayButNeverSmallerThanTheOrdinary() {
            sender.agreeOn(0);
            assertEquals(PACKET, sender.packetBytes());

            sender.agreeOn(PacketTrain.LOOPBACK_BYTES);
            assertEquals(PacketTrain.LOOPBACK_BYTES, sender.packetBytes());
        }
    }

    @Nested
    class Losses {
        @Test
        void theThirdRepeatedAcknowledgementLosesTheFirstPacket() {
            bringTo(28);
            write(4);
            send();

            acknowledge(28);
            acknowledge(28);
            assertEquals(List.of(), send());
            acknowledge(28);

            assertEquals(List.of(29), send());
        }

        @Test
        void aPacketIsLostWhenOneSentThreeLaterIsAcknowledged() {
            bringTo(28);
            write(10);
            assertEquals(10, send().size());

            acknowledge(28, 30, 31);
            assertEquals(List.of(), send());
            acknowledge(28, 30, 31, 32);

            assertEquals(List.of(29), send());
        }

        @Test
        void allLossesOfOneFlightHalveTheWindowOnce() {
            bringTo(60);
            write(200);
            int window = send().size();
            int last = 60 + window;

            acknowledge(60, last - 1, last); // all but the last two were lost, and are found to be in turn
            int first = send().size();
            acknowledge(60, last - 2, last - 1, last);
            acknowledge(last);

            int after = send().size();
            assertTrue(first <= window / 2, first + " of " + window);
            assertTrue(after >= window / 2 - 1, after + " of " + window);
        }
    }

    @Nested
    class Acknowledgements {
        @Test
        void packetsAreLetGoInOrderOnly() {
            sender.offered(AMPLE);
            write(4);
            send();

            assertEquals(0, acknowledge(0, 2, 3));
            assertEquals(3, acknowledge(3));
            assertFalse(sender.isEmpty());
            assertEquals(1, acknowledge(4));
            assertTrue(sender.isEmpty());
        }

        @Test
        void theEndCountsAsAPacket() {
            write(1);
            sender.finish();
            sender.offered(AMPLE);
            assertEquals(List.of(1, 2), send());

            acknowledge(1);
            assertFalse(sender.isEmpty());
            acknowledge(2);
            assertTrue(sender.isEmpty());
        }

        @Test
        void whatWasNeverSentOrLongAgoCannotBeAcknowledged() {
            sender.offered(AMPLE);
            write(10);
            send(); // four of them

            assertTrue(sender.mayAcknowledge(0));
            assertTrue(sender.mayAcknowledge(4));
            assertFalse(sender.mayAcknowledge(5));
            assertTrue(sender.mayAcknowledge(SequenceNumber.plus(0, -ReceiveQueue.MAX_AHEAD)));
            assertFalse(sender.mayAcknowledge(SequenceNumber.plus(0, -ReceiveQueue.MAX_AHEAD - 1)));
        }

        @Test
        void whoGivesUpKnowsAPacketThatIsNotAcknowledgedYet() {
            sender.offered(AMPLE);
            write(10);
            send();
            acknowledge(2);

            assertFalse(sender.mayBeLastKnown(1));
            assertTrue(sender.mayBeLastKnown(2));
            assertTrue(sender.mayBeLastKnown(5), "a RESET may name the packet after the last");
            assertFalse(sender.mayBeLastKnown(6));
        }
    }

    @Nested
    class Timeouts {
        @Test
        void thereIsNoneWhileNothingIsOutstanding() {
            assertFalse(sender.isTimedOut(Long.MAX_VALUE));
            assertEquals(7, sender.timeoutBefore(7));

            bringTo(3);

            assertFalse(sender.isTimedOut(nowNanos + 60 * SECOND));
        }

        @Test
        void oneComesASecondAfterTheFirstPacketAndTwiceAsLateEachTime() {
            sender.offered(AMPLE);
            write(1);
            send();

            assertFalse(sender.isTimedOut(nowNanos + SECOND - 1));
            assertTrue(sender.isTimedOut(nowNanos + SECOND));
            nowNanos += SECOND;
            assertEquals(1, sender.timedOut(nowNanos));
            assertEquals(nowNanos + 2 * SECOND, sender.timeoutBefore(Long.MAX_VALUE));
            assertEquals(2, sender.timedOut(nowNanos));
            assertEquals(nowNanos + 4 * SECOND, sender.timeoutBefore(Long.MAX_VALUE));
        }

        @Test
        void afterOneAllInFlightIsLostAndASinglePacketLeaves() {
            sender.offered(AMPLE);
            write(4);
            send();

            sender.timedOut(nowNanos);

            assertEquals(List.of(1), send());
            acknowledge(1);
            assertEquals(List.of(2, 3), send());
        }

        @Test
        void anAnswerThatOffersNoRoomShowsThatThePeerIsThere() {
            sender.offered(PACKET - 1);
            write(1);
            sender.arm(nowNanos);
            for (int i = 1; i <= 20; i++) {
                assertEquals(1, sender.timedOut(nowNanos), "in a row");
                sender.answered(answer(0, PACKET - 1), nowNanos);
            }
        }

        @Test
        void theAnswerToTheFirstPacketOfAllEndsItsTimeout() {
            sender.arm(nowNanos);

            sender.opened();

            assertFalse(sender.isTimedOut(nowNanos + SECOND));
        }
    }

    @Test
    void closingGivesTheBuffersBack() {
        ByteBuf buffer = Unpooled.buffer(PACKET).writeZero(PACKET);
        sender.write(new PacketTrain(buffer, PACKET));
        sender.offered(AMPLE);
        send();

        sender.close();

        assertEquals(0, buffer.refCnt());
        assertTrue(sender.isEmpty());
        assertFalse(sender.isTimedOut(Long.MAX_VALUE));
    }
}
