package dev.jackdaw.tracker.accounts;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The users in the [AccountDatabase]. Others may write there, like a community's web site.
final class UserTable {
    private static final String USER =
            "SELECT name, passkey, uploaded, downloaded, enabled, invited_by, created FROM users";

    private final AccountDatabase database;

    UserTable(AccountDatabase database) {
        this.database = database;
    }

    List<User> all() throws SQLException {
        return database.transact(c -> {
            List<User> users = new ArrayList<>();
            try (PreparedStatement select = c.prepareStatement(USER);
                    ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    user(row).ifPresent(users::add);
                }
            }
            return users;
        });
    }

    /// @return whether the name was free
    boolean insert(User user) throws SQLException {
        return database.transact(c -> insert(c, user));
    }

    /// Changes a user and reads them again; empty if they are gone.
    Optional<User> change(String name, UserChange change) throws SQLException {
        return database.transact(c -> {
            if (change.enabled().isPresent()) {
                AccountDatabase.update(
                        c,
                        "UPDATE users SET enabled = ? WHERE name = ?",
                        change.enabled().get() ? 1 : 0,
                        name);
            }
            if (change.uploaded().isPresent()) {
                AccountDatabase.update(
                        c,
                        "UPDATE users SET uploaded = ? WHERE name = ?",
                        change.uploaded().getAsLong(),
                        name);
            }
            if (change.downloaded().isPresent()) {
                AccountDatabase.update(
                        c,
                        "UPDATE users SET downloaded = ? WHERE name = ?",
                        change.downloaded().getAsLong(),
                        name);
            }
            return user(c, name);
        });
    }

    Optional<User> changePasskey(String name, Passkey passkey) throws SQLException {
        return database.transact(c -> {
            AccountDatabase.update(c, "UPDATE users SET passkey = ? WHERE name = ?", passkey.hex(), name);
            return user(c, name);
        });
    }

    /// @return whether there was such a user
    boolean delete(String name) throws SQLException {
        return database.transact(c -> {
            AccountDatabase.update(c, "DELETE FROM participations WHERE user_name = ?", name);
            AccountDatabase.update(c, "DELETE FROM invites WHERE issued_by = ?", name);
            return AccountDatabase.update(c, "DELETE FROM users WHERE name = ?", name) == 1;
        });
    }

    /// As [#insert(User)], in a transaction that does more.
    static boolean insert(Connection c, User user) throws SQLException {
        return AccountDatabase.update(
                        c,
                        "INSERT INTO users (name, passkey, uploaded, downloaded, enabled, invited_by, created)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING",
                        user.name(),
                        user.passkey().hex(),
                        user.uploaded(),
                        user.downloaded(),
                        user.enabled() ? 1 : 0,
                        user.invitedBy().orElse(null),
                        user.created().getEpochSecond())
                == 1;
    }

    private static Optional<User> user(Connection c, String name) throws SQLException {
        try (PreparedStatement select = c.prepareStatement(USER + " WHERE name = ?")) {
            select.setString(1, name);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? user(row) : Optional.empty();
            }
        }
    }

    /// A row as a user; empty if somebody has put a passkey there that is none.
    private static Optional<User> user(ResultSet row) throws SQLException {
        Optional<Passkey> passkey = Passkey.parse(row.getString(2));
        if (passkey.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new User(
                row.getString(1),
                passkey.get(),
                row.getLong(3),
                row.getLong(4),
                row.getInt(5) != 0,
                Optional.ofNullable(row.getString(6)),
                Instant.ofEpochSecond(row.getLong(7))));
    }
}
