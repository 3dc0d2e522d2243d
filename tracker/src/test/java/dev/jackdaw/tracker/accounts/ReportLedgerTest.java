package dev.jackdaw.tracker.accounts;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerId;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportLedgerTest {
    private static final long MIB = 1 << 20;
    private static final Instant START = Instant.ofEpochSecond(1_700_000_000);

    private final Accounting accounting = new Accounting(100 * MIB);
    private AccountDatabase database;

    @BeforeEach
    void open(@TempDir Path directory) throws SQLException {
        database = new AccountDatabase("jdbc:sqlite:" + directory.resolve("accounts.sqlite"), new Properties());
        database.users.insert(new User("ann", new Passkey(1, 2), 0, 0, true, Optional.empty(), START));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static Report report(int client, int seconds, long uploaded) {
        long time = START.plusSeconds(seconds).toEpochMilli();
        return new Report("ann", new InfoHash(1, 2, 3), new PeerId(client, 0, 0), uploaded, 0, false, time);
    }

    private ReportLedger.Applied apply(String node, long sequence, Report... reports) throws SQLException {
        return database.ledger.apply(node, new JournalFrame(sequence, List.of(reports)), accounting);
    }

    private long uploaded() throws SQLException {
        return database.users.all().getFirst().uploaded();
    }

    @Test
    void aFrameCountsOnceHoweverOftenItComes() throws SQLException {
        apply("here", 1, report(1, 0, 0));
        var applied = apply("here", 2, report(1, 60, 5 * MIB));
        var again = apply("here", 2, report(1, 60, 5 * MIB));

        assertArrayEquals(new long[] {5 * MIB, 0}, applied.totals().get("ann"));
        assertEquals(0, again.totals().size());
        assertEquals(5 * MIB, uploaded());
        assertEquals(2, database.ledger.sequence("here"));
        assertEquals(0, database.ledger.sequence("elsewhere"));
    }

    @Test
    void whatTwoTrackersHeardOfOneClientCountsOnce() throws SQLException {
        apply("here", 1, report(1, 0, 0));
        apply("here", 2, report(1, 60, 5 * MIB));
        apply("elsewhere", 1, report(1, 60, 5 * MIB));
        apply("elsewhere", 2, report(1, 120, 6 * MIB));

        assertEquals(6 * MIB, uploaded());
    }

    @Test
    void aFrameMayHaveMoreClientsThanAStatementAsksFor() throws SQLException {
        List<Report> first = new ArrayList<>();
        List<Report> second = new ArrayList<>();
        for (int client = 0; client < 1_001; client++) {
            first.add(report(client, 0, 0));
            second.add(report(client, 60, MIB));
        }
        apply("here", 1, first.toArray(Report[]::new));
        apply("here", 2, second.toArray(Report[]::new));

        assertEquals(1_001 * MIB, uploaded());
    }

    @Test
    void countsClaimsThatCannotBe() throws SQLException {
        apply("here", 1, report(1, 0, 0), report(2, 0, 0));

        var applied = apply("here", 2, report(1, 1, 5_000 * MIB), report(2, 1, MIB));

        assertEquals(1, applied.implausible());
        assertEquals(MIB, uploaded());
    }

    @Test
    void aParticipationThatWasForgottenBeginsAnew() throws SQLException {
        apply("here", 1, report(1, 0, 0), report(2, 100, 0));

        database.ledger.forgetBefore(START.plusSeconds(50));
        apply("here", 2, report(1, 160, MIB), report(2, 160, MIB));

        assertEquals(MIB, uploaded());
    }
}
