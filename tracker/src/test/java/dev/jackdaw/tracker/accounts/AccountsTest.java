package dev.jackdaw.tracker.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.tracker.AnnounceEvent;
import dev.jackdaw.tracker.accounts.AccountException.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// [Accounts] on its embedded database; [PostgresAccountsTest] runs the same on PostgreSQL.
class AccountsTest {
    static final long GIB = 1L << 30;

    @TempDir
    Path directory;

    final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-03-01T12:00:00Z"));
    Accounts accounts;

    /// The settings of most tests.
    AccountsConfig config() throws Exception {
        return settings(directory.resolve("accounts"), Optional.empty(), 1.0, List.of());
    }

    static AccountsConfig settings(Path at, Optional<String> database, double minRatio, List<String> refusedClients) {
        return new AccountsConfig(
                true,
                at,
                database,
                Optional.empty(),
                Optional.empty(),
                Duration.ofMillis(100),
                2,
                0,
                0,
                0,
                minRatio,
                1,
                1024,
                List.of(),
                refusedClients,
                1,
                Duration.ofDays(7),
                64);
    }

    @BeforeEach
    void open() throws Exception {
        accounts = open(config());
    }

    Accounts open(AccountsConfig config) throws IOException {
        return Accounts.open(
                config, Duration.ofMinutes(10), () -> now.get(), () -> now.get().toEpochMilli() * 1_000_000);
    }

    @AfterEach
    void close() {
        accounts.close();
    }

    static UserName name(String text) {
        return new UserName(text);
    }

    Optional<String> announce(User user, int torrent, long up, long down, long left, AnnounceEvent event) {
        return announce(user.passkey().hex(), "-TR4050-", torrent, up, down, left, event);
    }

    Optional<String> announce(
            String passkey, String client, int torrent, long up, long down, long left, AnnounceEvent event) {
        byte[] id = (client + "abcdefghijkl").getBytes(StandardCharsets.US_ASCII);
        return accounts.judge(new ClientAnnounce(
                passkey, new InfoHash(torrent, 0, 0), PeerId.of(id), false, 0, 0x7f000001, up, down, left, event));
    }

    /// Waits until the database has all that was announced.
    void settle(int reports) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (accounts.status().reportsRecorded() < reports
                || accounts.status().framesWaiting() > 0) {
            assertTrue(System.nanoTime() < deadline, () -> accounts.status().toString());
            LockSupport.parkNanos(5_000_000);
        }
    }

    private void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }

    @Test
    void aPasskeyIsWhatLetsSomebodyIn() throws Exception {
        User ann = accounts.createUser(name("ann"));

        assertEquals(Optional.empty(), announce(ann, 1, 0, 0, 5, AnnounceEvent.STARTED));
        assertEquals(
                Optional.of("unknown passkey"),
                announce("0".repeat(32), "-TR4050-", 1, 0, 0, 5, AnnounceEvent.STARTED));
        assertTrue(announce("", "-TR4050-", 1, 0, 0, 5, AnnounceEvent.STARTED)
                .orElseThrow()
                .contains("private"));
        assertTrue(accounts.isKnown(ann.passkey().hex().toUpperCase(java.util.Locale.ROOT)));
    }

    @Test
    void whatAClientReportsIsCountedAndStays() throws Exception {
        User ann = accounts.createUser(name("ann"));
        announce(ann, 1, 0, 0, 5, AnnounceEvent.STARTED);
        pass(Duration.ofMinutes(1));
        announce(ann, 1, 3 * GIB, GIB, 5, AnnounceEvent.NONE);
        pass(Duration.ofMinutes(1));
        announce(ann, 1, 4 * GIB, 2 * GIB, 0, AnnounceEvent.STOPPED);
        settle(3);

        assertEquals(4 * GIB, accounts.user(name("ann")).uploaded());
        assertEquals(2.0, accounts.user(name("ann")).ratio().orElseThrow());
        accounts.close();
        accounts = open(config());
        assertEquals(4 * GIB, accounts.user(name("ann")).uploaded());
        assertEquals(2 * GIB, accounts.user(name("ann")).downloaded());
    }

    @Test
    void aRestartOfTheTrackerLosesNothingBetweenTwoReports() throws Exception {
        User ann = accounts.createUser(name("ann"));
        announce(ann, 1, 0, 0, 5, AnnounceEvent.STARTED);
        accounts.close();
        accounts = open(config());
        pass(Duration.ofMinutes(1));
        announce(ann, 1, GIB, GIB / 2, 5, AnnounceEvent.NONE);
        settle(1);

        assertEquals(GIB, accounts.user(name("ann")).uploaded());
    }

    @Test
    void reportsLeftInTheJournalReachTheDatabaseAtTheNextStart() throws Exception {
        User ann = accounts.createUser(name("ann"));
        accounts.close();
        // as a process leaves it that was killed before the database had taken anything
        try (Journal journal = Journal.open(config().directory().resolve("journal"), 1 << 20)) {
            long millis = now.get().toEpochMilli();
            for (int i = 0; i < 3; i++) {
                journal.append(List.of(new Report(
                        "ann", new InfoHash(1, 0, 0), new PeerId(1, 2, 3), i * GIB, 0, i == 0, millis + i * 60_000)));
            }
        }
        accounts = open(config());

        assertEquals(2 * GIB, accounts.user(name("ann")).uploaded());
        accounts.close();
        accounts = open(config());
        assertEquals(2 * GIB, accounts.user(name("ann")).uploaded(), "once");
        assertEquals(ann.passkey(), accounts.user(name("ann")).passkey());
    }

    @Test
    void aLowRatioStopsDownloadsButNotSeeding() throws Exception {
        User ann = accounts.createUser(name("ann"));
        accounts.changeUser(
                name("ann"), new UserChange(Optional.empty(), OptionalLong.of(GIB), OptionalLong.of(3 * GIB)));

        assertTrue(
                announce(ann, 1, 0, 0, 5, AnnounceEvent.STARTED).orElseThrow().contains("ratio is 0.33"));
        assertEquals(Optional.empty(), announce(ann, 2, 0, 0, 0, AnnounceEvent.STARTED));
    }

    @Test
    void theRatioCountsOnlyAfterSomeGrace() throws Exception {
        User ann = accounts.createUser(name("ann"));
        accounts.changeUser(name("ann"), new UserChange(Optional.empty(), OptionalLong.of(0), OptionalLong.of(GIB)));

        assertEquals(Optional.empty(), announce(ann, 1, 0, 0, 5, AnnounceEvent.STARTED));
    }

    @Test
    void limitsAreEnforcedAndAStopIsAlwaysHeard() throws Exception {
        User ann = accounts.createUser(name("ann"));
        announce(ann, 1, 0, 0, 5, AnnounceEvent.STARTED);
        announce(ann, 2, 0, 0, 5, AnnounceEvent.STARTED);

        assertTrue(announce(ann, 3, 0, 0, 5, AnnounceEvent.STARTED).isPresent());
        assertEquals(Optional.empty(), announce(ann, 3, 0, 0, 5, AnnounceEvent.STOPPED));
        assertEquals(2, accounts.torrents(ann));
        announce(ann, 1, 0, 0, 5, AnnounceEvent.STOPPED);
        assertEquals(Optional.empty(), announce(ann, 3, 0, 0, 5, AnnounceEvent.STARTED));
    }

    @Test
    void somebodyDisabledOrGoneIsNotAnswered() throws Exception {
        User ann = accounts.createUser(name("ann"));
        User bob = accounts.createUser(name("bob"));
        accounts.changeUser(
                name("ann"), new UserChange(Optional.of(false), OptionalLong.empty(), OptionalLong.empty()));
        accounts.deleteUser(name("bob"));

        assertEquals(Optional.of("your account is disabled"), announce(ann, 1, 0, 0, 5, AnnounceEvent.NONE));
        assertEquals(Optional.of("unknown passkey"), announce(bob, 1, 0, 0, 5, AnnounceEvent.NONE));
    }

    @Test
    void aNewPasskeyEndsTheOldOne() throws Exception {
        User before = accounts.createUser(name("ann"));
        User after = accounts.renewPasskey(name("ann"));

        assertNotEquals(before.passkey(), after.passkey());
        assertEquals(Optional.of("unknown passkey"), announce(before, 1, 0, 0, 5, AnnounceEvent.NONE));
        assertEquals(Optional.empty(), announce(after, 1, 0, 0, 5, AnnounceEvent.NONE));
    }

    @Test
    void anInviteMakesOneAccountBeforeItExpires() throws Exception {
        accounts.createUser(name("ann"));
        Invite invite = accounts.createInvite(Optional.of(name("ann")), Optional.empty());

        assertEquals(Problem.LIMIT, problem(() -> accounts.createInvite(Optional.of(name("ann")), Optional.empty())));
        assertEquals(Problem.CONFLICT, problem(() -> accounts.redeem(invite.code(), name("ann"))));
        User bob = accounts.redeem(invite.code(), name("bob"));
        assertEquals(Optional.of("ann"), bob.invitedBy());
        assertEquals(Problem.NOT_FOUND, problem(() -> accounts.redeem(invite.code(), name("eve"))));

        Invite late = accounts.createInvite(Optional.of(name("ann")), Optional.of(Duration.ofHours(1)));
        pass(Duration.ofHours(2));
        assertEquals(Problem.NOT_FOUND, problem(() -> accounts.redeem(late.code(), name("eve"))));
        accounts.createInvite(Optional.of(name("ann")), Optional.empty()); // the expired one counts no more
        Invite ours = accounts.createInvite(Optional.empty(), Optional.empty());
        accounts.revokeInvite(ours.code());
        assertEquals(Problem.NOT_FOUND, problem(() -> accounts.redeem(ours.code(), name("eve"))));
    }

    @Test
    void namesAreGivenOutOnce() throws Exception {
        accounts.createUser(name("ann"));

        assertEquals(Problem.CONFLICT, problem(() -> accounts.createUser(name("ann"))));
        assertEquals(Problem.NOT_FOUND, problem(() -> accounts.user(name("bob"))));
        assertEquals(Problem.NOT_FOUND, problem(() -> accounts.deleteUser(name("bob"))));
        assertThrows(IllegalArgumentException.class, () -> name("no spaces"));
        assertThrows(IllegalArgumentException.class, () -> name(""));
        assertEquals(1, accounts.users().size());
    }

    @Test
    void twoTrackersDoNotShareADirectory() throws Exception {
        AccountsConfig config = config();
        assertTrue(
                assertThrows(IOException.class, () -> open(config)).getMessage().contains("in use"));
    }

    @Test
    void refusedClientsAreToldSo() throws Exception {
        User ann = accounts.createUser(name("ann"));
        accounts.close();
        AccountsConfig config = config();
        accounts = open(settings(config.directory(), config.database(), 0, List.of("-BAD")));

        assertTrue(announce(ann.passkey().hex(), "-BAD100-", 1, 0, 0, 5, AnnounceEvent.NONE)
                .orElseThrow()
                .contains("client"));
        assertEquals(Optional.empty(), announce(ann, 1, 0, 0, 5, AnnounceEvent.NONE));
    }

    @Test
    void theDirectoryIsNobodyElses() throws Exception {
        assertEquals(
                "rwx------",
                java.nio.file.attribute.PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(config().directory())));
    }

    private static Problem problem(org.junit.jupiter.api.function.Executable executable) {
        return assertThrows(AccountException.class, executable).problem();
    }
}
