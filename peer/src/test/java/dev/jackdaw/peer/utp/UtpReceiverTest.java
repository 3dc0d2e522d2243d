package dev.jackdaw.peer.utp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// A receiver whose peer begins with the packet 1.
final class UtpReceiverTest {
    private static final int PACKET = 64 * 1024;

    /// The bytes that were delivered, packet by packet, by the first of each; -1 for the end.
    private final List<Integer> delivered = new ArrayList<>();
    private final ByteBudget budget = new ByteBudget(1 << 20);

    private final UtpReceiver receiver = new UtpReceiver(
            new UtpReceiver.Reader() {
                @Override
                public void received(ByteBuf payload) {
                    delivered.add((int) payload.getByte(0));
                }

                @Override
                public void ended() {
                    delivered.add(-1);
                }
            },
            0,
            budget);

    private void data(int... sequences) {
        for (int sequence : sequences) {
            ByteBuf payload = Unpooled.buffer(PACKET).writeByte(sequence).writeZero(PACKET - 1);
            receiver.data(sequence, payload);
        }
    }

    @Nested
    class Order {
        @Test
        void whatComesAheadOfAGapWaitsForIt() {
            data(3, 2);
            assertEquals(List.of(), delivered);

            data(1, 4);

            assertEquals(List.of(1, 2, 3, 4), delivered);
            assertEquals(4, receiver.ack());
            assertEquals(0, budget.used());
        }

        @Test
        void whatComesTwiceIsDeliveredOnce() {
            data(1, 1, 3, 3, 2);

            assertEquals(List.of(1, 2, 3), delivered);
        }

        @Test
        void theEndIsToldOnceAndAfterAllBytes() {
            receiver.fin(3);
            data(2, 1);
            receiver.fin(3);

            assertEquals(List.of(1, 2, -1), delivered);
            assertEquals(3, receiver.ack());
        }

        @Test
        void numbersBeginWhereThePeersFirstAnswerSays() {
            receiver.opened(99);

            data(100);

            assertEquals(List.of(100), delivered);
        }

        @Test
        void nothingIsDeliveredOnceItIsClosed() {
            data(2);

            receiver.close();
            data(1);
            receiver.fin(3);

            assertEquals(List.of(), delivered);
            assertEquals(0, budget.used());
        }
    }

    @Nested
    class Acknowledgements {
        @Test
        void nothingIsOwedForNothing() {
            assertFalse(receiver.isStateDue());
        }

        @Test
        void allBytesAreOwedOneAcknowledgement() {
            data(1, 2);
            assertTrue(receiver.isStateDue());
            assertEquals(2 * PACKET, receiver.unackedBytes());

            receiver.stateSent();

            assertFalse(receiver.isStateDue());
            assertEquals(0, receiver.unackedBytes());
        }

        @Test
        void theHeadersOfOtherPacketsWillDoAsLongAsThereIsNoGap() {
            data(1);
            receiver.headersSent();
            assertFalse(receiver.isStateDue());

            data(3);
            receiver.headersSent();

            assertTrue(receiver.isStateDue(), "a selective one");
            assertTrue(receiver.selectiveAck().received().get(0));
        }

        @Test
        void aPacketThatIsOfNoUseIsAcknowledgedToo() {
            data(1);
            receiver.stateSent();

            data(1);

            assertTrue(receiver.isStateDue(), "the first acknowledgement may have been lost");
        }
    }

    @Nested
    class Window {
        private void fill() {
            for (int sequence = 1; receiver.room() > 0; sequence++) {
                data(sequence);
            }
            receiver.stateSent();
        }

        @Test
        void itIsWhatTheReaderHasNotTaken() {
            assertEquals(UtpReceiver.WINDOW_BYTES, receiver.room());
            data(1, 2);

            assertEquals(UtpReceiver.WINDOW_BYTES - 2 * PACKET, receiver.room());
            receiver.consumed(PACKET);
            assertEquals(UtpReceiver.WINDOW_BYTES - PACKET, receiver.room());
        }

        @Test
        void thePeerIsToldWhenOneThatWasFullHasBecomeLargeAgain() {
            fill();

            receiver.consumed(UtpReceiver.WINDOW_BYTES / 4 - 1);
            assertFalse(receiver.isStateDue(), "not for each byte that is taken");
            receiver.consumed(1);

            assertTrue(receiver.isStateDue());
            receiver.headersSent();
            assertFalse(receiver.isStateDue());
        }

        @Test
        void nobodyIsToldOfTheWindowOfAClosedOne() {
            fill();

            receiver.close();
            receiver.consumed(UtpReceiver.WINDOW_BYTES);

            assertFalse(receiver.isStateDue());
        }
    }
}
