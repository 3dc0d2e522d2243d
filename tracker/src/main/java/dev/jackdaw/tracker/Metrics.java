package dev.jackdaw.tracker;

import dev.jackdaw.protocol.tracker.AnnounceEvent;
import dev.jackdaw.tracker.accounts.Accounts;
import dev.jackdaw.tracker.accounts.AccountsStatus;
import java.util.Locale;
import java.util.Optional;

/// The tracker's numbers in Prometheus's text format, version 0.0.4.
///
/// They are read from the counters when somebody asks: an announce pays for nothing but the one it increments
/// anyway.
final class Metrics {
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final TrackerServer server;
    private final Optional<Accounts> accounts;
    private final Optional<RedisSwarmStore> redis;

    Metrics(TrackerServer server, Optional<Accounts> accounts, Optional<RedisSwarmStore> redis) {
        this.server = server;
        this.accounts = accounts;
        this.redis = redis;
    }

    String text() {
        StringBuilder out = new StringBuilder(4096);
        writeRequests(out, server.counters());
        gauge(
                out,
                "http_connections",
                "HTTP connections open",
                server.counters().httpConnections.get());
        gauge(out, "peers", "Peers in all swarms", server.store().peers());
        counter(
                out,
                "announces_not_kept_total",
                "Announces of peers for which there was no room",
                server.store().notKept());
        gauge(out, "swarms", "Swarms", server.store().swarms());
        accounts.ifPresent(present -> writeAccounts(out, present.status()));
        redis.ifPresent(present -> writeRedis(out, present.status()));
        writeProcess(out);
        return out.toString();
    }

    private static void writeRequests(StringBuilder out, Counters counters) {
        head(out, "announces_total", "counter", "Announces answered with peers");
        for (Counters.Protocol protocol : Counters.Protocol.values()) {
            for (Family family : Family.values()) {
                for (AnnounceEvent event : AnnounceEvent.values()) {
                    String labels = label("protocol", protocol) + "," + family(family) + "," + label("event", event);
                    sample(
                            out,
                            "announces_total",
                            labels,
                            counters.announces(protocol, family, event).sum());
                }
            }
        }
        head(out, "scrapes_total", "counter", "Scrapes answered");
        for (Counters.Protocol protocol : Counters.Protocol.values()) {
            for (Family family : Family.values()) {
                String labels = label("protocol", protocol) + "," + family(family);
                sample(
                        out,
                        "scrapes_total",
                        labels,
                        counters.scrapes(protocol, family).sum());
            }
        }
        head(out, "connects_total", "counter", "UDP connection ids given out");
        for (Family family : Family.values()) {
            sample(
                    out,
                    "connects_total",
                    family(family),
                    counters.connects(family).sum());
        }
        head(out, "refused_total", "counter", "Requests not answered with what they asked for");
        for (Counters.Protocol protocol : Counters.Protocol.values()) {
            for (Counters.Refusal reason : Counters.Refusal.values()) {
                String labels = label("protocol", protocol) + "," + label("reason", reason);
                sample(
                        out,
                        "refused_total",
                        labels,
                        counters.refused(protocol, reason).sum());
            }
        }
    }

    private static void writeAccounts(StringBuilder out, AccountsStatus status) {
        gauge(out, "users", "Users", status.users());
        gauge(out, "active_users", "Users in at least one swarm", status.activeUsers());
        counter(out, "reports_recorded_total", "Announces whose totals are in the journal", status.reportsRecorded());
        counter(out, "reports_lost_total", "Announces whose totals were not recorded", status.reportsLost());
        counter(out, "reports_implausible_total", "Announces that claimed too much", status.reportsImplausible());
        gauge(out, "journal_bytes", "Size of the journal", status.journalBytes());
        gauge(out, "journal_frames_waiting", "Frames the database has yet to take", status.framesWaiting());
        gauge(out, "database_up", "Whether the accounts' database answers", status.databaseAvailable() ? 1 : 0);
    }

    private static void writeRedis(StringBuilder out, RedisSwarmStore.Status status) {
        gauge(out, "redis_up", "Whether Redis answers", status.connected() ? 1 : 0);
        counter(out, "changes_passed_on_total", "Announces passed on to other trackers", status.passedOn());
        counter(out, "changes_received_total", "Announces received from other trackers", status.received());
        gauge(out, "changes_waiting_bytes", "Announces waiting for Redis", status.waitingBytes());
        counter(out, "change_batches_lost_total", "Batches of announces not passed on", status.batchesLost());
    }

    private static void writeProcess(StringBuilder out) {
        Runtime runtime = Runtime.getRuntime();
        gauge(out, "heap_used_bytes", "Heap in use", runtime.totalMemory() - runtime.freeMemory());
        gauge(out, "heap_max_bytes", "Heap at most", runtime.maxMemory());
        // names that Prometheus's own libraries use
        ProcessHandle.Info info = ProcessHandle.current().info();
        info.startInstant()
                .ifPresent(start -> out.append(
                                "# HELP process_start_time_seconds Start, since the epoch\n# TYPE process_start_time_seconds gauge\n")
                        .append("process_start_time_seconds ")
                        .append(start.getEpochSecond())
                        .append('\n'));
        info.totalCpuDuration()
                .ifPresent(cpu -> out.append(
                                "# HELP process_cpu_seconds_total CPU time\n# TYPE process_cpu_seconds_total counter\n")
                        .append("process_cpu_seconds_total ")
                        .append(cpu.toMillis() / 1000.0)
                        .append('\n'));
    }

    private static void gauge(StringBuilder out, String name, String help, long value) {
        head(out, name, "gauge", help);
        sample(out, name, "", value);
    }

    private static void counter(StringBuilder out, String name, String help, long value) {
        head(out, name, "counter", help);
        sample(out, name, "", value);
    }

    private static void head(StringBuilder out, String name, String type, String help) {
        out.append("# HELP jackdaw_tracker_")
                .append(name)
                .append(' ')
                .append(help)
                .append('\n');
        out.append("# TYPE jackdaw_tracker_")
                .append(name)
                .append(' ')
                .append(type)
                .append('\n');
    }

    private static void sample(StringBuilder out, String name, String labels, long value) {
        out.append("jackdaw_tracker_").append(name);
        if (!labels.isEmpty()) {
            out.append('{').append(labels).append('}');
        }
        out.append(' ').append(value).append('\n');
    }

    private static String label(String name, Enum<?> value) {
        return name + "=\"" + value.name().toLowerCase(Locale.ROOT) + '"';
    }

    private static String family(Family family) {
        return switch (family) {
            case V4 -> "family=\"ipv4\"";
            case V6 -> "family=\"ipv6\"";
        };
    }
}
