package dev.jackdaw.tracker.accounts;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The open invites in the [AccountDatabase].
final class InviteTable {
    private final AccountDatabase database;

    InviteTable(AccountDatabase database) {
        this.database = database;
    }

    List<Invite> all() throws SQLException {
        return database.transact(c -> select(c, null));
    }

    /// Adds an invite, unless its issuer has `limit` open ones.
    boolean insert(Invite invite, int limit) throws SQLException {
        return database.transact(c -> {
            if (invite.issuedBy().isPresent()) {
                AccountDatabase.update(
                        c,
                        "DELETE FROM invites WHERE expires <= ?",
                        invite.created().getEpochSecond());
                try (PreparedStatement count = c.prepareStatement("SELECT count(*) FROM invites WHERE issued_by = ?")) {
                    count.setString(1, invite.issuedBy().get());
                    try (ResultSet row = count.executeQuery()) {
                        if (row.next() && row.getInt(1) >= limit) {
                            return false;
                        }
                    }
                }
            }
            return AccountDatabase.update(
                            c,
                            "INSERT INTO invites (code, issued_by, created, expires) VALUES (?, ?, ?, ?)",
                            invite.code(),
                            invite.issuedBy().orElse(null),
                            invite.created().getEpochSecond(),
                            invite.expires().getEpochSecond())
                    == 1;
        });
    }

    /// Makes an invite into a user.
    ///
    /// @param take whether an invite that is found is good enough
    /// @param user makes the user, who may have been invited by somebody
    /// @return the user; empty if there is no such invite
    /// @throws NameTakenException if the name is not free; then the invite is still good
    Optional<User> redeem(String code, Predicate<Invite> take, Function<Invite, User> user) throws SQLException {
        return database.transact(c -> {
            Optional<Invite> invite = select(c, code).stream().findFirst().filter(take);
            if (invite.isPresent() && AccountDatabase.update(c, "DELETE FROM invites WHERE code = ?", code) == 1) {
                User made = user.apply(invite.get());
                if (!UserTable.insert(c, made)) {
                    throw new NameTakenException();
                }
                return Optional.of(made);
            }
            return Optional.empty();
        });
    }

    /// Ends a transaction that would give a name out twice.
    static final class NameTakenException extends SQLException {
        private static final long serialVersionUID = 1;
    }

    /// @return whether there was such an invite
    boolean delete(String code) throws SQLException {
        return database.transact(c -> AccountDatabase.update(c, "DELETE FROM invites WHERE code = ?", code) == 1);
    }

    private static List<Invite> select(Connection c, @Nullable String code) throws SQLException {
        String condition = code == null ? " ORDER BY created, code" : " WHERE code = ?";
        try (PreparedStatement select =
                c.prepareStatement("SELECT code, issued_by, created, expires FROM invites" + condition)) {
            if (code != null) {
                select.setString(1, code);
            }
            List<Invite> invites = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    invites.add(new Invite(
                            row.getString(1),
                            Optional.ofNullable(row.getString(2)),
                            Instant.ofEpochSecond(row.getLong(3)),
                            Instant.ofEpochSecond(row.getLong(4))));
                }
            }
            return invites;
        }
    }
}
