package dev.jackdaw.peer.http;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/// Turns a host name into addresses; blocks for at most the time it is given.
@FunctionalInterface
public interface HostResolver {
    /// @param host a name, or an address as text
    /// @return at least one address, in the order they are to be tried
    /// @throws IOException if the name is unknown or the time is over
    List<InetAddress> resolve(String host, Duration timeout) throws IOException;
}
