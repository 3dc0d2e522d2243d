package dev.jackdaw.peer.utp;

import java.util.concurrent.TimeUnit;

/// How many bytes may be in flight: LEDBAT (BEP 29 "congestion control", RFC 6817), which aims at [#TARGET_MICROS] of
/// queueing delay and so gives way to whatever else fills the link.
///
/// The delay one way is known only up to the difference of two clocks; what counts is how far it is above the least of
/// the last minutes. It starts by doubling per round trip until a packet is lost or half of the target is reached.
final class Ledbat {
    static final int TARGET_MICROS = 100_000;
    /// More is never in flight, whatever the peer advertises.
    static final int MAX_WINDOW = 4 << 20;

    static final int FIRST_PACKETS = 4;
    /// The window grows by so much per round trip when there is no queue.
    private static final int GAIN_PACKETS = 2;
    private static final int MIN_PACKETS = 2;

    private static final long HISTORY_STEP_NANOS = TimeUnit.MINUTES.toNanos(1);
    /// Minutes whose least delays make up the base; clocks that drift apart and changed routes are forgotten after
    /// that.
    private static final int HISTORY = 3;
    /// The least of so many samples is the current delay: a single late packet is no queue.
    private static final int FILTER = 4;

    private int packetBytes;
    private double window;
    private double slowStartUntil = MAX_WINDOW;

    private final int[] minima = new int[HISTORY];
    private int minute;
    private int minutes;
    private long minuteSince;
    private final int[] recent = new int[FILTER];
    private int samples;
    private int queueingMicros;

    Ledbat(int packetBytes) {
        this.packetBytes = packetBytes;
        this.window = FIRST_PACKETS * packetBytes;
    }

    /// Packets are so large from now on.
    void packetBytes(int bytes) {
        packetBytes = bytes;
        window = Math.max(window, FIRST_PACKETS * bytes);
    }

    int windowBytes() {
        return (int) window;
    }

    /// Above the base delay; 0 before the first sample.
    int queueingMicros() {
        return queueingMicros;
    }

    /// The peer says how long one of our packets was under way, up to a constant.
    void delaySample(int micros, long nowNanos) {
        if (minutes == 0) {
            minutes = 1;
            minima[0] = micros;
            minuteSince = nowNanos;
        } else if (nowNanos - minuteSince >= HISTORY_STEP_NANOS) {
            minute = (minute + 1) % HISTORY;
            minutes = Math.min(HISTORY, minutes + 1);
            minima[minute] = micros;
            minuteSince = nowNanos;
        } else if (micros - minima[minute] < 0) {
            minima[minute] = micros;
        }
        int base = minima[0];
        for (int i = 1; i < minutes; i++) {
            base = minima[i] - base < 0 ? minima[i] : base;
        }
        recent[samples++ % FILTER] = micros;
        int current = micros;
        for (int i = 0; i < Math.min(samples, FILTER); i++) {
            current = recent[i] - current < 0 ? recent[i] : current;
        }
        queueingMicros = Math.max(0, current - base);
    }

    /// So many bytes were acknowledged; the window only grows if it was what held us back.
    void acked(int bytes, boolean windowWasFull) {
        if (window < slowStartUntil && queueingMicros < TARGET_MICROS / 2) {
            if (windowWasFull) {
                window = Math.min(MAX_WINDOW, window + bytes);
            }
            return;
        }
        slowStartUntil = Math.min(slowStartUntil, window);
        double offTarget = Math.max(-1, (TARGET_MICROS - queueingMicros) / (double) TARGET_MICROS);
        if (offTarget < 0 || windowWasFull) {
            window += GAIN_PACKETS * packetBytes * offTarget * bytes / window;
        }
        window = Math.clamp(window, MIN_PACKETS * packetBytes, MAX_WINDOW);
    }

    /// Packets were lost; told at most once per round trip.
    void lost() {
        window = Math.max(MIN_PACKETS * packetBytes, window / 2);
        slowStartUntil = window;
    }

    /// Nothing came back for a whole timeout: one packet, then as at the start up to half of what it was.
    void timedOut() {
        slowStartUntil = Math.max(MIN_PACKETS * packetBytes, window / 2);
        window = packetBytes;
    }
}
