package dev.jackdaw.peer.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RefusedPiecesTest {
    private static final int PIECE = 4096;

    private final PieceBuffers memory = new PieceBuffers(4 * PIECE);
    private final RefusedPieces refused = new RefusedPieces(memory);
    private final List<Integer> tried = new ArrayList<>();

    @AfterEach
    void allMemoryIsGivenBack() {
        refused.letGo(PieceBuffer::release);
        memory.close();
        assertEquals(0, memory.reserved());
        assertEquals(0, memory.allocated());
    }

    private PieceBuffer buffer(int piece) {
        PieceBuffer buffer = new PieceBuffer(memory, SegmentSource.PLAIN, piece, PIECE);
        buffer.put(0, ByteBuffer.allocate(PIECE));
        return buffer;
    }

    private boolean keep(int piece) {
        PieceBuffer buffer = buffer(piece);
        boolean kept = refused.keep(piece, buffer);
        if (!kept) {
            buffer.release();
        }
        return kept;
    }

    @Test
    void keepsTheFirstInAnyCaseAndOthersAsLongAsHalfOfTheMemoryIsFree() {
        assertTrue(memory.tryReserve(PIECE));
        assertTrue(keep(0));
        assertTrue(keep(1));
        assertEquals(2 * PIECE, memory.reserved());
        assertFalse(keep(2), "three quarters would not be free");
        memory.release(PIECE);
        assertTrue(keep(3));
    }

    @Test
    void writesTheOldestFirstUpToOneThatIsRefusedAgain() throws IOException {
        keep(4);
        keep(2);
        keep(3);

        assertThrows(
                IOException.class,
                () -> refused.writeAll((piece, buffer) -> {
                    tried.add(piece);
                    if (piece == 2) {
                        throw new IOException("no space left on device");
                    }
                }));
        assertEquals(List.of(4, 2), tried);

        refused.writeAll((piece, buffer) -> tried.add(piece));
        assertEquals(List.of(4, 2, 2, 3), tried);
        assertEquals(List.of(4, 2, 3), refused.takeWritten());
        assertEquals(List.of(), refused.takeWritten());
        assertEquals(0, memory.reserved());
    }

    @Test
    void aPieceThatIsBeingWrittenIsTheWritersAlone() throws IOException {
        keep(0);
        keep(1);

        refused.writeAll((piece, buffer) -> {
            tried.add(piece);
            refused.writeAll((next, other) -> tried.add(next));
            refused.letGo(PieceBuffer::release);
            buffer.forEachPart(0, PIECE, (part, at) -> assertEquals(PIECE, part.remaining()));
        });

        assertEquals(List.of(0, 1), tried);
    }
}
