package dev.jackdaw.simulation;

/// A timer of [VirtualTime] that can be set again and again: what an engine's `nextTimeoutNanos()` is wired to.
///
/// Moving it later costs nothing: the event that is already queued looks again when it runs.
public final class Alarm {
    private static final long NEVER = Long.MAX_VALUE;

    private final VirtualTime time;
    private final Runnable action;
    private final Runnable fire = this::fire;
    private long wanted = NEVER;
    /// The earliest event in the queue that belongs to this alarm.
    private long queued = NEVER;

    /// @param action run once for each time the alarm goes off; it may set the alarm again
    public Alarm(VirtualTime time, Runnable action) {
        this.time = time;
        this.action = action;
    }

    /// Sets the alarm, replacing what it was set to; `Long.MAX_VALUE` switches it off.
    public void set(long nanos) {
        wanted = nanos;
        if (nanos < queued) {
            queued = Math.max(nanos, time.nanos());
            time.at(queued, fire);
        }
    }

    public void clear() {
        wanted = NEVER;
    }

    private void fire() {
        long now = time.nanos();
        if (queued <= now) {
            queued = NEVER;
        }
        if (wanted <= now) {
            wanted = NEVER;
            action.run();
        } else if (wanted < queued) {
            queued = wanted;
            time.at(wanted, fire);
        }
    }
}
