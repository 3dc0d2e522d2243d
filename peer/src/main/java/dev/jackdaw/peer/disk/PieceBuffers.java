package dev.jackdaw.peer.disk;

import dev.jackdaw.peer.engine.BufferBudget;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;

/// The memory for pieces in the making, of all torrents of a session: a count of what is promised, and the native
/// memory behind it. Thread-safe.
///
/// Promise and memory are apart on purpose. An engine reserves a whole piece before it asks for the first block, and
/// memory follows block by block in segments of at most [#SEGMENT_LENGTH] bytes, so that a large piece that has just
/// begun holds little. Segments that come back are kept for the next piece, never more than the budget together with
/// those in use; [#trim()] gives back to the system what was not needed for a while. Memory is freed at that moment,
/// not when the collector gets to it.
public final class PieceBuffers implements BufferBudget, AutoCloseable {
    /// One write to disk at a time, and small enough to stay in a core's cache between hashing and writing.
    static final int SEGMENT_LENGTH = 1 << 20;
    /// Segments are whole pages, so that pieces of odd lengths share them.
    private static final int PAGE = 4096;

    private final long capacity;
    private long reserved;
    /// Bytes of segments in use and idle.
    private long allocated;

    private long idleBytes;
    /// The least [#idleBytes] since the last [#trim()]: nobody needed these.
    private long unneededBytes;

    private final TreeMap<Integer, Deque<Segment>> idle = new TreeMap<>();
    private boolean closed;

    /// @param capacity bytes; [dev.jackdaw.peer.SessionConfig#bufferBytes()]
    public PieceBuffers(long capacity) {
        if (capacity <= 0) {
            throw new IllegalArgumentException("buffers of " + capacity + " bytes");
        }
        this.capacity = capacity;
    }

    /// Native memory with an owner that frees it at once.
    record Segment(Arena arena, ByteBuffer bytes) {
        static Segment allocate(int length) {
            Arena arena = Arena.ofShared();
            return new Segment(arena, arena.allocate(length, PAGE).asByteBuffer());
        }

        int length() {
            return bytes.capacity();
        }
    }

    @Override
    public synchronized boolean tryReserve(int bytes) {
        if (reserved > 0 && reserved + bytes > capacity) {
            return false;
        }
        reserved += bytes;
        return true;
    }

    @Override
    public synchronized void release(int bytes) {
        if (bytes > reserved) {
            throw new IllegalStateException("release of " + bytes + " bytes, only " + reserved + " are reserved");
        }
        reserved -= bytes;
    }

    /// Bytes promised to pieces in the making.
    public synchronized long reserved() {
        return reserved;
    }

    /// Bytes of native memory held, in use or idle.
    public synchronized long allocated() {
        return allocated;
    }

    /// Gives back to the system what no piece has needed since the last call. Every few seconds is often enough.
    public void trim() {
        List<Segment> freed = new ArrayList<>();
        synchronized (this) {
            long keep = idleBytes - unneededBytes;
            evict(keep, freed);
            unneededBytes = idleBytes;
        }
        free(freed);
    }

    /// Frees what is idle now, and the rest as it comes back.
    @Override
    public void close() {
        List<Segment> freed = new ArrayList<>();
        synchronized (this) {
            closed = true;
            evict(0, freed);
        }
        free(freed);
    }

    Segment take(int length) {
        int rounded = Math.ceilDiv(length, PAGE) * PAGE;
        List<Segment> freed = new ArrayList<>(0);
        synchronized (this) {
            Deque<Segment> fitting = idle.get(rounded);
            if (fitting != null && !fitting.isEmpty()) {
                Segment segment = fitting.pop();
                idleBytes -= rounded;
                unneededBytes = Math.min(unneededBytes, idleBytes);
                return segment;
            }
            allocated += rounded;
            evict(Math.max(0, idleBytes - Math.max(0, allocated - capacity)), freed);
        }
        free(freed);
        return Segment.allocate(rounded);
    }

    void giveBack(Segment segment) {
        synchronized (this) {
            if (!closed && allocated <= capacity) {
                idle.computeIfAbsent(segment.length(), length -> new ArrayDeque<>())
                        .push(segment);
                idleBytes += segment.length();
                return;
            }
            allocated -= segment.length();
        }
        segment.arena().close();
    }

    /// Takes idle segments away until at most `keep` bytes of them are left; smallest first, they are the leftovers.
    private void evict(long keep, List<Segment> freed) {
        Iterator<Deque<Segment>> classes = idle.values().iterator();
        while (idleBytes > keep && classes.hasNext()) {
            Deque<Segment> segments = classes.next();
            while (idleBytes > keep && !segments.isEmpty()) {
                Segment segment = segments.removeLast();
                idleBytes -= segment.length();
                allocated -= segment.length();
                freed.add(segment);
            }
            if (segments.isEmpty()) {
                classes.remove();
            }
        }
        unneededBytes = Math.min(unneededBytes, idleBytes);
    }

    private static void free(List<Segment> segments) {
        segments.forEach(segment -> segment.arena().close());
    }
}
