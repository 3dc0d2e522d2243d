package dev.jackdaw.peer.utp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class LedbatTest {
    private static final int PACKET = 1_400;
    private static final long SECOND = 1_000_000_000L;

    private final Ledbat ledbat = new Ledbat(PACKET);

    private void roundTrips(int count, int delayMicros, boolean full) {
        for (int i = 0; i < count; i++) {
            int window = ledbat.windowBytes();
            for (int acked = 0; acked < window; acked += PACKET) {
                ledbat.delaySample(delayMicros, i * SECOND / 10);
                ledbat.acked(PACKET, full);
            }
        }
    }

    @Test
    void itDoublesPerRoundTripAtTheStart() {
        roundTrips(3, 5_000, true);
        assertTrue(ledbat.windowBytes() >= 8 * Ledbat.FIRST_PACKETS * PACKET, () -> ledbat.windowBytes() + " bytes");
    }

    @Test
    void aWindowThatIsNotUsedDoesNotGrow() {
        roundTrips(20, 5_000, false);
        assertEquals(Ledbat.FIRST_PACKETS * PACKET, ledbat.windowBytes());
    }

    @Test
    void itGivesWayWhenTheQueueIsLongerThanTheTarget() {
        roundTrips(6, 5_000, true);
        int before = ledbat.windowBytes();
        roundTrips(20, 5_000 + 3 * Ledbat.TARGET_MICROS, true);
        assertTrue(ledbat.windowBytes() < before, () -> before + " to " + ledbat.windowBytes());
    }

    @Test
    void theDifferenceOfTheClocksDoesNotMatterNotEvenWhereItWraps() {
        ledbat.delaySample(Integer.MAX_VALUE - 10, 0);
        for (int i = 0; i < 4; i++) {
            ledbat.delaySample(Integer.MAX_VALUE - 10 + 50_000, 1);
        }
        assertEquals(50_000, ledbat.queueingMicros());
    }

    @Test
    void anOldBaseIsForgotten() {
        ledbat.delaySample(1_000, 0);
        for (int minute = 1; minute <= 4; minute++) {
            for (int i = 0; i < 4; i++) {
                ledbat.delaySample(80_000, minute * 60 * SECOND + i);
            }
        }
        assertEquals(0, ledbat.queueingMicros());
    }

    @Test
    void aLossHalvesTheWindowAndATimeoutLeavesOnePacket() {
        roundTrips(6, 5_000, true);
        int before = ledbat.windowBytes();
        ledbat.lost();
        assertEquals(before / 2, ledbat.windowBytes());
        ledbat.timedOut();
        assertEquals(PACKET, ledbat.windowBytes());
    }
}
