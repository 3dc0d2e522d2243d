package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.BlockRequest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Predicate;

/// The blocks that one peer has asked for, in the order of asking, and how many of its bytes the network has in
/// hand.
///
/// No more than a *send window* is handed over at a time, so that a choke or cancel takes effect soon and a
/// slow peer holds little memory. The window grows while the network empties it at once, and shrinks when that
/// takes long.
final class UploadQueue {
    /// Requests beyond this are refused; told to peers as `reqq` (BEP 10).
    static final int MAX_REQUESTS = 2048;

    static final int MIN_WINDOW = 128 << 10;
    static final int START_WINDOW = 1 << 20;
    static final int MAX_WINDOW = 4 << 20;

    private static final long QUICK_NANOS = 50_000_000L;
    private static final long SLOW_NANOS = 1_000_000_000L;

    /// In the order of asking; a request that is repeated while it waits is answered once.
    private final LinkedHashSet<BlockRequest> waiting = new LinkedHashSet<>();
    private int window = START_WINDOW;
    private long inNetwork;
    private int blocksInNetwork;
    private long sentInWindow;
    private long windowSince;

    /// Queues a request; `false` if the queue is full.
    boolean offer(BlockRequest block) {
        if (waiting.size() >= MAX_REQUESTS) {
            return false;
        }
        waiting.add(block);
        return true;
    }

    boolean cancel(BlockRequest block) {
        return waiting.remove(block);
    }

    /// Takes out and returns all requests that match, in order.
    List<BlockRequest> remove(Predicate<BlockRequest> which) {
        List<BlockRequest> removed = new ArrayList<>();
        for (Iterator<BlockRequest> each = waiting.iterator(); each.hasNext(); ) {
            BlockRequest block = each.next();
            if (which.test(block)) {
                each.remove();
                removed.add(block);
            }
        }
        return removed;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    Choker.Demand demand() {
        if (blocksInNetwork > 0) {
            return Choker.Demand.UNREAD;
        }
        return waiting.isEmpty() ? Choker.Demand.NOTHING : Choker.Demand.UNSENT;
    }

    int waiting() {
        return waiting.size();
    }

    /// Takes the next blocks to send: none while more than half of the window is in the network, so that reads and
    /// writes are large, and none beyond `allowance` bytes but for the last block.
    List<BlockRequest> next(long allowance, long nowNanos) {
        if (waiting.isEmpty() || inNetwork > window / 2 || allowance <= 0) {
            return List.of();
        }
        if (inNetwork == 0) {
            windowSince = nowNanos;
            sentInWindow = 0;
        }
        List<BlockRequest> blocks = new ArrayList<>(Math.min(waiting.size(), window >> 14));
        long left = allowance;
        while (!waiting.isEmpty() && inNetwork < window && left > 0) {
            BlockRequest block = waiting.removeFirst();
            blocks.add(block);
            inNetwork += block.length();
            left -= block.length();
        }
        blocksInNetwork += blocks.size();
        return blocks;
    }

    /// The network has taken blocks.
    void sent(int blocks, long bytes, long nowNanos) {
        blocksInNetwork = Math.max(0, blocksInNetwork - blocks);
        inNetwork = blocksInNetwork == 0 ? 0 : Math.max(0, inNetwork - bytes);
        sentInWindow += bytes;
        if (sentInWindow >= window) {
            long took = nowNanos - windowSince;
            if (took < QUICK_NANOS) {
                window = Math.min(MAX_WINDOW, window * 2);
            } else if (took > SLOW_NANOS) {
                window = Math.max(MIN_WINDOW, window / 2);
            }
            windowSince = nowNanos;
            sentInWindow = 0;
        }
    }
}
