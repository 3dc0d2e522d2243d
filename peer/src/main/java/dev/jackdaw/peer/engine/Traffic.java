package dev.jackdaw.peer.engine;

/// Bytes of payload of one torrent: totals of this run, and rates.
final class Traffic {
    private final RateMeter down = new RateMeter();
    private final RateMeter up = new RateMeter();
    private long wasted;
    private long corrupt;
    private long downAtStart;
    private long upAtStart;

    void received(PeerLink from, int bytes, long nowNanos) {
        from.fromPeer.add(bytes, nowNanos);
        down.add(bytes, nowNanos);
    }

    void sent(PeerLink to, long bytes, long nowNanos) {
        to.toPeer.add(bytes, nowNanos);
        up.add(bytes, nowNanos);
    }

    /// Received bytes that were of no use.
    void wasted(int bytes) {
        wasted += bytes;
    }

    /// Received bytes of a piece that failed its hash.
    void corrupt(int bytes) {
        corrupt += bytes;
        wasted += bytes;
    }

    /// From now on trackers are told of bytes since this moment (BEP 3, `uploaded`).
    void started() {
        downAtStart = down.total();
        upAtStart = up.total();
    }

    long downloadedSinceStarted() {
        return down.total() - downAtStart;
    }

    long uploadedSinceStarted() {
        return up.total() - upAtStart;
    }

    long downloaded() {
        return down.total();
    }

    long uploaded() {
        return up.total();
    }

    long wasted() {
        return wasted;
    }

    long corrupt() {
        return corrupt;
    }

    long downloadRate(long nowNanos) {
        return down.bytesPerSecond(nowNanos);
    }

    long uploadRate(long nowNanos) {
        return up.bytesPerSecond(nowNanos);
    }
}
