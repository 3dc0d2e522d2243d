package dev.jackdaw.tracker;

import dev.jackdaw.tracker.accounts.AccountsConfig;
import java.net.InetSocketAddress;
import java.util.List;

/// Everything that a configuration file can say. In the file, what is in `tracker` stands at the top, and each
/// other component has a table of its name.
///
/// @param tracker  sockets, times and bounds
/// @param accounts a private tracker's users
/// @param redis    swarms shared with other trackers
/// @param admin    the administrator's HTTP server
/// @param log      the log
public record TrackerSettings(
        TrackerConfig tracker, AccountsConfig accounts, RedisConfig redis, AdminConfig admin, LogConfig log) {
    /// A public tracker on port 6969 of every address.
    public static TrackerSettings defaults() {
        List<InetSocketAddress> everywhere = List.of(new InetSocketAddress(TrackerConfig.DEFAULT_PORT));
        return new TrackerSettings(
                TrackerConfig.builder().http(everywhere).udp(everywhere).build(),
                AccountsConfig.defaults(),
                RedisConfig.defaults(),
                AdminConfig.defaults(),
                LogConfig.defaults());
    }
}
