package dev.jackdaw.peer.utp;

import java.util.concurrent.TimeUnit;

/// The round-trip time of a connection and the timeout that follows from it (BEP 29 "timeouts").
final class RoundTrip {
    static final long FIRST_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(1);
    static final long MIN_TIMEOUT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /// Where doubling ends: a peer that is away for a while is found again soon.
    static final long MAX_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(15);

    private long mean;
    private long deviation;
    private boolean known;
    private int backoff;
    private int unanswered;

    /// A packet that was sent once was acknowledged after that time.
    void sample(long nanos) {
        if (known) {
            deviation += (Math.abs(mean - nanos) - deviation) / 4;
            mean += (nanos - mean) / 8;
        } else {
            known = true;
            mean = nanos;
            deviation = nanos / 2;
        }
    }

    /// Something new was acknowledged: the timeout is the plain one again.
    void progressed() {
        backoff = 0;
        unanswered = 0;
    }

    /// The peer is there, though it takes nothing now.
    void answered() {
        unanswered = 0;
    }

    /// Doubles the timeout; says how many there were in a row without an answer.
    int timedOut() {
        backoff++;
        return ++unanswered;
    }

    long timeoutNanos() {
        long plain = known ? Math.max(MIN_TIMEOUT_NANOS, mean + 4 * deviation) : FIRST_TIMEOUT_NANOS;
        return Math.min(MAX_TIMEOUT_NANOS, plain << Math.min(backoff, 5));
    }

    long meanNanos() {
        return mean;
    }
}
