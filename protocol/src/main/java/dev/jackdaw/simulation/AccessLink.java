package dev.jackdaw.simulation;

/// How a host is connected to the network.
///
/// @param upBytesPerSecond   0 for no limit
/// @param downBytesPerSecond 0 for no limit
/// @param nat                whether connections from outside, and datagrams from strangers, vanish
public record AccessLink(long upBytesPerSecond, long downBytesPerSecond, boolean nat) {
    public static final AccessLink UNLIMITED = new AccessLink(0, 0, false);

    public AccessLink {
        if (upBytesPerSecond < 0 || downBytesPerSecond < 0) {
            throw new IllegalArgumentException(
                    "bandwidth " + upBytesPerSecond + " up, " + downBytesPerSecond + " down");
        }
    }

    public AccessLink behindNat() {
        return new AccessLink(upBytesPerSecond, downBytesPerSecond, true);
    }
}
