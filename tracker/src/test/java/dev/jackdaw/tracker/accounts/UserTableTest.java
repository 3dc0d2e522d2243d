package dev.jackdaw.tracker.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserTableTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
    private static final User ANN = new User("ann", new Passkey(1, 2), 3, 4, true, Optional.of("eve"), NOW);

    private String url;
    private AccountDatabase database;

    @BeforeEach
    void open(@TempDir Path directory) {
        url = "jdbc:sqlite:" + directory.resolve("accounts.sqlite");
        database = new AccountDatabase(url, new Properties());
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void keepsAllThereIsToAUser() throws SQLException {
        assertTrue(database.users.insert(ANN));
        assertFalse(database.users.insert(ANN));

        assertEquals(List.of(ANN), database.users.all());
    }

    @Test
    void changesWhatIsGivenAndNothingElse() throws SQLException {
        database.users.insert(ANN);

        var change = new UserChange(Optional.of(false), OptionalLong.empty(), OptionalLong.of(9));
        var changed = database.users.change("ann", change).orElseThrow();

        assertEquals(new User("ann", new Passkey(1, 2), 3, 9, false, Optional.of("eve"), NOW), changed);
        assertEquals(
                new Passkey(5, 6),
                database.users
                        .changePasskey("ann", new Passkey(5, 6))
                        .orElseThrow()
                        .passkey());
        assertEquals(Optional.empty(), database.users.change("bob", change));
    }

    @Test
    void oneThatGoesTakesTheirInvitesAlong() throws SQLException {
        database.users.insert(ANN);
        database.invites.insert(new Invite("code", Optional.of("ann"), NOW, NOW.plusSeconds(1)), 5);

        assertTrue(database.users.delete("ann"));
        assertFalse(database.users.delete("ann"));

        assertEquals(List.of(), database.invites.all());
    }

    @Test
    void aRowThatSomebodyElseHasWrittenWrongIsLeftOut() throws SQLException {
        database.users.insert(ANN);
        try (var other = DriverManager.getConnection(url);
                var statement = other.createStatement()) {
            statement.execute("INSERT INTO users (name, passkey, uploaded, downloaded, enabled, created)"
                    + " VALUES ('bob', 'secret', 0, 0, 1, 0)");
        }

        assertEquals(List.of(ANN), database.users.all());
    }
}
