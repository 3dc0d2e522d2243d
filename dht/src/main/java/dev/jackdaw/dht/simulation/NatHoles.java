package dev.jackdaw.dht.simulation;

/// Whom a NAT lets in: those that the node behind it has sent something to, for two minutes (RFC 4787, REQ-5).
///
/// Of two that fall on the same slot the later one counts, as with a NAT that is short of memory. Answers need not
/// be looked up here: their hole was made by the query.
final class NatHoles {
    private static final int SLOTS = 64;
    private static final long OPEN_NANOS = 120_000_000_000L;

    private final int[] peers = new int[SLOTS];
    private final long[] untilNanos = new long[SLOTS];

    void open(int peer, long nowNanos) {
        int slot = slot(peer);
        peers[slot] = peer;
        untilNanos[slot] = nowNanos + OPEN_NANOS;
    }

    boolean isOpen(int peer, long nowNanos) {
        int slot = slot(peer);
        return peers[slot] == peer && nowNanos < untilNanos[slot];
    }

    private static int slot(int peer) {
        return peer * 0x9E3779B9 >>> 26;
    }
}
