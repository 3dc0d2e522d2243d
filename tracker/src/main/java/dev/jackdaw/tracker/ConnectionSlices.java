package dev.jackdaw.tracker;

import org.jspecify.annotations.Nullable;

/// Parts of one buffer that belong to connections, in the order in which they were added: what came from each, or what
/// is to be sent.
final class ConnectionSlices {
    private final @Nullable HttpConnection[] owners;
    private final int[] starts;
    private final int[] ends;
    private int count;

    /// @param most of them
    ConnectionSlices(int most) {
        owners = new HttpConnection[most];
        starts = new int[most];
        ends = new int[most];
    }

    int count() {
        return count;
    }

    boolean isFull() {
        return count == owners.length;
    }

    void add(HttpConnection owner, int start, int end) {
        owners[count] = owner;
        starts[count] = start;
        ends[count++] = end;
    }

    /// Whose it is; null if it was [#drop]ped.
    @Nullable
    HttpConnection owner(int index) {
        return owners[index];
    }

    int start(int index) {
        return starts[index];
    }

    int end(int index) {
        return ends[index];
    }

    /// Where the last one ends; 0 if there is none.
    int end() {
        return count == 0 ? 0 : ends[count - 1];
    }

    /// Says that a part of a slice is done with.
    void startAt(int index, int start) {
        starts[index] = start;
    }

    void drop(int index) {
        owners[index] = null;
    }

    /// Whether the last one is a connection's.
    boolean lastIsOf(HttpConnection connection) {
        return count > 0 && owners[count - 1] == connection;
    }

    void clear() {
        for (int i = 0; i < count; i++) {
            owners[i] = null; // it may be closed, and is not to be kept
        }
        count = 0;
    }
}
