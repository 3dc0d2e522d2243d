package dev.jackdaw.peer.engine;

import java.util.Arrays;
import java.util.Optional;

/// One deadline for each constant of an enum, so that the outside needs a single timer.
@SuppressWarnings("EnumOrdinal") // an array indexed by the constants, as EnumMap has, but of primitives
final class Deadlines<K extends Enum<K>> {
    private static final long NEVER = Long.MAX_VALUE;

    private final K[] keys;
    private final long[] atNanos;
    private int earliest;

    Deadlines(Class<K> type) {
        keys = type.getEnumConstants();
        atNanos = new long[keys.length];
        Arrays.fill(atNanos, NEVER);
    }

    /// Sets or moves a deadline; `Long.MAX_VALUE` clears it.
    void set(K key, long nanos) {
        int index = key.ordinal();
        atNanos[index] = nanos;
        if (index == earliest) {
            findEarliest();
        } else if (nanos < atNanos[earliest] || (nanos == atNanos[earliest] && index < earliest)) {
            earliest = index;
        }
    }

    void clear(K key) {
        set(key, NEVER);
    }

    /// When it is, or `Long.MAX_VALUE`.
    long at(K key) {
        return atNanos[key.ordinal()];
    }

    /// The earliest deadline, or `Long.MAX_VALUE` if none is set.
    long next() {
        return atNanos[earliest];
    }

    /// The earliest deadline if its time has come, cleared; the enum's order decides between equals.
    Optional<K> pollDue(long nowNanos) {
        if (atNanos[earliest] == NEVER || atNanos[earliest] > nowNanos) {
            return Optional.empty();
        }
        K due = keys[earliest];
        clear(due);
        return Optional.of(due);
    }

    private void findEarliest() {
        int found = 0;
        for (int i = 1; i < atNanos.length; i++) {
            if (atNanos[i] < atNanos[found]) {
                found = i;
            }
        }
        earliest = found;
    }
}
