package dev.jackdaw.tracker.accounts;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What participations were last credited for, and how far each tracker's [Journal] is in the totals: in the
/// [AccountDatabase], so that a frame and its number become part of it together.
final class ReportLedger {
    /// Participations asked for in one statement.
    private static final int KEYS = 200;

    private final AccountDatabase database;

    ReportLedger(AccountDatabase database) {
        this.database = database;
    }

    /// The number of the last frame of the node's journal that the totals contain; 0 if there is none.
    long sequence(String node) throws SQLException {
        return database.transact(c -> sequence(c, node));
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
        return database.transact(c -> {
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
            AccountDatabase.update(
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
        database.transact(c ->
                AccountDatabase.update(c, "DELETE FROM participations WHERE time_millis < ?", time.toEpochMilli()));
    }

    private static long sequence(Connection c, String node) throws SQLException {
        try (PreparedStatement select = c.prepareStatement("SELECT sequence FROM journals WHERE node = ?")) {
            select.setString(1, node);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getLong(1) : 0L;
            }
        }
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
                                PeerId.of(HexFormat.of().parseHex(row.getString(3))));
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
                parameter + 2, HexFormat.of().formatHex(participation.peerId().toBytes()));
        return parameter + 3;
    }
}
