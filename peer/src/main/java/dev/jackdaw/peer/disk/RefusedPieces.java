package dev.jackdaw.peer.disk;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Verified pieces that the disk has refused, kept in memory: they are good, and to write them is what is to be tried
/// again.
///
/// The first is always kept, others as long as half of the session's memory is free. Thread-safe; a piece that is being
/// written is with the thread that does so.
final class RefusedPieces {
    /// Writes a piece.
    interface Writer {
        void write(int piece, PieceBuffer buffer) throws IOException;
    }

    /// @param reserved whether its memory is reserved in the session's budget
    private record Refused(int piece, PieceBuffer buffer, boolean reserved) {}

    private final PieceBuffers memory;
    /// Oldest first. Guarded by this.
    private final Deque<Refused> waiting = new ArrayDeque<>();
    /// How many are kept, those included that are being written. Guarded by this.
    private int kept;
    /// Those that have been written, until that is told. Guarded by this.
    private List<Integer> written = new ArrayList<>();

    RefusedPieces(PieceBuffers memory) {
        this.memory = memory;
    }

    /// Takes the piece over, if there is room.
    synchronized boolean keep(int piece, PieceBuffer buffer) {
        boolean reserved = kept > 0;
        if (reserved && !reserve(buffer.length())) {
            return false;
        }
        waiting.add(new Refused(piece, buffer, reserved));
        kept++;
        return true;
    }

    private boolean reserve(int bytes) {
        if (!memory.tryReserve(bytes)) {
            return false;
        }
        if (memory.isAmple()) {
            return true;
        }
        memory.release(bytes);
        return false;
    }

    /// Has all written, the oldest first, up to one that is refused again. Blocks.
    void writeAll(Writer writer) throws IOException {
        for (Refused next = take(); next != null; next = take()) {
            boolean done = false;
            try {
                writer.write(next.piece(), next.buffer());
                done = true;
            } finally {
                if (!done) {
                    putBack(next);
                }
            }
            synchronized (this) {
                written.add(next.piece());
            }
            letGo(next, PieceBuffer::release);
        }
    }

    private synchronized @Nullable Refused take() {
        return waiting.poll();
    }

    private synchronized void putBack(Refused piece) {
        waiting.addFirst(piece);
    }

    /// Those that were written since the last call.
    synchronized List<Integer> takeWritten() {
        List<Integer> taken = written;
        written = new ArrayList<>();
        return taken;
    }

    /// Keeps none any more.
    ///
    /// @param how what becomes of a piece's memory
    void letGo(Consumer<PieceBuffer> how) {
        for (Refused next = take(); next != null; next = take()) {
            letGo(next, how);
        }
    }

    private void letGo(Refused piece, Consumer<PieceBuffer> how) {
        int bytes = piece.buffer().length();
        how.accept(piece.buffer());
        if (piece.reserved()) {
            memory.release(bytes);
        }
        synchronized (this) {
            kept--;
        }
    }
}
