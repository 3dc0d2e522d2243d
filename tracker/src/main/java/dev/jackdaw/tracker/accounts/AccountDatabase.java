package dev.jackdaw.tracker.accounts;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerId;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Users, invites and what participations were last credited for, in SQLite or PostgreSQL: one set of statements
/// that both understand.
///
/// Used by one thread at a time, under the lock of [Accounts]. A connection that fails is dropped, and the next
/// call opens another.
final class AccountDatabase implements AutoCloseable {
    /// Serialises the writers of a database that several trackers share.
    private static final long ADVISORY_LOCK = 0x6a61636b64617731L;
    /// Participations asked for in one statement.
    private static final int KEYS = 200;

    private static final List<String> SCHEMA = List.of(
            """
            CREATE TABLE IF NOT EXISTS users (
              name TEXT PRIMARY KEY,
              passkey TEXT NOT NULL UNIQUE,
              uploaded BIGINT NOT NULL,
              downloaded BIGINT NOT NULL,
              enabled INTEGER NOT NULL,
              invited_by TEXT,
              created BIGINT NOT NULL)""",
            """
            CREATE TABLE IF NOT EXISTS invites (
              code TEXT PRIMARY KEY,
              issued_by TEXT,
              created BIGINT NOT NULL,
              expires BIGINT NOT NULL)""",
            """
            CREATE TABLE IF NOT EXISTS participations (
              user_name TEXT NOT NULL,
              info_hash TEXT NOT NULL,
              peer_id TEXT NOT NULL,
              uploaded BIGINT NOT NULL,
              downloaded BIGINT NOT NULL,
              time_millis BIGINT NOT NULL,
              PRIMARY KEY (user_name, info_hash, peer_id))""",
            "CREATE INDEX IF NOT EXISTS participations_time ON participations (time_millis)",
            "CREATE TABLE IF NOT EXISTS journals (node TEXT PRIMARY KEY, sequence BIGINT NOT NULL)");

    private static final String USER =
            "SELECT name, passkey, uploaded, downloaded, enabled, invited_by, created FROM users";

    private final String url;
    private final Properties properties;
    private final boolean postgresql;
    private @Nullable Connection connection;

    /// @param url        `jdbc:sqlite:…` or `jdbc:postgresql:…`
    /// @param properties user and password, and what else the driver takes
    AccountDatabase(String url, Properties properties) {
        this.url = url;
        this.properties = properties;
        this.postgresql = url.startsWith("jdbc:postgresql:");
    }

    /// Work that is done as a whole or not at all.
    @FunctionalInterface
    interface Transaction<T> {
        T in(Connection connection) throws SQLException;
    }

    private <T> T transact(Transaction<T> work) throws SQLException {
        Connection current = connection();
        boolean done = false;
        try {
            if (postgresql) {
                try (Statement statement = current.createStatement()) {
                    statement.execute("SELECT pg_advisory_xact_lock(" + ADVISORY_LOCK + ")");
                }
            }
            T result = work.in(current);
            current.commit();
            done = true;
            return result;
        } finally {
            if (!done) {
                close();
            }
        }
    }

    private Connection connection() throws SQLException {
        Connection current = connection;
        if (current == null) {
            current = DriverManager.getConnection(url, properties);
            connection = current;
            current.setAutoCommit(false);
            try (Statement statement = current.createStatement()) {
                if (postgresql) {
                    statement.execute("SELECT pg_advisory_xact_lock(" + ADVISORY_LOCK + ")");
                }
                for (String table : SCHEMA) {
                    statement.execute(table);
                }
                current.commit();
            } catch (SQLException e) {
                close();
                throw e;
            }
        }
        return current;
    }

    List<User> users() throws SQLException {
        return transact(c -> {
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
        return transact(c -> insert(c, user));
    }

    /// Makes an invite into a user.
    ///
    /// @param take whether an invite that is found is good enough
    /// @param user makes the user, who may have been invited by somebody
    /// @return the user; empty if there is no such invite
    /// @throws NameTakenException if the name is not free; then the invite is still good
    Optional<User> redeem(String code, Predicate<Invite> take, java.util.function.Function<Invite, User> user)
            throws SQLException {
        return transact(c -> {
            Optional<Invite> invite = invites(c, code).stream().findFirst().filter(take);
            if (invite.isPresent() && update(c, "DELETE FROM invites WHERE code = ?", code) == 1) {
                User made = user.apply(invite.get());
                if (!insert(c, made)) {
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

    private static boolean insert(Connection c, User user) throws SQLException {
        return update(
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

    /// Changes a user and reads them again; empty if they are gone.
    Optional<User> change(String name, UserChange change) throws SQLException {
        return transact(c -> {
            if (change.enabled().isPresent()) {
                update(
                        c,
                        "UPDATE users SET enabled = ? WHERE name = ?",
                        change.enabled().get() ? 1 : 0,
                        name);
            }
            if (change.uploaded().isPresent()) {
                update(
                        c,
                        "UPDATE users SET uploaded = ? WHERE name = ?",
                        change.uploaded().getAsLong(),
                        name);
            }
            if (change.downloaded().isPresent()) {
                update(
                        c,
                        "UPDATE users SET downloaded = ? WHERE name = ?",
                        change.downloaded().getAsLong(),
                        name);
            }
            return user(c, name);
        });
    }

    Optional<User> changePasskey(String name, Passkey passkey) throws SQLException {
        return transact(c -> {
            update(c, "UPDATE users SET passkey = ? WHERE name = ?", passkey.hex(), name);
            return user(c, name);
        });
    }

    /// @return whether there was such a user
    boolean deleteUser(String name) throws SQLException {
        return transact(c -> {
            update(c, "DELETE FROM participations WHERE user_name = ?", name);
            update(c, "DELETE FROM invites WHERE issued_by = ?", name);
            return update(c, "DELETE FROM users WHERE name = ?", name) == 1;
        });
    }

    /// Adds an invite, unless its issuer has `limit` open ones.
    boolean insert(Invite invite, int limit) throws SQLException {
        return transact(c -> {
            if (invite.issuedBy().isPresent()) {
                update(
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
            return update(
                            c,
                            "INSERT INTO invites (code, issued_by, created, expires) VALUES (?, ?, ?, ?)",
                            invite.code(),
                            invite.issuedBy().orElse(null),
                            invite.created().getEpochSecond(),
                            invite.expires().getEpochSecond())
                    == 1;
        });
    }

    List<Invite> invites() throws SQLException {
        return transact(c -> invites(c, null));
    }

    boolean deleteInvite(String code) throws SQLException {
        return transact(c -> update(c, "DELETE FROM invites WHERE code = ?", code) == 1);
    }

    /// The number of the last frame of the node's journal that the totals contain; 0 if there is none.
    long sequence(String node) throws SQLException {
        return transact(c -> sequence(c, node));
    }

    private static long sequence(Connection c, String node) throws SQLException {
        try (PreparedStatement select = c.prepareStatement("SELECT sequence FROM journals WHERE node = ?")) {
            select.setString(1, node);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getLong(1) : 0L;
            }
        }
    }

    /// What applying a frame has changed.
    ///
    /// @param totals      what users have gained, by name: uploaded and downloaded
    /// @param implausible reports that claimed more than can be
    record Applied(Map<String, long[]> totals, int implausible) {}

    /// Adds a frame's reports to the totals, once: the frame's number is kept with them, in the same transaction.
    /// A frame that was applied before changes nothing; that happens when a connection broke before it could say
    /// so.
    Applied apply(String node, JournalFrame frame, Accounting accounting) throws SQLException {
        return transact(c -> {
            if (sequence(c, node) >= frame.sequence()) {
                return new Applied(Map.of(), 0);
            }
            Map<Participation, Accounting.Mark> marks = marks(c, frame.reports());
            Map<Participation, Accounting.Mark> changed = new HashMap<>();
            Map<String, long[]> totals = new HashMap<>();
            int implausible = 0;
            for (Report report : frame.reports()) {
                Participation participation = report.participation();
                var credit = accounting.credit(Optional.ofNullable(marks.get(participation)), report);
                marks.put(participation, credit.mark());
                changed.put(participation, credit.mark());
                implausible += credit.implausible() ? 1 : 0;
                if (credit.uploaded() > 0 || credit.downloaded() > 0) {
                    long[] total = totals.computeIfAbsent(report.user(), _ -> new long[2]);
                    total[0] += credit.uploaded();
                    total[1] += credit.downloaded();
                }
            }
            store(c, changed);
            add(c, totals);
            update(
                    c,
                    "INSERT INTO journals (node, sequence) VALUES (?, ?)"
                            + " ON CONFLICT (node) DO UPDATE SET sequence = excluded.sequence",
                    node,
                    frame.sequence());
            return new Applied(totals, implausible);
        });
    }

    /// Forgets participations that have not reported since then.
    void forgetBefore(Instant time) throws SQLException {
        transact(c -> update(c, "DELETE FROM participations WHERE time_millis < ?", time.toEpochMilli()));
    }

    private static Map<Participation, Accounting.Mark> marks(Connection c, List<Report> reports) throws SQLException {
        List<Participation> wanted =
                reports.stream().map(Report::participation).distinct().toList();
        Map<Participation, Accounting.Mark> marks = new HashMap<>();
        for (int from = 0; from < wanted.size(); from += KEYS) {
            List<Participation> some = wanted.subList(from, Math.min(wanted.size(), from + KEYS));
            String rows = "(?, ?, ?), ".repeat(some.size() - 1) + "(?, ?, ?)";
            try (PreparedStatement select = c.prepareStatement(
                    "SELECT user_name, info_hash, peer_id, uploaded, downloaded, time_millis FROM participations"
                            + " WHERE (user_name, info_hash, peer_id) IN (VALUES " + rows + ")")) {
                int parameter = 1;
                for (Participation participation : some) {
                    parameter = set(select, parameter, participation);
                }
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        Participation participation = new Participation(
                                row.getString(1),
                                InfoHash.ofHex(row.getString(2)),
                                PeerId.of(java.util.HexFormat.of().parseHex(row.getString(3))));
                        marks.put(participation, new Accounting.Mark(row.getLong(4), row.getLong(5), row.getLong(6)));
                    }
                }
            }
        }
        return marks;
    }

    private static void store(Connection c, Map<Participation, Accounting.Mark> marks) throws SQLException {
        try (PreparedStatement insert = c.prepareStatement(
                "INSERT INTO participations (user_name, info_hash, peer_id, uploaded, downloaded, time_millis)"
                        + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (user_name, info_hash, peer_id) DO UPDATE SET"
                        + " uploaded = excluded.uploaded, downloaded = excluded.downloaded,"
                        + " time_millis = excluded.time_millis")) {
            for (var entry : marks.entrySet()) {
                int parameter = set(insert, 1, entry.getKey());
                insert.setLong(parameter, entry.getValue().uploaded());
                insert.setLong(parameter + 1, entry.getValue().downloaded());
                insert.setLong(parameter + 2, entry.getValue().timeMillis());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static void add(Connection c, Map<String, long[]> totals) throws SQLException {
        try (PreparedStatement add = c.prepareStatement(
                "UPDATE users SET uploaded = uploaded + ?, downloaded = downloaded + ? WHERE name = ?")) {
            for (var entry : totals.entrySet()) {
                add.setLong(1, entry.getValue()[0]);
                add.setLong(2, entry.getValue()[1]);
                add.setString(3, entry.getKey());
                add.addBatch();
            }
            add.executeBatch();
        }
    }

    private static int set(PreparedStatement statement, int parameter, Participation participation)
            throws SQLException {
        statement.setString(parameter, participation.user());
        statement.setString(parameter + 1, participation.infoHash().hex());
        statement.setString(
                parameter + 2,
                java.util.HexFormat.of().formatHex(participation.peerId().toBytes()));
        return parameter + 3;
    }

    private static int update(Connection c, String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = c.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
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

    private static List<Invite> invites(Connection c, @Nullable String code) throws SQLException {
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

    @Override
    public void close() {
        Connection current = connection;
        connection = null;
        if (current != null) {
            try {
                current.close(); // rolls back what was not committed
            } catch (SQLException e) {
                System.getLogger(AccountDatabase.class.getName()).log(System.Logger.Level.DEBUG, "closing", e);
            }
        }
    }
}
