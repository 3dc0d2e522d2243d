package dev.jackdaw.peer.net;

import java.util.concurrent.atomic.AtomicLong;

/// Bytes of payload that one torrent has moved in this run. Counted on its loop, read from any thread.
final class PayloadCounters {
    private final AtomicLong requested = new AtomicLong();
    private final AtomicLong promised = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();

    /// Asked of peers, which is what a download limit counts.
    long requested() {
        return requested.get();
    }

    void addRequested(int bytes) {
        requested.addAndGet(bytes);
    }

    /// Promised to peers, which is what an upload limit counts.
    long promised() {
        return promised.get();
    }

    void addPromised(int bytes) {
        promised.addAndGet(bytes);
    }

    long received() {
        return received.get();
    }

    void addReceived(int bytes) {
        received.addAndGet(bytes);
    }

    long sent() {
        return sent.get();
    }

    void addSent(int bytes) {
        sent.addAndGet(bytes);
    }
}
