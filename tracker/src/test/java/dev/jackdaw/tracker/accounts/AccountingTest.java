package dev.jackdaw.tracker.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AccountingTest {
    private static final long MIB = 1 << 20;

    private final Accounting accounting = new Accounting(100 * MIB);
    private Optional<Accounting.Mark> mark = Optional.empty();
    private long timeMillis = 1_700_000_000_000L;
    private long uploaded;
    private long downloaded;
    private int implausible;

    /// What a client says `seconds` after it last said something.
    private void report(int seconds, long up, long down, boolean started) {
        timeMillis += seconds * 1000L;
        var credit = accounting.credit(
                mark, new Report("ann", new InfoHash(1, 2, 3), new PeerId(4, 5, 6), up, down, started, timeMillis));
        mark = Optional.of(credit.mark());
        uploaded += credit.uploaded();
        downloaded += credit.downloaded();
        implausible += credit.implausible() ? 1 : 0;
    }

    private void assertTotals(long up, long down) {
        assertEquals(up, uploaded, "uploaded");
        assertEquals(down, downloaded, "downloaded");
    }

    @Test
    void creditsWhatCameOnTopSinceTheLastReport() {
        report(0, 0, 0, true);
        report(60, 10 * MIB, 30 * MIB, false);
        report(60, 15 * MIB, 30 * MIB, false);

        assertTotals(15 * MIB, 30 * MIB);
    }

    @Test
    void aFirstReportCreditsNothingWhateverItClaims() {
        report(0, 500 * MIB, 500 * MIB, false);

        assertTotals(0, 0);
        report(60, 501 * MIB, 500 * MIB, false);
        assertTotals(MIB, 0);
    }

    @Test
    void theSameTotalsOverASecondAddressCountOnce() {
        report(0, 0, 0, true);
        report(0, 0, 0, true); // over IPv6
        report(60, 10 * MIB, 20 * MIB, false);
        report(0, 10 * MIB, 20 * MIB, false); // over IPv6
        report(60, 12 * MIB, 20 * MIB, false);
        report(1, 12 * MIB + 7, 20 * MIB, false); // over IPv6, a moment later

        assertTotals(12 * MIB + 7, 20 * MIB);
    }

    @Test
    void aRestartedClientCountsFromItsNewStart() {
        report(0, 0, 0, true);
        report(60, 10 * MIB, 10 * MIB, false);
        report(60, 0, 0, true);
        report(60, 4 * MIB, MIB, false);

        assertTotals(14 * MIB, 11 * MIB);
    }

    @Test
    void anOldReportThatComesLateTakesNothingAwayAndIsNotPaidTwice() {
        report(0, 0, 0, true);
        report(60, 10 * MIB, 10 * MIB, false);
        report(1, 8 * MIB, 10 * MIB, false);
        report(60, 11 * MIB, 10 * MIB, false);

        assertTotals(11 * MIB, 10 * MIB);
    }

    @Test
    void aClaimThatNoLineCarriesCreditsNothing() {
        report(0, 0, 0, true);
        report(10, 1001 * MIB, 0, false);
        assertTotals(0, 0);
        report(10, Long.MAX_VALUE, Long.MAX_VALUE, false);
        assertTotals(0, 0);
        assertEquals(2, implausible);

        report(10, 20 * MIB, MIB, false);
        assertTotals(20 * MIB, MIB);
        assertEquals(2, implausible);
    }

    @Test
    void aLineMayHaveCarriedMuchSinceALongTimeAgo() {
        report(0, 0, 0, true);
        report(3600, 3600 * 100 * MIB, 0, false);

        assertTotals(3600 * 100 * MIB, 0);
        assertEquals(0, implausible);
    }

    @Test
    void aClockThatWasSetBackDoesNotStopTheCounting() {
        report(0, 0, 0, true);
        report(-3600, 50 * MIB, 0, false);
        report(60, 60 * MIB, 0, false);

        assertTotals(60 * MIB, 0);
        assertTrue(mark.orElseThrow().timeMillis() >= timeMillis);
    }
}
