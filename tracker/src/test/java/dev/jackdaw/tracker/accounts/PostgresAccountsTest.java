package dev.jackdaw.tracker.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jackdaw.protocol.tracker.AnnounceEvent;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// [Accounts] on a real PostgreSQL; skipped where that is not installed.
class PostgresAccountsTest extends AccountsTest {
    private static Optional<PostgresServer> server = Optional.empty();

    @BeforeAll
    static void startServer() throws Exception {
        Optional<Path> bin = PostgresServer.installed();
        assumeTrue(bin.isPresent(), "PostgreSQL is not installed");
        server = Optional.of(PostgresServer.start(bin.get()));
    }

    @AfterAll
    static void stopServer() throws Exception {
        if (server.isPresent()) {
            server.get().close();
        }
    }

    @BeforeEach
    @Override
    void open() throws Exception {
        try (var connection = DriverManager.getConnection(server.orElseThrow().url());
                var statement = connection.createStatement()) {
            statement.execute("DROP SCHEMA public CASCADE");
            statement.execute("CREATE SCHEMA public");
        }
        super.open();
    }

    @Override
    AccountsConfig config() {
        return settings(
                directory.resolve("accounts"), Optional.of(server.orElseThrow().url()), 1.0, List.of());
    }

    private static void await(BooleanSupplier condition, String what) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, what);
            LockSupport.parkNanos(10_000_000);
        }
    }

    @Test
    void twoTrackersOnOneDatabaseCountAClientOnce() throws Exception {
        User ann = accounts.createUser(name("ann"));
        Accounts first = accounts;
        try (Accounts second = open(settings(
                directory.resolve("second"), Optional.of(server.orElseThrow().url()), 1.0, List.of()))) {
            announce(ann, 1, 0, 0, 5, AnnounceEvent.STARTED);
            settle(1);
            for (int i = 1; i <= 6; i++) {
                now.updateAndGet(before -> before.plusSeconds(60));
                accounts = i % 2 == 0 ? first : second;
                announce(ann, 1, i * GIB, 0, 5, AnnounceEvent.NONE);
                settle((i + 2) / 2);
            }
            accounts = first;
            now.updateAndGet(before -> before.plusSeconds(60)); // time to read the users again
            await(
                    () -> first.users().getFirst().uploaded() == 6 * GIB
                            && second.users().getFirst().uploaded() == 6 * GIB,
                    "totals " + first.users() + " and " + second.users());
            User bob = second.createUser(name("bob"));
            now.updateAndGet(before -> before.plusSeconds(60));
            await(() -> first.isKnown(bob.passkey().hex()), "a user made by another tracker is known");
        }
    }

    @Test
    void announcesAreAnsweredAndCountedWhileTheDatabaseIsAway() throws Exception {
        User ann = accounts.createUser(name("ann"));
        announce(ann, 1, 0, 0, 5, AnnounceEvent.STARTED);
        settle(1);
        server.orElseThrow().halt();
        now.updateAndGet(before -> before.plusSeconds(60));

        assertEquals(Optional.empty(), announce(ann, 1, GIB, 0, 5, AnnounceEvent.NONE));
        await(() -> !accounts.status().databaseAvailable(), "the outage is noticed");
        assertEquals(
                AccountException.Problem.UNAVAILABLE,
                org.junit.jupiter.api.Assertions.assertThrows(
                                AccountException.class, () -> accounts.createUser(name("bob")))
                        .problem());
        assertEquals(Optional.empty(), announce(ann, 1, GIB, 0, 5, AnnounceEvent.NONE));

        server.orElseThrow().resume();
        now.updateAndGet(before -> before.plusSeconds(60));
        settle(3);
        assertEquals(GIB, accounts.user(name("ann")).uploaded());
    }
}
