package dev.jackdaw.tracker.accounts;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// The connection to SQLite or PostgreSQL, and the tables that are there: one set of statements that both understand.
///
/// Used by one thread at a time, under the lock of [Bookkeeper]. A connection that fails is dropped, and the next
/// call opens another.
final class AccountDatabase implements AutoCloseable {
    /// Serialises the writers of a database that several trackers share.
    private static final long ADVISORY_LOCK = 0x6a61636b64617731L;

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

    final UserTable users = new UserTable(this);
    final InviteTable invites = new InviteTable(this);
    final ReportLedger ledger = new ReportLedger(this);

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

    <T> T transact(Transaction<T> work) throws SQLException {
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

    /// Does one statement; says how many rows it has changed.
    static int update(Connection c, String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = c.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement.executeUpdate();
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
