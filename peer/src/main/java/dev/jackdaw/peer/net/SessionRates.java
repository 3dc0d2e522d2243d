package dev.jackdaw.peer.net;

import dev.jackdaw.protocol.InfoHash;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How fast a session transfers, from what its torrents' counters say once a second.
final class SessionRates {
    /// The weight of the newest second; half of a change shows after about two.
    private static final double NEWEST = 0.3;

    /// Bytes of payload per second.
    record Rates(long downloadBytesPerSecond, long uploadBytesPerSecond) {}

    private record Counts(long received, long sent) {}

    private Map<InfoHash, Counts> before = Map.of();
    private long beforeNanos;
    private double download;
    private double upload;
    private volatile Rates rates = new Rates(0, 0);

    /// Called by one thread.
    void sample(List<TorrentHandle> torrents, long nowNanos) {
        Map<InfoHash, Counts> counts = HashMap.newHashMap(torrents.size());
        long received = 0;
        long sent = 0;
        for (TorrentHandle handle : torrents) {
            PayloadCounters payload = handle.torrent().driver().payload();
            Counts now = new Counts(payload.received(), payload.sent());
            Counts then = before.getOrDefault(handle.infoHash(), now);
            received += now.received() - then.received();
            sent += now.sent() - then.sent();
            counts.put(handle.infoHash(), now);
        }
        double seconds = Math.max(1e-3, (nowNanos - beforeNanos) / 1e9);
        download += NEWEST * (received / seconds - download);
        upload += NEWEST * (sent / seconds - upload);
        before = counts;
        beforeNanos = nowNanos;
        rates = new Rates(Math.round(download), Math.round(upload));
    }

    Rates now() {
        return rates;
    }
}
