package dev.jackdaw.tracker;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;

/// [SwarmChange]s on their way to the other trackers, in batches of some thousands.
///
/// Adding one copies its bytes under a lock that is held for nothing else. What cannot be sent stays, up to a
/// bound; beyond it the oldest batch goes, whose peers will announce again.
final class Outbox {
    /// Bytes of a batch.
    private static final int BATCH = 64 << 10;

    private final int maxBatches;
    // ---- guarded by this
    private final ArrayDeque<byte[]> batches = new ArrayDeque<>();
    private ByteBuffer current = ByteBuffer.allocate(BATCH);
    private long added;
    private long batchesLost;

    /// @param limitBytes of all batches
    Outbox(int limitBytes) {
        this.maxBatches = Math.max(1, limitBytes / BATCH);
    }

    synchronized void add(Announcement announced) {
        SwarmChange.write(announced, room());
        added++;
    }

    synchronized void addRemoval(Announcement named) {
        SwarmChange.writeRemoval(named, room());
        added++;
    }

    private ByteBuffer room() {
        if (current.remaining() < SwarmChange.MAX_LENGTH) {
            seal();
        }
        return current;
    }

    private void seal() {
        batches.add(Arrays.copyOf(current.array(), current.position()));
        current.clear();
        drop();
    }

    private void drop() {
        while (batches.size() > maxBatches) {
            batches.removeFirst();
            batchesLost++;
        }
    }

    /// Takes the oldest batch.
    synchronized Optional<byte[]> take() {
        if (batches.isEmpty() && current.position() > 0) {
            seal();
        }
        return Optional.ofNullable(batches.pollFirst());
    }

    /// Puts a batch back that could not be sent.
    synchronized void putBack(byte[] batch) {
        batches.addFirst(batch);
        drop();
    }

    /// Changes since the start.
    synchronized long added() {
        return added;
    }

    synchronized long batchesLost() {
        return batchesLost;
    }

    /// Bytes waiting.
    synchronized long bytes() {
        long bytes = current.position();
        for (byte[] batch : batches) {
            bytes += batch.length;
        }
        return bytes;
    }
}
