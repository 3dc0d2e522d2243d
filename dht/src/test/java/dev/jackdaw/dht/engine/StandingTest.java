package dev.jackdaw.dht.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class StandingTest {
    private static final int SILENCE = 900;
    private static final int FAILED_ONCE = Standing.failed(Standing.GOOD);
    private static final int BAD = Standing.failed(FAILED_ONCE);

    @Test
    void aMemberIsBadAfterTwoFailuresInARowAndGoodOnceItAnswers() {
        assertTrue(Standing.hasFailed(FAILED_ONCE));
        assertFalse(Standing.isBad(FAILED_ONCE));
        assertTrue(Standing.isBad(BAD));
        assertEquals(Standing.GOOD, Standing.answered(BAD));
    }

    @Test
    void oneThatFailsIsAskedAgainEverMoreSeldomUpToTheOrdinarySilence() {
        int standing = Standing.GOOD;
        int[] expected = {60, 120, 240, 480, SILENCE, SILENCE};

        for (int seconds : expected) {
            standing = Standing.failed(standing);
            assertEquals(seconds, Standing.retrySeconds(standing, SILENCE));
        }
    }

    @Test
    void failuresAreCountedToABoundAndLeaveProbationAlone() {
        int standing = Standing.ON_PROBATION;
        for (int i = 0; i < 1_000; i++) {
            standing = Standing.failed(standing);
        }

        assertTrue(Standing.isBad(standing));
        assertTrue(Standing.isOnProbation(standing));
        assertEquals(Standing.ON_PROBATION, Standing.answered(standing));
    }

    @Test
    void onlyAnExaminationEndsProbation() {
        int examined = Standing.checking(Standing.ON_PROBATION);

        assertEquals(Standing.ON_PROBATION, Standing.answered(Standing.ON_PROBATION), "its NAT may still be open");
        assertEquals(Standing.GOOD, Standing.answered(examined));
        assertEquals(Standing.ON_PROBATION, Standing.answered(Standing.heard(examined)), "it has opened its NAT again");
        assertEquals(Standing.ON_PROBATION, Standing.answered(Standing.failed(examined)), "it has yet to be examined");
    }

    @Test
    void oneThatIsNotOnProbationIsNotExamined() {
        assertEquals(Standing.GOOD, Standing.checking(Standing.GOOD));
        assertEquals(FAILED_ONCE, Standing.checking(FAILED_ONCE));
    }

    @Test
    void oneOnProbationIsExaminedWhenANatHasForgottenUs() {
        assertEquals(SILENCE, Standing.patienceSeconds(Standing.GOOD, SILENCE));
        assertEquals(Standing.PROBATION_SECONDS, Standing.patienceSeconds(Standing.ON_PROBATION, SILENCE));
    }

    @Test
    void othersAreToldOfMembersThatHaveNotFailed() {
        assertTrue(Standing.isPresentable(Standing.GOOD, false));
        assertFalse(Standing.isPresentable(Standing.ON_PROBATION, false));
        assertTrue(Standing.isPresentable(Standing.ON_PROBATION, true));
        assertTrue(Standing.isPresentable(Standing.checking(Standing.ON_PROBATION), true));
        assertFalse(Standing.isPresentable(FAILED_ONCE, true));
    }

    @Test
    void aBadMemberGivesWayToAnyoneAndOneOnProbationToThoseWhoAreNot() {
        assertTrue(Standing.givesWay(BAD, true));
        assertTrue(Standing.givesWay(Standing.ON_PROBATION, false));
        assertFalse(Standing.givesWay(Standing.ON_PROBATION, true));
        assertFalse(Standing.givesWay(FAILED_ONCE, false));
    }

    @Test
    void theWorstIsBadThenOnProbationThenFailedOnce() {
        assertTrue(Standing.badness(BAD) > Standing.badness(Standing.ON_PROBATION));
        assertTrue(Standing.badness(Standing.ON_PROBATION) > Standing.badness(FAILED_ONCE));
        assertTrue(Standing.badness(FAILED_ONCE) > Standing.badness(Standing.GOOD));
    }
}
