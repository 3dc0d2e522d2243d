package dev.jackdaw.tracker;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/// Settings of the administrator's HTTP server.
///
/// @param enabled   whether there is one
/// @param listen    where; whoever reaches it may read the status page and the metrics
/// @param tokenFile a file whose first line opens `/api`; one is made, with a new token, if there is none
public record AdminConfig(boolean enabled, InetSocketAddress listen, Path tokenFile) {
    static final int DEFAULT_PORT = 6970;

    public static AdminConfig defaults() {
        return new AdminConfig(
                false, new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), DEFAULT_PORT), Path.of("admin-token"));
    }
}
