package dev.jackdaw.tracker.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InviteTableTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

    private AccountDatabase database;

    @BeforeEach
    void open(@TempDir Path directory) throws SQLException {
        database = new AccountDatabase("jdbc:sqlite:" + directory.resolve("accounts.sqlite"), new Properties());
        database.users.insert(user("ann", 1));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static User user(String name, int passkey) {
        return new User(name, new Passkey(0, passkey), 0, 0, true, Optional.empty(), NOW);
    }

    private static Invite invite(String code, int secondsFromNow) {
        Instant created = NOW.plusSeconds(secondsFromNow);
        return new Invite(code, Optional.of("ann"), created, created.plusSeconds(100));
    }

    @Test
    void anIssuerHasSoManyOpenOnesAndNoMore() throws SQLException {
        assertTrue(database.invites.insert(invite("a", 0), 2));
        assertTrue(database.invites.insert(invite("b", 50), 2));
        assertFalse(database.invites.insert(invite("c", 60), 2));
        assertTrue(database.invites.insert(invite("d", 100), 2), "the first one has expired");
        assertEquals(List.of(invite("b", 50), invite("d", 100)), database.invites.all());
    }

    @Test
    void makesOneUser() throws SQLException {
        database.invites.insert(invite("a", 0), 2);

        assertEquals(Optional.of(user("bob", 2)), database.invites.redeem("a", _ -> true, _ -> user("bob", 2)));
        assertEquals(Optional.empty(), database.invites.redeem("a", _ -> true, _ -> user("eve", 3)));
        assertEquals(2, database.users.all().size());
    }

    @Test
    void isStillGoodWhenTheNameWasTakenOrItDidNotSuit() throws SQLException {
        database.invites.insert(invite("a", 0), 2);

        assertThrows(
                InviteTable.NameTakenException.class,
                () -> database.invites.redeem("a", _ -> true, _ -> user("ann", 2)));
        assertEquals(Optional.empty(), database.invites.redeem("a", _ -> false, _ -> user("bob", 2)));

        assertEquals(List.of(invite("a", 0)), database.invites.all());
        assertTrue(database.invites.delete("a"));
        assertFalse(database.invites.delete("a"));
    }
}
