package dev.jackdaw.peer.simulation;

import java.util.ArrayList;
import java.util.List;

/// What must never happen and has; the first hundred are kept in words.
final class Violations {
    private static final int MAX_KEPT = 100;

    private final List<String> kept = new ArrayList<>();
    private long count;

    @SuppressWarnings("AnnotateFormatMethod")
    void add(String format, Object... arguments) {
        count++;
        if (kept.size() < MAX_KEPT) {
            kept.add(String.format(format, arguments));
        }
    }

    long count() {
        return count;
    }

    List<String> kept() {
        return List.copyOf(kept);
    }
}
