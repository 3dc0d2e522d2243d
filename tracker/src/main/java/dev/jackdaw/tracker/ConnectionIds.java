package dev.jackdaw.tracker;

import dev.jackdaw.protocol.SipHash;

/// Connection ids of UDP clients (BEP 15): a keyed hash (SipHash-2-4) of the client's address and the time, so that
/// nothing has to be remembered of a client that has only claimed an address.
///
/// Time is cut into windows of [#WINDOW_NANOS]; an id is good in its window and the next, which is never less than the
/// minute that clients may use it, nor more than the two that BEP 15 allows.
final class ConnectionIds {
    /// A minute, and a few seconds for the way.
    static final long WINDOW_NANOS = 64_000_000_000L;

    private final SipHash secret;

    /// @param key0 unguessable
    /// @param key1 unguessable
    ConnectionIds(long key0, long key1) {
        this.secret = new SipHash(key0, key1);
    }

    /// @param high the address's high 64 bits, 0 for IPv4
    /// @param low  its low 64 bits, or all 32
    long issue(long high, long low, long nowNanos) {
        return secret.hash(high, low, Math.floorDiv(nowNanos, WINDOW_NANOS));
    }

    boolean verify(long id, long high, long low, long nowNanos) {
        long window = Math.floorDiv(nowNanos, WINDOW_NANOS);
        return id == secret.hash(high, low, window) || id == secret.hash(high, low, window - 1);
    }
}
