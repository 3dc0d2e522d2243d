package dev.jackdaw.tracker;

import dev.jackdaw.protocol.tracker.AnnounceEvent;
import dev.jackdaw.tracker.accounts.Accounts;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/// One page that shows an operator how the tracker is doing; no scripts, nothing fetched from elsewhere.
final class StatusPage {
    private static final String HEAD = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="refresh" content="5">
            <title>Jackdaw tracker</title>
            <style>
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1c2733; background: #f7f8fa }
            h1 { font-size: 1.4rem; margin: 0 } h2 { font-size: 1rem; margin: 2rem 0 .5rem }
            p { margin: .2rem 0; color: #5a6b7b }
            dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 1.5rem 0 }
            dl div { background: #fff; border: 1px solid #dde3ea; border-radius: .5rem; padding: .6rem .9rem }
            dt { color: #5a6b7b; font-size: .85rem } dd { margin: 0; font-size: 1.4rem; font-variant-numeric: tabular-nums }
            table { border-collapse: collapse; width: 100%; background: #fff; border: 1px solid #dde3ea }
            th, td { text-align: right; padding: .35rem .9rem; border-bottom: 1px solid #edf0f4; font-variant-numeric: tabular-nums }
            th:first-child, td:first-child { text-align: left } th { font-weight: 600; color: #5a6b7b }
            .bad dd { color: #b3261e }
            @media (prefers-color-scheme: dark) {
              body { background: #12171d; color: #dbe3ea } dl div, table { background: #1a212a; border-color: #2b3642 }
              th, td { border-color: #232d38 } p, dt, th { color: #93a4b4 } .bad dd { color: #f2b8b5 }
            }
            </style>
            </head>
            <body>
            <h1>Jackdaw tracker</h1>
            """;

    private final TrackerServer server;
    private final Optional<Accounts> accounts;
    private final Optional<RedisSwarmStore> redis;
    private final Instant started = Instant.now();

    StatusPage(TrackerServer server, Optional<Accounts> accounts, Optional<RedisSwarmStore> redis) {
        this.server = server;
        this.accounts = accounts;
        this.redis = redis;
    }

    String html() {
        Counters counters = server.counters();
        StringBuilder out = new StringBuilder(HEAD);
        Duration uptime = Duration.between(started, Instant.now());
        out.append("<p>%s, up for %d d %02d:%02d:%02d</p>%n<dl>%n"
                .formatted(
                        accounts.isPresent() ? "private" : "public",
                        uptime.toDays(),
                        uptime.toHoursPart(),
                        uptime.toMinutesPart(),
                        uptime.toSecondsPart()));
        card(out, "peers", server.store().peers());
        card(out, "torrents", server.store().swarms());
        card(out, "refused", counters.refused());
        card(out, "HTTP connections", counters.httpConnections.get());
        accounts.map(Accounts::status).ifPresent(status -> {
            card(out, "users", status.users());
            card(out, "active users", status.activeUsers());
            card(out, "accounts' database", status.databaseAvailable() ? "up" : "away", status.databaseAvailable());
        });
        redis.map(RedisSwarmStore::status)
                .ifPresent(status -> card(out, "Redis", status.connected() ? "up" : "away", status.connected()));
        out.append("</dl>\n<h2>Announces since the start</h2>\n<table>\n<tr><th></th>");
        for (AnnounceEvent event : AnnounceEvent.values()) {
            out.append("<th>")
                    .append(
                            event == AnnounceEvent.NONE
                                    ? "regular"
                                    : event.name().toLowerCase(Locale.ROOT))
                    .append("</th>");
        }
        out.append("<th>scrapes</th></tr>\n");
        for (Counters.Protocol protocol : Counters.Protocol.values()) {
            for (Family family : Family.values()) {
                out.append("<tr><td>")
                        .append(protocol)
                        .append(family == Family.V4 ? ", IPv4" : ", IPv6")
                        .append("</td>");
                for (AnnounceEvent event : AnnounceEvent.values()) {
                    cell(out, counters.announces(protocol, family, event).sum());
                }
                cell(out, counters.scrapes(protocol, family).sum());
                out.append("</tr>\n");
            }
        }
        return out.append(
                        "</table>\n<p>All numbers for machines: <a href=\"/metrics\">metrics</a></p>\n</body>\n</html>\n")
                .toString();
    }

    private static void card(StringBuilder out, String name, long value) {
        card(out, name, number(value), true);
    }

    private static void card(StringBuilder out, String name, String value, boolean good) {
        out.append("<div%s><dt>%s</dt><dd>%s</dd></div>%n".formatted(good ? "" : " class=\"bad\"", name, value));
    }

    private static void cell(StringBuilder out, long value) {
        out.append("<td>").append(number(value)).append("</td>");
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value).replace(',', '\u202f');
    }
}
