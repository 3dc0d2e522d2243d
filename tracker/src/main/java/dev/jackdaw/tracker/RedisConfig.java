package dev.jackdaw.tracker;

import java.time.Duration;
import java.util.Optional;

/// Settings of the swarms that several trackers share over Redis or Valkey.
///
/// @param url     `redis://[[USER]:PASSWORD@]HOST[:PORT][/DB]`, `rediss://…` for TLS; none for a tracker on its
///                own
/// @param prefix  how the keys begin; trackers with the same one share their swarms
/// @param flush   how often announces are passed on to the others
/// @param backlogMib announces kept while Redis is away; beyond it the oldest are not passed on
public record RedisConfig(Optional<String> url, String prefix, Duration flush, int backlogMib) {
    public RedisConfig {
        if (url.isPresent() && !url.get().matches("rediss?(-sentinel)?://[^\\s]+")) {
            // no more than the scheme is shown, since there may be a password in it
            throw new IllegalArgumentException("url = \"" + url.get().replaceFirst("^([a-z-]*:)?.*", "$1…")
                    + "\", expected redis://HOST:PORT or rediss://HOST:PORT");
        }
        if (!prefix.matches("[A-Za-z0-9:._-]{1,64}")) {
            throw new IllegalArgumentException("prefix = \"" + prefix
                    + "\", expected 1 to 64 letters, digits, colons, dots, hyphens, underscores");
        }
        if (flush.toMillis() < 1 || flush.toMillis() > 10_000) {
            throw new IllegalArgumentException("flush = " + flush.toMillis() + "ms, expected 1ms to 10s");
        }
        if (backlogMib < 1 || backlogMib > 1024) {
            throw new IllegalArgumentException("backlog-mib = " + backlogMib + ", expected 1 to 1024");
        }
    }

    public static RedisConfig defaults() {
        return new RedisConfig(Optional.empty(), "jackdaw", Duration.ofMillis(100), 64);
    }
}
