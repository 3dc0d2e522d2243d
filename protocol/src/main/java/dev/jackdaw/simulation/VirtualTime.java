package dev.jackdaw.simulation;

import dev.jackdaw.protocol.Ticker;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A clock that jumps from event to event, and the queue of those events.
///
/// Events run in order of time, events of the same time in the order in which they were scheduled: the same program
/// always runs the same way. One thread.
///
/// The queue is a heap of fan-out four over parallel arrays: scheduling allocates nothing but what the caller makes,
/// and a level of the heap is one cache line.
public final class VirtualTime implements Ticker {
    private static final int FAN_OUT = 4;

    private long[] times = new long[1024];
    private long[] orders = new long[1024];
    private @Nullable Runnable[] actions = new Runnable[1024];
    private int size;
    private long now;
    private long scheduled;
    private long executed;

    /// A clock at 0 with nothing to do.
    public VirtualTime() {}

    /// Starts at 0.
    @Override
    public long nanos() {
        return now;
    }

    /// Schedules an action; one in the past runs now, after all that is already due.
    public void at(long nanos, Runnable action) {
        if (size == times.length) {
            grow();
        }
        long time = Math.max(nanos, now);
        int hole = size++;
        while (hole > 0) {
            int parent = (hole - 1) / FAN_OUT;
            if (times[parent] <= time) {
                break; // an equal one was scheduled before, and stays in front
            }
            move(parent, hole);
            hole = parent;
        }
        put(hole, time, scheduled++, action);
    }

    public void after(long delayNanos, Runnable action) {
        at(now + delayNanos, action);
    }

    /// Runs the next event; says whether there was one.
    public boolean step() {
        if (size == 0) {
            return false;
        }
        now = times[0];
        Runnable action = removeFirst();
        executed++;
        action.run();
        return true;
    }

    /// Runs everything that is due until then, and leaves the clock there.
    public void runUntil(long nanos) {
        while (size > 0 && times[0] <= nanos) {
            step();
        }
        now = Math.max(now, nanos);
    }

    /// Runs until the condition holds, asked after each event; says whether it does before the time limit is reached.
    public boolean runUntil(BooleanSupplier condition, long limitNanos) {
        while (!condition.getAsBoolean()) {
            if (size == 0 || times[0] > limitNanos) {
                now = Math.max(now, limitNanos);
                return false;
            }
            step();
        }
        return true;
    }

    /// When the next event is, or `Long.MAX_VALUE`.
    public long nextNanos() {
        return size == 0 ? Long.MAX_VALUE : times[0];
    }

    /// Events that wait.
    public int pending() {
        return size;
    }

    /// Events that have run.
    public long executed() {
        return executed;
    }

    private Runnable removeFirst() {
        Runnable first = action(0);
        int last = --size;
        long time = times[last];
        long order = orders[last];
        Runnable action = action(last);
        actions[last] = null;
        if (last == 0) {
            return first;
        }
        int hole = 0;
        while (true) {
            int least = leastChild(hole);
            if (least < 0 || isBefore(time, order, least)) {
                put(hole, time, order, action);
                return first;
            }
            move(least, hole);
            hole = least;
        }
    }

    private int leastChild(int parent) {
        int from = parent * FAN_OUT + 1;
        if (from >= size) {
            return -1;
        }
        int to = Math.min(from + FAN_OUT, size);
        int least = from;
        for (int child = from + 1; child < to; child++) {
            if (isBefore(times[child], orders[child], least)) {
                least = child;
            }
        }
        return least;
    }

    private boolean isBefore(long time, long order, int index) {
        return time < times[index] || (time == times[index] && order < orders[index]);
    }

    private void move(int from, int to) {
        times[to] = times[from];
        orders[to] = orders[from];
        actions[to] = actions[from];
    }

    private void put(int index, long time, long order, Runnable action) {
        times[index] = time;
        orders[index] = order;
        actions[index] = action;
    }

    private Runnable action(int index) {
        Runnable action = actions[index];
        if (action == null) {
            throw new IllegalStateException("no action at " + index + " of " + size);
        }
        return action;
    }

    private void grow() {
        times = Arrays.copyOf(times, size * 2);
        orders = Arrays.copyOf(orders, size * 2);
        actions = Arrays.copyOf(actions, size * 2);
    }
}
