package dev.jackdaw.peer.disk;

import dev.jackdaw.peer.engine.BufferBudget;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The memory for pieces in the making, of all torrents of a session: a count of what is promised, and the
/// native memory behind it. Thread-safe.
///
/// Promise and memory are apart on purpose. An engine reserves a whole piece before it asks for the first block,
/// and memory follows block by block in segments of at most [#SEGMENT_LENGTH] bytes, so that a large piece that
/// has just begun holds little. Segments that come back are kept for the next piece, never more than the budget
/// together with those in use; [#trim()] gives back to the system what was not needed for a while. Memory is
/// freed at that moment, not when the collector gets to it. Where it comes from is a [SegmentSource]'s to say.
public final class PieceBuffers implements BufferBudget, AutoCloseable {
    /// One write to disk at a time, and small enough to stay in a core's cache between hashing and writing.
    static final int SEGMENT_LENGTH = 1 << 20;
    private final long capacity;
    private long reserved;
    /// Bytes of segments in use and idle.
    private long allocated;

    private long idleBytes;
    /// The least [#idleBytes] since the last [#trim()]: nobody needed these.
    private long unneededBytes;

    private final Map<Kind, Deque<Segment>> idle = new HashMap<>();
    private boolean closed;

    /// @param capacity bytes; [dev.jackdaw.peer.SessionConfig#bufferBytes()]
    public PieceBuffers(long capacity) {
        if (capacity <= 0) {
            throw new IllegalArgumentException("buffers of " + capacity + " bytes");
        }
        this.capacity = capacity;
    }

    /// Segments that can stand in for each other.
    private record Kind(SegmentSource source, int length) {
        static Kind of(Segment segment) {
            return new Kind(segment.source(), segment.length());
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

    @Override
    public synchronized boolean isAmple() {
        return reserved <= capacity / 2;
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

    Segment take(SegmentSource source, int length) {
        Kind kind = new Kind(source, source.segmentLength(length));
        List<Segment> freed = new ArrayList<>(0);
        synchronized (this) {
            Deque<Segment> fitting = idle.get(kind);
            if (fitting != null && !fitting.isEmpty()) {
                Segment segment = fitting.pop();
                idleBytes -= kind.length();
                unneededBytes = Math.min(unneededBytes, idleBytes);
                return segment;
            }
            allocated += kind.length();
            evict(Math.max(0, idleBytes - Math.max(0, allocated - capacity)), freed);
        }
        free(freed);
        return source.allocate(length);
    }

    /// Takes a segment that was not taken from here into the account.
    synchronized void adopt(Segment segment) {
        allocated += segment.length();
    }

    void giveBack(Segment segment) {
        synchronized (this) {
            if (!closed && allocated <= capacity) {
                idle.computeIfAbsent(Kind.of(segment), kind -> new ArrayDeque<>())
                        .push(segment);
                idleBytes += segment.length();
                return;
            }
        }
        discard(segment);
    }

    /// Frees a segment now.
    void discard(Segment segment) {
        synchronized (this) {
            allocated -= segment.length();
        }
        segment.free();
    }

    /// Frees what is idle of a source that makes no more.
    void discardIdle(SegmentSource source) {
        List<Segment> freed = new ArrayList<>();
        synchronized (this) {
            idle.entrySet().removeIf(entry -> {
                boolean its = entry.getKey().source() == source;
                if (its) {
                    freed.addAll(entry.getValue());
                }
                return its;
            });
            for (Segment segment : freed) {
                idleBytes -= segment.length();
                allocated -= segment.length();
            }
            unneededBytes = Math.min(unneededBytes, idleBytes);
        }
        free(freed);
    }

    /// Takes idle segments away until at most `keep` bytes of them are left; smallest first, they are the
    /// leftovers.
    private void evict(long keep, List<Segment> freed) {
        if (idleBytes > keep) {
            List<Kind> kinds = new ArrayList<>(idle.keySet());
            kinds.sort((a, b) -> Integer.compare(a.length(), b.length()));
            for (Kind kind : kinds) {
                Deque<Segment> segments = idle.getOrDefault(kind, new ArrayDeque<>());
                while (idleBytes > keep && !segments.isEmpty()) {
                    freed.add(segments.removeLast());
                    idleBytes -= kind.length();
                    allocated -= kind.length();
                }
                if (segments.isEmpty()) {
                    idle.remove(kind);
                }
            }
        }
        unneededBytes = Math.min(unneededBytes, idleBytes);
    }

    private static void free(List<Segment> segments) {
        segments.forEach(Segment::free);
    }
}
